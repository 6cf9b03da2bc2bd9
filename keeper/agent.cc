#include "agent.h"

#include <array>
#include <cstring>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace berth::keeper {
namespace {

constexpr int kBacklog = 16;
constexpr std::uint64_t kPause = 1'000'000; // microseconds without descriptors to accept with

Result<Fd> stream_socket(const std::string& path, sockaddr_un& address) {
    address.sun_family = AF_UNIX;
    if (path.empty() || path.size() >= sizeof address.sun_path)
        return fail(ENAMETOOLONG, "agent socket " + path);
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    Fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!socket)
        return fail_errno("socket");
    return socket;
}

// SSH_AGENT_FAILURE, the only answer of who cannot do what is asked (draft-miller-ssh-agent).
constexpr std::string_view kFailure("\0\0\0\1\5", 5);

const sockaddr* generic(const sockaddr_un& address) {
    return reinterpret_cast<const sockaddr*>(&address);
}

bool same_file(const std::string& one, const std::string& other) {
    struct stat a {};
    struct stat b {};
    return stat(one.c_str(), &a) == 0 && stat(other.c_str(), &b) == 0 && a.st_dev == b.st_dev &&
           a.st_ino == b.st_ino;
}

} // namespace

// Two sockets and the bytes on their way from each to the other.
struct AgentProxy::Relay {
    struct Side {
        Fd socket;
        Source watch;
        std::array<char, kRelayBytes> bytes{}; // read here, to be written to the other side
        std::size_t begin = 0;
        std::size_t end = 0;
        bool ended = false; // nothing more will be read here
        bool told = false;  // and the other side knows
        bool gone = false;  // its peer has closed: nothing need be written here either
    };
    std::array<Side, 2> sides;
    Fd nobody; // the other end, where no agent is: held for as long as somebody asks

    // false: the relay is over.
    bool turn();
    void wait();

  private:
    static bool read_some(Side& from);
    static bool write_some(Side& from, Side& to);
};

bool AgentProxy::Relay::read_some(Side& from) {
    if (from.ended || from.begin != from.end)
        return true;
    const ssize_t size = recv(from.socket.get(), from.bytes.data(), from.bytes.size(), 0);
    if (size < 0)
        return errno == EAGAIN || errno == EINTR;
    from.begin = 0;
    from.end = static_cast<std::size_t>(size);
    from.ended = size == 0;
    return true;
}

bool AgentProxy::Relay::write_some(Side& from, Side& to) {
    if (from.begin != from.end) {
        const ssize_t size = send(to.socket.get(), from.bytes.data() + from.begin,
                                  from.end - from.begin, MSG_NOSIGNAL);
        if (size < 0)
            return errno == EAGAIN || errno == EINTR;
        from.begin += static_cast<std::size_t>(size);
    }
    if (from.ended && from.begin == from.end && !from.told) {
        from.told = true;
        return shutdown(to.socket.get(), SHUT_WR) == 0;
    }
    return true;
}

bool AgentProxy::Relay::turn() {
    for (Side& side : sides)
        if (!read_some(side))
            return false;
    if (!write_some(sides[0], sides[1]) || !write_some(sides[1], sides[0]))
        return false;
    for (const Side& side : sides)
        if (side.gone && side.ended && side.begin == side.end)
            return false; // and all that it said is delivered
    if (sides[0].told && sides[1].told)
        return false;
    wait();
    return true;
}

void AgentProxy::Relay::wait() {
    for (std::size_t i = 0; i < 2; ++i) {
        Side& side = sides[i];
        const Side& other = sides[1 - i];
        std::uint32_t events =
            side.gone ? 0U : std::uint32_t{EPOLLHUP}; // which is reported until it is dealt with
        if (!side.ended && side.begin == side.end)
            events |= EPOLLIN;
        if (other.begin != other.end)
            events |= EPOLLOUT;
        side.watch.set_events(events);
    }
}

Result<std::unique_ptr<AgentProxy>> AgentProxy::listen(Loop& loop, const std::string& path) {
    sockaddr_un address{};
    auto socket = stream_socket(path, address);
    if (!socket)
        return std::unexpected(socket.error());
    if (unlink(path.c_str()) < 0 && errno != ENOENT)
        return fail_errno("unlink " + path);
    if (fchmod(socket->get(), 0600) < 0) // the mode that bind gives to the file
        return fail_errno("chmod " + path);
    if (bind(socket->get(), generic(address), sizeof address) < 0)
        return fail_errno("bind " + path);
    if (chmod(path.c_str(), 0600) < 0 || ::listen(socket->get(), kBacklog) < 0)
        return fail_errno("listen " + path);
    return std::unique_ptr<AgentProxy>(new AgentProxy(loop, path, std::move(*socket)));
}

AgentProxy::AgentProxy(Loop& loop, std::string path, Fd listener)
    : loop_(loop), path_(std::move(path)), listener_(std::move(listener)) {
    watch_ = loop_.watch(listener_.get(), EPOLLIN, [this](std::uint32_t) { accept_one(); });
}

AgentProxy::~AgentProxy() {
    unlink(path_.c_str());
}

std::unique_ptr<AgentProxy> AgentProxy::resume(Loop& loop, const State& state) {
    std::unique_ptr<AgentProxy> proxy(new AgentProxy(loop, state.agent, Fd(state.agent_listener)));
    proxy->agents_ = state.agents;
    for (const RelayState& held : state.relays) {
        auto relay = proxy->relays_.insert(proxy->relays_.end(), std::make_unique<Relay>());
        for (std::size_t i = 0; i < 2; ++i) {
            Relay::Side& side = (*relay)->sides[i];
            side.socket = Fd(held.sockets[i]);
            side.end = held.bytes[i].copy(side.bytes.data(), side.bytes.size());
            side.ended = held.ended[i] != 0;
            side.told = held.told[i] != 0;
            side.gone = held.gone[i] != 0;
        }
        proxy->watch_relay(relay);
        (*relay)->wait();
    }
    return proxy;
}

void AgentProxy::collect(State& state) const {
    state.agent = path_;
    state.agent_listener = listener_.get();
    state.agents = agents_;
    for (const auto& relay : relays_) {
        RelayState& held = state.relays.emplace_back();
        for (std::size_t i = 0; i < 2; ++i) {
            const Relay::Side& side = relay->sides[i];
            held.sockets[i] = side.socket.get();
            held.bytes[i].assign(side.bytes.data() + side.begin, side.end - side.begin);
            held.ended[i] = side.ended ? 1 : 0;
            held.told[i] = side.told ? 1 : 0;
            held.gone[i] = side.gone ? 1 : 0;
        }
    }
}

Fd AgentProxy::reach() const {
    for (const std::string& agent : agents_) {
        sockaddr_un address{};
        auto socket = stream_socket(agent, address);
        if (!socket || same_file(agent, path_))
            continue;
        if (connect(socket->get(), generic(address), sizeof address) == 0)
            return std::move(*socket);
    }
    return {};
}

void AgentProxy::accept_one() {
    Fd client(accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (!client && (errno == EMFILE || errno == ENFILE)) {
        watch_.set_events(0);
        pause_ = loop_.after(kPause, [this] { watch_.set_events(EPOLLIN); });
    }
    if (!client || relays_.size() >= kMaxRelays)
        return;
    Fd agent = reach();
    Fd nobody;
    if (!agent) {
        // Closed at once it would end who asks by SIGPIPE, as an agent's end never does.
        int ends[2];
        if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) < 0)
            return;
        agent = Fd(ends[0]);
        nobody = Fd(ends[1]);
        if (send(nobody.get(), kFailure.data(), kFailure.size(), MSG_NOSIGNAL) < 0 ||
            shutdown(nobody.get(), SHUT_WR) < 0)
            return;
    }
    auto relay = relays_.insert(relays_.end(), std::make_unique<Relay>());
    (*relay)->nobody = std::move(nobody);
    (*relay)->sides[0].socket = std::move(client);
    (*relay)->sides[1].socket = std::move(agent);
    watch_relay(relay);
}

void AgentProxy::watch_relay(std::list<std::unique_ptr<Relay>>::iterator relay) {
    for (Relay::Side& side : (*relay)->sides)
        side.watch =
            loop_.watch(side.socket.get(), EPOLLIN, [this, relay, &side](std::uint32_t events) {
                side.gone = side.gone || (events & EPOLLHUP) != 0;
                if (!(*relay)->turn())
                    relays_.erase(relay);
            });
}

} // namespace berth::keeper
