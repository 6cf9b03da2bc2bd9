// How much longer a program may take that a sanitizer watches: its limits for others are those of
// the real one, this many times.
#pragma once

#include <cstdint>

namespace berth {

#ifdef __SANITIZE_ADDRESS__
inline constexpr std::uint64_t kSlowness = 5;
#else
inline constexpr std::uint64_t kSlowness = 1;
#endif

} // namespace berth
