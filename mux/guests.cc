#include "guests.h"

#include "base/log.h"
#include "client.h"
#include "server.h"
#include "slots.h"

#include <algorithm>
#include <charconv>
#include <sys/mman.h>
#include <unistd.h>

namespace berth::mux {

using namespace protocol;

namespace {

constexpr std::string_view kEnded = "this share has ended";

Adopt client_of(const AdoptGuest& guest) {
    Adopt adopt;
    adopt.number = guest.number;
    adopt.uid = guest.uid;
    adopt.pid = guest.pid;
    adopt.user = guest.name.substr(0, kMaxUser);
    adopt.role = guest.role;
    adopt.purpose = Purpose::guest;
    return adopt;
}

// Kept by the keeper beyond this process: a byte, or none.
Fd mark_of(bool on) {
    Fd mark(memfd_create("berth-mark", MFD_CLOEXEC));
    return mark && (!on || write(mark.get(), "1", 1) == 1) ? std::move(mark) : Fd();
}

bool is_marked(const Fd& kept) {
    char mark = 0;
    return pread(kept.get(), &mark, 1, 0) == 1;
}

} // namespace

std::string guest_text(const Guest& guest) {
    const std::string& address = guest.adopt.address;
    return guest.adopt.name + (address.empty() ? "" : " (" + address + ")");
}

const char* role_text(Role role) {
    return role == Role::write ? "write" : "read";
}

Guests::Guests(Server& server) : server_(server) {}
Guests::~Guests() = default;

// ---- from berthd

bool Guests::on_packet(Packet& packet) {
    switch (packet.id) {
    case Id::adopt_guest:
        return on_adopt(packet);
    case Id::share_made:
        return on_made(packet);
    case Id::share_state:
        return on_state(packet);
    default:
        return false;
    }
}

bool Guests::on_adopt(Packet& packet) {
    AdoptGuest adopt;
    if (!decode(packet, adopt) || packet.descriptors.size() != 1)
        return false;
    if (adopt.role == Role::owner)
        return false;
    const std::uint64_t number = adopt.number;
    Adopt as_client = client_of(adopt);
    auto guest = std::make_unique<Guest>();
    guest->joined = epoch_seconds();
    guest->paused = adopt.paused != 0 || all_paused_;
    guest->adopt = std::move(adopt);
    recall_asked(*guest);
    server_.add_guest(number, std::move(as_client), std::move(packet.descriptors.front()),
                      std::move(guest));
    return true;
}

bool Guests::on_made(const Packet& packet) {
    ShareMade made;
    if (!decode(packet, made))
        return false;
    const auto found = requests_.find(made.request);
    if (found == requests_.end())
        return true; // of a mux before this one
    MadeCall call = std::move(found->second);
    requests_.erase(found);
    if (made.code == 0 && shares_.contains(made.id)) {
        std::string host = made.host == 2 ? "HOST" : server_.user().host;
        if (made.host == 1)
            host.resize(std::min(host.find('.'), host.size()));
        const std::string port = made.port == 22 ? "" : " -p " + std::to_string(made.port);
        const auto line = [&](const std::string& token) {
            return token.empty() ? std::string() : "ssh" + port + " " + token + "@" + host;
        };
        links_[made.id] = {line(made.read), line(made.write)};
        for (const char* name : {"berth-ready", "tmate-ready"})
            server_.wake(name);
    }
    call(made);
    return true;
}

bool Guests::on_state(const Packet& packet) {
    ShareState state;
    if (!decode(packet, state))
        return false;
    const std::uint32_t id = state.id;
    if (state.ended == 0) {
        shares_[id] = std::move(state);
    } else {
        shares_.erase(id);
        links_.erase(id);
        floors_.erase(id);
        for (Client* client : guests())
            if (client->guest->adopt.share == id)
                client->finish(1, "[" + std::string(kEnded) + "]");
        server_.add_message("share " + std::to_string(id) + " has ended");
    }
    refresh_all();
    return true;
}

void Guests::berthd_lost() {
    ShareMade lost;
    lost.code = EAGAIN;
    lost.text = "berthd is away; try again";
    auto requests = std::exchange(requests_, {});
    for (auto& [number, call] : requests)
        call(lost);
}

void Guests::make(ShareMake wish, MadeCall call) {
    ShareMade refused;
    refused.code = EAGAIN;
    refused.text = "berthd is away; try again";
    if (server_.berthd() == nullptr || requests_.size() >= kMaxShareRequests) {
        call(refused);
        return;
    }
    wish.request = next_request_++;
    requests_[wish.request] = std::move(call);
    server_.berthd()->send(wish);
}

// Guests leave at once; berthd is told, and takes the tokens away.
void Guests::end(EndWhat what, std::uint32_t id) {
    for (Client* client : guests()) {
        const AdoptGuest& adopt = client->guest->adopt;
        if (what == EndWhat::all || (what == EndWhat::share && adopt.share == id) ||
            (what == EndWhat::session && adopt.session == id)) {
            if (client->guest->typed != 0)
                tell(*client, GuestKind::input);
            client->finish(1, "[" + std::string(kEnded) + "]");
        }
    }
    if (server_.berthd() != nullptr)
        server_.berthd()->send(ShareEnd{what, id});
}

// What was typed is told before anything else: berthd knows no guest who has left.
void Guests::tell(Client& client, GuestKind kind) {
    Guest& guest = *client.guest;
    if (server_.berthd() == nullptr)
        return;
    if (kind != GuestKind::input && guest.typed != 0)
        tell(client, GuestKind::input);
    GuestEvent event;
    event.kind = kind;
    event.guest = guest.adopt.guest;
    event.role = guest.adopt.role;
    event.pane = guest.typed_pane;
    event.bytes = guest.typed;
    if (kind == GuestKind::input)
        guest.typed = 0;
    server_.berthd()->send(event);
}

// ---- coming and going

void Guests::arrived(Client& client) {
    Guest& guest = *client.guest;
    if (guest.errand) {
        run_errand(client);
        return;
    }
    if (client.tty() == nullptr) {
        client.finish(1, "a guest needs a terminal");
        return;
    }
    if (!shares_.contains(guest.adopt.share) || pane_of(guest) == nullptr) {
        client.finish(1, std::string(kEnded));
        return;
    }
    if (guest.adopt.ask == 0)
        let_in(client);
    else
        knock(client);
}

void Guests::knock(Client& client) {
    Guest& guest = *client.guest;
    guest.waiting = true;
    client.print("Waiting for " + server_.user().user + " to let you in.");
    const std::string number = std::to_string(guest.adopt.guest);
    say(session_of(guest), guest_text(guest) + " wants to join: berth admit " + number +
                               " [read|write], or berth refuse " + number);
    guest.patience = server_.loop().after(kKnockUs, [this, &client] { refuse(client); });
}

void Guests::let_in(Client& client) {
    Guest& guest = *client.guest;
    guest.waiting = false;
    guest.patience.reset();
    Session* session = session_of(guest);
    client.read_only = guest.adopt.role != Role::write;
    const bool again = client.request.again != 0;
    client.attach(*session);
    tell(client, GuestKind::joined);
    const std::string prefix = session->options.text("prefix");
    client.show_message(std::string(guest.has_keyboard() ? "You type into" : "You read") + " " +
                        server_.user().user + "'s session. " + prefix + " d leaves, " + prefix +
                        " ? helps.");
    if (!again)
        say(session, guest_text(guest) + " joined to " +
                         (guest.adopt.role == Role::write ? "type" : "read") + " (" +
                         std::to_string(guests().size()) + " here)");
    refresh_all();
}

void Guests::left(Client& client) {
    Guest& guest = *client.guest;
    if (guest.errand)
        return; // the visit goes on
    const bool was_here = !guest.waiting;
    guest.patience.reset();
    guest.attribution.reset();
    if (has_floor(client))
        give_floor(guest.adopt.share, nullptr);
    tell(client, GuestKind::left);
    if (guest.hand || !guest.proposal.empty()) {
        guest.hand = false;
        guest.proposal.clear();
        remember_asked();
    }
    if (was_here)
        say(session_of(guest), guest_text(guest) + " left");
    refresh_all();
}

void Guests::admit(Client& client, std::optional<Role> role) {
    Guest& guest = *client.guest;
    if (!guest.waiting)
        return;
    // What the share does not give, nobody gets by being let in.
    if (role == Role::read)
        guest.adopt.role = Role::read;
    if (shares_.contains(guest.adopt.share) && pane_of(guest) != nullptr)
        let_in(client);
    else
        client.finish(1, std::string(kEnded));
}

void Guests::refuse(Client& client) {
    Guest& guest = *client.guest;
    if (!guest.waiting)
        return;
    guest.patience.reset();
    say(session_of(guest), guest_text(guest) + " was not let in");
    tell(client, GuestKind::refused);
    client.finish(1, server_.user().user + " did not let you in");
}

void Guests::kick(Client& client) {
    Guest& guest = *client.guest;
    if (guest.waiting) {
        refuse(client);
        return;
    }
    tell(client, GuestKind::kicked);
    client.finish(1, "[" + server_.user().user + " ended your visit]");
}

void Guests::set_role(Client& client, Role role) {
    Guest& guest = *client.guest;
    guest.adopt.role = role;
    guest.hand = false;
    remember_asked();
    client.read_only = role != Role::write;
    if (role != Role::write && has_floor(client))
        give_floor(guest.adopt.share, nullptr);
    tell(client, GuestKind::role);
    if (guest.waiting)
        return;
    client.show_message(role == Role::write ? "You may type now." : "You may read only now.");
    say(session_of(guest), guest_text(guest) + " has the role " + role_text(role) + " now");
    refresh_all();
}

void Guests::set_paused(Client& client, bool paused) {
    if (client.guest->paused == paused)
        return;
    client.guest->paused = paused;
    tell(client, paused ? GuestKind::paused : GuestKind::resumed);
    server_.add_message(guest_text(*client.guest) + (paused ? " is paused" : " goes on"));
    refresh_all();
}

void Guests::set_all_paused(bool paused) {
    all_paused_ = paused;
    Fd mark = mark_of(paused);
    if (mark)
        server_.keep(0, kPausedSlot, std::move(mark));
    else
        log::error("guests would not be paused after a restart of the multiplexer");
    for (Client* client : guests())
        set_paused(*client, paused);
    say(nullptr, paused ? "all guests are paused" : "guests see and type again");
    refresh_all();
}

void Guests::was_paused(const Fd& kept) {
    all_paused_ = is_marked(kept);
    if (!all_paused_)
        return;
    // berthd may have been faster with them than the keeper with this.
    for (const auto& client : server_.clients())
        if (client->guest != nullptr)
            client->guest->paused = true;
}

void Guests::session_ended(const Session& session) {
    end(EndWhat::session, session.id);
}

// A share of a window or pane that has gone has ended.
void Guests::prune() {
    if (!server_.ready())
        return; // what an earlier mux left is yet to be told
    std::vector<std::uint32_t> gone;
    for (const auto& [id, share] : shares_) {
        Guest probe;
        probe.adopt.scope = share.scope;
        probe.adopt.session = share.session;
        probe.adopt.target = share.target;
        if (pane_of(probe) == nullptr)
            gone.push_back(id);
    }
    for (const std::uint32_t id : gone)
        end(EndWhat::share, id);
    std::erase_if(private_, [&](std::uint32_t id) { return server_.find_pane(id) == nullptr; });
}

// ---- what it is about

Session* Guests::session_of(const Guest& guest) const {
    return server_.find_session(guest.adopt.session);
}

Window* Guests::window_of(const Guest& guest) const {
    Session* session = session_of(guest);
    if (session == nullptr)
        return nullptr;
    if (guest.adopt.scope == ShareScope::session)
        return session->window();
    for (const auto& [index, window] : session->windows)
        if (guest.adopt.scope == ShareScope::window ? window->id == guest.adopt.target
                                                    : window->find(guest.adopt.target) != nullptr)
            return window;
    return nullptr;
}

Pane* Guests::pane_of(const Guest& guest) const {
    Window* window = window_of(guest);
    if (window == nullptr)
        return nullptr;
    return guest.adopt.scope == ShareScope::pane ? window->find(guest.adopt.target)
                                                 : window->active;
}

std::vector<Client*> Guests::guests() const {
    std::vector<Client*> all;
    for (const auto& client : server_.clients())
        if (client->guest != nullptr && !client->ended() &&
            (client->attached() || client->guest->waiting))
            all.push_back(client.get());
    return all;
}

Client* Guests::find(std::string_view name) const {
    std::uint32_t number = 0;
    const auto [stop, error] = std::from_chars(name.data(), name.data() + name.size(), number);
    const bool is_number = error == std::errc() && stop == name.data() + name.size();
    for (Client* client : guests()) {
        const AdoptGuest& adopt = client->guest->adopt;
        if (is_number ? adopt.guest == number : adopt.name == name)
            return client;
    }
    return nullptr;
}

// Kept beyond this process: nobody is to see the pane because the mux had to be started anew.
void Guests::set_private(Pane& pane, bool on) {
    Fd mark = mark_of(on);
    if (mark)
        server_.keep(pane.id + 1, kPrivateSlot, std::move(mark));
    else
        log::error("a private pane would not be one after a restart of the multiplexer");
    if (on)
        private_.insert(pane.id);
    else
        private_.erase(pane.id);
    refresh_all();
}

void Guests::was_private(std::uint32_t pane, const Fd& kept) {
    if (is_marked(kept))
        private_.insert(pane);
}

bool Guests::is_private(const Pane& pane) const {
    return private_.contains(pane.id);
}

bool Guests::masked(const Pane& pane) const {
    return is_private(pane) || pane.hides_input();
}

bool Guests::sees(const Client& client, const Pane& pane) const {
    const Guest& guest = *client.guest;
    return !guest.waiting && !guest.paused && window_of(guest) == pane.window &&
           (guest.adopt.scope != ShareScope::pane || guest.adopt.target == pane.id) &&
           !masked(pane);
}

bool Guests::shared(const Session& session) const {
    return std::ranges::any_of(
        shares_, [&](const auto& entry) { return entry.second.session == session.id; });
}

std::string Guests::presence(const Session& session) const {
    std::string text;
    for (const Client* client : guests()) {
        const Guest& guest = *client->guest;
        if (guest.adopt.session != session.id)
            continue;
        const char* how = guest.waiting                     ? " waits"
                          : guest.paused                    ? " paused"
                          : !guest.proposal.empty()         ? " proposes"
                          : guest.hand                      ? " raises a hand"
                          : guest.adopt.role == Role::write ? " types"
                                                            : " reads";
        text += (text.empty() ? "" : ", ") + guest.adopt.name.substr(0, 20) + how;
    }
    if (all_paused_)
        return text.empty() ? "shared, paused" : text;
    return text.empty() ? "shared" : text;
}

std::string Guests::link(std::uint32_t share, Role role) const {
    const auto found = links_.find(share);
    if (found == links_.end())
        return {};
    return role == Role::write ? found->second.write : found->second.read;
}

// The newest share of the session, as share_* and with tmate's names.
std::optional<std::string> Guests::variable(std::string_view name, const Session* session) const {
    const ShareState* share = nullptr;
    for (const auto& [id, state] : shares_)
        if (session != nullptr && state.session == session->id)
            share = &state;
    const auto count = [&] {
        return std::to_string(std::ranges::count_if(guests(), [&](const Client* client) {
            return session != nullptr && client->guest->adopt.session == session->id;
        }));
    };
    const auto of_link = [&](Role role) { return share != nullptr ? link(share->id, role) : ""; };
    if (name == "share_ssh" || name == "tmate_ssh")
        return of_link(Role::write);
    if (name == "share_ssh_ro" || name == "tmate_ssh_ro")
        return of_link(Role::read);
    if (name == "share_guests" || name == "tmate_num_clients")
        return count();
    if (name == "share_id")
        return share != nullptr ? std::to_string(share->id) : "";
    if (name == "share_name")
        return share != nullptr ? share->name : "";
    if (name == "share_expires")
        return share != nullptr ? std::to_string(share->expires) : "";
    if (name == "share_paused")
        return all_paused_ ? "1" : "0";
    if (name == "share_presence")
        return session != nullptr && shared(*session) ? presence(*session) : "";
    return std::nullopt;
}

void Guests::say(const Session* session, const std::string& text) {
    server_.add_message(text);
    for (const auto& client : server_.clients())
        if (client->guest == nullptr && client->attached() &&
            (session == nullptr || client->session == session))
            client->show_message(text);
}

void Guests::refresh_all() {
    for (const auto& [id, session] : server_.sessions())
        server_.refresh(*session);
    for (Client* client : guests())
        if (client->attached())
            client->display.refresh();
}

} // namespace berth::mux
