// A channel between two of berth's processes: a SOCK_SEQPACKET socket, packets in, packets out,
// descriptors beside them. Owned by the program that serves it. Writing never blocks: what the peer
// does not take is queued up to kMaxQueue bytes; beyond that, and on every malformed packet, the
// channel is closed and on_closed says why.
#pragma once

#include "base/event.h"
#include "base/fd.h"
#include "base/result.h"
#include "protocol/messages.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace berth::protocol {

inline constexpr std::size_t kMaxQueue = 4 * 1024 * 1024; // bytes waiting for one peer

// One received packet. `bytes` are the fields after the id.
struct Packet {
    Id id{};
    std::string_view bytes;
    std::vector<Fd> descriptors;
    pid_t sender = 0; // as the kernel says, where the socket was told to (see tell_sender)
    std::uint16_t version = kVersion; // of the fields, as agreed on the channel
};

// Gives the fields; false when the bytes are malformed or more descriptors came than the message
// has.
template <class M> [[nodiscard]] bool decode(const Packet& packet, M& message) {
    Decoder decoder(packet.bytes, packet.version);
    message.fields(decoder);
    return decoder.complete() && packet.descriptors.size() <= M::kDescriptors;
}

// The packet's bytes, the id first; empty when a field is beyond its limit.
template <class M> [[nodiscard]] std::string encode(M message, std::uint16_t version = kVersion) {
    std::string bytes;
    Encoder encoder(bytes, version);
    encoder.number(static_cast<std::uint16_t>(M::kId));
    message.fields(encoder);
    if (!encoder.ok() || bytes.size() > kMaxPacket)
        bytes.clear();
    return bytes;
}

// Blocking helpers for programs without a loop. Descriptors are borrowed.
[[nodiscard]] Result<void> send_packet(int socket, std::string_view bytes,
                                       const std::vector<int>& descriptors = {});
// Waits at most so many milliseconds (-1: for ever). ETIMEDOUT; EPIPE: the peer has closed.
// `buffer` holds the bytes.
[[nodiscard]] Result<Packet> receive_packet(int socket, int timeout_ms, std::string& buffer);

// One packet, if it is there (EAGAIN: it is not), from a peer that must not send descriptors:
// EPROTO if it did.
[[nodiscard]] Result<Packet> receive_bare_packet(int socket, std::string& buffer);

// Whether packets that are received there come with their sender: for a channel between two others,
// whose SO_PEERCRED is its maker.
[[nodiscard]] Result<void> tell_sender(int socket, bool on);

class Channel {
  public:
    // false: the packet is malformed or not allowed here; the peer is dropped.
    using OnPacket = std::move_only_function<bool(Packet&)>;
    using OnClosed = std::move_only_function<void(std::string_view reason)>;

    // Both callbacks may destroy the channel. on_closed comes through the loop, never from inside
    // send().
    Channel(Loop& loop, Fd socket, OnPacket on_packet, OnClosed on_closed);
    ~Channel();
    Channel(const Channel&) = delete;
    Channel& operator=(const Channel&) = delete;

    template <class M> void send(const M& message, std::vector<Fd> descriptors = {}) {
        send_bytes(encode(message, version()), std::move(descriptors));
    }
    // What the two ends have agreed on (protocol/version.h); kVersion until then.
    void set_version(std::uint16_t version);
    [[nodiscard]] std::uint16_t version() const;
    [[nodiscard]] int fd() const;
    [[nodiscard]] std::size_t queued() const; // bytes
    // The peer has closed, or the channel is closed: what is sent now is lost. What the peer said
    // before may still come.
    [[nodiscard]] bool hung_up() const;
    // Reads what has come so far: of a peer that is about to be replaced. Calls on_packet, and
    // on_closed through the loop.
    void read_rest();
    // Takes the socket out, for handing it on; the channel is dead then. Unsent packets are lost.
    [[nodiscard]] Fd release();
    // Closes once everything queued is sent; on_closed is called then.
    void close_after_sending();

    struct State;

  private:
    void send_bytes(std::string bytes, std::vector<Fd> descriptors);
    std::shared_ptr<State> state_;
};

} // namespace berth::protocol
