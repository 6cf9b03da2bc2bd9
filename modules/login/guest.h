// berth-login for a guest of a share: the shell and ForceCommand of the accounts berth-sN, which
// have no other program. One terminal goes to the owner's mux; commands, sftp and everything else
// that sshd might ask for are refused, whatever the arguments are.
#pragma once

namespace berth::login {

// Called by that name, or told so.
[[nodiscard]] bool is_guest(int argc, char** argv);
// An exit status.
[[nodiscard]] int guest_login();

} // namespace berth::login
