// A client's terminal: its descriptor, a bounded queue before it, its size. Owned by the Client.
// Nothing here ever blocks: what the terminal does not take waits, and beyond kMaxTtyQueue it is
// dropped, after which the client must be sent everything anew.
#pragma once

#include "base/event.h"
#include "base/fd.h"
#include "vt/size.h"

#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace berth::mux {

inline constexpr std::size_t kMaxTtyQueue = 1U << 20; // bytes that wait for one client's terminal
inline constexpr std::size_t kTtyRead = 16U << 10;    // bytes of input read at a time

class Tty {
  public:
    struct Calls {
        // As read(2): what was typed, into the buffer or elsewhere.
        std::move_only_function<ssize_t(int, std::span<char>, std::string_view&)> read;
        std::move_only_function<void(std::string_view)> input;
        std::move_only_function<void()> drained; // the queue is empty again
        std::move_only_function<void()> closed;  // hung up, or an error
    };

    Tty(Loop& loop, Fd fd, Calls calls);

    [[nodiscard]] vt::Size size() const;
    struct Pixels {
        int width = 0, height = 0; // of the whole terminal, 0: unknown
    };
    [[nodiscard]] Pixels pixels() const;
    // Raw mode (cfmakeraw(3)); the client gives the old settings back itself.
    void set_raw() const;

    void write(std::string_view bytes);
    [[nodiscard]] std::size_t queued() const { return queue_.size() - sent_; }
    // Something was dropped since the last drop_queue(): the terminal lacks what was written.
    [[nodiscard]] bool overflowed() const { return overflowed_; }
    // Forgets what waits; what was begun may be half a sequence.
    void drop_queue();
    // Whether input is read.
    void read_input(bool on);

  private:
    void on_events(std::uint32_t events);
    void flush();
    void update_events();

    Fd fd_;
    Calls calls_;
    Source watch_;
    std::string queue_;
    std::size_t sent_ = 0;
    bool overflowed_ = false;
    bool reading_ = true;
    bool dead_ = false;
};

} // namespace berth::mux
