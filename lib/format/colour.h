// Colours in tmux's words: "red", "brightred", "colour200", "#ff8000", "default", "terminal", X11's
// names, theme colours. A Colour is a value; nothing here knows of terminals. Used by styles,
// formats (#{c:}) and options.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace berth::format {

struct Colour {
    enum class Kind : std::uint8_t {
        unset,    // no colour was named ("none"): whatever lies below
        standard, // the style's default, which push-default may change
        terminal, // the terminal's own default
        ansi,     // 0-7 and the bright 8-15, by SGR 30-37 and 90-97
        indexed,  // 0-255, by SGR 38;5
        rgb,      // 0xRRGGBB
        theme,    // an index into the theme's colours
    };
    Kind kind = Kind::standard;
    std::uint32_t value = 0;

    friend bool operator==(const Colour&, const Colour&) = default;
};

// The colours that the options dark-theme-* and light-theme-* define, in the order of Colour::value
// for Kind::theme.
inline constexpr std::string_view kThemeColours[] = {"black", "blue",       "cyan",    "dark-grey",
                                                     "green", "light-grey", "magenta", "red",
                                                     "white", "yellow"};

// Reads a colour; nothing if the text names none. Names may be in any case, hexadecimal digits too.
[[nodiscard]] std::optional<Colour> parse_colour(std::string_view text);

// The name as tmux prints it: "red", "brightred", "colour5", "#ff8000", "default", "terminal",
// "none".
[[nodiscard]] std::string colour_text(Colour colour);

// The red, green and blue of a colour as 0xRRGGBB in xterm's default palette; nothing for those
// that only a terminal or a theme knows.
[[nodiscard]] std::optional<std::uint32_t> colour_rgb(Colour colour);

enum class Layer : std::uint8_t { foreground, background };

// The SGR sequence that sets the colour, "\033[38;5;100m"; empty for a theme's colour.
[[nodiscard]] std::string colour_sequence(Colour colour, Layer layer);

// The value of one of X11's colour names ("light grey", "RebeccaPurple"), case ignored.
[[nodiscard]] std::optional<std::uint32_t> x11_colour(std::string_view name);

} // namespace berth::format
