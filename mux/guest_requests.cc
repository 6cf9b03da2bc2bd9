// What guests ask for: a hand that is raised, a line that is proposed, the floor of a share where
// one guest types at a time.
#include "base/log.h"
#include "client.h"
#include "guests.h"
#include "prompt/editor.h"
#include "server.h"
#include "slots.h"
#include "vt/line.h"
#include "vt/parser.h"

#include <algorithm>
#include <array>
#include <sys/mman.h>
#include <unistd.h>
#include <utility>

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

// What is kept with the keeper (kAskedSlot).
struct AskedFloor {
    std::uint32_t share = 0;
    std::uint32_t guest = 0;
    template <class V> void fields(V& v) {
        v.number(share);
        v.number(guest);
    }
};
struct AskedGuest {
    std::uint32_t guest = 0;
    std::uint8_t hand = 0;
    std::string proposal;
    template <class V> void fields(V& v) {
        v.number(guest);
        v.number(hand);
        v.text(proposal, kMaxProposal);
    }
};
struct AskedRecord {
    std::vector<AskedFloor> floors;
    std::vector<AskedGuest> guests;
    template <class V> void fields(V& v) {
        v.list(floors, kMaxAsked);
        v.list(guests, kMaxAsked);
    }
};

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
    remember_asked();
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
            return propose(client, *std::exchange(client.guest->writing, std::nullopt));
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

void Guests::propose(Client& client, std::string line) {
    Guest& guest = *client.guest;
    guest.proposal = std::move(line);
    remember_asked();
    if (!guest.proposal.empty())
        say(session_of(guest),
            guest_text(guest) + " proposes: " + as_text(guest.proposal) + " (prefix S runs it)");
    client.show_message(guest.proposal.empty() ? "You propose nothing." : "The owner sees it.");
    refresh_all();
}

// `berth propose LINE` of an account that is a guest here: berthd has said of which visit.
void Guests::run_errand(Client& client) {
    const Guest& guest = *client.guest;
    const std::string line = *guest.errand;
    const auto all = guests();
    const auto visit = std::ranges::find_if(all, [&](const Client* other) {
        const protocol::AdoptGuest& adopt = other->guest->adopt;
        return adopt.guest == guest.adopt.guest && adopt.uid == guest.adopt.uid;
    });
    if (visit == all.end() || (*visit)->guest->waiting)
        return client.finish(1, "you are nobody's guest now");
    if (line.empty() || line.size() > kMaxProposal ||
        !std::ranges::all_of(prompt::split(line), is_seen))
        return client.finish(1, "a proposal is at most " + std::to_string(kMaxProposal) +
                                    " bytes of characters that are to be seen");
    propose(**visit, line);
    client.finish(0, "the owner sees it");
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
    remember_asked();
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
    remember_asked();
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

// ---- beyond this process

void Guests::remember_asked() {
    AskedRecord record;
    for (const auto& [share, floor] : floors_)
        record.floors.push_back({share, floor.guest});
    for (const auto& [guest, asked] : asked_)
        record.guests.push_back(
            {guest, asked.hand ? std::uint8_t{1} : std::uint8_t{0}, asked.proposal});
    for (const Client* client : guests()) {
        const Guest& guest = *client->guest;
        if (guest.hand || !guest.proposal.empty())
            record.guests.push_back({guest.adopt.guest,
                                     guest.hand ? std::uint8_t{1} : std::uint8_t{0},
                                     guest.proposal});
    }
    std::string bytes;
    protocol::Encoder encoder(bytes);
    record.fields(encoder);
    Fd file(memfd_create("berth-asked", MFD_CLOEXEC));
    if (file && encoder.ok() &&
        write(file.get(), bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()))
        server_.keep(0, kAskedSlot, std::move(file));
    else
        log::error("hands and the floor would be lost with this multiplexer");
}

// What an earlier mux left. berthd may have been faster with the guests than the keeper with this.
void Guests::was_asked(const std::string& kept) {
    AskedRecord record;
    protocol::Decoder decoder(kept);
    record.fields(decoder);
    if (!decoder.complete()) {
        log::error("the hands and the floor that the multiplexer before knew make no sense");
        return;
    }
    for (const AskedFloor& floor : record.floors) {
        floors_[floor.share].guest = floor.guest;
        floors_[floor.share].typed_us = now_us();
        watch_floor(floor.share);
    }
    for (AskedGuest& guest : record.guests)
        asked_[guest.guest] = {guest.hand != 0, std::move(guest.proposal)};
    for (const auto& client : server_.clients())
        if (client->guest != nullptr)
            recall_asked(*client->guest);
}

void Guests::recall_asked(Guest& guest) {
    const auto found = asked_.find(guest.adopt.guest);
    if (found == asked_.end())
        return;
    guest.hand = found->second.hand;
    guest.proposal = std::move(found->second.proposal);
    asked_.erase(found);
}

} // namespace berth::mux
