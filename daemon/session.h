// What a child of a root berthd does between fork and becoming a keeper or mux, where no service
// manager does it: a PAM session for the keeper, and giving root's rights up. Runs in a process of
// its own (berthd executes itself), so modules may be slow without anybody waiting.
#pragma once

#include <span>
#include <string>
#include <vector>

namespace berth::daemon {

// Becomes `words`, as the account `name`, in a PAM session (service "berth", if it is configured)
// that a process left behind closes after the end. Returns an exit status only if that fails.
[[nodiscard]] int become_in_session(const std::string& name, std::vector<std::string> words);

// Becomes `words` as the account _berth, or nobody.
[[nodiscard]] int become_unprivileged(std::vector<std::string> words);

} // namespace berth::daemon
