#include "client/aside.h"

#include <array>
#include <csignal>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace berth::client {
namespace {

// What a terminal's keys send. Stopped, a command would never be waited for to its end: that one is
// ignored by the command too.
constexpr std::array kKeySignals = {SIGINT, SIGQUIT, SIGTSTP};

// Ignores them for as long as it lives.
class DeafToKeys {
  public:
    DeafToKeys() {
        struct sigaction ignore{};
        ignore.sa_handler = SIG_IGN;
        for (std::size_t i = 0; i < kKeySignals.size(); ++i)
            sigaction(kKeySignals[i], &ignore, &before_[i]);
    }
    ~DeafToKeys() {
        for (std::size_t i = 0; i < kKeySignals.size(); ++i)
            sigaction(kKeySignals[i], &before_[i], nullptr);
    }
    DeafToKeys(const DeafToKeys&) = delete;
    DeafToKeys& operator=(const DeafToKeys&) = delete;

  private:
    std::array<struct sigaction, kKeySignals.size()> before_{};
};

void unblock_all() {
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
}

} // namespace

void run_on_terminal(const std::string& command) {
    const DeafToKeys deaf;
    posix_spawnattr_t how;
    if (posix_spawnattr_init(&how) != 0)
        return;
    sigset_t set;
    sigemptyset(&set);
    posix_spawnattr_setsigmask(&how, &set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGQUIT);
    posix_spawnattr_setsigdefault(&how, &set);
    posix_spawnattr_setflags(&how, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    std::array<char*, 4> words = {const_cast<char*>("sh"), const_cast<char*>("-c"),
                                  const_cast<char*>(command.c_str()), // argv is not written to
                                  nullptr};
    pid_t pid = 0;
    if (posix_spawn(&pid, "/bin/sh", nullptr, &how, words.data(), environ) == 0)
        while (waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
        }
    posix_spawnattr_destroy(&how);
}

void stop() {
    kill(getpid(), SIGTSTP);
}

void leave(const protocol::Leave& how) {
    if (how.how == protocol::LeaveHow::hang_up) {
        if (const pid_t parent = getppid(); parent > 1)
            kill(parent, SIGHUP);
        return;
    }
    unblock_all();
    const std::size_t slash = how.shell.rfind('/');
    const std::string name = slash == std::string::npos ? how.shell : how.shell.substr(slash + 1);
    execl(how.shell.c_str(), name.c_str(), "-c", how.command.c_str(), nullptr);
}

} // namespace berth::client
