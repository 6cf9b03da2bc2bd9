// Which file a program runs from: an upgrade puts another in its place, and whoever runs on can be
// told from whoever was started since.
#pragma once

#include <string>

namespace berth {

inline constexpr const char* kOwnProgram = "/proc/self/exe";

// Inode, size and time of the file's contents; empty: there is none, or it cannot be looked at.
[[nodiscard]] std::string program_stamp(const std::string& path);
// Where this program lies, or lay before another was put there; empty: not known.
[[nodiscard]] std::string own_path();

} // namespace berth
