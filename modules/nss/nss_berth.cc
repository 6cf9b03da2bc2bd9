// libnss_berth.so.2: answers the user name TOKEN of `ssh TOKEN@host` with the guest account of the
// share, and a share's public name and its number with the same. Lives in every process that looks
// up users: reads one small file for a name that looks like a token, says "not found" to everything
// else at once, never blocks, allocates or keeps state. pw_passwd is "x" with no shadow entry, so
// pam_unix denies unless pam_berth vouches; pw_name is the public name, never the token.
#include "common/token.h"

#include <cerrno>
#include <cstring>
#include <nss.h>
#include <pwd.h>

namespace {

constexpr char kShell[] = "/usr/lib/berth/guest-shell";
// Not a folder that is missing: sshd would complain of it on each guest's terminal.
constexpr char kHome[] = "/";

// Copies `text` into the caller's buffer and steps over it; null if it does not fit.
char* put(const char* text, char*& buffer, std::size_t& left) noexcept {
    const std::size_t size = strlen(text) + 1;
    if (size > left)
        return nullptr;
    char* const at = buffer;
    memcpy(at, text, size);
    buffer += size;
    left -= size;
    return at;
}

enum nss_status answer(berth::modules::Found found, const berth::modules::Guest& guest,
                       struct passwd* result, char* buffer, size_t size, int* error) noexcept {
    switch (found) {
    case berth::modules::Found::no:
        *error = ENOENT;
        return NSS_STATUS_NOTFOUND;
    case berth::modules::Found::unavailable:
        *error = EAGAIN;
        return NSS_STATUS_TRYAGAIN;
    case berth::modules::Found::yes:
        break;
    }
    result->pw_uid = guest.uid;
    result->pw_gid = guest.gid;
    result->pw_name = put(guest.name, buffer, size);
    result->pw_passwd = put("x", buffer, size);
    result->pw_gecos = put("berth guest", buffer, size);
    result->pw_dir = put(kHome, buffer, size);
    result->pw_shell = put(kShell, buffer, size);
    if (result->pw_name == nullptr || result->pw_passwd == nullptr || result->pw_gecos == nullptr ||
        result->pw_dir == nullptr || result->pw_shell == nullptr) {
        *error = ERANGE;
        return NSS_STATUS_TRYAGAIN;
    }
    return NSS_STATUS_SUCCESS;
}

} // namespace

extern "C" [[gnu::visibility("default")]] enum nss_status
_nss_berth_getpwnam_r(const char* name, struct passwd* result, char* buffer, size_t size,
                      int* error) noexcept {
    berth::modules::Guest guest;
    return answer(berth::modules::find_guest(berth::modules::kTokenFolder, name, guest), guest,
                  result, buffer, size, error);
}

extern "C" [[gnu::visibility("default")]] enum nss_status
_nss_berth_getpwuid_r(uid_t uid, struct passwd* result, char* buffer, size_t size,
                      int* error) noexcept {
    berth::modules::Guest guest;
    return answer(berth::modules::find_guest(berth::modules::kTokenFolder, uid, guest), guest,
                  result, buffer, size, error);
}
