#include "format/style.h"

#include "format/ascii.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace berth::format {

namespace {

struct AttributeName {
    std::string_view name;
    Attribute attribute;
};

// In the order in which they are printed; "bold" is only read.
constexpr std::array kAttributes = std::to_array<AttributeName>({
    {"acs", Attribute::acs},
    {"bright", Attribute::bright},
    {"dim", Attribute::dim},
    {"underscore", Attribute::underscore},
    {"blink", Attribute::blink},
    {"reverse", Attribute::reverse},
    {"hidden", Attribute::hidden},
    {"italics", Attribute::italics},
    {"strikethrough", Attribute::strikethrough},
    {"double-underscore", Attribute::double_underscore},
    {"curly-underscore", Attribute::curly_underscore},
    {"dotted-underscore", Attribute::dotted_underscore},
    {"dashed-underscore", Attribute::dashed_underscore},
    {"overline", Attribute::overline},
    {"bold", Attribute::bright},
});

template <class T> struct Word {
    std::string_view name;
    T value;
};

constexpr std::array kAligns =
    std::to_array<Word<Align>>({{"left", Align::left},
                                {"centre", Align::centre},
                                {"right", Align::right},
                                {"absolute-centre", Align::absolute_centre}});
constexpr std::array kLists = std::to_array<Word<List>>({{"on", List::on},
                                                         {"focus", List::focus},
                                                         {"left-marker", List::left_marker},
                                                         {"right-marker", List::right_marker}});
constexpr std::array kDefaults =
    std::to_array<Word<DefaultChange>>({{"push-default", DefaultChange::push},
                                        {"pop-default", DefaultChange::pop},
                                        {"set-default", DefaultChange::set}});

template <class T, std::size_t N>
std::optional<T> find_word(const std::array<Word<T>, N>& words, std::string_view name) {
    const auto found = std::ranges::find(words, name, &Word<T>::name);
    return found == words.end() ? std::nullopt : std::optional(found->value);
}

template <class T, std::size_t N>
std::string_view word_of(const std::array<Word<T>, N>& words, T value) {
    return std::ranges::find(words, value, &Word<T>::value)->name;
}

std::optional<std::uint32_t> number(std::string_view text, std::uint32_t limit) {
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc() || end != text.data() + text.size() || value > limit)
        return std::nullopt;
    return value;
}

std::optional<std::uint16_t> parse_attributes(std::string_view text) {
    std::uint16_t bits = 0;
    while (true) {
        const std::size_t bar = text.find('|');
        const auto found =
            std::ranges::find(kAttributes, text.substr(0, bar), &AttributeName::name);
        if (found == kAttributes.end())
            return std::nullopt;
        bits = static_cast<std::uint16_t>(bits | static_cast<std::uint16_t>(found->attribute));
        if (bar == std::string_view::npos)
            return bits;
        text.remove_prefix(bar + 1);
    }
}

constexpr std::uint32_t kMaxNumber = 0x7fffffff;
constexpr std::uint32_t kMaxControl = 9;

struct RangeName {
    std::string_view name;
    Range::Kind kind;
    std::string_view sigil; // what stands before the number
    std::uint32_t limit;
};

constexpr std::array kNumberRanges = std::to_array<RangeName>({
    {"pane", Range::Kind::pane, "%", kMaxNumber},
    {"window", Range::Kind::window, "", kMaxNumber},
    {"session", Range::Kind::session, "$", kMaxNumber},
    {"control", Range::Kind::control, "", kMaxControl},
});

std::optional<Range> parse_numbered_range(std::string_view kind, std::string_view argument) {
    const auto found = std::ranges::find(kNumberRanges, kind, &RangeName::name);
    if (found == kNumberRanges.end() || !argument.starts_with(found->sigil))
        return std::nullopt;
    const auto value = number(argument.substr(found->sigil.size()), found->limit);
    if (!value)
        return std::nullopt;
    return Range{found->kind, *value, {}};
}

// Unknown kinds are accepted and change nothing, as in tmux.
bool parse_range(std::string_view text, Range& range) {
    const std::size_t bar = text.find('|');
    const std::string kind = to_lower(text.substr(0, bar));
    const bool has_argument = bar != std::string_view::npos;
    const std::string_view argument = has_argument ? text.substr(bar + 1) : std::string_view();
    if (has_argument && argument.empty())
        return false;
    if (kind == "left" || kind == "right") {
        range = Range{kind == "left" ? Range::Kind::left : Range::Kind::right, 0, {}};
        return !has_argument;
    }
    if (kind == "user") {
        range = Range{Range::Kind::user, 0, std::string(argument.substr(0, kMaxUserRange))};
        return has_argument;
    }
    if (std::ranges::find(kNumberRanges, std::string_view(kind), &RangeName::name) ==
        kNumberRanges.end())
        return true;
    const auto parsed = parse_numbered_range(kind, argument);
    if (parsed)
        range = *parsed;
    return parsed.has_value();
}

template <class T> bool assign(T& target, const std::optional<T>& value) {
    if (value)
        target = *value;
    return value.has_value();
}

bool parse_colour_term(std::string_view name, Colour& target, Colour base) {
    const auto colour = parse_colour(name);
    if (!colour)
        return false;
    target = colour->kind == Colour::Kind::standard ? base : *colour;
    return true;
}

bool parse_width(std::string_view value, Style& style) {
    style.width_percent = value.ends_with('%');
    if (style.width_percent)
        value.remove_suffix(1);
    return assign(style.width, number(value, style.width_percent ? 100 : kMaxNumber));
}

// A term "name=value".
bool parse_assignment(const std::string& name, std::string_view value, Style& style,
                      const Pen& base) {
    if (name == "fg")
        return parse_colour_term(value, style.pen.foreground, base.foreground);
    if (name == "bg")
        return parse_colour_term(value, style.pen.background, base.background);
    if (name == "us")
        return parse_colour_term(value, style.pen.underline, base.underline);
    if (name == "fill")
        return assign(style.fill, parse_colour(value));
    if (name == "align")
        return assign(style.align, find_word(kAligns, to_lower(value)));
    if (name == "list")
        return assign(style.list, find_word(kLists, to_lower(value)));
    if (name == "range")
        return parse_range(value, style.range);
    if (name == "width")
        return parse_width(value, style);
    if (name == "pad")
        return assign(style.pad, number(value, kMaxNumber));
    if (name == "dim") {
        const auto percent = number(value, 100);
        style.pen.dim = static_cast<std::uint8_t>(percent.value_or(style.pen.dim));
        return percent.has_value();
    }
    if (name == "link") {
        style.link = value;
        return !value.empty();
    }
    return false;
}

bool parse_negative(std::string_view name, Style& style) {
    if (name == "align")
        style.align = Align::standard;
    else if (name == "list")
        style.list = List::off;
    else if (name == "range")
        style.range = Range{};
    else if (name == "ignore")
        style.ignore = false;
    else if (name == "link")
        style.link.clear();
    else if (const auto bits = parse_attributes(name))
        style.pen.attributes = static_cast<std::uint16_t>(style.pen.attributes & ~*bits);
    else
        return false;
    return true;
}

bool parse_term(std::string_view term, Style& style, const Pen& base) {
    const std::string lower = to_lower(term);
    if (lower == "default") {
        style.pen = base;
        return true;
    }
    if (lower == "none") {
        style.pen.attributes = 0;
        return true;
    }
    if (lower == "ignore") {
        style.ignore = true;
        return true;
    }
    if (const auto change = find_word(kDefaults, lower)) {
        style.default_change = *change;
        return true;
    }
    if (const std::size_t equals = term.find('='); equals != std::string_view::npos)
        return parse_assignment(lower.substr(0, equals), term.substr(equals + 1), style, base);
    if (lower.starts_with("no") && parse_negative(std::string_view(lower).substr(2), style))
        return true;
    const auto bits = parse_attributes(lower);
    if (bits)
        style.pen.attributes = static_cast<std::uint16_t>(style.pen.attributes | *bits);
    return bits.has_value();
}

std::string range_text(const Range& range) {
    switch (range.kind) {
    case Range::Kind::none:
        return {};
    case Range::Kind::left:
        return "left";
    case Range::Kind::right:
        return "right";
    case Range::Kind::user:
        return "user|" + range.name;
    default: {
        const auto found = std::ranges::find(kNumberRanges, range.kind, &RangeName::kind);
        return std::string(found->name) + "|" + std::string(found->sigil) +
               std::to_string(range.number);
    }
    }
}

} // namespace

Result<Style> parse_style(std::string_view text, const Style& start, const Pen& base) {
    constexpr std::string_view separators = " ,\n";
    const auto invalid = [&] { return fail(EINVAL, "invalid style: " + std::string(text)); };
    Style style = start;
    if (text.size() > kMaxStyle)
        return invalid();
    for (std::size_t at = text.find_first_not_of(separators); at != std::string_view::npos;) {
        const std::size_t end = std::min(text.find_first_of(separators, at), text.size());
        if (end - at > kMaxStyleWord || !parse_term(text.substr(at, end - at), style, base))
            return invalid();
        at = text.find_first_not_of(separators, end);
    }
    return style;
}

Result<Style> parse_style(std::string_view text) {
    return parse_style(text, Style{}, Pen{});
}

std::string attributes_text(std::uint16_t attributes) {
    std::string out;
    for (const auto& [name, attribute] : kAttributes)
        if ((attributes & static_cast<std::uint16_t>(attribute)) != 0 && name != "bold")
            out.append(out.empty() ? "" : ",").append(name);
    return out.empty() ? "none" : out;
}

std::string style_text(const Style& style) {
    std::string out;
    const auto term = [&out](std::string_view name, std::string_view value = {}) {
        out.append(out.empty() ? "" : ",").append(name).append(value);
    };
    const auto colour = [&term](std::string_view name, Colour value) {
        if (value.kind != Colour::Kind::standard && value.kind != Colour::Kind::unset)
            term(name, colour_text(value));
    };
    if (style.list != List::off)
        term("list=", word_of(kLists, style.list));
    if (style.range.kind != Range::Kind::none)
        term("range=", range_text(style.range));
    if (style.align != Align::standard)
        term("align=", word_of(kAligns, style.align));
    if (style.default_change != DefaultChange::none)
        term(word_of(kDefaults, style.default_change));
    if (style.fill.kind != Colour::Kind::unset)
        term("fill=", colour_text(style.fill));
    colour("fg=", style.pen.foreground);
    colour("bg=", style.pen.background);
    colour("us=", style.pen.underline);
    if (style.pen.attributes != 0)
        term(attributes_text(style.pen.attributes));
    if (style.ignore)
        term("ignore");
    if (style.width != 0)
        term("width=", std::to_string(style.width) + (style.width_percent ? "%" : ""));
    if (style.pad != 0)
        term("pad=", std::to_string(style.pad));
    if (style.pen.dim != 0)
        term("dim=", std::to_string(style.pen.dim));
    if (!style.link.empty())
        term("link=", style.link);
    return out.empty() ? "default" : out;
}

} // namespace berth::format
