#include "shell.h"

#include "base/account.h"

#include <array>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <termios.h>
#include <unistd.h>
#include <vector>

namespace berth::login {
namespace {

constexpr std::array kCrashes{SIGSEGV, SIGBUS, SIGABRT, SIGILL, SIGFPE, SIGSYS, SIGTRAP};
constexpr std::size_t kHandlerStack = 64 * 1024;

// What the handler may touch: plain memory, filled by prepare_shell().
struct Prepared {
    std::string path;
    std::string name;           // "-bash"
    std::vector<char*> entries; // the environment, null at the end
    termios modes{};
    bool has_modes = false;
};

std::array<char, kHandlerStack> handler_stack; // never written to unless it is used

Prepared& prepared() {
    static Prepared value;
    return value;
}

void put(std::string_view text) noexcept {
    if (write(STDERR_FILENO, text.data(), text.size()) < 0)
        return; // nobody to tell
}

extern "C" void crashed(int) {
    if (prepared().has_modes)
        tcsetattr(STDIN_FILENO, TCSANOW, &prepared().modes);
    put("\r\nberth: berth-login crashed; this is the plain login shell\r\n");
    become_shell();
}

void forget_cookie() {
    Prepared& shell = prepared();
    shell.entries.clear();
    for (char** entry = environ; *entry != nullptr; ++entry)
        if (!std::string_view(*entry).starts_with("BERTH_LOGIN="))
            shell.entries.push_back(*entry);
    shell.entries.push_back(nullptr);
}

Result<void> catch_crashes() {
    stack_t stack{};
    stack.ss_sp = handler_stack.data();
    stack.ss_size = handler_stack.size();
    if (sigaltstack(&stack, nullptr) != 0)
        return fail_errno("sigaltstack");
    struct sigaction action{};
    action.sa_handler = crashed;
    action.sa_flags = SA_ONSTACK | static_cast<int>(SA_RESETHAND);
    for (const int signal : kCrashes)
        if (sigaction(signal, &action, nullptr) != 0)
            return fail_errno("sigaction");
    return {};
}

// The account's shell. sshd has asked the name services already and told the answer; they may be
// gone, or hang, by now.
std::string login_shell() {
    if (const char* told = std::getenv("SHELL"); told != nullptr && access(told, X_OK) == 0)
        return told;
    const auto account = find_account(getuid());
    return !account || account->shell.empty() ? "/bin/sh" : account->shell; // passwd(5)
}

} // namespace

Result<void> prepare_shell() {
    Prepared& shell = prepared();
    shell.path = login_shell();
    shell.name = "-" + shell.path.substr(shell.path.rfind('/') + 1);
    shell.has_modes = tcgetattr(STDIN_FILENO, &shell.modes) == 0;
    forget_cookie();
    return catch_crashes();
}

void become_shell() noexcept {
    for (int signal = 1; signal < NSIG; ++signal)
        std::signal(signal, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    Prepared& shell = prepared();
    char* arguments[] = {shell.name.data(), nullptr};
    execve(shell.path.c_str(), arguments, shell.entries.data());
    put("berth: cannot start the login shell ");
    put(shell.path);
    put("\r\n");
    _exit(EXIT_FAILURE);
}

} // namespace berth::login
