// Draws an expanded format into one line of cells, as tmux's status line: parts aligned left,
// centre, right and absolute-centre, a list that keeps its focus in sight with markers where it is
// cut, fill, and ranges for the mouse. Pure: the widths of clusters come from a function.
#pragma once

#include "format/style.h"
#include "format/text.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace berth::format {

inline constexpr unsigned kMaxColumns =
    10000; // of a line, and of each of its parts before they are cut
inline constexpr std::size_t kMaxCellText = 64; // bytes of one cluster with what combines with it
inline constexpr std::size_t kMaxLinks =
    256; // different addresses in one line; further ones are no links

struct DrawnCell {
    std::string text = " ";
    Pen pen;
    std::uint8_t width = 1; // 2: the next cell is its second half, which has no text and width 0
    std::uint16_t link = 0; // 1 + index into Drawing::links, 0 for none

    friend bool operator==(const DrawnCell&, const DrawnCell&) = default;
};

// Columns begin to end (not included) report this range to mouse bindings.
struct DrawnRange {
    Range range;
    unsigned begin = 0;
    unsigned end = 0;

    friend bool operator==(const DrawnRange&, const DrawnRange&) = default;
};

struct Drawing {
    std::vector<DrawnCell> cells;   // exactly as many as the width
    std::vector<DrawnRange> ranges; // where they overlap, a later one is above
    std::vector<std::string> links;

    // The range at a column; nullptr if there is none.
    [[nodiscard]] const Range* range_at(unsigned column) const;
};

// Base is the style of the option that the text belongs to (status-style): that of empty cells and
// of "default".
[[nodiscard]] Drawing draw(std::string_view text, unsigned width, const Pen& base,
                           const WidthFunction& columns = default_width);

} // namespace berth::format
