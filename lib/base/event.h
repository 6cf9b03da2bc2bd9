// The event loop of every program: sd-event (sd-event(3)) behind move-only registrations. A watcher
// lives as long as its Source; a callback may destroy its own Source. Single-threaded; times are
// microseconds of CLOCK_MONOTONIC.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <sys/types.h>

struct sd_event;
struct sd_event_source;

namespace berth {

// One registration with a Loop; ends with its object.
class Source {
  public:
    Source();
    Source(Source&& other) noexcept;
    Source& operator=(Source&& other) noexcept;
    ~Source();

    [[nodiscard]] explicit operator bool() const { return state_ != nullptr; }
    void reset();
    // For descriptors: changes which of EPOLLIN, EPOLLOUT … are waited for; 0 waits for none.
    void set_events(std::uint32_t events);
    // For descriptors, timers and deferred calls: lower values run earlier within one turn of the
    // loop.
    void set_priority(std::int64_t priority);

    struct State;

  private:
    friend class Loop;
    explicit Source(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

class Loop {
  public:
    Loop();
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;
    ~Loop();

    // Calls back with the events that are pending (EPOLLIN, EPOLLOUT, EPOLLHUP, EPOLLERR;
    // level-triggered).
    [[nodiscard]] Source watch(int fd, std::uint32_t events,
                               std::move_only_function<void(std::uint32_t)> call);
    // Calls back once, after that many microseconds.
    [[nodiscard]] Source after(std::uint64_t delay_us, std::move_only_function<void()> call);
    // Calls back once, before the loop sleeps the next time.
    [[nodiscard]] Source defer(std::move_only_function<void()> call);
    // Calls back for each arrival of the signal, which must be blocked (see block_signals).
    [[nodiscard]] Source signal(int number, std::move_only_function<void()> call);
    // Calls back once, when the child has ended, with its wait status; the child is reaped.
    [[nodiscard]] Source child(pid_t pid, std::move_only_function<void(int)> call);

    // Runs until exit() is called; gives the code.
    int run();
    void exit(int code);
    [[nodiscard]] bool ended() const;
    // For libraries that attach themselves (sd-bus).
    [[nodiscard]] sd_event* get() { return event_; }

  private:
    sd_event* event_ = nullptr;
};

// Microseconds of CLOCK_MONOTONIC.
[[nodiscard]] std::uint64_t now_us();
// Blocks the signals for this process; to be called before a Loop waits for them.
void block_signals(std::initializer_list<int> numbers);

} // namespace berth
