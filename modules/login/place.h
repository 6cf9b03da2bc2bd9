// Does this process stand exactly where sshd starts a bare login shell (argv = {"-bash"};
// everything else is exec, scp, a forced command …), as its child or in its stead? Everything is
// read from this process's environment and /proc.
#pragma once

#include <string>

namespace berth::login {

enum class Stand { child_of_shell, instead_of_shell };

// Empty: yes. Otherwise the first condition that does not hold, in words.
[[nodiscard]] std::string why_not_here(Stand stand);

} // namespace berth::login
