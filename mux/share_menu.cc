#include "share_menu.h"

#include "client.h"
#include "command/print.h"
#include "guests.h"
#include "prompt/editor.h"
#include "server.h"

#include <algorithm>

namespace berth::mux {
namespace {

using namespace protocol;

constexpr std::size_t kMostLines = 9;     // guests, and shares, that a menu has
constexpr std::size_t kProposalLine = 48; // characters of a proposal in one line

// What others have chosen, so that it is shown and nothing else: no format, no style.
std::string shown(const std::string& text) {
    std::string out = text;
    std::ranges::replace(out, '#', '_');
    return out;
}

// The words of a display-menu.
class Lines {
  public:
    explicit Lines(const std::string& title) {
        text_ = "display-menu -x C -y C -T " + command::quote("#[align=centre]" + shown(title)) +
                " --"; // lines that cannot be chosen begin with a dash
    }
    void add(const std::string& name, const std::string& key, const std::string& command) {
        text_ += " " + command::quote(shown(name)) + " " + command::quote(key) + " " +
                 command::quote(command);
    }
    void text(const std::string& name) { add("-" + name, "", ""); }
    void line() { text_ += " ''"; }
    [[nodiscard]] const std::string& command() const { return text_; }

  private:
    std::string text_;
};

// All of it is to be seen before it is run.
void add_proposal(Lines& lines, const std::string& proposal, const std::string& number) {
    lines.text("proposes:");
    const auto characters = prompt::split(proposal);
    for (std::size_t at = 0; at < characters.size(); at += kProposalLine) {
        std::string part;
        for (std::size_t i = at; i < std::min(at + kProposalLine, characters.size()); ++i)
            part += characters[i];
        lines.text(" " + part);
    }
    lines.add("Run it", "e", "accept " + number);
    lines.line();
}

Lines guest_lines(const Guests& all, const Client& client) {
    const Guest& guest = *client.guest;
    const std::string number = std::to_string(guest.adopt.guest);
    Lines lines(guest_text(guest));
    if (guest.waiting) {
        lines.text("wants to join");
        lines.add("Let in to read", "r", "admit " + number + " read");
        if (guest.adopt.role == Role::write)
            lines.add("Let in to type", "w", "admit " + number + " write");
        lines.add("Refuse", "x", "refuse " + number);
        return lines;
    }
    if (!guest.proposal.empty())
        add_proposal(lines, guest.proposal, number);
    const auto share = all.shares().find(guest.adopt.share);
    const bool may_write = share != all.shares().end() && share->second.may_write != 0;
    if (guest.adopt.role == Role::write)
        lines.add("May read only", "r", "role " + number + " read");
    else if (may_write)
        lines.add(guest.hand ? "May type (raises a hand)" : "May type", "w",
                  "role " + number + " write");
    if (share != all.shares().end() && share->second.floor != 0 && guest.has_keyboard() &&
        !all.has_floor(client))
        lines.add(guest.hand ? "Has the floor (raises a hand)" : "Has the floor", "f",
                  "floor " + number);
    lines.add(guest.paused ? "Goes on" : "Is paused", "p",
              (guest.paused ? "resume " : "pause ") + number);
    lines.add("Has to leave", "x", "kick " + number);
    return lines;
}

std::string state_of(const Guest& guest) {
    return guest.waiting                     ? "wants to join"
           : guest.paused                    ? "is paused"
           : !guest.proposal.empty()         ? "proposes a line"
           : guest.hand                      ? "raises a hand"
           : guest.adopt.role == Role::write ? "types"
                                             : "reads";
}

Lines all_lines(const Guests& all) {
    Lines lines("Sharing");
    std::size_t count = 0;
    for (const Client* client : all.guests()) {
        if (++count > kMostLines)
            break;
        lines.add(guest_text(*client->guest).substr(0, 40) + " " + state_of(*client->guest),
                  std::to_string(count),
                  "share-menu " + std::to_string(client->guest->adopt.guest));
    }
    if (count > 0)
        lines.line();
    lines.add("New link to read", "r", "share -r");
    lines.add("New links to read and to type", "w", "share");
    if (all.shares().empty())
        return lines;
    lines.add("What is shared", "l", "shares");
    lines.line();
    lines.add(all.all_paused() ? "Guests go on" : "All guests are paused", "p",
              all.all_paused() ? "resume" : "pause");
    count = 0;
    for (const auto& [id, share] : all.shares()) {
        if (++count > kMostLines)
            break;
        const std::string number = std::to_string(id);
        lines.add("End share " + number + (share.name.empty() ? "" : " " + share.name),
                  all.shares().size() == 1 ? "u" : "", "unshare " + number);
    }
    if (all.shares().size() > 1)
        lines.add("End all shares", "u", "unshare --all");
    return lines;
}

} // namespace

Flow share_menu(const Call& call) {
    const Guests& all = *call.server.guests;
    const std::string name(call.arguments().text(0));
    const Client* client = name.empty() ? nullptr : all.find(name);
    if (!name.empty() && client == nullptr)
        return call.fail("no such guest: " + name);
    const Lines lines = client != nullptr ? guest_lines(all, *client) : all_lines(all);
    auto list = call.execution.parse(lines.command());
    if (!list)
        return call.fail(list.error().operation);
    call.execution.insert(std::move(*list));
    return Flow::done;
}

} // namespace berth::mux
