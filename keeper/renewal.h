// One program of the keeper in the place of another, in the same process: the installed one is
// asked whether it takes the state (another process, which only reads it), and is executed when it
// does. One that then cannot go on after all executes the one before again.
#pragma once

#include "base/event.h"
#include "base/fd.h"
#include "base/result.h"
#include "base/slow.h"
#include "state.h"

#include <functional>
#include <string>
#include <sys/types.h>

namespace berth::keeper {

inline constexpr std::uint64_t kCheckBound =
    3'000'000 * kSlowness;                              // microseconds for the other to answer
inline constexpr std::uint64_t kQuietBound = 3'000'000; // for channels to take what is queued
inline constexpr std::uint64_t kQuietLook = 1'000;
inline constexpr const char* kAccepts = "ok\n"; // what it answers

class Renewal {
  public:
    // collect: the state as it is now. is_quiet: nothing is queued in a channel, or on
    // its way to the disk. failed: it is over
    // and everything is as before.
    Renewal(Loop& loop, std::function<State()> collect, std::function<bool()> is_quiet,
            std::move_only_function<void(const std::string&)> failed);
    ~Renewal();
    Renewal(const Renewal&) = delete;
    Renewal& operator=(const Renewal&) = delete;

  private:
    void begin();
    [[nodiscard]] Result<void> ask();
    void answered();
    void wait_for_quiet();
    void execute();
    void fail_with(std::string text);

    Loop& loop_;
    std::function<State()> collect_;
    std::function<bool()> is_quiet_;
    std::move_only_function<void(const std::string&)> failed_;
    std::string program_;
    pid_t child_ = 0;
    Fd answer_;
    std::string said_;
    std::uint64_t quiet_until_ = 0;
    Source watch_, bound_, step_;
};

// berth-keeper --check-state FD: an exit status.
[[nodiscard]] int check_state(int fd);
// The program before this one goes on, as long as nothing was closed; returns only if it cannot be
// executed.
void return_to(int program, int state);

} // namespace berth::keeper
