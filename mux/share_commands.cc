// berth's own commands of sharing: what an owner does. None of them can be run by a guest, whose
// keys never reach a command (guests.h).
#include "client.h"
#include "commands.h"
#include "guests.h"
#include "server.h"
#include "share_menu.h"

#include <array>
#include <charconv>
#include <ctime>
#include <nlohmann/json.hpp>

namespace berth::mux {
namespace {

using namespace protocol;
using nlohmann::ordered_json;

constexpr std::array<const char*, 3> kScopes = {"session", "window", "pane"};

std::vector<std::string> words_of(const Call& call) {
    std::vector<std::string> words;
    for (std::size_t i = 0; i < call.arguments().size(); ++i)
        words.emplace_back(call.arguments().text(i));
    return words;
}

bool wants_json(const Call& call) {
    const Client* client = call.client();
    if (client != nullptr && client->request.json != 0)
        return true;
    for (const std::string& word : words_of(call))
        if (word == "--json")
            return true;
    return false;
}

std::string dump(const ordered_json& value) {
    return value.dump(2, ' ', false, ordered_json::error_handler_t::replace);
}

std::string clock_text(std::uint64_t seconds) {
    std::tm parts{};
    const time_t value = static_cast<time_t>(seconds);
    localtime_r(&value, &parts);
    std::array<char, 32> text{};
    strftime(text.data(), text.size(), "%Y-%m-%d %H:%M", &parts);
    return text.data();
}

ordered_json entry_of(const Guests& guests, const ShareState& share) {
    ordered_json entry;
    entry["id"] = share.id;
    entry["name"] = share.name;
    entry["scope"] = kScopes[static_cast<std::size_t>(share.scope)];
    entry["session"] = "$" + std::to_string(share.session);
    entry["with"] = share.with;
    entry["read"] = share.read != 0;
    entry["write"] = share.write != 0;
    entry["ssh_ro"] = guests.link(share.id, Role::read);
    entry["ssh"] = guests.link(share.id, Role::write);
    entry["keys"] = share.keys;
    entry["ask"] = share.ask != 0;
    entry["floor"] = share.floor != 0;
    if (share.counted != 0)
        entry["uses"] = share.uses;
    entry["created"] = share.created;
    entry["expires"] = share.expires;
    return entry;
}

// The links are lines of their own, ready to be copied.
std::vector<std::string> lines_of(const Guests& guests, const ShareState& share,
                                  const std::string& note) {
    std::string head = "share " + std::to_string(share.id) +
                       (share.name.empty() ? "" : " " + share.name) + " of this " +
                       kScopes[static_cast<std::size_t>(share.scope)] + ", until " +
                       clock_text(share.expires);
    for (std::size_t i = 0; i < share.with.size(); ++i)
        head += (i == 0 ? ", with " : ", ") + share.with[i];
    std::vector<std::string> lines{std::move(head)};
    if (share.token != 0)
        lines.emplace_back("clear the terminal first: guests see what is on it");
    if (const std::string read = guests.link(share.id, Role::read); !read.empty())
        lines.push_back("to read: " + read);
    if (const std::string write = guests.link(share.id, Role::write); !write.empty())
        lines.push_back("to type: " + write);
    if (!note.empty())
        lines.push_back(note);
    return lines;
}

// What `share` says on a terminal with a session: a box, until q or Ctrl-C.
class ShareNotice final : public Overlay {
  public:
    ShareNotice(Client& client, std::vector<std::string> lines)
        : client_(client), lines_(std::move(lines)) {
        lines_.emplace_back("q closes this");
    }
    void draw(vt::Canvas& canvas) override {
        int width = 0;
        for (const std::string& line : lines_)
            width = std::max(width, static_cast<int>(line.size()) + 4);
        width = std::min(width, canvas.size().columns);
        const int height = std::min(static_cast<int>(lines_.size()) + 2, canvas.size().rows);
        const vt::Rect box{(canvas.size().rows - height) / 2, (canvas.size().columns - width) / 2,
                           height, width};
        canvas.fill(box, {}, U' ');
        canvas.box(box, vt::BorderLines::single, {});
        for (int i = 0; i < height - 2; ++i)
            canvas.text(box.row + 1 + i, box.column + 2, width - 4,
                        lines_[static_cast<std::size_t>(i)], {});
        canvas.cursor.visible = false;
    }
    Took event(const keys::Event& event) override {
        if (event.kind == keys::EventKind::Key && event.action != keys::Action::Release) {
            const std::string name = keys::key_name(event.key);
            if (name == "q" || name == "C-c" || name == "Escape")
                client_.close_overlay(*this);
        }
        return Took::yes;
    }

  private:
    Client& client_;
    std::vector<std::string> lines_;
};

void show_made(const Call& call, const ShareMade& made, bool json) {
    Guests& guests = *call.server.guests;
    const auto found = guests.shares().find(made.id);
    if (found == guests.shares().end())
        return; // it has ended already
    const auto lines = lines_of(guests, found->second, made.text);
    for (const std::string& line : lines)
        call.server.add_message(line);
    Client* client = call.client();
    if (json) {
        call.print(dump(entry_of(guests, found->second)));
    } else if (client != nullptr && !call.execution.origin().command_line) {
        client->show_overlay(std::make_shared<ShareNotice>(*client, lines));
    } else {
        for (const std::string& line : lines)
            call.print(line);
    }
}

void make_share(const Call& call, ShareWords words) {
    auto execution = call.execution.shared_from_this();
    const command::Command command = call.command;
    call.server.guests->make(std::move(words.make),
                             [execution, command, json = words.json](const ShareMade& made) {
                                 const Call again{execution->server(), *execution, command};
                                 if (made.code != 0)
                                     execution->resume(again.fail(made.text));
                                 else {
                                     show_made(again, made, json);
                                     execution->resume();
                                 }
                             });
}

// Reads the key files one after the other, then asks berthd.
void read_keys(const Call& call, ShareWords words) {
    if (words.key_files.empty()) {
        make_share(call, std::move(words));
        return;
    }
    const std::string path = words.key_files.back();
    words.key_files.pop_back();
    auto execution = call.execution.shared_from_this();
    const command::Command command = call.command;
    call.server.read_file(
        *call.client(), path,
        [execution, command, path, words](const std::string& contents, int error) mutable {
            const Call again{execution->server(), *execution, command};
            const auto keys = keys_of(contents);
            words.make.keys.insert(words.make.keys.end(), keys.begin(), keys.end());
            if (error != 0 || keys.empty() || words.make.keys.size() > kMaxShareKeys)
                execution->resume(again.fail(path + (error != 0     ? ": cannot be read"
                                                     : keys.empty() ? ": no keys"
                                                                    : ": too many keys")));
            else
                read_keys(again, std::move(words));
        });
}

Flow share(const Call& call) {
    auto words = read_share_words(words_of(call));
    if (!words)
        return call.fail(words.error().operation);
    words->json = words->json || wants_json(call);
    const auto found =
        find_target(call.server, call.execution.origin(), std::nullopt, {'t', command::Kind::pane});
    if (!found)
        return call.fail(found.error().operation);
    ShareMake& make = words->make;
    make.session = found->session->id;
    make.session_name = found->session->name;
    make.target = make.scope == ShareScope::pane     ? found->pane->id
                  : make.scope == ShareScope::window ? found->window->id
                                                     : 0;
    std::size_t bytes = 0;
    for (const std::string& key : make.keys)
        bytes += key.size();
    if (bytes > kMaxKeyBytes)
        return call.fail("share: too many keys");
    if (!words->key_files.empty() &&
        (call.client() == nullptr || !call.execution.origin().command_line))
        return call.fail("share: --keys needs a command line");
    read_keys(call, std::move(*words));
    return Flow::waits;
}

Flow shares(const Call& call) {
    const Guests& guests = *call.server.guests;
    if (wants_json(call)) {
        ordered_json list = ordered_json::array();
        for (const auto& [id, share] : guests.shares())
            list.push_back(entry_of(guests, share));
        call.print(dump(list));
        return Flow::done;
    }
    for (const auto& [id, share] : guests.shares())
        for (const std::string& line : lines_of(guests, share, ""))
            call.print(line);
    return Flow::done;
}

ordered_json entry_of(const Client& client, bool has_floor) {
    const Guest& guest = *client.guest;
    ordered_json entry;
    entry["id"] = guest.adopt.guest;
    entry["name"] = guest.adopt.name;
    entry["address"] = guest.adopt.address;
    entry["share"] = guest.adopt.share;
    entry["role"] = role_text(guest.adopt.role);
    entry["waiting"] = guest.waiting;
    entry["paused"] = guest.paused;
    entry["hand"] = guest.hand;
    entry["proposal"] = guest.proposal;
    entry["floor"] = has_floor;
    entry["joined"] = guest.joined;
    entry["idle"] = epoch_seconds() - client.activity;
    return entry;
}

Flow guests(const Call& call) {
    const auto all = call.server.guests->guests();
    ordered_json list = ordered_json::array();
    for (const Client* client : all) {
        const Guest& guest = *client->guest;
        list.push_back(entry_of(*client, call.server.guests->has_floor(*client)));
        if (!wants_json(call))
            call.print(std::to_string(guest.adopt.guest) + ": " + guest_text(guest) + ", " +
                       role_text(guest.adopt.role) + (guest.waiting ? ", waits" : "") +
                       (guest.paused ? ", paused" : "") + (guest.hand ? ", raises a hand" : "") +
                       (guest.proposal.empty() ? "" : ", proposes: " + guest.proposal) +
                       (call.server.guests->has_floor(*client) ? ", has the floor" : "") +
                       ", idle " + std::to_string(epoch_seconds() - client->activity) + " s");
    }
    if (wants_json(call))
        call.print(dump(list));
    return Flow::done;
}

// The guest that the first word names; nullptr: nobody, which was told.
Client* guest_of(const Call& call) {
    const std::string name(call.arguments().text(0));
    Client* client = name.empty() ? nullptr : call.server.guests->find(name);
    if (client == nullptr)
        (void)call.fail(name.empty() ? "which guest? berth guests lists them"
                                     : "no such guest: " + name);
    return client;
}

std::optional<Role> role_of(std::string_view word) {
    if (word == "read")
        return Role::read;
    if (word == "write")
        return Role::write;
    return std::nullopt;
}

Flow role(const Call& call) {
    const auto wanted = role_of(call.arguments().text(1));
    if (!wanted || call.arguments().size() != 2)
        return call.fail("usage: role GUEST read|write");
    Client* client = guest_of(call);
    if (client == nullptr)
        return Flow::failed;
    const auto& known = call.server.guests->shares();
    const auto found = known.find(client->guest->adopt.share);
    if (*wanted == Role::write && (found == known.end() || found->second.may_write == 0))
        return call.fail("the policy lets guests read only");
    call.server.guests->set_role(*client, *wanted);
    return Flow::done;
}

Flow set_paused(const Call& call, bool paused) {
    if (call.arguments().size() == 0) {
        call.server.guests->set_all_paused(paused);
        return Flow::done;
    }
    Client* client = guest_of(call);
    if (client == nullptr)
        return Flow::failed;
    call.server.guests->set_paused(*client, paused);
    return Flow::done;
}

Flow pause(const Call& call) {
    return set_paused(call, true);
}
Flow resume(const Call& call) {
    return set_paused(call, false);
}

Flow kick(const Call& call) {
    if (call.arguments().text(0) == "--all") {
        for (Client* client : call.server.guests->guests())
            call.server.guests->kick(*client);
        return Flow::done;
    }
    Client* client = guest_of(call);
    if (client == nullptr)
        return Flow::failed;
    call.server.guests->kick(*client);
    return Flow::done;
}

Flow admit(const Call& call) {
    Client* client = guest_of(call);
    if (client == nullptr)
        return Flow::failed;
    const auto wanted = role_of(call.arguments().text(1));
    if (call.arguments().size() > 2 || (call.arguments().size() == 2 && !wanted))
        return call.fail("usage: admit GUEST [read|write]");
    if (!client->guest->waiting)
        return call.fail(client->guest->adopt.name + " is here already");
    call.server.guests->admit(*client, wanted);
    return Flow::done;
}

Flow accept(const Call& call) {
    Client* client = guest_of(call);
    if (client == nullptr)
        return Flow::failed;
    if (client->guest->proposal.empty())
        return call.fail(client->guest->adopt.name + " proposes nothing");
    if (!call.server.guests->accept(*client))
        return call.fail("the pane takes no line now");
    return Flow::done;
}

// Without a guest: free again, for whoever types first.
Flow floor(const Call& call) {
    Guests& all = *call.server.guests;
    if (call.arguments().size() == 0) {
        for (const auto& [id, share] : all.shares())
            all.give_floor(id, nullptr);
        return Flow::done;
    }
    Client* client = guest_of(call);
    if (client == nullptr)
        return Flow::failed;
    const auto share = all.shares().find(client->guest->adopt.share);
    if (share == all.shares().end() || share->second.floor == 0)
        return call.fail("whoever may type may type at any time there; berth share --floor");
    if (!client->guest->has_keyboard())
        return call.fail(client->guest->adopt.name + " may not type; berth role");
    all.give_floor(share->first, client);
    return Flow::done;
}

Flow refuse(const Call& call) {
    Client* client = guest_of(call);
    if (client == nullptr)
        return Flow::failed;
    if (!client->guest->waiting)
        return call.fail(client->guest->adopt.name + " is here already; berth kick");
    call.server.guests->refuse(*client);
    return Flow::done;
}

// Without a number: the session's share, if there is one alone.
Flow unshare(const Call& call) {
    Guests& all = *call.server.guests;
    const std::string word(call.arguments().text(0));
    if (word == "--all") {
        all.end(EndWhat::all, 0);
        return Flow::done;
    }
    std::uint32_t id = 0;
    if (word.empty()) {
        if (all.shares().size() != 1)
            return call.fail(all.shares().empty() ? "nothing is shared"
                                                  : "which share? berth shares lists them");
        id = all.shares().begin()->first;
    } else {
        const auto [stop, error] = std::from_chars(word.data(), word.data() + word.size(), id);
        if (error != std::errc() || stop != word.data() + word.size()) {
            id = 0;
            for (const auto& [number, state] : all.shares())
                if (state.name == word)
                    id = number;
        }
    }
    if (!all.shares().contains(id))
        return call.fail("no such share: " + word);
    all.end(EndWhat::share, id);
    return Flow::done;
}

Flow mark_private(const Call& call) {
    const std::string_view word = call.arguments().text(0);
    if (call.arguments().size() != 1 || (word != "on" && word != "off"))
        return call.fail("usage: private on|off");
    const auto found =
        find_target(call.server, call.execution.origin(), std::nullopt, {'t', command::Kind::pane});
    if (!found)
        return call.fail(found.error().operation);
    call.server.guests->set_private(*found->pane, word == "on");
    return Flow::done;
}

constexpr std::array kRows = {
    CommandRow{"accept", accept},
    CommandRow{"admit", admit},
    CommandRow{"floor", floor},
    CommandRow{"guests", guests},
    CommandRow{"kick", kick},
    CommandRow{"pause", pause},
    CommandRow{"private", mark_private},
    CommandRow{"refuse", refuse},
    CommandRow{"resume", resume},
    CommandRow{"role", role},
    CommandRow{"share", share},
    CommandRow{"share-menu", share_menu},
    CommandRow{"shares", shares},
    CommandRow{"unshare", unshare},
};

} // namespace

std::span<const CommandRow> share_commands() {
    return kRows;
}

} // namespace berth::mux
