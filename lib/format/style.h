// Styles in tmux's words:
// "fg=red,bg=#ff0000,bold,align=centre,list=on,range=window|3,fill=blue,push-default". A Style is
// what an option such as status-style or a #[...] within a format says; a Pen is the part that a
// cell carries.
#pragma once

#include "base/result.h"
#include "format/colour.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace berth::format {

// Attributes are bits of Pen::attributes.
enum class Attribute : std::uint16_t {
    acs = 1 << 0, // the terminal's alternate character set
    bright = 1 << 1,
    dim = 1 << 2,
    underscore = 1 << 3,
    blink = 1 << 4,
    reverse = 1 << 5,
    hidden = 1 << 6,
    italics = 1 << 7,
    overline = 1 << 8,
    strikethrough = 1 << 9,
    double_underscore = 1 << 10,
    curly_underscore = 1 << 11,
    dotted_underscore = 1 << 12,
    dashed_underscore = 1 << 13,
};

struct Pen {
    Colour foreground;
    Colour background;
    Colour underline;
    std::uint16_t attributes = 0;
    std::uint8_t dim = 0; // 0-100: how far the colours are dimmed

    [[nodiscard]] bool has(Attribute a) const {
        return (attributes & static_cast<std::uint16_t>(a)) != 0;
    }
    friend bool operator==(const Pen&, const Pen&) = default;
};

enum class Align : std::uint8_t { standard, left, centre, right, absolute_centre };
enum class List : std::uint8_t { off, on, focus, left_marker, right_marker };
enum class DefaultChange : std::uint8_t { none, push, pop, set };

// The part of a line that a mouse event is reported for.
struct Range {
    enum class Kind : std::uint8_t { none, left, right, pane, window, session, user, control };
    Kind kind = Kind::none;
    std::uint32_t number = 0; // a pane's, window's or session's number, or 0-9 of a control
    std::string name;         // of a user range

    friend bool operator==(const Range&, const Range&) = default;
};

struct Style {
    Pen pen;
    bool ignore = false;
    Colour fill{Colour::Kind::unset, 0};
    Align align = Align::standard;
    List list = List::off;
    Range range;
    DefaultChange default_change = DefaultChange::none;
    std::uint32_t width = 0; // of what the style is for (a scrollbar, say), 0 if not given
    bool width_percent = false;
    std::uint32_t pad = 0;
    std::string link; // a hyperlink's address

    friend bool operator==(const Style&, const Style&) = default;
};

inline constexpr std::size_t kMaxStyle = 1024;    // bytes of one style
inline constexpr std::size_t kMaxStyleWord = 255; // bytes of one term of a style
inline constexpr std::size_t kMaxUserRange = 15;  // bytes of the name of range=user|NAME

// Applies the terms of text to start, from left to right; "default" takes the pen of base. The
// error's text is "invalid style: TEXT".
[[nodiscard]] Result<Style> parse_style(std::string_view text, const Style& start, const Pen& base);
[[nodiscard]] Result<Style> parse_style(std::string_view text);

// The style in words that parse_style reads back to the same style; "default" if it says nothing.
[[nodiscard]] std::string style_text(const Style& style);

// "bright,underscore", "none" if there are no attributes.
[[nodiscard]] std::string attributes_text(std::uint16_t attributes);

} // namespace berth::format
