// What the tests of programs share: a folder that goes away, programs that are ended, and the
// sending and awaiting of packets with a generous bound.
#pragma once

#include "base/socket.h"
#include "protocol/channel.h"

#include <boost/test/unit_test.hpp>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace berth::test {

inline constexpr int kBound = 60'000; // milliseconds until a test gives up waiting

class Folder {
  public:
    Folder();
    ~Folder();
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    [[nodiscard]] std::string path(const std::string& name) const { return path_ + "/" + name; }

  private:
    std::string path_;
};

// A child process; killed at the end of its life.
class Program {
  public:
    // `channel`, if there is one, becomes descriptor 3; `error` the standard error.
    Program(std::vector<std::string> words, int channel = -1, int error = -1);
    Program(Program&& other) noexcept;
    Program& operator=(Program&& other) = delete;
    ~Program();

    [[nodiscard]] pid_t pid() const { return pid_; }
    void kill_now();
    // The wait status.
    int wait();

  private:
    pid_t pid_ = 0;
};

// Until `ready` holds; fails the test after kBound.
void wait_until(const std::string& what, const std::function<bool()>& ready);
[[nodiscard]] bool alive(pid_t pid);
void write_file(const std::string& path, const std::string& text);
[[nodiscard]] std::string read_file(const std::string& path); // empty if it cannot be read

struct Received {
    protocol::Id id{};
    std::string bytes;
    std::vector<Fd> descriptors;
};
// Nothing: the peer has closed.
[[nodiscard]] std::optional<Received> receive(const Fd& socket);

template <class M>
void send(const Fd& socket, const M& message, std::vector<int> descriptors = {}) {
    BOOST_REQUIRE(protocol::send_packet(socket.get(), protocol::encode(message), descriptors));
}

// The next packet, which must be an M. What shall come back after a reboot is told a mux before its
// first client; only those see it who wait for it.
template <class M> M expect(const Fd& socket, std::vector<Fd>* descriptors = nullptr) {
    auto received = receive(socket);
    if (received && received->id == protocol::Id::restore_rules && received->id != M::kId)
        received = receive(socket);
    BOOST_REQUIRE_MESSAGE(received, "the channel was closed, instead of message " +
                                        std::to_string(static_cast<unsigned>(M::kId)));
    BOOST_REQUIRE_EQUAL(static_cast<unsigned>(received->id), static_cast<unsigned>(M::kId));
    protocol::Packet packet{received->id, received->bytes, std::move(received->descriptors)};
    M message;
    BOOST_REQUIRE(protocol::decode(packet, message));
    if (descriptors != nullptr)
        *descriptors = std::move(packet.descriptors);
    return message;
}

// Reads from a terminal's master until the text has come.
std::string read_until(const Fd& master, const std::string& text);
[[nodiscard]] std::pair<Fd, Fd> pair();

// --private; as root, for any account; the same by units
enum class Mode { alone, machine, units };

// A berthd of its own with a real keeper; the test is its mux.
class Berthd {
  public:
    struct Mux {
        Fd channel; // to berthd
        Fd process; // closes: the stub ends
        pid_t pid = 0;
    };
    explicit Berthd(Mode mode = Mode::alone);
    ~Berthd();

    void start();
    [[nodiscard]] Program& program() { return *program_; }
    [[nodiscard]] const std::string& socket() const { return socket_; }
    [[nodiscard]] Fd connect() const;
    // A connection that has sent Open.
    [[nodiscard]] Fd client(bool start = true) const;
    // The whole answer to an admin's request, with its exit status.
    [[nodiscard]] std::pair<std::string, int> ask(protocol::Texts words) const;
    void write_policy(const std::string& text) const;
    [[nodiscard]] std::string log() const;
    [[nodiscard]] const Folder& folder() const { return folder_; }
    [[nodiscard]] Mux mux();
    [[nodiscard]] bool mux_is_started(int within_ms);

  private:
    Mode mode_;
    Folder folder_;
    std::string socket_;
    Fd muxes_;
    std::optional<Program> program_;
};

} // namespace berth::test
