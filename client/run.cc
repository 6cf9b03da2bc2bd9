#include "run.h"

#include "base/fd.h"

#include <array>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace berth {
namespace {

constexpr std::size_t kMaxText = 256 * 1024;
constexpr int kWithinMs = 5000;

// False: it could not be started.
bool start(const std::vector<std::string>& words, int output, pid_t& pid) {
    std::vector<char*> arguments;
    for (const std::string& word : words)
        arguments.push_back(const_cast<char*>(word.c_str())); // argv is not written to
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    if (posix_spawn_file_actions_init(&actions) != 0)
        return false;
    const bool ready =
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0) == 0 &&
        posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO) == 0 &&
        posix_spawn_file_actions_adddup2(&actions, output, STDERR_FILENO) == 0 &&
        posix_spawnp(&pid, arguments[0], &actions, nullptr, arguments.data(), environ) == 0;
    posix_spawn_file_actions_destroy(&actions);
    return ready;
}

// True: the output has ended.
bool read_all(int fd, std::string& text) {
    using Clock = std::chrono::steady_clock;
    const auto end = Clock::now() + std::chrono::milliseconds(kWithinMs);
    while (text.size() < kMaxText) {
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now()).count();
        pollfd wait{fd, POLLIN, 0};
        if (left <= 0 || poll(&wait, 1, static_cast<int>(left)) == 0)
            return false;
        std::array<char, 4096> piece{};
        const ssize_t got = read(fd, piece.data(), piece.size());
        if (got == 0)
            return true;
        if (got > 0)
            text.append(piece.data(), static_cast<std::size_t>(got));
        else if (errno != EINTR)
            return false;
    }
    return false;
}

} // namespace

Ran run_program(const std::vector<std::string>& words) {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0)
        return {};
    const Fd from(ends[0]);
    Fd into(ends[1]);
    pid_t pid = 0;
    if (!start(words, into.get(), pid))
        return {};
    into = Fd();
    Ran ran;
    const bool ended = read_all(from.get(), ran.text);
    if (!ended)
        kill(pid, SIGKILL);
    int status = 0;
    if (waitpid(pid, &status, 0) == pid && ended && WIFEXITED(status))
        ran.status = WEXITSTATUS(status);
    return ran;
}

} // namespace berth
