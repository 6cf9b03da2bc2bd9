// Share tokens as the modules see them: what one looks like, and the record that berthd leaves for
// it below /run/berth/tokens. The folder has mode 0711 and its files are root's; a record's name is
// the token's SHA-256, the public name of the share (berth-sN), or "uid-" and the account's number.
// Reading a file and nothing else, so a hung daemon cannot stall a lookup.
#pragma once

#include <cstddef>
#include <sys/types.h>

namespace berth::modules {

inline constexpr std::size_t kTokenLeast = 24; // base32 digits after ro- or rw-
inline constexpr std::size_t kTokenMost = 64;
inline constexpr std::size_t kShareNameMost = 24; // "berth-s" and a number
// Accounts of guests: nobody's by systemd's and Debian's plans.
inline constexpr uid_t kFirstGuestUid = 60706;
inline constexpr uid_t kGuestUids = 478;
#ifndef BERTH_RUN_FOLDER // fuzzing has one of its own
#define BERTH_RUN_FOLDER "/run/berth"
#endif
inline constexpr char kTokenFolder[] = BERTH_RUN_FOLDER "/tokens";

// ro- or rw- and 24 to 64 base32 digits (a-z2-7)
[[nodiscard]] bool is_token(const char* name) noexcept;
// berth-s and a number without leading zeros
[[nodiscard]] bool is_share_name(const char* name) noexcept;

struct Guest {
    char name[kShareNameMost + 1];
    uid_t uid;
    gid_t gid;
    bool keys; // the token is of use only together with an ssh key
};

enum class Found : unsigned char { yes, no, unavailable };

// The guest account of a token or of a share's public name. `no` for everything that is not exactly
// right.
[[nodiscard]] Found find_guest(const char* folder, const char* name, Guest& guest) noexcept;

// The same by the account's number, which sshd asks for when it looks at the last login.
[[nodiscard]] Found find_guest(const char* folder, uid_t uid, Guest& guest) noexcept;

} // namespace berth::modules
