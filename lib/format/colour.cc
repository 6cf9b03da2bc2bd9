#include "format/colour.h"

#include "format/ascii.h"

#include <array>
#include <charconv>

namespace berth::format {

namespace {

constexpr std::array<std::string_view, 8> kAnsiNames = {"black", "red",     "green", "yellow",
                                                        "blue",  "magenta", "cyan",  "white"};
constexpr std::string_view kBright = "bright";
constexpr std::string_view kTheme = "theme";
constexpr std::size_t kLongestColour = 64;
constexpr std::uint32_t kFirstBright = 8;   // value of brightblack
constexpr std::uint32_t kBrightDigits = 90; // "90" to "97" are the bright colours too, after SGR

std::optional<std::uint32_t> digits(std::string_view text, int base) {
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (text.empty() || error != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

std::optional<Colour> parse_ansi(std::string_view text) {
    const bool bright = text.starts_with(kBright);
    const std::string_view name = bright ? text.substr(kBright.size()) : text;
    for (std::uint32_t i = 0; i < kAnsiNames.size(); ++i)
        if (kAnsiNames[i] == name)
            return Colour{Colour::Kind::ansi, bright ? kFirstBright + i : i};
    const bool plain = text.size() == 1 && text[0] >= '0' && text[0] <= '7';
    const bool sgr = text.size() == 2 && text[0] == '9' && text[1] >= '0' && text[1] <= '7';
    if (!plain && !sgr)
        return std::nullopt;
    const std::uint32_t number = *digits(text, 10);
    return Colour{Colour::Kind::ansi, sgr ? number - kBrightDigits + kFirstBright : number};
}

std::optional<Colour> parse_indexed(std::string_view text) {
    for (const std::string_view prefix : {std::string_view("colour"), std::string_view("color")}) {
        if (!text.starts_with(prefix))
            continue;
        const auto number = digits(text.substr(prefix.size()), 10);
        if (number && *number <= 255)
            return Colour{Colour::Kind::indexed, *number};
        return std::nullopt;
    }
    return std::nullopt;
}

// "themelightgrey": the names of the options dark-theme-light-grey and light-theme-light-grey
// without their dashes.
std::optional<Colour> parse_theme(std::string_view text) {
    if (!text.starts_with(kTheme))
        return std::nullopt;
    for (std::uint32_t i = 0; i < std::size(kThemeColours); ++i) {
        std::string name;
        for (const char c : kThemeColours[i])
            if (c != '-')
                name += c;
        if (text.substr(kTheme.size()) == name)
            return Colour{Colour::Kind::theme, i};
    }
    return std::nullopt;
}

constexpr std::array<std::uint32_t, 16> kAnsiRgb = {
    0x000000, 0x800000, 0x008000, 0x808000, 0x000080, 0x800080, 0x008080, 0xc0c0c0,
    0x808080, 0xff0000, 0x00ff00, 0xffff00, 0x0000ff, 0xff00ff, 0x00ffff, 0xffffff};

// xterm's 256 colours: 16 of ANSI, a cube of 6 levels each of red, green and blue, 24 greys.
std::uint32_t indexed_rgb(std::uint32_t index) {
    constexpr std::array<std::uint32_t, 6> levels = {0x00, 0x5f, 0x87, 0xaf, 0xd7, 0xff};
    if (index < kAnsiRgb.size())
        return kAnsiRgb[index];
    if (index < 232) {
        const std::uint32_t cube = index - 16;
        return levels[cube / 36] << 16 | levels[cube / 6 % 6] << 8 | levels[cube % 6];
    }
    const std::uint32_t grey = 8 + (index - 232) * 10;
    return grey << 16 | grey << 8 | grey;
}

std::string hex6(std::uint32_t value) {
    constexpr std::string_view hex = "0123456789abcdef";
    std::string out;
    for (int shift = 20; shift >= 0; shift -= 4)
        out += hex[value >> shift & 0xf];
    return out;
}

} // namespace

std::optional<Colour> parse_colour(std::string_view text) {
    if (text.empty() || text.size() > kLongestColour)
        return std::nullopt;
    if (text[0] == '#' && text.size() == 7) {
        if (const auto value = digits(text.substr(1), 16))
            return Colour{Colour::Kind::rgb, *value};
        return std::nullopt;
    }
    const std::string lower = to_lower(text);
    if (lower == "default")
        return Colour{};
    if (lower == "terminal")
        return Colour{Colour::Kind::terminal, 0};
    for (auto* parse : {parse_ansi, parse_indexed, parse_theme})
        if (const auto colour = parse(lower))
            return colour;
    if (const auto value = x11_colour(lower))
        return Colour{Colour::Kind::rgb, *value};
    return std::nullopt;
}

std::string colour_text(Colour colour) {
    switch (colour.kind) {
    case Colour::Kind::unset:
        return "none";
    case Colour::Kind::standard:
        return "default";
    case Colour::Kind::terminal:
        return "terminal";
    case Colour::Kind::ansi: {
        const std::string name(kAnsiNames[colour.value % kFirstBright]);
        return colour.value < kFirstBright ? name : std::string(kBright) + name;
    }
    case Colour::Kind::indexed:
        return "colour" + std::to_string(colour.value);
    case Colour::Kind::rgb:
        return "#" + hex6(colour.value);
    case Colour::Kind::theme: {
        std::string name(kTheme);
        for (const char c : kThemeColours[colour.value % std::size(kThemeColours)])
            if (c != '-')
                name += c;
        return name;
    }
    }
    return {};
}

std::optional<std::uint32_t> colour_rgb(Colour colour) {
    switch (colour.kind) {
    case Colour::Kind::ansi:
        return kAnsiRgb[colour.value % kAnsiRgb.size()];
    case Colour::Kind::indexed:
        return indexed_rgb(colour.value);
    case Colour::Kind::rgb:
        return colour.value;
    default:
        return std::nullopt;
    }
}

std::string colour_sequence(Colour colour, Layer layer) {
    const bool foreground = layer == Layer::foreground;
    const auto sgr = [](std::uint32_t code, const std::string& rest = {}) {
        return "\033[" + std::to_string(code) + rest + "m";
    };
    const std::uint32_t extended = foreground ? 38 : 48;
    switch (colour.kind) {
    case Colour::Kind::standard:
    case Colour::Kind::terminal:
        return sgr(foreground ? 39 : 49);
    case Colour::Kind::ansi: {
        const bool bright = colour.value >= kFirstBright;
        return sgr((bright ? kBrightDigits : 30) + (foreground ? 0 : 10) +
                   colour.value % kFirstBright);
    }
    case Colour::Kind::indexed:
        return sgr(extended, ";5;" + std::to_string(colour.value));
    case Colour::Kind::rgb:
        return sgr(extended, ";2;" + std::to_string(colour.value >> 16 & 0xff) + ";" +
                                 std::to_string(colour.value >> 8 & 0xff) + ";" +
                                 std::to_string(colour.value & 0xff));
    default:
        return {};
    }
}

} // namespace berth::format
