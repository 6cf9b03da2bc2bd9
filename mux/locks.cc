#include "locks.h"

#include "client.h"
#include "server.h"

#include <algorithm>

namespace berth::mux {
namespace {

constexpr std::uint64_t kSecondUs = 1'000'000;

std::uint64_t time_of(const Session& session) {
    return static_cast<std::uint64_t>(session.options.number("lock-after-time")) * kSecondUs;
}

} // namespace

void Locks::lock(Client& client) {
    if (client.session == nullptr)
        return;
    if (const std::string command = client.session->options.text("lock-command"); !command.empty())
        client.step_aside(command);
}

void Locks::lock(const Session& session) {
    for (Client* client : server_.clients_of(session))
        lock(*client);
}

void Locks::lock_all() {
    for (const auto& client : server_.clients())
        lock(*client);
}

void Locks::watch(const Session& session) {
    const std::uint64_t time = time_of(session);
    if (time == 0)
        timers_.erase(session.id);
    else
        timers_[session.id] = server_.loop().after(time, [this, id = session.id] { check(id); });
}

void Locks::watch_all() {
    for (const auto& [id, session] : server_.sessions())
        watch(*session);
}

// The timer is not set anew with every key: it looks when it ends. Where all are locked, or nobody
// is attached, the next client that comes (back) starts it again.
void Locks::check(SessionId id) {
    const Session* session = server_.find_session(id);
    const std::uint64_t time = session != nullptr ? time_of(*session) : 0;
    const auto clients = time > 0 ? server_.clients_of(*session) : std::vector<Client*>{};
    if (std::ranges::all_of(clients, &Client::away)) {
        timers_.erase(id);
        return;
    }
    const std::uint64_t idle = now_us() - session->activity_us;
    if (idle >= time)
        lock(*session);
    timers_[id] =
        server_.loop().after(idle >= time ? time : time - idle, [this, id] { check(id); });
}

} // namespace berth::mux
