// berth-login --force: what sshd's ForceCommand runs for accounts whose hook is force. A bare login
// goes into a session; everything else runs as it would have, or is refused, as the policy says; a
// key's own command is honoured.
#pragma once

#include <string>

namespace berth::login {

struct Forced {
    enum class What { session, done } what = What::session;
    int status = 0; // done: the exit status
};

// Runs what is no session (never returns then), prints motd and last login for what is one, or
// refuses with a line.
[[nodiscard]] Forced forced_login();

} // namespace berth::login
