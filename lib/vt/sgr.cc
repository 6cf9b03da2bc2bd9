// Select graphic rendition (ECMA-48 8.3.117; ctlseqs, "Character Attributes (SGR)"; ITU T.416 for
// colours), and the stack of palettes (XTPUSHCOLORS).
#include <fmt/format.h>

#include "vt/handlers.h"

namespace berth::vt::handlers {

namespace {

struct AttributeEntry {
    int parameter;
    std::uint32_t set;
    std::uint32_t clear;
};

constexpr std::array kAttributes = std::to_array<AttributeEntry>({
    {1, kBold, 0},
    {2, kFaint, 0},
    {3, kItalic, 0},
    {4, 1U << kUnderlineShift, kUnderlineMask},
    {5, kBlink, 0},
    {6, kRapidBlink, 0},
    {7, kInverse, 0},
    {8, kInvisible, 0},
    {9, kStrikethrough, 0},
    {21, 2U << kUnderlineShift, kUnderlineMask},
    {22, 0, kBold | kFaint},
    {23, 0, kItalic},
    {24, 0, kUnderlineMask},
    {25, 0, kBlink | kRapidBlink},
    {27, 0, kInverse},
    {28, 0, kInvisible},
    {29, 0, kStrikethrough},
    {53, kOverline, 0},
    {55, 0, kOverline},
    {73, kSuperscript, kSubscript},
    {74, kSubscript, kSuperscript},
    {75, 0, kSuperscript | kSubscript},
});

enum class Sets : std::uint8_t {
    nothing,
    all,
    attributes,
    foreground,
    background,
    underline_color
};

struct Rendition {
    Sets sets = Sets::nothing;
    Color color;
    std::uint32_t set = 0;
    std::uint32_t clear = 0;
    std::uint64_t features = 0;
};

// By parameter; 38, 48 and 58 with the colour that follows are extended_color()'s.
constexpr auto kRenditions = [] {
    std::array<Rendition, 108> table{};
    table[0].sets = Sets::all;
    for (const AttributeEntry& entry : kAttributes)
        table[at(entry.parameter)] = {Sets::attributes, {}, entry.set, entry.clear, 0};
    table[9].features = feature_bit(Feature::strikethrough);
    table[21].features = feature_bit(Feature::underline_style);
    table[53].features = feature_bit(Feature::overline);
    for (std::uint8_t color = 0; color < 8; ++color) {
        const auto bright = static_cast<std::uint8_t>(color + 8);
        table[30U + color] = {Sets::foreground, Color::indexed(color), 0, 0, 0};
        table[40U + color] = {Sets::background, Color::indexed(color), 0, 0, 0};
        table[90U + color] = {Sets::foreground, Color::indexed(bright), 0, 0, 0};
        table[100U + color] = {Sets::background, Color::indexed(bright), 0, 0, 0};
    }
    table[39].sets = Sets::foreground;
    table[49].sets = Sets::background;
    table[59].sets = Sets::underline_color;
    return table;
}();

bool is_byte(int value) {
    return value >= 0 && value <= 255;
}

std::uint8_t byte(int value) {
    return static_cast<std::uint8_t>(value);
}

// The colour after 38, 48 or 58 at `index`; moves the index on to the last parameter that belongs
// to it. False if it is none.
bool take_color(const Params& params, int& index, Color& color, Engine& e) {
    int end = index + 1;
    while (params.is_sub(end))
        ++end;
    const bool colons = end > index + 1;
    const int kind = params.get(index + 1, 0);
    int first = index + 2; // of the components
    if (colons) {
        index = end - 1;
        if (kind == 2 && end - first >= 4)
            ++first; // the colour space id comes first
    } else {
        end = params.count;
        index = std::min(params.count - 1, kind == 2   ? index + 4
                                           : kind == 5 ? index + 2
                                                       : index + 1);
    }
    if (kind == 5 && first < end && is_byte(params.get(first, 0))) {
        color = Color::indexed(byte(params.get(first, 0)));
        e.use(Feature::indexed_color);
        return true;
    }
    const int red = params.get(first, 0);
    const int green = params.get(first + 1, 0);
    const int blue = params.get(first + 2, 0);
    if (kind == 2 && first + 2 < end && is_byte(red) && is_byte(green) && is_byte(blue)) {
        color = Color::rgb(byte(red), byte(green), byte(blue));
        e.use(Feature::rgb_color);
        return true;
    }
    return false;
}

void underline_style(const Params& params, int& index, Style& style, Engine& e) {
    const int wanted = params.get(index + 1, 1);
    if (wanted <= static_cast<int>(Underline::dashed))
        style.set_underline(static_cast<Underline>(wanted));
    if (wanted > 1)
        e.use(Feature::underline_style);
    while (params.is_sub(index + 1))
        ++index;
}

void extended_color(const Params& params, int& index, Style& style, Engine& e) {
    const int parameter = params.get(index, 0);
    Color color;
    if (!take_color(params, index, color, e))
        return;
    if (parameter == 38) {
        style.foreground = color;
    } else if (parameter == 48) {
        style.background = color;
    } else {
        style.underline_color = color;
        e.use(Feature::underline_color);
    }
}

void simple_rendition(int parameter, Style& style, Engine& e) {
    if (parameter >= static_cast<int>(kRenditions.size()))
        return;
    const Rendition& wanted = kRenditions[at(parameter)];
    switch (wanted.sets) {
    case Sets::all:
        style = {};
        break;
    case Sets::attributes:
        style.attributes = (style.attributes & ~wanted.clear) | wanted.set;
        e.features |= wanted.features;
        break;
    case Sets::foreground:
        style.foreground = wanted.color;
        break;
    case Sets::background:
        style.background = wanted.color;
        break;
    case Sets::underline_color:
        style.underline_color = wanted.color;
        break;
    case Sets::nothing:
        break;
    }
}

// 38;5;N, 48;5;N, 38;2;R;G;B and 48;2;R;G;B as they are nearly always written.
bool usual_color(const Params& params, int& index, Style& style, Engine& e) {
    const std::int32_t* const value = params.values.data() + index;
    const int left = params.count - index;
    if (params.sub != 0 || left < 3 || value[0] == 58)
        return false;
    Color color;
    if (value[1] == 5 && is_byte(value[2])) {
        color = Color::indexed(byte(value[2]));
        e.use(Feature::indexed_color);
        index += 2;
    } else if (value[1] == 2 && left >= 5 && is_byte(value[2]) && is_byte(value[3]) &&
               is_byte(value[4])) {
        color = Color::rgb(byte(value[2]), byte(value[3]), byte(value[4]));
        e.use(Feature::rgb_color);
        index += 4;
    } else {
        return false;
    }
    (value[0] == 38 ? style.foreground : style.background) = color;
    return true;
}

} // namespace

void apply_rendition(const Params& params, int first, Style& style, Engine& e) {
    if (first >= params.count)
        style = {};
    for (int index = first; index < params.count; ++index) {
        const int parameter = std::max(0, params.values[at(index)]);
        if (parameter == 38 || parameter == 48 || parameter == 58) {
            if (!usual_color(params, index, style, e))
                extended_color(params, index, style, e);
        } else if (parameter == 4 && params.is_sub(index + 1)) {
            underline_style(params, index, style, e);
        } else {
            simple_rendition(parameter, style, e);
        }
        while (params.is_sub(index + 1)) // of a parameter that has none
            ++index;
    }
}

void graphic_rendition(Engine& e) {
    apply_rendition(e.parser.params, 0, e.pen.style, e);
    e.pen_changed();
}

namespace {

void append_color(std::string& text, const Color& color, int base, int extended) {
    switch (color.kind()) {
    case Color::Kind::standard:
        break;
    case Color::Kind::indexed:
        if (base != 0 && color.index() < 8)
            text += fmt::format(";{}", base + color.index());
        else if (base != 0 && color.index() < 16)
            text += fmt::format(";{}", base + 60 + color.index() - 8);
        else
            text += fmt::format(";{}:5:{}", extended, color.index());
        break;
    case Color::Kind::rgb:
        text += fmt::format(";{}:2::{}:{}:{}", extended, color.red(), color.green(), color.blue());
        break;
    }
}

} // namespace

std::string rendition_text(const Style& style) {
    std::string text = "0";
    for (const AttributeEntry& entry : kAttributes) {
        if (entry.set == 0 || entry.parameter == 4 || entry.parameter == 21)
            continue;
        if ((style.attributes & entry.set) != 0)
            text += fmt::format(";{}", entry.parameter);
    }
    if (style.underline() == Underline::single)
        text += ";4";
    else if (style.underline() != Underline::none)
        text += fmt::format(";4:{}", static_cast<int>(style.underline()));
    append_color(text, style.foreground, 30, 38);
    append_color(text, style.background, 40, 48);
    append_color(text, style.underline_color, 0, 58);
    return text;
}

void push_colors(Engine& e) {
    if (e.palettes.size() < kMaxColorDepth)
        e.palettes.push_back(e.palette);
}

void pop_colors(Engine& e) {
    if (e.palettes.empty())
        return;
    e.palette = e.palettes.back();
    e.palettes.pop_back();
    e.sink->colors_changed();
}

void report_colors(Engine& e) {
    e.reply_csi(fmt::format("?{};{}#Q", e.palettes.size(), e.palettes.size()));
}

} // namespace berth::vt::handlers
