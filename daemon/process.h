// What /proc tells of a process that berthd must not wait for. In berthd.
#pragma once

#include <cstdint>
#include <sys/types.h>

namespace berth::daemon {

// When the process began, in ticks since the boot; 0: it has ended.
[[nodiscard]] std::uint64_t started_at(std::uint32_t pid);
// It has ended, or ends: it was sent SIGKILL, or gives its memory back, which takes a while, with
// its sockets still open. No: it runs, or it is not known (0).
[[nodiscard]] bool is_ending(pid_t pid);

} // namespace berth::daemon
