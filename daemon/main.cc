// berthd                                       the machine's: /run/berth/berthd.sock
// berthd --session NAME -- WORDS, berthd --unprivileged -- WORDS   only by berthd itself
// berthd --private PATH [--listen-fd N]        one account's own, started by its first client
#include "base/log.h"
#include "base/socket.h"
#include "broker.h"
#include "launcher.h"
#include "session.h"

#include <array>
#include <climits>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <getopt.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

namespace {

using namespace berth;

constexpr const char* kSystemSocket = "/run/berth/berthd.sock";
constexpr const char* kInstalled = "/usr/lib/berth";

struct Options {
    std::string socket = kSystemSocket;
    std::string config; // /etc/berth for the machine's, none for a private one
    std::string session;
    bool unprivileged = false;
    std::vector<std::string> words;
    std::string launcher; // fork, units, or as the machine is
    bool is_private = false;
    int listen_fd = -1;
};

constexpr option kLongOptions[] = {{"private", required_argument, nullptr, 'p'},
                                   {"listen-fd", required_argument, nullptr, 'l'},
                                   {"config", required_argument, nullptr, 'c'},
                                   {"socket", required_argument, nullptr, 's'},
                                   {"launcher", required_argument, nullptr, 'L'},
                                   {"session", required_argument, nullptr, 'S'},
                                   {"unprivileged", no_argument, nullptr, 'U'},
                                   {"version", no_argument, nullptr, 'v'},
                                   {nullptr, 0, nullptr, 0}};

int usage() {
    std::fputs("usage: berthd [--socket PATH] [--config DIRECTORY] [--launcher fork|units]\n"
               "       berthd --private PATH [--listen-fd N]\n",
               stderr);
    return 64;
}

// An exit status, or -1: go on.
int parse(int argc, char** argv, Options& options) {
    int letter = 0;
    while ((letter = getopt_long(argc, argv, "", kLongOptions, nullptr)) != -1) {
        switch (letter) {
        case 'p':
            options.is_private = true;
            options.socket = optarg;
            break;
        case 'l':
            options.listen_fd = std::atoi(optarg);
            break;
        case 'c':
            options.config = optarg;
            break;
        case 's':
            options.socket = optarg;
            break;
        case 'L':
            options.launcher = optarg;
            break;
        case 'S':
            options.session = optarg;
            break;
        case 'U':
            options.unprivileged = true;
            break;
        case 'v':
            std::puts("berthd " BERTH_VERSION);
            return 0;
        default:
            return usage();
        }
    }
    const bool known =
        options.launcher.empty() || options.launcher == "fork" || options.launcher == "units";
    const bool takes_words = !options.session.empty() || options.unprivileged;
    options.words.assign(argv + optind, argv + argc);
    if (options.config.empty() && !options.is_private)
        options.config = "/etc/berth";
    const bool good = known && !options.socket.empty() && options.words.empty() != takes_words;
    return good ? -1 : usage();
}

// Of keeper and mux: $BERTH_LIBEXEC for a private berthd, beside this program, or as installed.
std::string programs_folder(bool is_private) {
    if (const char* wish = std::getenv("BERTH_LIBEXEC"); is_private && wish != nullptr)
        return wish;
    std::array<char, PATH_MAX> self{};
    const ssize_t size = readlink("/proc/self/exe", self.data(), self.size() - 1);
    std::string folder(self.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
    folder.resize(std::min(folder.size(), folder.rfind('/')));
    const std::string keeper = folder + "/berth-keeper";
    return access(keeper.c_str(), X_OK) == 0 ? folder : kInstalled;
}

// A session and a process group of its own, no terminal, nothing that keeps a folder busy.
void detach() {
    if (setsid() < 0) { // it leads a process group already
        const Fd terminal(open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY));
        if (terminal && ioctl(terminal.get(), TIOCNOTTY) < 0)
            log::warning(fail_errno("leave the terminal").error().text());
    }
    if (chdir("/") < 0)
        log::warning(fail_errno("chdir /").error().text());
    const Fd null(open("/dev/null", O_RDWR | O_CLOEXEC));
    for (int fd = 0; null && fd < 3; ++fd)
        dup2(null.get(), fd);
    // For whoever looks for a mistake: there is no journal without systemd.
    if (const char* path = std::getenv("BERTH_LOG"); path != nullptr)
        if (const Fd file(open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)); file)
            dup2(file.get(), STDERR_FILENO);
}

Result<Fd> listener_of(const Options& options) {
    if (options.listen_fd < 0)
        return listen_at(options.socket, options.is_private ? 0600 : 0666);
    Fd given(options.listen_fd);
    if (!is_seqpacket(given.get()) || fcntl(given.get(), F_SETFD, FD_CLOEXEC) < 0 ||
        fcntl(given.get(), F_SETFL, O_NONBLOCK) < 0)
        return fail(EINVAL, "--listen-fd " + std::to_string(options.listen_fd));
    return given;
}

std::unique_ptr<daemon::Launcher> launcher_for(Loop& loop, const Options& options) {
    const bool units = options.launcher.empty() ? !options.is_private && sd_booted() > 0
                                                : options.launcher == "units";
    if (units)
        return daemon::unit_launcher(loop, programs_folder(false));
    const bool as_root = !options.is_private && geteuid() == 0;
    return daemon::fork_launcher({options.socket, programs_folder(options.is_private), as_root});
}

} // namespace

int main(int argc, char** argv) {
    log::open("berthd");
    Options options;
    if (const int code = parse(argc, argv, options); code >= 0)
        return code;
    if (!options.session.empty())
        return daemon::become_in_session(options.session, std::move(options.words));
    if (options.unprivileged)
        return daemon::become_unprivileged(std::move(options.words));
    signal(SIGPIPE, SIG_IGN);
    block_signals({SIGCHLD, SIGTERM, SIGINT, SIGHUP});
    auto listener = listener_of(options);
    if (!listener) {
        log::error(listener.error().text());
        return 1;
    }
    if (options.is_private)
        detach();
    Loop loop;
    daemon::Broker broker(loop, {options.socket, options.config, options.is_private},
                          std::move(*listener), launcher_for(loop, options));
    const Source term = loop.signal(SIGTERM, [&broker] { broker.leave(); });
    const Source interrupt = loop.signal(SIGINT, [&broker] { broker.leave(); });
    const Source hup = loop.signal(SIGHUP, [&broker] { broker.reload(); });
    sd_notify(0, "READY=1");
    return loop.run();
}
