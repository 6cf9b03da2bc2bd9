// Colour specifications as XParseColor(3) reads them, and as reports write them. Internal to
// lib/vt.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "vt/cell.h"

namespace berth::vt {

// "rgb:f/80/ffff", "#f80", "rgbi:1/0.5/0", "CIEXYZ:…", "CIExyY:…", "CIEuvY:…", "CIELab:…",
// "CIELuv:…", or a name.
[[nodiscard]] std::optional<Rgb> parse_color(std::string_view text);
// "rgb:ffff/8080/0000"
[[nodiscard]] std::string color_text(const Rgb& color);

} // namespace berth::vt
