#include "protocol/channel.h"

#include "base/close.h"

#include <array>
#include <cstring>
#include <deque>
#include <poll.h>
#include <span>
#include <sys/epoll.h>
#include <sys/socket.h>

namespace berth::protocol {
namespace {

constexpr std::size_t kControlBytes =
    CMSG_SPACE(sizeof(int) * kMaxDescriptors) + CMSG_SPACE(sizeof(ucred));
constexpr int kPacketsPerTurn = 32; // of one channel, before others have their turn
constexpr int kMostTurns = 1000;    // for a rest: far more than a socket holds

ssize_t send_once(int socket, std::string_view bytes, const std::vector<int>& descriptors) {
    alignas(cmsghdr) std::array<char, kControlBytes> control{};
    iovec vector{const_cast<char*>(bytes.data()), bytes.size()};
    msghdr header{};
    header.msg_iov = &vector;
    header.msg_iovlen = 1;
    if (!descriptors.empty()) {
        header.msg_control = control.data();
        header.msg_controllen = CMSG_SPACE(sizeof(int) * descriptors.size());
        cmsghdr* item = CMSG_FIRSTHDR(&header);
        item->cmsg_level = SOL_SOCKET;
        item->cmsg_type = SCM_RIGHTS;
        item->cmsg_len = CMSG_LEN(sizeof(int) * descriptors.size());
        std::memcpy(CMSG_DATA(item), descriptors.data(), sizeof(int) * descriptors.size());
    }
    ssize_t sent = 0;
    do
        sent = sendmsg(socket, &header, MSG_NOSIGNAL | MSG_DONTWAIT);
    while (sent < 0 && errno == EINTR);
    return sent;
}

void take_descriptors(const cmsghdr& item, std::vector<Fd>& into) {
    const std::size_t count = (item.cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (std::size_t i = 0; i < count; ++i) {
        int fd = -1;
        std::memcpy(&fd, CMSG_DATA(&item) + i * sizeof(int), sizeof fd);
        into.emplace_back(fd);
    }
}

void take_control(msghdr& header, Packet& packet) {
    for (cmsghdr* item = CMSG_FIRSTHDR(&header); item != nullptr;
         item = CMSG_NXTHDR(&header, item)) {
        if (item->cmsg_level != SOL_SOCKET)
            continue;
        if (item->cmsg_type == SCM_RIGHTS) {
            take_descriptors(*item, packet.descriptors);
        } else if (item->cmsg_type == SCM_CREDENTIALS) {
            ucred sender{};
            std::memcpy(&sender, CMSG_DATA(item), sizeof sender);
            packet.sender = sender.pid;
        }
    }
}

// EPIPE at the end of the stream, EPROTO for a packet that is too long or has no id. Without room
// for descriptors the kernel never installs them: none has to be closed, which can block.
enum class Descriptors { take, refuse };

Result<Packet> receive_once(int socket, std::span<char> buffer,
                            Descriptors descriptors = Descriptors::take) {
    alignas(cmsghdr) std::array<char, kControlBytes> control{};
    iovec vector{buffer.data(), buffer.size()};
    msghdr header{};
    header.msg_iov = &vector;
    header.msg_iovlen = 1;
    if (descriptors == Descriptors::take) {
        header.msg_control = control.data();
        header.msg_controllen = control.size();
    }
    ssize_t size = 0;
    // ECONNRESET comes once, before what is still to be read: the peer closed without having read
    // all.
    bool reset = false;
    do {
        size = recvmsg(socket, &header, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
        if (size < 0 && errno == ECONNRESET && !reset) {
            reset = true;
            errno = EINTR;
        }
    } while (size < 0 && errno == EINTR);
    if (size < 0)
        return fail_errno("receive");
    Packet packet;
    take_control(header, packet);
    if (size == 0)
        return fail(EPIPE, "receive");
    if ((header.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0 || size < 2) {
        close_apart(std::move(packet.descriptors));
        return fail(EPROTO, "receive");
    }
    packet.id =
        static_cast<Id>(static_cast<unsigned char>(buffer[0]) |
                        (static_cast<unsigned>(static_cast<unsigned char>(buffer[1])) << 8));
    packet.bytes = std::string_view(buffer.data() + 2, static_cast<std::size_t>(size) - 2);
    return packet;
}

} // namespace

Result<void> send_packet(int socket, std::string_view bytes, const std::vector<int>& descriptors) {
    if (bytes.empty())
        return fail(EMSGSIZE, "send");
    while (send_once(socket, bytes, descriptors) < 0) {
        if (errno != EAGAIN)
            return fail_errno("send");
        pollfd wait{socket, POLLOUT, 0};
        if (poll(&wait, 1, -1) < 0 && errno != EINTR)
            return fail_errno("poll");
    }
    return {};
}

Result<Packet> receive_packet(int socket, int timeout_ms, std::string& buffer) {
    buffer.resize(kMaxPacket);
    const std::uint64_t deadline =
        now_us() + static_cast<std::uint64_t>(timeout_ms < 0 ? 0 : timeout_ms) * 1000;
    for (;;) {
        auto packet = receive_once(socket, buffer);
        if (packet || packet.error().code != EAGAIN)
            return packet;
        int wait_ms = -1;
        if (timeout_ms >= 0) {
            const std::uint64_t now = now_us();
            if (now >= deadline)
                return fail(ETIMEDOUT, "receive");
            wait_ms = static_cast<int>((deadline - now) / 1000) + 1;
        }
        pollfd wait{socket, POLLIN, 0};
        if (poll(&wait, 1, wait_ms) < 0 && errno != EINTR)
            return fail_errno("poll");
    }
}

Result<Packet> receive_bare_packet(int socket, std::string& buffer) {
    buffer.resize(kMaxPacket);
    return receive_once(socket, buffer, Descriptors::refuse);
}

Result<void> tell_sender(int socket, bool on) {
    const int value = on ? 1 : 0;
    if (setsockopt(socket, SOL_SOCKET, SO_PASSCRED, &value, sizeof value) < 0)
        return fail_errno("SO_PASSCRED");
    return {};
}

struct Channel::State {
    struct Waiting {
        std::string bytes;
        std::vector<Fd> descriptors;
    };

    Fd socket;
    OnPacket on_packet;
    OnClosed on_closed;
    Source watch;
    Source closing; // a pending report of the end
    std::deque<Waiting> queue;
    std::size_t queued = 0;
    bool end_after_sending = false;
    std::uint16_t version = kVersion;
    Loop* loop = nullptr;

    void receive();
    void flush();
    void close(std::string reason);
    // 1 sent, 0 would block, -1 the channel is closed
    int try_send(const Waiting& packet);
};

int Channel::State::try_send(const Waiting& packet) {
    std::vector<int> raw;
    for (const Fd& fd : packet.descriptors)
        raw.push_back(fd.get());
    if (send_once(socket.get(), packet.bytes, raw) >= 0)
        return 1;
    if (errno == EAGAIN)
        return 0;
    if (errno == EPIPE || errno == ECONNRESET)
        return 1; // what the peer said before it went, a refusal perhaps, is read first
    close(std::string("send: ") + std::strerror(errno));
    return -1;
}

void Channel::State::flush() {
    while (socket && !queue.empty()) {
        if (try_send(queue.front()) != 1)
            break;
        queued -= queue.front().bytes.size();
        queue.pop_front();
    }
    if (!socket)
        return;
    if (queue.empty() && end_after_sending) {
        close("closed");
        return;
    }
    watch.set_events(queue.empty() ? EPOLLIN : EPOLLIN | EPOLLOUT);
}

void Channel::State::close(std::string reason) {
    if (!socket)
        return;
    watch.reset();
    socket.reset();
    queue.clear();
    queued = 0;
    closing = loop->defer([this, reason = std::move(reason)] {
        auto call = std::move(on_closed);
        if (call)
            call(reason);
    });
}

void Channel::State::receive() {
    // One for all channels of the program, whose loop is single-threaded: a packet is done with
    // before the next one is read. Pages that no packet needed are never touched.
    static std::array<char, kMaxPacket> buffer;
    for (int i = 0; i < kPacketsPerTurn && socket; ++i) {
        auto packet = receive_once(socket.get(), buffer);
        if (!packet) {
            if (packet.error().code == EPIPE || packet.error().code == ECONNRESET)
                close("closed by the peer");
            else if (packet.error().code != EAGAIN)
                close(packet.error().text());
            return;
        }
        packet->version = version;
        if (!on_packet(*packet))
            close("malformed packet " + std::to_string(static_cast<unsigned>(packet->id)));
    }
}

Channel::Channel(Loop& loop, Fd socket, OnPacket on_packet, OnClosed on_closed)
    : state_(std::make_shared<State>()) {
    state_->loop = &loop;
    state_->socket = std::move(socket);
    state_->on_packet = std::move(on_packet);
    state_->on_closed = std::move(on_closed);
    std::weak_ptr<State> weak = state_;
    state_->watch = loop.watch(state_->socket.get(), EPOLLIN, [weak](std::uint32_t events) {
        const auto state = weak.lock(); // outlives a callback that destroys the channel
        if (!state)
            return;
        if ((events & EPOLLOUT) != 0)
            state->flush();
        if (state->socket && (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0)
            state->receive();
    });
}

Channel::~Channel() {
    state_->watch.reset();
    state_->closing.reset();
    state_->socket.reset();
}

int Channel::fd() const {
    return state_->socket.get();
}
std::size_t Channel::queued() const {
    return state_->queued;
}
bool Channel::hung_up() const {
    pollfd asked{state_->socket.get(), POLLRDHUP, 0};
    return !state_->socket ||
           (poll(&asked, 1, 0) > 0 && (asked.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0);
}
void Channel::set_version(std::uint16_t version) {
    state_->version = version;
}
std::uint16_t Channel::version() const {
    return state_->version;
}

void Channel::read_rest() {
    const auto state = state_; // outlives a callback that destroys the channel
    for (int turn = 0; turn < kMostTurns && state->socket; ++turn) {
        pollfd asked{state->socket.get(), POLLIN, 0};
        if (poll(&asked, 1, 0) <= 0)
            return;
        state->receive();
    }
}

Fd Channel::release() {
    state_->watch.reset();
    state_->closing.reset();
    return std::move(state_->socket);
}

void Channel::close_after_sending() {
    state_->end_after_sending = true;
    state_->flush();
}

void Channel::send_bytes(std::string bytes, std::vector<Fd> descriptors) {
    State& state = *state_;
    if (!state.socket)
        return;
    if (bytes.empty()) {
        state.close("a message beyond its limits");
        return;
    }
    State::Waiting packet{std::move(bytes), std::move(descriptors)};
    if (state.queue.empty() && state.try_send(packet) != 0)
        return;
    if (state.queued + packet.bytes.size() > kMaxQueue) {
        state.close("the peer does not read");
        return;
    }
    state.queued += packet.bytes.size();
    state.queue.push_back(std::move(packet));
    state.watch.set_events(EPOLLIN | EPOLLOUT);
}

} // namespace berth::protocol
