// berth doctor: everything on this machine that can keep a login from landing in a session, each
// with its mend.
#pragma once

#include "own_verbs.h"

namespace berth {

// Exit status: 0 all is well (perhaps with notes), 1 something has to be mended.
[[nodiscard]] std::optional<int> doctor(const VerbCall& call);

inline constexpr const char* kSshdDropIn = "/etc/ssh/sshd_config.d/50-berth.conf";

// berth policy check [FILE] | show [--user NAME] | apply
[[nodiscard]] std::optional<int> policy_verb(const VerbCall& call);
[[nodiscard]] int apply_policy();

} // namespace berth
