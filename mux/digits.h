// Large digits, of five by five cells: of the clock and of display-panes.
#pragma once

#include "vt/canvas.h"

#include <string_view>

namespace berth::mux {

inline constexpr int kDigitRows = 5;
inline constexpr int kDigitColumns = 6; // with the gap to the next

// In the style's foreground, from that row and column of the box on, cut to it.
void draw_digits(vt::Canvas& canvas, vt::Rect box, int row, int column, std::string_view text,
                 vt::Style style);

} // namespace berth::mux
