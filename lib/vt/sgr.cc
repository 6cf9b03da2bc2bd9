// Select graphic rendition (ECMA-48 8.3.117; ctlseqs, "Character Attributes (SGR)"; ITU T.416 for
// colours), and the stack of palettes (XTPUSHCOLORS).
#include <bit>

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

using StyleBits = std::array<std::uint32_t, 4>; // of a Style
static_assert(sizeof(Style) == sizeof(StyleBits));
enum Part : std::uint8_t { kForeground, kBackground, kUnderlineColor, kAttributeBits };

struct Rendition {
    StyleBits clear{};
    StyleBits set{};
    std::uint64_t features = 0;
};

using Halves = std::array<std::uint64_t, 2>; // of a Style while it changes: in two registers

// By parameter, the last for all others. 38, 48 and 58 with the colour that follows are
// extended_color()'s.
constexpr auto kRenditions = [] {
    std::array<Rendition, 109> table{};
    const auto color = [&table](int parameter, Part part, Color value) {
        table[at(parameter)].clear[part] = ~0U;
        table[at(parameter)].set[part] = value.bits();
    };
    table[0].clear = {~0U, ~0U, ~0U, ~0U};
    for (const AttributeEntry& entry : kAttributes) {
        table[at(entry.parameter)].clear[kAttributeBits] = entry.clear;
        table[at(entry.parameter)].set[kAttributeBits] = entry.set;
    }
    table[9].features = feature_bit(Feature::strikethrough);
    table[21].features = feature_bit(Feature::underline_style);
    table[53].features = feature_bit(Feature::overline);
    for (int index = 0; index < 8; ++index) {
        const auto plain = static_cast<std::uint8_t>(index);
        const auto bright = static_cast<std::uint8_t>(index + 8);
        color(30 + index, kForeground, Color::indexed(plain));
        color(40 + index, kBackground, Color::indexed(plain));
        color(90 + index, kForeground, Color::indexed(bright));
        color(100 + index, kBackground, Color::indexed(bright));
    }
    color(39, kForeground, {});
    color(49, kBackground, {});
    color(59, kUnderlineColor, {});
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

inline void simple_rendition(int parameter, Halves& style, Engine& e) {
    const Rendition& wanted = kRenditions[std::min(at(parameter), kRenditions.size() - 1)];
    const auto clear = std::bit_cast<Halves>(wanted.clear);
    const auto set = std::bit_cast<Halves>(wanted.set);
    for (std::size_t half = 0; half < style.size(); ++half)
        style[half] = (style[half] & ~clear[half]) | set[half];
    e.features |= wanted.features;
}

// 38;5;N, 48;5;N, 38;2;R;G;B and 48;2;R;G;B as they are nearly always written.
inline bool usual_color(const Params& params, int& index, Style& style, Engine& e) {
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
    if (first >= params.count) {
        style = {};
        return;
    }
    Halves now = style.bits();
    for (int index = first; index < params.count; ++index) {
        const int parameter = std::max(0, params.values[at(index)]);
        const bool color = parameter == 38 || parameter == 48 || parameter == 58;
        if (color || (parameter == 4 && params.is_sub(index + 1))) {
            Style changed = Style::from_bits(now);
            if (!color)
                underline_style(params, index, changed, e);
            else if (!usual_color(params, index, changed, e))
                extended_color(params, index, changed, e);
            now = changed.bits();
        } else {
            simple_rendition(parameter, now, e);
        }
        while (params.is_sub(index + 1)) // of a parameter that has none
            ++index;
    }
    style = Style::from_bits(now);
}

// Whatever a rendition is, it keeps some bits of a style and sets others.
void learn_rendition(Engine& e, Engine::KnownRendition& known) {
    const std::uint64_t before = e.features;
    e.features = 0;
    Style none;
    Style all = Style::from_bits({~0ULL, ~0ULL});
    apply_rendition(e.parser.params, 0, none, e);
    apply_rendition(e.parser.params, 0, all, e);
    known.keep = all.bits();
    known.set = none.bits();
    known.features = e.features;
    e.features = before;
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
