#include "spawn.h"

#include <array>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace berth::keeper {
namespace {

constexpr const char* kLastShell = "/bin/sh";

// All that the child needs, made before fork: afterwards nothing is allocated.
struct Plan {
    bool pane = false;
    bool shell_alone = false; // the login shell itself, or words run by it: /bin/sh can stand in
    std::string program;
    Texts words;       // argv
    Texts other_words; // argv for kLastShell
    Texts environment;
    std::string directory;
    std::string home;
    std::string notice;         // printed before kLastShell takes over
    std::array<Fd, 3> standard; // input, output, error (none: as output)
    Fd report;
    rlimit files{};

    std::vector<char*> argv, other_argv, envp;
};

std::string base_name(const std::string& path) {
    return path.substr(path.rfind('/') + 1);
}

std::vector<char*> pointers(Texts& texts) {
    std::vector<char*> out;
    for (std::string& text : texts)
        out.push_back(text.data());
    out.push_back(nullptr);
    return out;
}

void choose_program(Plan& plan, const protocol::Spawn& request, const Account& account) {
    std::string shell = request.shell.empty() ? account.shell : request.shell;
    if (shell.empty())
        shell = kLastShell;
    plan.shell_alone = request.words.size() < 2;
    if (request.words.empty()) {
        plan.program = shell;
        plan.words = {"-" + base_name(shell)};
        plan.other_words = {"-sh"};
    } else if (request.words.size() == 1) {
        plan.program = shell;
        plan.words = {base_name(shell), "-c", request.words[0]};
        plan.other_words = {"sh", "-c", request.words[0]};
    } else {
        plan.program = request.words[0];
        plan.words = request.words;
    }
    plan.notice =
        "berth: the shell " + shell + " cannot be started; " + kLastShell + " instead\r\n";
}

void default_signals() {
    struct sigaction action{};
    action.sa_handler = SIG_DFL;
    for (int number = 1; number < NSIG; ++number)
        if (number != SIGKILL && number != SIGSTOP)
            sigaction(number, &action, nullptr); // EINVAL for those that the C library keeps
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
}

[[noreturn]] void give_up(const Plan& plan) {
    const int code = errno;
    if (write(plan.report.get(), &code, sizeof code) < 0)
        _exit(126);
    _exit(127);
}

// The child: async-signal-safe calls alone until exec.
[[noreturn]] void become(const Plan& plan) {
    if (setsid() < 0)
        give_up(plan);
    if (plan.pane && ioctl(plan.standard[0].get(), TIOCSCTTY, 0) < 0)
        give_up(plan);
    if (dup2(plan.standard[0].get(), 0) < 0 || dup2(plan.standard[1].get(), 1) < 0 ||
        dup2(plan.standard[plan.standard[2] ? 2 : 1].get(), 2) < 0)
        give_up(plan);
    default_signals();
    if (setrlimit(RLIMIT_NOFILE, &plan.files) < 0)
        give_up(plan);
    if ((plan.directory.empty() || chdir(plan.directory.c_str()) < 0) &&
        chdir(plan.home.c_str()) < 0 && chdir("/") < 0)
        give_up(plan);
    environ = const_cast<char**>(plan.envp.data());
    execvp(plan.program.c_str(), plan.argv.data());
    if (plan.shell_alone) {
        const int code = errno;
        const ssize_t written = write(2, plan.notice.data(), plan.notice.size());
        if (written >= 0)
            execv(kLastShell, plan.other_argv.data());
        errno = code;
    }
    give_up(plan);
}

Result<std::string> prepare_pty(Plan& plan, Child& child, const protocol::Spawn& request) {
    winsize size{request.rows, request.columns, request.x_pixels, request.y_pixels};
    int master = -1;
    int slave = -1;
    if (openpty(&master, &slave, nullptr, nullptr, &size) < 0)
        return fail_errno("openpty");
    child.master = Fd(master);
    plan.standard[0] = Fd(slave);
    if (fcntl(master, F_SETFD, FD_CLOEXEC) < 0 || fcntl(slave, F_SETFD, FD_CLOEXEC) < 0 ||
        fcntl(master, F_SETFL, O_RDWR | O_NONBLOCK) < 0)
        return fail_errno("fcntl");
    plan.standard[1] = Fd(fcntl(slave, F_DUPFD_CLOEXEC, 0));
    if (!plan.standard[1])
        return fail_errno("dup");
    std::array<char, 64> name{};
    if (const int error = ttyname_r(slave, name.data(), name.size()); error != 0)
        return fail(error, "ttyname");
    struct stat status{};
    if (fstat(slave, &status) < 0)
        return fail_errno("fstat");
    if (status.st_uid != geteuid() && fchown(slave, geteuid(), static_cast<gid_t>(-1)) < 0)
        return fail_errno("fchown of the terminal");
    return std::string(name.data());
}

Result<void> prepare_pipe(Plan& plan, Child& child, Fd input, bool quiet) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0)
        return fail_errno("pipe");
    child.output = Fd(ends[0]);
    plan.standard[1] = Fd(ends[1]);
    if (fcntl(child.output.get(), F_SETFL, O_NONBLOCK) < 0)
        return fail_errno("fcntl");
    plan.standard[0] = input ? std::move(input) : Fd(open("/dev/null", O_RDONLY | O_CLOEXEC));
    if (quiet)
        plan.standard[2] = Fd(open("/dev/null", O_WRONLY | O_CLOEXEC));
    if (!plan.standard[0] || (quiet && !plan.standard[2]))
        return fail_errno("open /dev/null");
    return {};
}

} // namespace

Texts environment_of(const Texts& base, const Texts& entries) {
    Texts result = base;
    for (const std::string& entry : entries) {
        const std::string name = entry.substr(0, entry.find('='));
        std::erase_if(result, [&name](const std::string& old) {
            return old.size() > name.size() && old[name.size()] == '=' && old.starts_with(name);
        });
        if (name.size() < entry.size() && !name.empty())
            result.push_back(entry);
    }
    return result;
}

Result<Child> spawn(const protocol::Spawn& request, const Account& account,
                    const Texts& environment, Fd input, const rlimit& files) {
    Plan plan;
    Child child;
    plan.pane = request.kind == protocol::SpawnKind::pane;
    choose_program(plan, request, account);
    plan.environment = environment;
    plan.directory = request.directory;
    plan.home = account.home.empty() ? "/" : account.home;
    plan.files = files;
    plan.argv = pointers(plan.words);
    plan.other_argv = pointers(plan.other_words);
    plan.envp = pointers(plan.environment);
    if (plan.pane) {
        auto tty = prepare_pty(plan, child, request);
        if (!tty)
            return std::unexpected(tty.error());
        child.tty = std::move(*tty);
    } else if (auto piped = prepare_pipe(plan, child, std::move(input),
                                         request.kind == protocol::SpawnKind::quiet_job);
               !piped) {
        return std::unexpected(piped.error());
    }
    int ends[2];
    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0)
        return fail_errno("pipe");
    child.report = Fd(ends[0]);
    plan.report = Fd(ends[1]);
    child.pid = fork();
    if (child.pid < 0)
        return fail_errno("fork");
    if (child.pid == 0)
        become(plan);
    return child;
}

} // namespace berth::keeper
