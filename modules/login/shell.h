// The plain login shell that berth-login becomes when it took the shell's place (--exec) and there
// is no session: berth cannot be reached, refuses, or crashes. Everything is looked up beforehand,
// so that a signal handler can do it.
#pragma once

#include "base/result.h"

namespace berth::login {

// Looks up the account's shell and the terminal's modes, and has a crash of this process end in
// that shell. Once, from main.
[[nodiscard]] Result<void> prepare_shell();

// Becomes the login shell: argv {"-NAME"}, the environment of now less BERTH_LOGIN, signals as sshd
// left them.
[[noreturn]] void become_shell() noexcept;

} // namespace berth::login
