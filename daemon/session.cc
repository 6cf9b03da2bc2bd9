#include "session.h"

#include "base/account.h"
#include "base/log.h"

#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdlib>
#include <grp.h>
#include <poll.h>
#include <security/pam_appl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace berth::daemon {
namespace {

constexpr const char* kService = "berth";
constexpr const char* kServiceFiles[] = {"/etc/pam.d/berth", "/usr/lib/pam.d/berth"};
constexpr const char* kUnprivileged[] = {"_berth", "nobody"};
constexpr const char* kPath = "/usr/local/bin:/usr/bin:/bin:/usr/local/games:/usr/games";
constexpr const char* kRootPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
constexpr int kFailed = 71; // EX_OSERR

int failed(const std::string& text) {
    log::error(text);
    return kFailed;
}

// Nobody is there to answer a module.
int no_conversation(int, const pam_message**, pam_response**, void*) noexcept {
    return PAM_CONV_ERR;
}

// Closes the session once the process that has it is gone.
[[noreturn]] void hold(pam_handle_t* pam, pid_t holder_of) {
    close_range(3, UINT_MAX, 0); // channels among them: their ends must be seen
    prctl(PR_SET_NAME, "berth-pam");
    const long watched = syscall(SYS_pidfd_open, holder_of, 0);
    if (watched >= 0) { // else it has ended already
        pollfd wait{static_cast<int>(watched), POLLIN, 0};
        while (poll(&wait, 1, -1) < 0 && errno == EINTR) {
        }
    }
    pam_close_session(pam, 0);
    pam_setcred(pam, PAM_DELETE_CRED | PAM_SILENT);
    pam_end(pam, PAM_SUCCESS);
    _exit(0);
}

bool has_service() {
    for (const char* file : kServiceFiles)
        if (access(file, R_OK) == 0)
            return true;
    return false;
}

// Empty, or what went wrong. `environment` gets the modules' variables.
std::string open_session(const Account& account, std::vector<std::string>& environment) {
    if (!has_service())
        return {};
    const pam_conv conversation{no_conversation, nullptr};
    pam_handle_t* pam = nullptr;
    int result = pam_start(kService, account.name.c_str(), &conversation, &pam);
    if (result != PAM_SUCCESS)
        return "pam_start: error " + std::to_string(result);
    result = pam_acct_mgmt(pam, PAM_SILENT);
    if (result == PAM_SUCCESS) {
        // As systemd does for PAMName=: nobody was authenticated, so a stack may well have no
        // credentials to establish.
        (void)pam_setcred(pam, PAM_ESTABLISH_CRED | PAM_SILENT);
        result = pam_open_session(pam, PAM_SILENT);
    }
    if (result != PAM_SUCCESS) {
        const std::string text = pam_strerror(pam, result);
        pam_end(pam, result);
        return "PAM session of " + account.name + ": " + text;
    }
    if (char** variables = pam_getenvlist(pam); variables != nullptr) {
        for (char** variable = variables; *variable != nullptr; ++variable) {
            environment.emplace_back(*variable);
            std::free(*variable);
        }
        std::free(variables);
    }
    const pid_t self = getpid();
    const pid_t child = fork();
    if (child == 0)
        hold(pam, self);
    return child < 0 ? fail_errno("fork").error().text() : std::string();
}

bool drop_to(const Account& account) {
    return setgid(account.gid) == 0 && initgroups(account.name.c_str(), account.gid) == 0 &&
           setuid(account.uid) == 0;
}

int execute(std::vector<std::string>& words, std::vector<std::string>& environment) {
    std::vector<char*> argv;
    std::vector<char*> envp;
    for (std::string& word : words)
        argv.push_back(word.data());
    for (std::string& entry : environment)
        envp.push_back(entry.data());
    argv.push_back(nullptr);
    envp.push_back(nullptr);
    execve(argv[0], argv.data(), envp.data());
    return failed(fail_errno("execute " + words[0]).error().text());
}

// The folder of the agent socket: the account's own, in a folder that only root writes.
bool make_folder(const std::string& socket, const Account& account) {
    const std::string folder = socket.substr(0, socket.rfind('/'));
    if (mkdir(folder.c_str(), 0700) < 0 && errno != EEXIST)
        return false;
    return chown(folder.c_str(), account.uid, account.gid) == 0;
}

} // namespace

int become_in_session(const std::string& name, std::vector<std::string> words) {
    const auto account = find_account(name);
    if (!account)
        return failed(account.error().text());
    umask(022); // a login's; modules may set another
    std::vector<std::string> environment;
    if (const std::string problem = open_session(*account, environment); !problem.empty())
        return failed(problem);
    const auto add = [&environment](const std::string& variable, const std::string& value) {
        for (const std::string& entry : environment)
            if (entry.starts_with(variable + "="))
                return;
        environment.push_back(variable + "=" + value);
    };
    add("HOME", account->home);
    add("USER", account->name);
    add("LOGNAME", account->name);
    add("SHELL", account->shell.empty() ? "/bin/sh" : account->shell);
    add("PATH", account->uid == 0 ? kRootPath : kPath);
    for (std::size_t i = 0; i + 1 < words.size(); ++i)
        if (words[i] == "--agent" && !make_folder(words[i + 1], *account))
            return failed(fail_errno("folder of " + words[i + 1]).error().text());
    if (!drop_to(*account))
        return failed(fail_errno("become " + account->name).error().text());
    if (chdir("/") < 0)
        return failed(fail_errno("chdir /").error().text());
    return execute(words, environment);
}

int become_unprivileged(std::vector<std::string> words) {
    for (const char* name : kUnprivileged) {
        const auto account = find_account(std::string(name));
        if (!account)
            continue;
        const gid_t group = account->gid;
        if (setgroups(1, &group) < 0 || setgid(group) < 0 || setuid(account->uid) < 0 ||
            chdir("/") < 0)
            return failed(fail_errno("become " + account->name).error().text());
        std::vector<std::string> environment{std::string("PATH=") + kPath};
        return execute(words, environment);
    }
    return failed("neither an account _berth nor nobody");
}

} // namespace berth::daemon
