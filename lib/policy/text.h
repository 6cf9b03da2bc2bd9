// Texts made from the option table and from a policy: the sample berth.conf, its manual page, what
// `berth policy show` prints, and the drop-in that sshd reads for accounts whose hook is force. All
// pure.
#pragma once

#include "policy/policy.h"

namespace berth::policy {

[[nodiscard]] std::string sample_file();
[[nodiscard]] std::string manual_page();

// One line for each option: "login.on_login = resume    # default".
[[nodiscard]] std::string show_text(const Settings& settings);

// The Match blocks by which sshd forces berth-login on exactly the accounts whose effective hook is
// force; empty if there are none. An error names a user or group that sshd's patterns cannot
// express (wildcards, commas, quotes, blanks).
[[nodiscard]] std::expected<std::string, Problem> sshd_drop_in(const Policy& policy);

// The Match block for guests with a token: names that look like one, and nobody else. Empty if the
// policy lets nobody share by token.
[[nodiscard]] std::string sshd_guest_rules(const Policy& policy);

// Whether that whole text is such a block, which says nothing of anybody else's logins.
[[nodiscard]] bool is_sshd_guest_rules(std::string_view text);

} // namespace berth::policy
