// Which versions of the messages a program speaks. After an upgrade old and new programs run beside
// each other: each end says its range, the highest version that both have is spoken, and two ranges
// that do not meet are refused. A field that came later is encoded and decoded under
// `if (v.version() >= N)`.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

namespace berth::protocol {

inline constexpr std::uint16_t kVersion = 1;
inline constexpr std::uint16_t kOldestVersion = 1;
static_assert(kOldestVersion <= kVersion);

struct Range {
    std::uint16_t oldest = kOldestVersion;
    std::uint16_t newest = kVersion;
};

// The version to speak; nothing: the ranges do not meet, or one of them is none.
[[nodiscard]] constexpr std::optional<std::uint16_t> agree(Range one, Range other) {
    const std::uint16_t version = std::min(one.newest, other.newest);
    if (version < one.oldest || version < other.oldest)
        return std::nullopt;
    return version;
}

} // namespace berth::protocol
