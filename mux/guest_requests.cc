// What guests ask for: a hand that is raised, a line that is proposed, the floor of a share where
// one guest types at a time.
#include "client.h"
#include "guests.h"
#include "prompt/editor.h"
#include "server.h"
#include "vt/line.h"
#include "vt/parser.h"

#include <algorithm>
#include <array>

namespace berth::mux {
namespace {

struct Span {
    char32_t first, last;
};
// What an owner would not see as it is: controls, and format characters of Unicode's (chapter 23).
constexpr std::array kUnseen = {
    Span{0, 0x1f},        Span{0x7f, 0xa0},       Span{0xad, 0xad},      Span{0x61c, 0x61c},
    Span{0x115f, 0x1160}, Span{0x180b, 0x180f},   Span{0x2000, 0x206f},  Span{0x3000, 0x3000},
    Span{0x3164, 0x3164}, Span{0xfe00, 0xfe0f},   Span{0xfeff, 0xfeff},  Span{0xffa0, 0xffa0},
    Span{0xfff0, 0xffff}, Span{0x1d173, 0x1d17a}, Span{0xe0000, 0xe0fff}};

bool is_seen(const std::string& character) {
    const char32_t code =
        vt::decode_utf8(character.data(), character.data() + character.size()).code;
    return std::ranges::none_of(
        kUnseen, [&](const Span& span) { return code >= span.first && code <= span.last; });
}

// A '#' is one also where formats are drawn.
std::string as_text(const std::string& line) {
    std::string out;
    for (const char c : line)
        out += c == '#' ? std::string("##") : std::string(1, c);
    return out;
}

void erase_last(std::string& line) {
    auto characters = prompt::split(line);
    if (!characters.empty())
        line.resize(line.size() - characters.back().size());
}

} // namespace

void Guests::raise_hand(Client& client) {
    Guest& guest = *client.guest;
    guest.hand = !guest.hand;
    if (guest.hand)
        say(session_of(guest), guest_text(guest) + " raises a hand: prefix S answers");
    client.show_message(guest.hand ? "You raise a hand." : "You take your hand down.");
    refresh_all();
}

// ---- proposals

void Guests::write_proposal(Client& client, const keys::Event& event) {
    std::string& line = *client.guest->writing;
    std::string more;
    if (event.kind == keys::EventKind::PasteData) {
        more = event.raw;
    } else if (event.kind == keys::EventKind::Key && event.action != keys::Action::Release) {
        const keys::Key key = event.key;
        const std::string name = keys::key_name(key);
        if (name == "Enter" || name == "KPEnter" || name == "C-m")
            return propose(client);
        if (name == "Escape" || name == "C-c" || name == "C-[") {
            client.guest->writing.reset();
        } else if (name == "BSpace" || name == "C-h") {
            erase_last(line);
        } else if (name == "C-u") {
            line.clear();
        } else if (key.is_character() && (key.modifiers & ~keys::kShift) == 0) {
            vt::append_utf8(static_cast<char32_t>(key.code), more);
        }
    }
    for (const std::string& character : prompt::split(more))
        if (is_seen(character) && line.size() + character.size() <= kMaxProposal)
            line += character;
    client.display.refresh();
}

void Guests::propose(Client& client) {
    Guest& guest = *client.guest;
    guest.proposal = std::move(*guest.writing);
    guest.writing.reset();
    if (!guest.proposal.empty())
        say(session_of(guest),
            guest_text(guest) + " proposes: " + as_text(guest.proposal) + " (prefix S runs it)");
    client.show_message(guest.proposal.empty() ? "You propose nothing." : "The owner sees it.");
    refresh_all();
}

bool Guests::accept(Client& client) {
    Guest& guest = *client.guest;
    Pane* pane = pane_of(guest);
    if (guest.proposal.empty() || guest.waiting || pane == nullptr || pane->mode() != nullptr)
        return false;
    pane->input(guest.proposal + "\r");
    server_.add_message("the proposal of " + guest_text(guest) +
                        " was run: " + as_text(guest.proposal));
    guest.proposal.clear();
    client.show_message("Your proposal was run.");
    refresh_all();
    return true;
}

// ---- the floor

bool Guests::has_floor(const Client& client) const {
    const protocol::AdoptGuest& adopt = client.guest->adopt;
    const auto found = floors_.find(adopt.share);
    return found != floors_.end() && found->second.guest == adopt.guest;
}

bool Guests::may_type(const Client& client) const {
    const protocol::AdoptGuest& adopt = client.guest->adopt;
    const auto share = shares_.find(adopt.share);
    const bool one_at_a_time = share != shares_.end() && share->second.floor != 0;
    return client.guest->has_keyboard() &&
           (!one_at_a_time || !floors_.contains(adopt.share) || has_floor(client));
}

bool Guests::take_floor(Client& client) {
    if (!may_type(client))
        return false;
    const std::uint32_t share = client.guest->adopt.share;
    const auto state = shares_.find(share);
    if (state == shares_.end() || state->second.floor == 0)
        return true;
    if (!has_floor(client))
        give_floor(share, &client);
    floors_[share].typed_us = now_us();
    return true;
}

void Guests::give_floor(std::uint32_t share, Client* client) {
    if (client == nullptr) {
        floors_.erase(share);
    } else {
        client->guest->hand = false;
        Floor& floor = floors_[share];
        floor.guest = client->guest->adopt.guest;
        floor.typed_us = now_us();
        watch_floor(share);
        client->show_message("You have the floor.");
        server_.add_message(guest_text(*client->guest) + " has the floor");
    }
    refresh_all();
}

// Free again when its holder has been idle for long enough.
void Guests::watch_floor(std::uint32_t share) {
    Floor& floor = floors_[share];
    const std::uint64_t idle = now_us() - floor.typed_us;
    floor.idle = server_.loop().after(idle < kFloorUs ? kFloorUs - idle : 0, [this, share] {
        const auto found = floors_.find(share);
        if (found == floors_.end())
            return;
        if (now_us() - found->second.typed_us >= kFloorUs)
            give_floor(share, nullptr);
        else
            watch_floor(share);
    });
}

} // namespace berth::mux
