#include "vt/reflow.h"

#include <algorithm>

namespace berth::vt {

namespace {

void blank_half(Cell& cell) {
    if (cell.width() != Width::narrow)
        cell = Cell(cell.bits() >> Cell::kStyleShift << Cell::kStyleShift);
}

} // namespace

void LogicalLine::add(const LineView& line) {
    const int offset = size();
    if (line.mark != Mark::none)
        marks_.push_back({offset, line.mark});
    std::uint32_t from_style = 0;
    std::uint32_t to_style = 0;
    std::uint32_t from_link = 0;
    std::uint32_t to_link = 0;
    for (int column = 0; column < line.used; ++column) {
        const Cell cell = line.cells[column];
        if (cell.width() == Width::spacer && column + 1 == line.used && line.wrapped)
            break;
        if (cell.style() != from_style) {
            from_style = cell.style();
            to_style = from_style == 0 ? 0 : static_cast<std::uint32_t>(tables_.styles.size());
            if (to_style != 0)
                tables_.styles.push_back(line.tables->styles[from_style]);
        }
        if (cell.link() != from_link) {
            from_link = cell.link();
            to_link = from_link == 0 ? 0 : static_cast<std::uint32_t>(tables_.links.size());
            if (to_link >= Cell::kMaxLinks)
                to_link = 0;
            if (to_link != 0)
                tables_.links.push_back(line.tables->links[from_link]);
        }
        std::uint64_t bits = cell.bits() & ((1ULL << Cell::kStyleShift) - 1);
        if (cell.is_cluster()) {
            bits = (bits & ~Cell::kContentMask) | tables_.clusters.size();
            tables_.clusters.push_back(line.tables->clusters[cell.cluster()]);
        }
        cells_.emplace_back(bits | std::uint64_t{to_style} << Cell::kStyleShift |
                            std::uint64_t{to_link} << Cell::kLinkShift);
    }
    ascii_ = ascii_ && line.ascii;
    line_size_ = line.size;
    wrapped_ = line.wrapped;
    ++lines_;
}

std::vector<LogicalLine::Segment> LogicalLine::segments(int columns) {
    // Blanks at the end make no lines of their own.
    while (size() > columns && cells_.back().empty() && cells_.back().width() == Width::narrow)
        cells_.pop_back();
    std::vector<Segment> cuts;
    if (line_size_ != LineSize::single) {
        cells_.resize(static_cast<std::size_t>(std::min(size(), columns)));
        if (!cells_.empty() && cells_.back().width() == Width::wide)
            blank_half(cells_.back());
        return {{0, size(), false}};
    }
    int from = 0;
    do {
        Segment cut{from, std::min(size(), from + columns), false};
        if (cut.to < size() && cells_[static_cast<std::size_t>(cut.to)].width() == Width::tail &&
            cut.to - 1 > from) {
            --cut.to;
            cut.spacer = true;
        }
        if (cut.to - cut.from == 1 && columns == 1) // no room for the wide at all
            blank_half(cells_[static_cast<std::size_t>(from)]);
        cuts.push_back(cut);
        from = cut.to;
    } while (from < size());
    return cuts;
}

LineView LogicalLine::view(const Segment& segment, bool last) {
    LineView line{.cells = cells_.data() + segment.from,
                  .tables = &tables_,
                  .used = segment.to - segment.from,
                  .wrapped = !last || wrapped_,
                  .ascii = ascii_,
                  .size = line_size_};
    if (segment.spacer) {
        scratch_.assign(line.cells, line.cells + line.used);
        scratch_.emplace_back(static_cast<std::uint64_t>(Width::spacer) << Cell::kWidthShift);
        line.cells = scratch_.data();
        ++line.used;
    }
    for (const MarkAt& mark : marks_) {
        if (mark.offset >= segment.from && (mark.offset < segment.to || last))
            line.mark = mark.mark;
    }
    return line;
}

void LogicalLine::clear() {
    *this = {};
}

} // namespace berth::vt
