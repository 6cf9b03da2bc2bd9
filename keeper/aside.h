// Bytes that crashed the mux, for a bug report: a file of the user's below ~/.local/state/berth,
// written as a whole or not at all. Writing may hang with the home directory, so a thread of its
// own does it.
#pragma once

#include "base/account.h"

#include <string>

namespace berth::keeper {

inline constexpr int kMaxAside = 20; // files that one keeper writes

[[nodiscard]] bool is_aside_name(const std::string& name); // letters, digits, - and .
void set_aside(const Account& account, std::string name, std::string bytes);

} // namespace berth::keeper
