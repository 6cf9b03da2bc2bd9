// pam_berth.so: in the session stack of sshd. Puts the login cookie BERTH_LOGIN (the process id of
// sshd's monitor, which runs this) into the environment, and for accounts whose shell is zsh,
// ZDOTDIR, since Debian's zsh has no drop-in folder: /usr/lib/berth/zsh/.zshenv takes it away
// again. A crash here locks everyone out, so: no allocation of its own, no waiting, and whatever
// happens the answer is PAM_IGNORE. Guests' authentication will answer in auth and account.
#include <cstdio>
#include <cstring>
#include <pwd.h>
#include <security/pam_modules.h>
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
BERTH_PAM_FUNCTION(pam_sm_authenticate) {
    return PAM_IGNORE;
}
BERTH_PAM_FUNCTION(pam_sm_setcred) {
    return PAM_IGNORE;
}
BERTH_PAM_FUNCTION(pam_sm_acct_mgmt) {
    return PAM_IGNORE;
}
