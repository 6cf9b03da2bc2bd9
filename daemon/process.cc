#include "process.h"

#include "base/fd.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <optional>
#include <unistd.h>

namespace berth::daemon {
namespace {

// Fields of proc_pid_stat(5).
struct Stat {
    unsigned long flags = 0;        // 9
    unsigned long long started = 0; // 22
    unsigned long pending = 0;      // 31: signals, as bits
};

constexpr unsigned long kExiting = 4; // PF_EXITING of the kernel's sched.h
constexpr unsigned long kKilled = 1UL << (SIGKILL - 1);

std::optional<Stat> stat_of(pid_t pid) {
    char path[32];
    std::snprintf(path, sizeof path, "/proc/%d/stat", pid);
    const Fd file(open(path, O_RDONLY | O_CLOEXEC));
    char text[1024];
    const ssize_t size = file ? read(file.get(), text, sizeof text - 1) : 0;
    text[std::max<ssize_t>(size, 0)] = '\0';
    const char* after = std::strrchr(text, ')'); // of the name, which may hold anything
    Stat stat;
    if (after == nullptr ||
        std::sscanf(after + 1,
                    " %*c %*s %*s %*s %*s %*s %lu %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s "
                    "%*s %*s %llu %*s %*s %*s %*s %*s %*s %*s %*s %lu",
                    &stat.flags, &stat.started, &stat.pending) != 3)
        return std::nullopt;
    return stat;
}

} // namespace

std::uint64_t started_at(std::uint32_t pid) {
    const auto stat = stat_of(static_cast<pid_t>(pid));
    return stat ? stat->started : 0;
}

bool is_ending(pid_t pid) {
    if (pid <= 0)
        return false;
    if (kill(pid, 0) < 0 && errno == ESRCH)
        return true;
    const auto stat = stat_of(pid); // none: /proc hides it
    return stat && ((stat->flags & kExiting) != 0 || (stat->pending & kKilled) != 0);
}

} // namespace berth::daemon
