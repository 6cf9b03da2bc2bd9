// Accounts, PAM files and a service manager of a test's own, in a mount namespace of its own: the
// machine's are never touched. Programs that need them are skipped without root.
#pragma once

#include "bench.h"

#include <string>
#include <sys/types.h>
#include <vector>

namespace berth::test {

inline constexpr uid_t kAlice = 54321;    // alice, of the group staff-of-test
inline constexpr uid_t kFirstOdd = 54330; // of odd_names()[0]; the next ones follow

[[nodiscard]] const std::vector<std::string>& odd_names();
// What the PAM session's hook has written: "open_session alice 0" …
[[nodiscard]] std::string pam_hooks();
// Makes the namespace, once; ends the program with 77 when that is not possible.
void enter_namespace();
// Another file in the place of this one.
void cover(const std::string& path, const std::string& text, mode_t mode = 0644);
void uncover(const std::string& path);

[[nodiscard]] Fd connect_as(const Berthd& berthd, uid_t uid, const protocol::Open& open);
[[nodiscard]] protocol::Open start_for(const std::string& user);
Fd take_link(const Fd& channel);

} // namespace berth::test
