// The size of a screen in character cells, and the limits that every size is clamped to.
#pragma once

#include <algorithm>

namespace berth::vt {

inline constexpr int kMaxDimension = 10'000;
inline constexpr int kMaxCells = 2'000'000; // rows * columns of one screen

struct Size {
    int rows = 24;
    int columns = 80;

    [[nodiscard]] constexpr int bottom() const { return rows - 1; }
    [[nodiscard]] constexpr int right() const { return columns - 1; }
    bool operator==(const Size&) const = default;
};

// The nearest size that a screen can have: each side 1 to kMaxDimension, the area at most kMaxCells
// (rows give way).
[[nodiscard]] constexpr Size clamped(Size size) {
    const int columns = std::clamp(size.columns, 1, kMaxDimension);
    const int rows = std::clamp(size.rows, 1, kMaxDimension);
    return {std::min(rows, std::max(1, kMaxCells / columns)), columns};
}

} // namespace berth::vt
