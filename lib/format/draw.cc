#include "format/draw.h"

#include "format/draw_parts.h"

#include <algorithm>
#include <initializer_list>
#include <ranges>

namespace berth::format {

namespace {

// The columns that each part gets of the line.
struct Widths {
    unsigned left = 0;
    unsigned centre = 0;
    unsigned right = 0;
    unsigned list = 0;
    unsigned after = 0;
};

// Takes columns from the parts in order until they fit.
void trim(unsigned available, std::initializer_list<unsigned*> order) {
    unsigned total = 0;
    for (const unsigned* width : order)
        total += *width;
    for (unsigned* width : order) {
        const unsigned taken = std::min(*width, total - std::min(total, available));
        *width -= taken;
        total -= taken;
    }
}

// Puts parts in their places in the line. Positions may lie before or behind the line; what does is
// cut.
class Placer {
  public:
    Placer(const Parts& parts, Drawing& drawing)
        : parts_(parts), drawing_(drawing),
          available_(static_cast<unsigned>(drawing.cells.size())) {}

    void place();

  private:
    [[nodiscard]] unsigned width(PartName name) const { return parts_[name].width(); }
    [[nodiscard]] Widths widths() const;
    void put(PartName name, int column, unsigned start, unsigned count);
    void put_cells(const Part& part, int column, unsigned start, unsigned count);
    void put_left(unsigned count) { put(PartName::left, 0, 0, count); }
    void put_right(int column, unsigned count) {
        put(PartName::right, column, width(PartName::right) - count, count);
    }
    void put_centre(int middle, unsigned count);
    void put_absolute();
    void put_list(int column, unsigned count, unsigned focus);

    void without_list();
    void list_left();
    void list_centre();
    void list_right();
    void list_absolute();

    const Parts& parts_;
    Drawing& drawing_;
    unsigned available_;
};

int half(unsigned columns) {
    return static_cast<int>(columns / 2);
}

// The middle between two columns.
int middle_of(unsigned begin, unsigned end) {
    return static_cast<int>(begin) + (static_cast<int>(end) - static_cast<int>(begin)) / 2;
}

Widths Placer::widths() const {
    return {width(PartName::left), width(PartName::centre), width(PartName::right),
            width(PartName::list), width(PartName::after)};
}

void Placer::put(PartName name, int column, unsigned start, unsigned count) {
    const Part& part = parts_[name];
    put_cells(part, column, start, count);
    for (DrawnRange range : part.ranges) {
        const auto shift = [&](unsigned at) {
            const int in_line = static_cast<int>(std::clamp(at, start, start + count)) -
                                static_cast<int>(start) + column;
            return static_cast<unsigned>(std::clamp(in_line, 0, static_cast<int>(available_)));
        };
        range.begin = shift(range.begin);
        range.end = shift(range.end);
        if (range.end > range.begin)
            drawing_.ranges.push_back(std::move(range));
    }
}

// Halves of wide characters at a cut become spaces.
void Placer::put_cells(const Part& part, int column, unsigned start, unsigned count) {
    for (unsigned i = 0; i < count && start + i < part.width(); ++i) {
        const int at = column + static_cast<int>(i);
        if (at < 0 || at >= static_cast<int>(available_))
            continue;
        DrawnCell& cell = drawing_.cells[static_cast<std::size_t>(at)];
        cell = part.cells[start + i];
        const bool last = i + 1 == count || at + 1 == static_cast<int>(available_);
        const bool first = i == 0 || at == 0;
        if ((cell.width == 2 && last) || (cell.width == 0 && first)) {
            cell.text = " ";
            cell.width = 1;
        }
    }
}

void Placer::put_centre(int middle, unsigned count) {
    const unsigned start = width(PartName::centre) / 2 - count / 2;
    put(PartName::centre, middle - half(count), start, count);
}

void Placer::put_absolute() {
    const unsigned count = std::min(width(PartName::absolute), available_);
    put(PartName::absolute, half(available_ - count), 0, count);
}

// As much of the list as fits around its focus, with markers where something is left out.
void Placer::put_list(int column, unsigned count, unsigned focus) {
    const unsigned total = width(PartName::list);
    if (count >= total) {
        put(PartName::list, column, 0, total);
        return;
    }
    if (parts_.focus_begin && parts_.focus_end)
        focus = *parts_.focus_begin + (*parts_.focus_end - *parts_.focus_begin) / 2;
    unsigned start = focus - std::min(focus, count / 2);
    start = std::min(start, total - count);
    const unsigned left = width(PartName::left_marker);
    if (start != 0 && count > left) {
        put(PartName::left_marker, column, 0, left);
        column += static_cast<int>(left);
        start += left;
        count -= left;
    }
    const unsigned right = width(PartName::right_marker);
    if (start + count < total && count > right) {
        count -= right;
        put(PartName::right_marker, column + static_cast<int>(count), 0, right);
    }
    put(PartName::list, column, start, count);
}

void Placer::without_list() {
    Widths w = widths();
    trim(available_, {&w.centre, &w.right, &w.left});
    put_left(w.left);
    put_right(static_cast<int>(available_ - w.right), w.right);
    put_centre(middle_of(w.left, available_ - w.right), w.centre);
    put_absolute();
}

void Placer::list_left() {
    Widths w = widths();
    trim(available_, {&w.centre, &w.list, &w.right, &w.after, &w.left});
    if (w.list == 0)
        return without_list();
    const unsigned after = w.left + w.list;
    put_left(w.left);
    put_right(static_cast<int>(available_ - w.right), w.right);
    put(PartName::after, static_cast<int>(after), 0, w.after);
    put_centre(middle_of(after + w.after, available_ - w.right), w.centre);
    put_list(static_cast<int>(w.left), w.list, 0);
    put_absolute();
}

void Placer::list_centre() {
    Widths w = widths();
    trim(available_, {&w.list, &w.after, &w.centre, &w.right, &w.left});
    if (w.list == 0)
        return without_list();
    const int list = middle_of(w.left, available_ - w.right) - half(w.list);
    put_left(w.left);
    put_right(static_cast<int>(available_ - w.right), w.right);
    put(PartName::centre, list - static_cast<int>(w.centre), 0, w.centre);
    put(PartName::after, list + static_cast<int>(w.list), 0, w.after);
    put_list(list, w.list, width(PartName::list) / 2);
    put_absolute();
}

void Placer::list_right() {
    Widths w = widths();
    trim(available_, {&w.centre, &w.list, &w.right, &w.after, &w.left});
    if (w.list == 0)
        return without_list();
    const unsigned list = available_ - w.after - w.list;
    put_left(w.left);
    put(PartName::after, static_cast<int>(available_ - w.after), width(PartName::after) - w.after,
        w.after);
    put_right(static_cast<int>(list - w.right), w.right);
    put_centre(middle_of(w.left, list - w.right), w.centre);
    put_list(static_cast<int>(list), w.list, 0);
    put_absolute();
}

// The text before the list and the list are in the middle together. A centred text ends in the
// middle of what is free.
void Placer::list_absolute() {
    Widths w = widths();
    unsigned before = width(PartName::absolute);
    trim(available_, {&w.centre, &w.right, &w.left});
    trim(available_, {&w.list, &w.after, &before});
    put_left(w.left);
    put_right(static_cast<int>(available_ - w.right), w.right);
    const int middle = middle_of(w.left, available_ - w.right);
    put(PartName::centre, middle - static_cast<int>(w.centre),
        width(PartName::centre) / 2 - w.centre / 2, w.centre);
    const int start = half(available_ - w.list - before);
    const int list = start + static_cast<int>(before);
    put(PartName::absolute, start, 0, before);
    put(PartName::after, list + static_cast<int>(w.list), 0, w.after);
    put_list(list, w.list, width(PartName::list) / 2);
}

void Placer::place() {
    switch (parts_.list_align) {
    case Align::standard:
        return without_list();
    case Align::left:
        return list_left();
    case Align::centre:
        return list_centre();
    case Align::right:
        return list_right();
    case Align::absolute_centre:
        return list_absolute();
    }
}

} // namespace

namespace {

// Where a part lies over half of a wide character, the other half becomes a space.
void mend_halves(std::vector<DrawnCell>& cells) {
    for (std::size_t i = 0; i < cells.size(); ++i) {
        const bool lone_first =
            cells[i].width == 2 && (i + 1 == cells.size() || cells[i + 1].width != 0);
        const bool lone_second = cells[i].width == 0 && (i == 0 || cells[i - 1].width != 2);
        if (lone_first || lone_second) {
            cells[i].text = " ";
            cells[i].width = 1;
        }
    }
}

} // namespace

void place_parts(const Parts& parts, Drawing& drawing) {
    Placer(parts, drawing).place();
    mend_halves(drawing.cells);
}

const Range* Drawing::range_at(unsigned column) const {
    for (const DrawnRange& range : ranges | std::views::reverse)
        if (column >= range.begin && column < range.end)
            return &range.range;
    return nullptr;
}

Drawing draw(std::string_view text, unsigned width, const Pen& base, const WidthFunction& columns) {
    DrawnCell blank;
    blank.pen = base;
    Drawing drawing;
    drawing.cells.assign(std::min(width, kMaxColumns), blank);
    auto parts = parse_parts(text, base, columns);
    if (!parts)
        return drawing;
    if (parts->fill.kind != Colour::Kind::unset && parts->fill.kind != Colour::Kind::standard) {
        blank.pen = Pen{};
        blank.pen.background = parts->fill;
        std::ranges::fill(drawing.cells, blank);
    }
    drawing.links = std::move(parts->links);
    place_parts(*parts, drawing);
    return drawing;
}

} // namespace berth::format
