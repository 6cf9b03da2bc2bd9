#include "vt/canvas.h"

#include <algorithm>
#include <array>

namespace berth::vt {

namespace {

constexpr std::uint64_t kContentBits =
    Cell::kContentMask | Cell::kClusterBit | 3ULL << Cell::kWidthShift;

// Border characters by Edge bits; what leads nowhere, or one way only, is drawn as the straight
// line.
constexpr std::array<std::u32string_view, 6> kBorders = {
    U" │││─┘┐┤─└┌├─┴┬┼", // single
    U" ║║║═╝╗╣═╚╔╠═╩╦╬", // twice
    U" ┃┃┃━┛┓┫━┗┏┣━┻┳╋", // heavy
    U" │││─╯╮┤─╰╭├─┴┬┼", // rounded
    U" |||-+++-+++-+++", // simple
    U"                ", // none
};

// The edges of a border character that is already there; a straight line counts with both of its
// ends.
unsigned edges_of(char32_t character, std::u32string_view characters) {
    constexpr std::array<unsigned, 11> kOrder = {3, 12, 5, 6, 7, 9, 10, 11, 13, 14, 15};
    for (const unsigned edges : kOrder)
        if (characters[edges] == character && character != U' ')
            return edges;
    return 0;
}

// The colours of a terminal that its program changed.
struct ChangedColors {
    const Palette* palette = nullptr;
    const Palette* configured = nullptr;
    bool indexed = false;
    bool foreground = false;
    bool background = false;
    bool reverse = false;

    explicit ChangedColors(const Terminal* terminal) {
        if (terminal == nullptr)
            return;
        palette = &terminal->palette();
        configured = &terminal->default_palette();
        indexed = palette->colors != configured->colors;
        const auto differs = [&](DynamicColor color) {
            const auto at = static_cast<std::size_t>(color);
            return palette->dynamic[at] != configured->dynamic[at];
        };
        foreground = differs(DynamicColor::foreground);
        background = differs(DynamicColor::background);
        reverse = terminal->modes().reverse_video;
    }

    [[nodiscard]] bool any() const { return indexed || foreground || background || reverse; }

    [[nodiscard]] Color apply(Color color, bool changed, DynamicColor which) const {
        const auto rgb = [](Rgb value) { return Color::rgb(value.red, value.green, value.blue); };
        if (color.is_default())
            return changed ? rgb(palette->dynamic[static_cast<std::size_t>(which)]) : color;
        if (indexed && color.kind() == Color::Kind::indexed &&
            palette->colors[color.index()] != configured->colors[color.index()])
            return rgb(palette->colors[color.index()]);
        return color;
    }

    [[nodiscard]] Style apply(Style style) const {
        style.foreground = apply(style.foreground, foreground, DynamicColor::foreground);
        style.background = apply(style.background, background, DynamicColor::background);
        if (reverse)
            style.attributes ^= kInverse;
        return style;
    }
};

bool is_blank(Cell cell) {
    return cell.empty() || (!cell.is_cluster() && cell.code_point() == U' ') ||
           cell.width() == Width::spacer;
}

// A cluster that found room for one column only at the edge of its pane, such as a flag, without
// what takes more: beside other cells the client's terminal would give it two.
std::string narrowed(std::string_view text) {
    std::string kept;
    int columns = 0;
    while (!text.empty()) {
        const char32_t code = take_code_point(text);
        if (columns + width(code) > 1)
            continue;
        columns += width(code);
        append_utf8(code, kept);
    }
    return kept;
}

} // namespace

// Translates cells of a line's tables into the canvas's, with a small cache before the hash tables.
class Canvas::StyleMap {
  public:
    StyleMap(CanvasTables& tables, const Terminal* terminal) : tables_(tables), changed_(terminal) {
        keys_.fill(~0U);
    }

    [[nodiscard]] std::uint32_t style(const Tables& from, std::uint32_t index) {
        const std::size_t slot = index % keys_.size();
        if (keys_[slot] != index) {
            keys_[slot] = index;
            values_[slot] = tables_.style(changed_.any() ? changed_.apply(from.styles[index])
                                                         : from.styles[index]);
        }
        return values_[slot];
    }

    [[nodiscard]] Cell cell(Cell cell, const Tables& from) {
        std::uint32_t to = style(from, cell.style());
        std::uint64_t bits = cell.bits() & kContentBits;
        if (is_blank(cell) && cell.width() != Width::tail) {
            bits = 0;
            to = tables_.blank_style(to);
        } else if (cell.is_cluster()) {
            const std::string& text = from.clusters[cell.cluster()];
            bits = (bits & ~Cell::kContentMask) |
                   tables_.cluster(cell.width() == Width::narrow ? narrowed(text) : text);
        }
        if (cell.link() != 0)
            bits |= std::uint64_t{tables_.link(from.links[cell.link()])} << Cell::kLinkShift;
        return Cell(bits | std::uint64_t{to} << Cell::kStyleShift);
    }

    [[nodiscard]] Cell blank(const Tables& from, Cell of) {
        return Cell(std::uint64_t{tables_.blank_style(style(from, of.style()))}
                    << Cell::kStyleShift);
    }

  private:
    CanvasTables& tables_;
    ChangedColors changed_;
    std::array<std::uint32_t, 64> keys_{};
    std::array<std::uint32_t, 64> values_{};
};

Canvas::Canvas(Size size) : tables_(std::make_shared<CanvasTables>()) {
    clear(size);
}

void Canvas::clear(Size size) {
    size_ = clamped(size);
    clear();
}

void Canvas::clear() {
    if (tables_->large())
        tables_ = std::make_shared<CanvasTables>();
    cells_.assign(index(size_.rows, 0), Cell());
    cursor = Cursor{.visible = false};
    regions_.clear();
}

bool Canvas::keep() {
    cursor = Cursor{.visible = false};
    regions_.clear();
    return !tables_->large();
}

LineView Canvas::line(int row) const {
    return {.cells = cells(row), .tables = &tables_->tables(), .used = size_.columns};
}

Rect Canvas::clipped(Rect area) const {
    const int row = std::clamp(area.row, 0, size_.rows);
    const int column = std::clamp(area.column, 0, size_.columns);
    const int bottom = std::clamp(area.row + std::max(0, area.rows), row, size_.rows);
    const int right = std::clamp(area.column + std::max(0, area.columns), column, size_.columns);
    return {row, column, bottom - row, right - column};
}

// Before the cells [begin, end) of a row are written: halves of wide characters that would be left
// over become blanks.
void Canvas::open(int row, int begin, int end) {
    Cell* cells = &cells_[index(row, 0)];
    const auto blank = [&](int column) {
        cells[column] =
            Cell(std::uint64_t{tables_->blank_style(cells[column].style())} << Cell::kStyleShift);
    };
    if (begin > 0 && begin < size_.columns && cells[begin].width() == Width::tail)
        blank(begin - 1);
    if (end > begin && end < size_.columns && cells[end].width() == Width::tail)
        blank(end);
}

Cell Canvas::make(char32_t code_point, std::uint32_t style, Width width) {
    if (code_point == U' ')
        return Cell(std::uint64_t{tables_->blank_style(style)} << Cell::kStyleShift);
    return Cell(std::uint64_t{code_point} |
                std::uint64_t{std::to_underlying(width)} << Cell::kWidthShift |
                std::uint64_t{style} << Cell::kStyleShift);
}

void Canvas::draw(const LineView& line, Rect target, int source_column, StyleMap& styles) {
    if (line.size != LineSize::single)
        return draw_double(line, target, source_column, styles);
    Cell* to = &cells_[index(target.row, target.column)];
    const Cell filler = styles.blank(*line.tables, Cell());
    const int known = std::clamp(line.used - source_column, 0, target.columns);
    for (int column = 0; column < known; ++column)
        to[column] = styles.cell(line.cells[source_column + column], *line.tables);
    std::fill(to + known, to + target.columns, filler);
    // A wide character cut by an edge of the target is a blank.
    if (target.columns > 0 && to[0].width() == Width::tail)
        to[0] = styles.blank(*line.tables, line.cell(source_column));
    const int last = target.columns - 1;
    if (known > last && last >= 0 && to[last].width() == Width::wide)
        to[last] = styles.blank(*line.tables, line.cell(source_column + last));
}

// Double width as far as cells can show it: a blank after every character. The lower half of double
// height is blank.
void Canvas::draw_double(const LineView& line, Rect target, int source_column, StyleMap& styles) {
    Cell* to = &cells_[index(target.row, target.column)];
    for (int column = 0; column < target.columns; ++column) {
        const int from = source_column + column;
        const Cell source = line.cell(from / 2);
        const bool shown = from % 2 == 0 && line.size != LineSize::double_height_bottom &&
                           source.width() == Width::narrow;
        to[column] = shown ? styles.cell(source, *line.tables) : styles.blank(*line.tables, source);
    }
}

void Canvas::draw(const Terminal& terminal, Rect target, int source_row, int source_column) {
    const Rect area = clipped(target);
    source_row += area.row - target.row;
    source_column += area.column - target.column;
    StyleMap styles(*tables_, &terminal);
    for (int row = 0; row < area.rows; ++row) {
        open(area.row + row, area.column, area.column + area.columns);
        const bool inside = source_row + row >= 0 && source_row + row < terminal.size().rows;
        const LineView nothing{.tables = &terminal.tables()};
        draw(inside ? terminal.line(source_row + row) : nothing,
             Rect{area.row + row, area.column, 1, area.columns}, std::max(0, source_column),
             styles);
    }
    add_region(area);
}

void Canvas::add_region(Rect wanted) {
    const Rect area = clipped(wanted);
    if (area.rows > 1 && area.columns > 0)
        regions_.push_back(area);
}

void Canvas::draw(const LineView& line, int row, int column, int columns, int source_column) {
    const Rect area = clipped({row, column, 1, columns});
    if (area.rows == 0)
        return;
    StyleMap styles(*tables_, nullptr);
    open(area.row, area.column, area.column + area.columns);
    draw(line, area, source_column + area.column - column, styles);
}

// Printable ASCII at the front of the text, as much as nothing that follows can join; gives the
// columns, which are bytes.
int Canvas::ascii(int row, int column, int columns, std::string_view text, std::uint32_t style) {
    const auto limit = std::min(text.size(), static_cast<std::size_t>(columns));
    std::size_t count = 0;
    while (count < limit && text[count] >= ' ' && text[count] < '\x7f')
        ++count;
    if (count > 0 && count < text.size() && static_cast<unsigned char>(text[count]) >= 0x80)
        --count;
    if (count == 0)
        return 0;
    const int end = column + static_cast<int>(count);
    open(row, column, end);
    const Cell blank = make(U' ', style, Width::narrow);
    Cell* to = &cells_[index(row, column)];
    for (std::size_t at = 0; at < count; ++at)
        to[at] = text[at] == ' ' ? blank
                                 : Cell(static_cast<unsigned char>(text[at]) |
                                        std::uint64_t{style} << Cell::kStyleShift);
    return static_cast<int>(count);
}

int Canvas::text(int row, int column, int columns, std::string_view text, const Style& style,
                 Ambiguous ambiguous) {
    const Rect area = clipped({row, column, 1, columns});
    if (area.rows == 0 || area.column != column)
        return 0;
    const std::uint32_t number = tables_->style(style);
    int used = 0;
    while (!text.empty()) {
        if (const int plain = ascii(row, column + used, area.columns - used, text, number);
            plain > 0) {
            used += plain;
            text.remove_prefix(static_cast<std::size_t>(plain));
            continue;
        }
        const Cluster cluster = take_cluster(text, ambiguous);
        if (cluster.width == 0)
            continue;
        if (used + cluster.width > area.columns)
            break;
        open(row, column + used, column + used + cluster.width);
        std::string_view bytes = cluster.bytes;
        const char32_t first = take_code_point(bytes);
        const Width width = cluster.width == 2 ? Width::wide : Width::narrow;
        Cell cell = make(first, number, width);
        if (!bytes.empty())
            cell = Cell((cell.bits() & ~Cell::kContentMask) | Cell::kClusterBit |
                        tables_->cluster(cluster.bytes));
        cells_[index(row, column + used)] = cell;
        if (cluster.width == 2)
            cells_[index(row, column + used + 1)] =
                Cell(std::uint64_t{number} << Cell::kStyleShift |
                     std::uint64_t{std::to_underlying(Width::tail)} << Cell::kWidthShift);
        used += cluster.width;
    }
    return used;
}

void Canvas::fill(Rect wanted, const Style& style, char32_t character) {
    const Rect area = clipped(wanted);
    const Cell cell = make(character, tables_->style(style), Width::narrow);
    for (int row = area.row; row < area.row + area.rows; ++row) {
        open(row, area.column, area.column + area.columns);
        std::fill_n(&cells_[index(row, 0)] + area.column, area.columns, cell);
    }
}

void Canvas::border(int row, int column, unsigned edges, BorderLines lines, const Style& style) {
    const Rect area = clipped({row, column, 1, 1});
    if (area.rows == 0 || area.columns == 0)
        return;
    const std::u32string_view characters = kBorders[static_cast<std::size_t>(lines)];
    Cell& cell = cells_[index(row, column)];
    open(row, column, column + 1);
    if (!cell.is_cluster())
        edges |= edges_of(cell.code_point(), characters);
    cell = make(characters[edges & 15], tables_->style(style), Width::narrow);
}

void Canvas::box(Rect area, BorderLines lines, const Style& style) {
    if (area.rows < 2 || area.columns < 2)
        return;
    const int bottom = area.row + area.rows - 1;
    const int right = area.column + area.columns - 1;
    for (int column = area.column + 1; column < right; ++column) {
        border(area.row, column, kEdgeLeft | kEdgeRight, lines, style);
        border(bottom, column, kEdgeLeft | kEdgeRight, lines, style);
    }
    for (int row = area.row + 1; row < bottom; ++row) {
        border(row, area.column, kEdgeUp | kEdgeDown, lines, style);
        border(row, right, kEdgeUp | kEdgeDown, lines, style);
    }
    border(area.row, area.column, kEdgeDown | kEdgeRight, lines, style);
    border(area.row, right, kEdgeDown | kEdgeLeft, lines, style);
    border(bottom, area.column, kEdgeUp | kEdgeRight, lines, style);
    border(bottom, right, kEdgeUp | kEdgeLeft, lines, style);
}

template <class Change> void Canvas::change_styles(Rect wanted, Change&& change) {
    const Rect area = clipped(wanted);
    constexpr std::uint64_t kStyleBits = std::uint64_t{Cell::kMaxStyles - 1} << Cell::kStyleShift;
    for (int row = area.row; row < area.row + area.rows; ++row) {
        // Both halves of a wide character, or none.
        int begin = area.column;
        int end = area.column + area.columns;
        if (begin < end && cells_[index(row, begin)].width() == Width::tail)
            --begin;
        if (begin < end && cells_[index(row, end - 1)].width() == Width::wide)
            ++end;
        for (int column = begin; column < end; ++column) {
            Cell& cell = cells_[index(row, column)];
            std::uint32_t number = tables_->style(change(tables_->tables().styles[cell.style()]));
            if (is_blank(cell) && cell.width() != Width::tail)
                number = tables_->blank_style(number);
            cell = Cell((cell.bits() & ~kStyleBits) | std::uint64_t{number} << Cell::kStyleShift);
        }
    }
}

void Canvas::highlight(Rect area, std::uint32_t toggled_attributes, Color foreground,
                       Color background) {
    change_styles(area, [&](Style style) {
        style.attributes ^= toggled_attributes;
        if (!foreground.is_default())
            style.foreground = foreground;
        if (!background.is_default())
            style.background = background;
        return style;
    });
}

void Canvas::tint(Rect area, Color foreground, Color background) {
    change_styles(area, [&](Style style) {
        if (style.foreground.is_default())
            style.foreground = foreground;
        if (style.background.is_default())
            style.background = background;
        return style;
    });
}

void Canvas::restyle(Rect area, const Style& style) {
    change_styles(area, [&](const Style&) { return style; });
}

} // namespace berth::vt
