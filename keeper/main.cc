// berth-keeper [--fd N] --socket PATH [--agent PATH]     started by berthd
// berth-keeper --system                                  the unit berth@USER.service
#include "base/account.h"
#include "base/keeper_lock.h"
#include "base/log.h"
#include "base/socket.h"
#include "keeper.h"
#include "renewal.h"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <getopt.h>
#include <malloc.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

namespace {

using namespace berth;

constexpr const char* kSystemSocket = "/run/berth/berthd.sock";
// Of the service manager, for this process alone: programs in panes must not believe that they are
// the service.
constexpr const char* kServiceVariables[] = {
    "NOTIFY_SOCKET",  "INVOCATION_ID",    "JOURNAL_STREAM", "LISTEN_PID",    "LISTEN_FDS",
    "LISTEN_FDNAMES", "SYSTEMD_EXEC_PID", "MANAGERPID",     "WATCHDOG_USEC", "WATCHDOG_PID"};

constexpr option kLongOptions[] = {
    {"fd", required_argument, nullptr, 'f'},     {"socket", required_argument, nullptr, 's'},
    {"agent", required_argument, nullptr, 'a'},  {"system", no_argument, nullptr, 'y'},
    {"version", no_argument, nullptr, 'v'},      {"check-state", required_argument, nullptr, 'c'},
    {"resume", required_argument, nullptr, 'r'}, {"before", required_argument, nullptr, 'b'},
    {"returned", no_argument, nullptr, 't'},     {nullptr, 0, nullptr, 0}};

// Goes on with what the program before this one held, at its descriptors; or that one does.
int take_state(const Fd& state, const Fd& before, keeper::Options& options) {
    auto read = keeper::read_state(state.get());
    if (!read) {
        log::error(read.error().text());
        if (before)
            keeper::return_to(before.get(), state.get());
        return 1;
    }
    options.socket = read->socket;
    options.agent = read->agent;
    if (read->berthd != keeper::kNoFd)
        options.channel = Fd(read->berthd);
    if (read->lock != keeper::kNoFd)
        options.lock = Fd(read->lock);
    options.state = std::move(*read);
    return -1;
}

// Which berthd gives beside the channel where no service manager knows who lives.
Fd inherited_lock(const std::string& socket) {
    constexpr int kLockDescriptor = 4;
    struct stat held{};
    struct stat named{};
    if (fstat(kLockDescriptor, &held) < 0 ||
        stat(keeper_lock_path(socket, getuid()).c_str(), &named) < 0 ||
        held.st_dev != named.st_dev || held.st_ino != named.st_ino)
        return {};
    return Fd(kLockDescriptor);
}

// 64 and 0: usage, version.
int parse(int argc, char** argv, keeper::Options& options) {
    int letter = 0;
    Fd state;
    Fd before;
    while ((letter = getopt_long(argc, argv, "", kLongOptions, nullptr)) != -1) {
        switch (letter) {
        case 'f':
            options.channel = Fd(std::atoi(optarg));
            break;
        case 's':
            options.socket = optarg;
            break;
        case 'a':
            options.agent = optarg;
            break;
        case 'y':
            options.socket = kSystemSocket;
            break;
        case 'c':
            return keeper::check_state(std::atoi(optarg));
        case 'r':
            state = Fd(std::atoi(optarg));
            break;
        case 'b':
            before = Fd(std::atoi(optarg));
            break;
        case 't':
            options.returned = true;
            break;
        case 'v':
            std::puts("berth-keeper " BERTH_VERSION);
            return 0;
        default:
            return 64;
        }
    }
    if (state)
        return take_state(state, before, options);
    const bool bad_channel = options.channel && !is_seqpacket(options.channel.get());
    if (optind != argc || options.socket.empty() || bad_channel) {
        std::fputs("usage: berth-keeper {--system | [--fd N] --socket PATH [--agent PATH]}\n",
                   stderr);
        return 64;
    }
    if (options.channel)
        options.lock = inherited_lock(options.socket);
    if (options.agent.empty())
        if (const char* directory = std::getenv("XDG_RUNTIME_DIR"); directory != nullptr)
            options.agent = std::string(directory) + "/berth-agent.sock";
    return -1;
}

// Name services that do not answer leave what the environment says.
Account own_account() {
    auto found = find_account(getuid());
    if (found)
        return std::move(*found);
    log::warning(found.error().text());
    const auto variable = [](const char* name) {
        const char* value = std::getenv(name);
        return std::string(value == nullptr ? "" : value);
    };
    return Account{getuid(), getgid(), variable("USER"), variable("HOME"), variable("SHELL"),
                   {},       false};
}

// A private server's shell is the one of whoever started it, as tmux's is.
void take_shell(Account& account) {
    const char* shell = std::getenv("SHELL");
    if (shell != nullptr && shell[0] == '/' && access(shell, X_OK) == 0)
        account.shell = shell;
}

Account account_of(const keeper::State& state) {
    return Account{getuid(), state.gid, state.user, state.home, state.shell, {}, false};
}

// Room for thousands of panes; programs get the limit back that the keeper was given.
rlimit raise_file_limit() {
    rlimit given{};
    getrlimit(RLIMIT_NOFILE, &given);
    rlimit raised = given;
    raised.rlim_cur = raised.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &raised) < 0)
        log::warning(fail_errno("raise the limit of descriptors").error().text());
    return given;
}

} // namespace

int main(int argc, char** argv) {
    log::open("berth-keeper");
    keeper::Options options;
    if (const int code = parse(argc, argv, options); code >= 0)
        return code;
    mallopt(M_ARENA_MAX, 1);
    close_range(3, ~0U, CLOSE_RANGE_CLOEXEC); // what berthd gave is not for programs in panes
    signal(SIGPIPE, SIG_IGN);
    block_signals({SIGCHLD, SIGTERM, SIGHUP, SIGINT});
    rlimit files = raise_file_limit();
    Account account = options.state ? account_of(*options.state) : own_account();
    if (options.state)
        files = {options.state->files_now, options.state->files_most};
    else if (options.socket != kSystemSocket)
        take_shell(account);
    sd_notify(0, "READY=1"); // does nothing unless the service manager asked for it
    for (const char* variable : kServiceVariables)
        unsetenv(variable);
    Loop loop;
    keeper::Keeper keeper(loop, std::move(options), std::move(account), files);
    const Source term = loop.signal(SIGTERM, [&keeper] { keeper.stop(); });
    const Source hup = loop.signal(SIGHUP, [&keeper] { keeper.stop(); });
    const Source interrupt = loop.signal(SIGINT, [&keeper] { keeper.stop(); });
    return loop.run();
}
