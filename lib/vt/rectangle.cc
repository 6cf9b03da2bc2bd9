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

void selective_erase_rectangle(Engine& e) {
    const auto area = rectangle(e, 0);
    if (!area)
        return;
    for (int row = area->top; row <= area->bottom; ++row)
        e.erase(row, area->left, area->right + 1, e.protection == Protection::dec);
}

namespace {

// Attributes that DECCARA and DECRARA know, by SGR parameter.
std::uint32_t attribute_bits(int parameter) {
    switch (parameter) {
    case 1:
        return kBold;
    case 4:
        return 1U << kUnderlineShift;
    case 5:
        return kBlink;
    case 7:
        return kInverse;
    case 8:
        return kInvisible;
    default:
        return 0;
    }
}

void toggle(const Params& params, Style& style) {
    for (int index = 4; index < std::max(5, params.count); ++index) {
        const int parameter = params.get(index, 0);
        const std::uint32_t all = kBold | 1U << kUnderlineShift | kBlink | kInverse | kInvisible;
        style.attributes ^= parameter == 0 ? all : attribute_bits(parameter);
    }
}

void change(const Params& params, Style& style) {
    static constexpr std::uint32_t kAll = kBold | kUnderlineMask | kBlink | kInverse | kInvisible;
    for (int index = 4; index < std::max(5, params.count); ++index) {
        const int parameter = params.get(index, 0);
        if (parameter == 0)
            style.attributes &= ~kAll;
        else if (parameter == 22)
            style.attributes &= ~std::uint32_t{kBold};
        else if (parameter > 20 && parameter < 30)
            style.attributes &=
                ~(parameter == 24 ? std::uint32_t{kUnderlineMask} : attribute_bits(parameter - 20));
        else
            style.attributes |= attribute_bits(parameter);
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
