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

// By parameter: the entry's index + 1.
constexpr auto kByParameter = [] {
    std::array<std::uint8_t, 76> table{};
    for (std::size_t index = 0; index < kAttributes.size(); ++index)
        table[at(kAttributes[index].parameter)] = static_cast<std::uint8_t>(index + 1);
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

void use_attribute(Engine& e, int parameter) {
    if (parameter == 9)
        e.use(Feature::strikethrough);
    else if (parameter == 21)
        e.use(Feature::underline_style);
    else if (parameter == 53)
        e.use(Feature::overline);
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

} // namespace

void apply_rendition(const Params& params, int first, Style& style, Engine& e) {
    if (first >= params.count)
        style = {};
    for (int index = first; index < params.count; ++index) {
        const int parameter = params.get(index, 0);
        if (parameter == 0) {
            style = {};
        } else if (parameter == 38 || parameter == 48 || parameter == 58) {
            extended_color(params, index, style, e);
        } else if (parameter == 4 && params.is_sub(index + 1)) {
            underline_style(params, index, style, e);
        } else if (parameter < static_cast<int>(kByParameter.size()) &&
                   kByParameter[at(parameter)] != 0) {
            const AttributeEntry& entry = kAttributes[kByParameter[at(parameter)] - 1U];
            style.attributes = (style.attributes & ~entry.clear) | entry.set;
            use_attribute(e, parameter);
        } else if (parameter >= 30 && parameter <= 37) {
            style.foreground = Color::indexed(byte(parameter - 30));
        } else if (parameter == 39) {
            style.foreground = {};
        } else if (parameter >= 40 && parameter <= 47) {
            style.background = Color::indexed(byte(parameter - 40));
        } else if (parameter == 49) {
            style.background = {};
        } else if (parameter == 59) {
            style.underline_color = {};
        } else if (parameter >= 90 && parameter <= 97) {
            style.foreground = Color::indexed(byte(parameter - 90 + 8));
        } else if (parameter >= 100 && parameter <= 107) {
            style.background = Color::indexed(byte(parameter - 100 + 8));
        }
        while (params.is_sub(index + 1)) // of a parameter that has none
            ++index;
    }
}

void graphic_rendition(Engine& e) {
    apply_rendition(e.parser.params, 0, e.pen.style, e);
    e.pen_dirty = true;
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
