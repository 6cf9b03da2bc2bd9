// Does this process stand exactly where sshd starts a bare login shell? (facts: argv = {"-bash"},
// everything else is exec, scp, a forced command …). Everything is read from this process's
// environment and /proc.
#pragma once

#include <string>

namespace berth::login {

// Empty: yes. Otherwise the first condition that does not hold, in words.
[[nodiscard]] std::string why_not_here();

} // namespace berth::login
