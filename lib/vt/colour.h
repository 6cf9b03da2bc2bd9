// Colours and styles for terminals that can do less: RGB to the nearest of 256, of 16, of 8.
#pragma once

#include <cstdint>

#include "vt/capabilities.h"
#include "vt/cell.h"

namespace berth::vt {

// xterm's value of a palette entry: 16 to 231 a cube of six levels, 232 to 255 greys.
[[nodiscard]] Rgb palette_rgb(std::uint8_t index);
// The nearest of the entries 16 to 255 (the first sixteen are the user's to change).
[[nodiscard]] std::uint8_t nearest_256(Rgb color);
// The nearest of the first sixteen, by weights that follow the eye.
[[nodiscard]] std::uint8_t nearest_16(Rgb color);

// The same colour as a terminal of that depth can show it; ColorDepth::none has the default only.
[[nodiscard]] Color lowered(Color color, ColorDepth depth);
// The style without what the terminal cannot show, or with the nearest that it can: a curly
// underline becomes a plain one, a bright foreground on a terminal of eight colours bold.
[[nodiscard]] Style lowered(const Style& style, const Capabilities& capabilities);

} // namespace berth::vt
