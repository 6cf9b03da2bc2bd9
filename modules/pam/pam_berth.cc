// pam_berth.so: in the session stack of sshd. Puts the login cookie BERTH_LOGIN (the process id of
// sshd's monitor, which runs this) into the environment, and for accounts whose shell is zsh,
// ZDOTDIR, since Debian's zsh has no drop-in folder: /usr/lib/berth/zsh/.zshenv takes it away
// again. In auth and account, for user names that are share tokens and nobody's account: lets the
// token's guest in, and nobody else of such a name. A crash here locks everyone out, so: no
// allocation of its own, no waiting, and for every other name the answer is PAM_IGNORE, whatever
// happens.
#include "common/guesses.h"
#include "common/token.h"

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <pwd.h>
#include <security/pam_modules.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace {

constexpr char kZshFolder[] = "/usr/lib/berth/zsh";
constexpr char kZshFile[] = "/usr/lib/berth/zsh/.zshenv";
constexpr std::size_t kPasswdBuffer = 16384; // on the stack; a longer entry goes without zsh's hook
constexpr std::size_t kVariable = 4200;      // "NAME=" and a path

const char* text_item(pam_handle_t* pamh, int item) noexcept {
    const void* value = nullptr;
    if (pam_get_item(pamh, item, &value) != PAM_SUCCESS)
        return nullptr;
    return static_cast<const char*>(value);
}

void put_variable(pam_handle_t* pamh, const char* name, const char* value) noexcept {
    char text[kVariable];
    const int size = snprintf(text, sizeof text, "%s=%s", name, value);
    if (size > 0 && static_cast<std::size_t>(size) < sizeof text)
        (void)pam_putenv(pamh, text); // without it the login is a plain one
}

bool has_zsh(const char* user) noexcept {
    char buffer[kPasswdBuffer];
    struct passwd entry;
    struct passwd* found = nullptr;
    if (getpwnam_r(user, &entry, buffer, sizeof buffer, &found) != 0 || found == nullptr ||
        found->pw_shell == nullptr)
        return false;
    const char* const slash = strrchr(found->pw_shell, '/');
    return slash != nullptr && strcmp(slash, "/zsh") == 0;
}

// A ZDOTDIR that another module has set is kept for .zshenv to restore.
void hook_zsh(pam_handle_t* pamh) noexcept {
    if (access(kZshFile, R_OK) != 0)
        return;
    const char* const theirs = pam_getenv(pamh, "ZDOTDIR");
    if (theirs != nullptr)
        put_variable(pamh, "BERTH_ZDOTDIR", theirs);
    put_variable(pamh, "ZDOTDIR", kZshFolder);
}

enum class Who : unsigned char {
    ordinary, // none of ours
    open,     // the guest of a token, which is enough
    keys,     // the guest of a token that needs an ssh key, which sshd has seen or will not let in
    nobody,   // looks like a guest and is none
};

bool has_account(const char* user) noexcept {
    char buffer[kPasswdBuffer];
    struct passwd entry;
    struct passwd* found = nullptr;
    return getpwnam_r(user, &entry, buffer, sizeof buffer, &found) == 0 && found != nullptr;
}

// An account that is merely called like a guest is an ordinary one.
Who who_is(pam_handle_t* pamh) noexcept {
    const char* const service = text_item(pamh, PAM_SERVICE);
    const char* const user = text_item(pamh, PAM_USER);
    if (service == nullptr || user == nullptr || strcmp(service, "sshd") != 0)
        return Who::ordinary;
    const bool token = berth::modules::is_token(user);
    if (!token && !berth::modules::is_share_name(user))
        return Who::ordinary;
    berth::modules::Guest guest;
    if (berth::modules::find_guest(berth::modules::kTokenFolder, user, guest) !=
        berth::modules::Found::yes)
        return has_account(user) ? Who::ordinary : Who::nobody;
    if (!token)
        return Who::nobody; // a share's public name lets nobody in
    return guest.keys ? Who::keys : Who::open;
}

std::uint32_t seconds_now() noexcept {
    struct timespec now{};
    clock_gettime(CLOCK_BOOTTIME, &now);
    return static_cast<std::uint32_t>(now.tv_sec);
}

bool is_guesser(pam_handle_t* pamh) noexcept {
    return berth::modules::has_guessed_enough(berth::modules::kGuessFile,
                                              text_item(pamh, PAM_RHOST), seconds_now());
}

// sshd says nothing of guests (lib/policy/sshd.cc), since it would say their tokens. To the
// system's log in the words of syslog(3), which would wait and allocate; one that is full hears
// nothing.
void tell_of_guess(const char* address) noexcept {
    constexpr int kAuthNotice = 10 * 8 + 5; // facility authpriv, RFC 5424
    char from[64];
    snprintf(from, sizeof from, "%s", address == nullptr ? "an unknown address" : address);
    for (char* at = from; *at != '\0'; ++at)
        if (*at < ' ' || *at > '~')
            *at = '?';
    char text[160];
    const int size = snprintf(text, sizeof text, "<%d>sshd[%d]: pam_berth: a wrong token from %s",
                              kAuthNotice, static_cast<int>(getpid()), from);
    const int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return;
    const struct sockaddr_un log = {AF_UNIX, "/dev/log"};
    (void)sendto(fd, text, static_cast<std::size_t>(size), MSG_NOSIGNAL,
                 reinterpret_cast<const struct sockaddr*>(&log), sizeof log);
    close(fd);
}

// The bounds of what ps(1) shows of this process, by proc(5): fields 48 and 51 of its stat, counted
// after the name, which may hold anything.
bool title_bounds(std::uintptr_t& begin, std::uintptr_t& end) noexcept {
    char text[1024];
    const int fd = open("/proc/self/stat", O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    const ssize_t size = read(fd, text, sizeof text - 1);
    close(fd);
    if (size <= 0)
        return false;
    text[size] = '\0';
    const char* at = strrchr(text, ')');
    for (int field = 2; at != nullptr && field < 51; ++field) {
        at = strchr(at + 1, ' ');
        if (at != nullptr && field + 1 == 48)
            begin = strtoul(at + 1, nullptr, 10);
        if (at != nullptr && field + 1 == 51)
            end = strtoul(at + 1, nullptr, 10);
    }
    return at != nullptr;
}

// sshd's monitor calls itself "sshd: TOKEN [priv]", which every account can read.
void hide_token(const char* token) noexcept {
    constexpr std::uintptr_t kMost = 1U << 20; // arguments and environment
    std::uintptr_t begin = 0;
    std::uintptr_t end = 0;
    char here = 0; // arguments lie above everything else on the stack
    if (!title_bounds(begin, end) || begin < reinterpret_cast<std::uintptr_t>(&here) ||
        end <= begin || end - begin > kMost)
        return;
    const std::size_t length = strlen(token);
    char* text = reinterpret_cast<char*>(begin);
    std::size_t left = end - begin;
    while (left >= length) {
        auto* found = static_cast<char*>(memmem(text, left, token, length));
        if (found == nullptr)
            return;
        memset(found, '*', length);
        left -= static_cast<std::size_t>(found + length - text);
        text = found + length;
    }
}

int open_guest_session(pam_handle_t* pamh) noexcept {
    hide_token(text_item(pamh, PAM_USER));
    const char* const how = pam_getenv(pamh, "SSH_AUTH_INFO_0"); // "publickey TYPE BASE64"
    constexpr char kPublic[] = "publickey ";
    if (how != nullptr && strncmp(how, kPublic, sizeof kPublic - 1) == 0)
        put_variable(pamh, "BERTH_GUEST_KEY", how + sizeof kPublic - 1);
    return PAM_SUCCESS;
}

} // namespace

#define BERTH_PAM_FUNCTION(name)                                                                   \
    extern "C" [[gnu::visibility("default")]] int name(                                            \
        [[maybe_unused]] pam_handle_t* pamh, [[maybe_unused]] int flags,                           \
        [[maybe_unused]] int argc, [[maybe_unused]] const char** argv)

BERTH_PAM_FUNCTION(pam_sm_open_session) {
    const char* const service = text_item(pamh, PAM_SERVICE);
    const char* const user = text_item(pamh, PAM_USER);
    if (service == nullptr || user == nullptr || strcmp(service, "sshd") != 0)
        return PAM_IGNORE;
    switch (who_is(pamh)) {
    case Who::ordinary:
        break;
    case Who::open:
    case Who::keys:
        return open_guest_session(pamh);
    case Who::nobody:
        return PAM_SESSION_ERR;
    }
    char pid[16];
    snprintf(pid, sizeof pid, "%d", static_cast<int>(getpid()));
    put_variable(pamh, "BERTH_LOGIN", pid);
    if (has_zsh(user))
        hook_zsh(pamh);
    return PAM_IGNORE;
}

BERTH_PAM_FUNCTION(pam_sm_close_session) {
    return PAM_IGNORE;
}
// Without PermitEmptyPasswords the Match block for guests is not in force, and nothing of what it
// forbids is forbidden: nobody is let in then.
BERTH_PAM_FUNCTION(pam_sm_authenticate) {
    switch (who_is(pamh)) {
    case Who::ordinary:
        return PAM_IGNORE;
    case Who::open:
        hide_token(text_item(pamh, PAM_USER));
        return (flags & PAM_DISALLOW_NULL_AUTHTOK) == 0 && !is_guesser(pamh) ? PAM_SUCCESS
                                                                             : PAM_AUTH_ERR;
    case Who::nobody:
        if (berth::modules::is_token(text_item(pamh, PAM_USER))) { // the others are no secret
            berth::modules::note_guess(berth::modules::kGuessFile, text_item(pamh, PAM_RHOST),
                                       seconds_now());
            tell_of_guess(text_item(pamh, PAM_RHOST));
        }
        break;
    case Who::keys:
        break;
    }
    return PAM_AUTH_ERR;
}
BERTH_PAM_FUNCTION(pam_sm_setcred) {
    return PAM_IGNORE;
}
BERTH_PAM_FUNCTION(pam_sm_acct_mgmt) {
    switch (who_is(pamh)) {
    case Who::ordinary:
        return PAM_IGNORE;
    case Who::open:
    case Who::keys:
        return is_guesser(pamh) ? PAM_ACCT_EXPIRED : PAM_SUCCESS;
    case Who::nobody:
        break;
    }
    return PAM_ACCT_EXPIRED;
}
