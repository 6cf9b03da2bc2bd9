// Rectangular areas (VT420 and later: DECCRA, DECFRA, DECERA, DECSERA, DECCARA, DECRARA, DECSACE,
// DECRQCRA).
#include <optional>

#include <fmt/format.h>

#include "vt/handlers.h"

namespace berth::vt::handlers {

namespace {

// The rectangle of four parameters from `first` on: what is omitted is the edge, what is outside is
// cut, DECOM counts.
std::optional<Margins> rectangle(const Engine& e, int first, bool stream = false) {
    const Params& params = e.parser.params;
    const Margins whole =
        e.modes.origin ? e.margins : Margins{0, e.size.bottom(), 0, e.size.right()};
    const auto edge = [&](int index, int base, int limit, int omitted) {
        const int value = params.get(first + index, 0);
        return value == 0 ? omitted : std::min(base + value - 1, limit);
    };
    const Margins area{edge(0, whole.top, whole.bottom, whole.top),
                       edge(2, whole.top, whole.bottom, whole.bottom),
                       edge(1, whole.left, whole.right, whole.left),
                       edge(3, whole.left, whole.right, whole.right)};
    const bool outside = params.get(first, 1) > whole.bottom - whole.top + 1 ||
                         params.get(first + 1, 1) > whole.right - whole.left + 1;
    const bool reversed = area.left > area.right && !(stream && area.top < area.bottom);
    if (outside || area.top > area.bottom || reversed)
        return std::nullopt;
    return area;
}

void fill(Engine& e, const Margins& area, Cell with) {
    for (int index = area.top; index <= area.bottom; ++index) {
        Row& row = e.grid().row(index);
        Cell* cells = e.open(row, area.left, area.right - area.left + 1);
        std::fill(cells, cells + (area.right - area.left + 1), with);
        row.ascii = row.ascii && with.code_point() < 0x80;
    }
}

} // namespace

void copy_rectangle(Engine& e) {
    const auto from = rectangle(e, 0);
    if (!from)
        return;
    const Margins whole =
        e.modes.origin ? e.margins : Margins{0, e.size.bottom(), 0, e.size.right()};
    const int top = whole.top + e.parser.params.number(5) - 1;
    const int left = whole.left + e.parser.params.number(6) - 1;
    const int height = std::min(from->bottom - from->top + 1, whole.bottom - top + 1);
    const int width = std::min(from->right - from->left + 1, whole.right - left + 1);
    if (height <= 0 || width <= 0)
        return;
    for (int step = 0; step < height; ++step) {
        const int offset = top > from->top ? height - 1 - step : step; // the areas may overlap
        e.copy_cells(from->top + offset, from->left, top + offset, left, width);
    }
}

void fill_rectangle(Engine& e) {
    const int code = e.parser.params.get(0, 0);
    const auto area = rectangle(e, 1);
    if (!area || !((code >= 32 && code <= 126) || (code >= 160 && code <= 255)))
        return;
    if (e.pen_dirty)
        e.refresh_pen();
    char32_t shown = static_cast<char32_t>(code);
    if (code < 127)
        shown = e.translate(static_cast<char>(code));
    fill(e, *area, Cell(e.pen_bits | shown));
}

void erase_rectangle(Engine& e) {
    const auto area = rectangle(e, 0);
    if (!area)
        return;
    for (int row = area->top; row <= area->bottom; ++row)
        e.erase(row, area->left, area->right + 1, e.protection == Protection::iso);
}

namespace {

// DECSERA takes characters that DECSCA does not protect, and leaves how they are drawn.
void erase_characters(Engine& e, int row_index, int from, int to) {
    Row& row = e.grid().row(row_index);
    const bool spare_protected = e.protection == Protection::dec;
    e.split_wide(row, from, spare_protected);
    e.split_wide(row, to, spare_protected);
    Cell* cells = e.grid().cells(row);
    for (int column = from; column < std::min(to, row.used); ++column)
        if (!spare_protected || !cells[column].is_protected())
            cells[column] = detail::blank(cells[column]);
    if (to == e.size.columns)
        row.wrapped = false;
    e.touch(row);
}

} // namespace

void selective_erase_rectangle(Engine& e) {
    const auto area = rectangle(e, 0);
    if (!area)
        return;
    for (int row = area->top; row <= area->bottom; ++row)
        erase_characters(e, row, area->left, area->right + 1);
}

namespace {

// What DECCARA and DECRARA change, by SGR parameter (ctlseqs: 1, 4, 5 and 7).
[[nodiscard]] bool has_rendition(const Style& style, int parameter) {
    switch (parameter) {
    case 1:
        return (style.attributes & kBold) != 0;
    case 4:
        return style.underline() != Underline::none;
    case 5:
        return (style.attributes & kBlink) != 0;
    default:
        return (style.attributes & kInverse) != 0;
    }
}

void set_rendition(Style& style, int parameter, bool on) {
    const auto set = [&](std::uint32_t bit) {
        style.attributes = on ? style.attributes | bit : style.attributes & ~bit;
    };
    if (parameter == 1)
        set(kBold);
    else if (parameter == 4)
        style.set_underline(on ? Underline::single : Underline::none);
    else if (parameter == 5)
        set(kBlink);
    else if (parameter == 7)
        set(kInverse);
}

constexpr auto kRenditions = std::to_array({1, 4, 5, 7});

void toggle(const Params& params, Style& style) {
    for (int index = 4; index < std::max(5, params.count); ++index)
        for (const int each : kRenditions)
            if (const int parameter = params.get(index, 0); parameter == 0 || parameter == each)
                set_rendition(style, each, !has_rendition(style, each));
}

void change(const Params& params, Style& style) {
    for (int index = 4; index < std::max(5, params.count); ++index) {
        const int parameter = params.get(index, 0);
        if (parameter == 0)
            for (const int each : kRenditions)
                set_rendition(style, each, false);
        else if (parameter == 22 || parameter == 24 || parameter == 25 || parameter == 27)
            set_rendition(style, parameter == 22 ? 1 : parameter - 20, false);
        else
            set_rendition(style, parameter, true);
    }
}

// Every drawn cell of the rectangle, or of the stream of text from its first to its last corner
// (DECSACE), changes its style.
template <class Change> void restyle(Engine& e, Change&& change_style) {
    const bool stream = !e.change_extent_rectangle;
    const auto area = rectangle(e, 0, stream);
    if (!area)
        return;
    const Params params = e.parser.params;
    for (int index = area->top; index <= area->bottom; ++index) {
        Row& row = e.grid().row(index);
        const int from = stream && index > area->top ? 0 : area->left;
        const int to = stream && index < area->bottom ? e.size.right() : area->right;
        e.extend(row, to + 1);
        Cell* cells = e.grid().cells(row);
        for (int column = from; column <= to; ++column) {
            Style style = e.tables.styles[cells[column].style()];
            change_style(params, style);
            const std::uint64_t bits = std::uint64_t{e.intern_style(style)} << Cell::kStyleShift;
            const std::uint64_t mask = std::uint64_t{Cell::kMaxStyles - 1} << Cell::kStyleShift;
            cells[column] = Cell((cells[column].bits() & ~mask) | bits);
        }
        e.touch(row);
    }
    e.pen_changed(); // the table of styles may have been swept
}

} // namespace

void change_attributes(Engine& e) {
    restyle(e, change);
}

void reverse_attributes(Engine& e) {
    restyle(e, toggle);
}

void attribute_extent(Engine& e) {
    e.change_extent_rectangle = e.parser.params.get(0, 0) == 2;
}

// The sum of the characters and attributes, negated, as xterm and the VT420 compute it.
void checksum_rectangle(Engine& e) {
    Params& params = e.parser.params;
    const int id = params.get(0, 0);
    const auto area = rectangle(e, 2);
    std::uint32_t sum = 0;
    for (int row = area ? area->top : 1; area && row <= area->bottom; ++row) {
        const LineView line = e.grid().view(row, e.tables);
        for (int column = area->left; column <= area->right; ++column) {
            const Cell cell = line.cell(column);
            const std::uint32_t attributes = line.style(column).attributes;
            std::string text;
            line.append_text(column, text);
            const Decoded first = text.empty()
                                      ? Decoded{0, 1, Decoded::Status::valid}
                                      : decode_utf8(text.data(), text.data() + text.size());
            sum += first.code & 0xff;
            sum += cell.is_protected() ? 0x04 : 0;
            sum += (attributes & kInvisible) != 0 ? 0x08 : 0;
            sum += (attributes & kUnderlineMask) != 0 ? 0x10 : 0;
            sum += (attributes & kInverse) != 0 ? 0x20 : 0;
            sum += (attributes & kBlink) != 0 ? 0x40 : 0;
            sum += (attributes & kBold) != 0 ? 0x80 : 0;
        }
    }
    e.reply_dcs(fmt::format("{}!~{:04X}", id, (0U - sum) & 0xffff));
}

} // namespace berth::vt::handlers
