#include "forced.h"

#include "base/account.h"
#include "client/files.h"
#include "key_rules.h"
#include "policy/policy.h"
#include "policy/text.h"

#include <array>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <dirent.h>
#include <fcntl.h>
#include <optional>
#include <sys/stat.h>
#include <unistd.h>
#include <utmp.h>
#include <vector>

namespace berth::login {
namespace {

constexpr const char* kInternalSftp = "internal-sftp"; // sshd's own server, as a program
constexpr const char* kSftpServer = "/usr/lib/openssh/sftp-server";
constexpr std::size_t kMaxFile = 1024 * 1024; // of a file read here
constexpr int kMaxRecords = 100000;           // of wtmp, looked through from its end

std::string environment(const char* name) {
    const char* value = std::getenv(name);
    return value != nullptr ? value : "";
}

void say(const std::string& text) {
    client::print(STDERR_FILENO, "berth: " + text + "\r\n");
}

// Nothing if it cannot be read whole.
std::optional<std::string> read_file(const std::string& path) {
    const Fd file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    std::string text(kMaxFile, '\0');
    std::size_t size = 0;
    while (file && size < text.size()) {
        const ssize_t got = read(file.get(), text.data() + size, text.size() - size);
        if (got == 0) {
            text.resize(size);
            return text;
        }
        if (got < 0 && errno != EINTR)
            return std::nullopt;
        size += got > 0 ? static_cast<std::size_t>(got) : 0;
    }
    return std::nullopt;
}

// Whether keys come from the user's authorized_keys alone: sshd's configuration can be read and
// names no other source. berth's own block for guests names one, for names that are tokens; as it
// was written, to the letter, it is of no account's login.
bool keys_are_the_users() {
    std::vector<std::string> files{"/etc/ssh/sshd_config"};
    if (DIR* folder = opendir("/etc/ssh/sshd_config.d"); folder != nullptr) {
        while (const dirent* entry = readdir(folder))
            if (std::string_view(entry->d_name).ends_with(".conf"))
                files.push_back(std::string("/etc/ssh/sshd_config.d/") + entry->d_name);
        closedir(folder);
    }
    for (const std::string& file : files) {
        const std::optional<std::string> text = read_file(file);
        if (!text || (!policy::is_sshd_guest_rules(*text) && !leaves_keys_alone(*text)))
            return false;
    }
    return true;
}

KeyRule rule_of_login(const Account& account) {
    const std::optional<std::string> auth_info = read_file(environment("SSH_USER_AUTH"));
    if (!auth_info)
        return {Rule::unknown, "sshd does not say how the login was authenticated"};
    if (auth_info->find("publickey ") != std::string::npos && !keys_are_the_users())
        return {Rule::unknown, "sshd's keys may come from elsewhere than authorized_keys"};
    std::vector<std::string> files;
    for (const char* name : {"/.ssh/authorized_keys", "/.ssh/authorized_keys2"})
        files.push_back(read_file(account.home + name).value_or(""));
    return key_rule(*auth_info, files);
}

// As sshd starts the shell: -c COMMAND, or bare with a dash before its name.
[[noreturn]] void run_shell(const Account& account, const std::optional<std::string>& command) {
    std::string shell = account.shell.empty() ? "/bin/sh" : account.shell;
    std::string name = (command ? "" : "-") + shell.substr(shell.rfind('/') + 1);
    std::string flag = "-c";
    std::string text = command.value_or("");
    if (text == kInternalSftp || text.starts_with(std::string(kInternalSftp) + " "))
        text.replace(0, std::strlen(kInternalSftp), kSftpServer);
    unsetenv("BERTH_LOGIN");
    std::array<char*, 4> words{name.data(), nullptr, nullptr, nullptr};
    if (command)
        words = {name.data(), flag.data(), text.data(), nullptr};
    execv(shell.c_str(), words.data());
    say("cannot start " + shell + ": " + std::strerror(errno));
    _exit(126);
}

bool policy_refuses_commands(const Account& account) {
    const auto rules = policy::Policy::load({});
    return !rules ||
           rules->effective(account.name, account.groups).force_exec() == policy::ForceExec::refuse;
}

// "Last login: …" of the entry before this one, as sshd prints it.
void print_last_login(const std::string& user, const std::string& tty) {
    const Fd file(open(WTMP_FILE, O_RDONLY | O_CLOEXEC));
    struct stat info{};
    if (!file || fstat(file.get(), &info) != 0)
        return;
    const auto entries = info.st_size / static_cast<off_t>(sizeof(utmp));
    bool current = true;
    for (off_t i = entries - 1; i >= 0 && entries - i < kMaxRecords; --i) {
        utmp entry{};
        if (pread(file.get(), &entry, sizeof entry, i * static_cast<off_t>(sizeof entry)) !=
            static_cast<ssize_t>(sizeof entry))
            return;
        if (entry.ut_type != USER_PROCESS ||
            user.compare(0, sizeof entry.ut_user, entry.ut_user,
                         strnlen(entry.ut_user, sizeof entry.ut_user)) != 0)
            continue;
        if (current && tty == "/dev/" + std::string(entry.ut_line,
                                                    strnlen(entry.ut_line, sizeof entry.ut_line))) {
            current = false; // this login itself
            continue;
        }
        const std::time_t when = entry.ut_tv.tv_sec;
        std::array<char, 32> text{};
        if (ctime_r(&when, text.data()) == nullptr)
            return;
        std::string line =
            "Last login: " + std::string(text.data(), std::strcspn(text.data(), "\n"));
        const std::string host(entry.ut_host, strnlen(entry.ut_host, sizeof entry.ut_host));
        line += (host.empty() ? "" : " from " + host) + "\r\n";
        client::print(STDOUT_FILENO, line);
        return;
    }
}

// What sshd and pam_motd leave out when a command is forced.
void greet(const Account& account) {
    if (access((account.home + "/.hushlogin").c_str(), F_OK) == 0)
        return;
    for (const char* file : {"/run/motd.dynamic", "/etc/motd"})
        client::print(STDOUT_FILENO, read_file(file).value_or(""));
    print_last_login(account.name, environment("SSH_TTY"));
}

} // namespace

Forced forced_login() {
    const auto account = find_account(getuid(), Groups::find);
    if (!account) {
        say("the account cannot be looked up: " + account.error().text());
        return {Forced::What::done, EXIT_FAILURE};
    }
    const std::string command = environment("SSH_ORIGINAL_COMMAND");
    const KeyRule rule = rule_of_login(*account);
    if (rule.rule == Rule::unknown) {
        say("this account's logins are forced, and a restriction of the key cannot be ruled out: " +
            rule.text);
        return {Forced::What::done, EXIT_FAILURE};
    }
    if (rule.rule ==
        Rule::command) // as sshd would have: the client's command is in the environment
        run_shell(*account, rule.text);
    if (command.empty() && isatty(STDIN_FILENO) == 1) {
        greet(*account);
        return {Forced::What::session, 0};
    }
    if (policy_refuses_commands(*account)) {
        say("this account may log in to a session only");
        return {Forced::What::done, EXIT_FAILURE};
    }
    unsetenv("SSH_ORIGINAL_COMMAND");
    run_shell(*account, command.empty() ? std::nullopt : std::optional(command));
}

} // namespace berth::login
