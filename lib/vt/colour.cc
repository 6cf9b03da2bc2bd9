#include "vt/colour.h"

#include <array>
#include <limits>

namespace berth::vt {

namespace {

constexpr std::array<std::uint32_t, 16> kBase = {
    0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd, 0x00cdcd, 0xe5e5e5,
    0x7f7f7f, 0xff0000, 0x00ff00, 0xffff00, 0x5c5cff, 0xff00ff, 0x00ffff, 0xffffff};

constexpr std::array<int, 6> kLevels = {0, 95, 135, 175, 215, 255};

int nearest_level(int value) {
    if (value < 48)
        return 0;
    return value < 115 ? 1 : (value - 35) / 40;
}

int squared(int value) {
    return value * value;
}

// Red, green and blue weigh differently, and red and blue by how much red there is ("redmean").
int distance(Rgb a, Rgb b) {
    const int mean = (a.red + b.red) / 2;
    return ((512 + mean) * squared(a.red - b.red) + 1024 * squared(a.green - b.green) +
            (767 - mean) * squared(a.blue - b.blue)) >>
           8;
}

constexpr std::uint32_t without(std::uint32_t attributes, bool can, std::uint32_t bits) {
    return can ? attributes : attributes & ~bits;
}

} // namespace

Rgb palette_rgb(std::uint8_t index) {
    if (index < 16) {
        const std::uint32_t value = kBase[index];
        return {static_cast<std::uint8_t>(value >> 16), static_cast<std::uint8_t>(value >> 8 & 255),
                static_cast<std::uint8_t>(value & 255)};
    }
    if (index >= 232) {
        const auto grey = static_cast<std::uint8_t>(8 + 10 * (index - 232));
        return {grey, grey, grey};
    }
    const auto cube = static_cast<unsigned>(index - 16);
    return {static_cast<std::uint8_t>(kLevels[cube / 36]),
            static_cast<std::uint8_t>(kLevels[cube / 6 % 6]),
            static_cast<std::uint8_t>(kLevels[cube % 6])};
}

std::uint8_t nearest_256(Rgb color) {
    const int red = nearest_level(color.red);
    const int green = nearest_level(color.green);
    const int blue = nearest_level(color.blue);
    const auto at = [](int level) { return kLevels[static_cast<std::size_t>(level)]; };
    const int cube = squared(at(red) - color.red) + squared(at(green) - color.green) +
                     squared(at(blue) - color.blue);
    const int mean = (color.red + color.green + color.blue) / 3;
    const int step = mean < 3 ? 0 : (mean > 238 ? 23 : (mean - 3) / 10);
    const int level = 8 + 10 * step;
    const int grey =
        squared(level - color.red) + squared(level - color.green) + squared(level - color.blue);
    return static_cast<std::uint8_t>(grey < cube ? 232 + step : 16 + 36 * red + 6 * green + blue);
}

std::uint8_t nearest_16(Rgb color) {
    std::uint8_t best = 0;
    int least = std::numeric_limits<int>::max();
    for (std::uint8_t index = 0; index < 16; ++index) {
        const int far = distance(color, palette_rgb(index));
        if (far < least) {
            least = far;
            best = index;
        }
    }
    return best;
}

Color lowered(Color color, ColorDepth depth) {
    if (color.is_default() || depth == ColorDepth::rgb)
        return color;
    if (depth == ColorDepth::none)
        return {};
    const bool indexed = color.kind() == Color::Kind::indexed;
    const Rgb rgb{color.red(), color.green(), color.blue()};
    if (depth == ColorDepth::indexed)
        return indexed ? color : Color::indexed(nearest_256(rgb));
    std::uint8_t index = color.index();
    if (!indexed || index >= 16)
        index = nearest_16(indexed ? palette_rgb(index) : rgb);
    return Color::indexed(depth == ColorDepth::eight ? index & 7 : index);
}

Style lowered(const Style& style, const Capabilities& can) {
    Style out = style;
    out.foreground = lowered(style.foreground, can.colors);
    out.background = lowered(style.background, can.colors);
    out.underline_color =
        can.underline_color ? lowered(style.underline_color, can.colors) : Color();
    if (can.colors == ColorDepth::eight) {
        const Color bright = lowered(style.foreground, ColorDepth::sixteen);
        if (bright.kind() == Color::Kind::indexed && bright.index() >= 8)
            out.attributes |= kBold;
    }
    out.attributes = without(out.attributes, can.faint, kFaint);
    out.attributes = without(out.attributes, can.italic, kItalic);
    out.attributes = without(out.attributes, can.strikethrough, kStrikethrough);
    out.attributes = without(out.attributes, can.overline, kOverline);
    out.attributes = without(out.attributes, can.scripts, kSuperscript | kSubscript);
    if (!can.underline_styles && out.underline() != Underline::none)
        out.set_underline(Underline::single);
    return out;
}

} // namespace berth::vt
