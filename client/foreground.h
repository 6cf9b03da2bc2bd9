// berth -F: a session without a terminal that is shared at once, for a supervisor or a script. The
// lines for guests and what happens go to standard output; the shell is started again when it ends;
// SIGINT and SIGTERM end the session.
#pragma once

#include <string>
#include <vector>

namespace berth {

// `flags`: which server, and its configuration (-L, -S, -f); `words`: of new-session. An exit
// status.
[[nodiscard]] int run_foreground(const std::vector<std::string>& flags,
                                 std::vector<std::string> words);

} // namespace berth
