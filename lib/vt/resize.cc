// A new size: the main screen and the history reflow, the alternate screen is cropped or padded.
#include "vt/engine_inline.h"
#include "vt/reflow.h"

namespace berth::vt {

namespace {

// A position that must stay on its character: the logical line and how far into it.
struct Anchor {
    int row = 0;
    int column = 0;
    std::size_t line = 0;
    int offset = 0;
    bool at_end = false; // right behind the last character of a full line

    void find(int at_row, std::size_t at_line, int at_offset) {
        if (at_row != row)
            return;
        line = at_line;
        offset = at_offset + column;
    }
};

struct NewRow {
    std::size_t line = 0;
    LogicalLine::Segment segment;
    bool last = false;
};

// Where the anchor comes to stand, as a row of all new rows.
void settle(Anchor& anchor, const std::vector<NewRow>& rows, int columns) {
    for (std::size_t index = 0; index < rows.size(); ++index) {
        const NewRow& row = rows[index];
        if (row.line != anchor.line || (anchor.offset >= row.segment.to && !row.last))
            continue;
        anchor.row = static_cast<int>(index);
        anchor.column = std::min(anchor.offset - row.segment.from, columns);
        anchor.at_end = anchor.column == columns && anchor.offset == row.segment.to;
        return;
    }
}

constexpr std::size_t kMaxCarried = 1000; // history lines that belong to the screen's first line

class MainReflow {
  public:
    MainReflow(Engine& e, Size wanted, std::span<Anchor*> anchors)
        : e_(e), wanted_(wanted), anchors_(anchors) {}

    void run() {
        Grid& old = e_.grids[0];
        old_size_ = old.size();
        collect();
        cut();
        int start = first_row();
        start = pull(start);
        for (int row = 0; row < start; ++row) {
            e_.history.push(view(rows_[at(row)]));
            ++e_.scrolled;
        }
        old = Grid(wanted_);
        for (int row = 0; row < wanted_.rows; ++row) {
            const int from = start + row;
            if (from < pulled())
                e_.import_line(old, row, pulled_[at(from)].view(pulled_view(from), true));
            else if (from - pulled() < static_cast<int>(rows_.size()))
                e_.import_line(old, row, view(rows_[at(from - pulled())]));
            else
                old.row(row).generation = ++e_.generation;
        }
        for (Anchor* anchor : anchors_)
            anchor->row = std::clamp(anchor->row + pulled() - start, 0, wanted_.bottom());
    }

  private:
    [[nodiscard]] int pulled() const { return static_cast<int>(pulled_.size()); }
    [[nodiscard]] LogicalLine::Segment pulled_view(int index) const {
        return {0, pulled_[at(index)].size(), false};
    }
    [[nodiscard]] LineView view(const NewRow& row) {
        return lines_[row.line].view(row.segment, row.last);
    }

    // The screen's lines put together, with what of the first one is in the history already.
    void collect() {
        Grid& old = e_.grids[0];
        content_ = 1;
        for (int row = 0; row < old_size_.rows; ++row) {
            if (old.row(row).used > 0 || old.row(row).mark != Mark::none)
                content_ = std::max(content_, row + 1);
        }
        for (const Anchor* anchor : anchors_)
            content_ = std::max(content_, anchor->row + 1);
        LogicalLine line;
        if (wanted_.columns != old_size_.columns)
            carry(line);
        for (int row = 0; row < content_; ++row) {
            const LineView from = old.view(row, e_.tables);
            if (from.size != LineSize::single && !line.empty())
                close(line);
            for (Anchor* anchor : anchors_)
                anchor->find(row, lines_.size(), line.size());
            line.add(from);
            if (!from.wrapped || from.size != LineSize::single || row + 1 == content_)
                close(line);
        }
    }

    void close(LogicalLine& line) {
        lines_.push_back(std::move(line));
        line.clear();
    }

    void carry(LogicalLine& line) {
        std::vector<LineBuffer> carried;
        LineBuffer buffer;
        History& history = e_.history;
        while (history.lines() > 0 && carried.size() < kMaxCarried) {
            if (!history.line(history.lines() - 1, buffer).wrapped)
                break;
            carried.emplace_back();
            carried_views_.push_back(history.line(history.lines() - 1, carried.back()));
            // The buffers move when the vector grows; their cells and tables stay where they are on
            // the heap.
            history.pop();
        }
        for (std::size_t index = carried.size(); index-- > 0;) {
            LineView from = carried_views_[index];
            from.tables = &carried[index].tables;
            line.add(from);
        }
        history.reflow(wanted_.columns);
        ++e_.history_generation;
    }

    void cut() {
        for (std::size_t line = 0; line < lines_.size(); ++line) {
            const auto cuts = lines_[line].segments(wanted_.columns);
            for (const LogicalLine::Segment& segment : cuts)
                rows_.push_back({line, segment, &segment == &cuts.back()});
        }
        for (Anchor* anchor : anchors_)
            settle(*anchor, rows_, wanted_.columns);
    }

    // The first of the new rows that is shown: blank rows below the text give way before text goes
    // into the history.
    [[nodiscard]] int first_row() const {
        const int total = static_cast<int>(rows_.size());
        const int blank = old_size_.rows - content_;
        const int excess = total + blank - wanted_.rows;
        int start = excess > 0 ? std::max(0, total - wanted_.rows) : excess;
        return std::min(start, anchors_[0]->row);
    }

    // Negative: so many lines come back from the history. Returns the start among all rows.
    int pull(int start) {
        if (start >= 0)
            return start;
        History& history = e_.history;
        int count = static_cast<int>(std::min(history.lines(), at(-start)));
        LineBuffer buffer;
        for (; count > 0; --count) {
            LogicalLine line;
            line.add(history.line(history.lines() - 1, buffer));
            pulled_.insert(pulled_.begin(), std::move(line));
            history.pop();
        }
        if (!pulled_.empty())
            ++e_.history_generation;
        return 0;
    }

    Engine& e_;
    Size wanted_;
    Size old_size_;
    std::span<Anchor*> anchors_;
    int content_ = 0; // rows of the old screen that hold something
    std::vector<LogicalLine> lines_;
    std::vector<LogicalLine> pulled_;
    std::vector<LineView> carried_views_;
    std::vector<NewRow> rows_;
};

// Crops or pads; the row of the cursor stays on the screen.
int crop(Engine& e, Grid& grid, Size wanted, int cursor_row) {
    const int shift = std::max(0, cursor_row - wanted.bottom());
    Grid old(wanted);
    std::swap(old, grid);
    for (int row = 0; row < wanted.rows; ++row) {
        Row& target = grid.row(row);
        target.generation = ++e.generation;
        const int from = row + shift;
        if (from >= old.size().rows)
            continue;
        const Row& source = old.row(from);
        target.used = std::min(source.used, wanted.columns);
        target.ascii = source.ascii;
        target.styled = source.styled;
        target.size = source.size;
        target.mark = source.mark;
        target.wrapped = source.wrapped && wanted.columns == old.size().columns;
        Cell* cells = grid.cells(target);
        std::copy_n(old.cells(source), target.used, cells);
        if (target.used > 0 && cells[target.used - 1].width() == Width::wide)
            cells[target.used - 1] =
                Cell(cells[target.used - 1].bits() >> Cell::kStyleShift << Cell::kStyleShift);
    }
    return shift;
}

} // namespace

// Writes a line into a row of the engine's own tables.
void Engine::import_line(Grid& to, int index, const LineView& line) {
    Row& row = to.row(index);
    row = Row{.start = row.start,
              .generation = ++generation,
              .ascii = line.ascii,
              .size = line.size,
              .mark = line.mark,
              .wrapped = line.wrapped};
    Cell* cells = to.cells(row);
    for (int column = 0; column < std::min(line.used, to.size().columns); ++column) {
        const Cell cell = line.cells[column];
        std::uint64_t bits = cell.bits() & ((1ULL << Cell::kStyleShift) - 1);
        // Each may sweep its table, which changes the cells that are in place already and no other
        // kind of number.
        bits |= std::uint64_t{intern_style(line.style(column))} << Cell::kStyleShift;
        if (const Hyperlink* link = line.link(column))
            bits |= std::uint64_t{intern_link(*link)} << Cell::kLinkShift;
        if (cell.is_cluster()) {
            const std::uint32_t cluster = intern_cluster(line.tables->clusters[cell.cluster()]);
            bits &= ~Cell::kContentMask;
            bits =
                cluster == kMaxClusters ? (bits & ~Cell::kClusterBit) | U'\ufffd' : bits | cluster;
        }
        cells[column] = Cell(bits);
        row.used = column + 1;
    }
    if (row.used > 0 && cells[row.used - 1].width() == Width::wide)
        cells[row.used - 1] =
            Cell(cells[row.used - 1].bits() >> Cell::kStyleShift << Cell::kStyleShift);
}

void Engine::resize(Size wanted) {
    wanted = clamped(wanted);
    if (wanted == size)
        return;
    const bool on_main = shown == Screen::main;
    SavedCursor& main_saved = saved[0];
    const bool pending = on_main ? cursor.pending_wrap : main_saved.pending_wrap;
    Anchor current{.row = on_main ? cursor.row : main_saved.row,
                   .column = (on_main ? cursor.column : main_saved.column) + (pending ? 1 : 0)};
    Anchor stored{.row = main_saved.row, .column = main_saved.column};
    std::array<Anchor*, 2> anchors = {&current, &stored};
    MainReflow(*this, wanted, std::span(anchors).first(on_main ? 2 : 1)).run();
    const int shift = crop(*this, grids[1], wanted, on_main ? 0 : cursor.row);
    const std::size_t old_columns = at(size.columns);
    size = wanted;
    tabs.resize(at(size.columns));
    for (std::size_t column = old_columns; column < tabs.size(); ++column)
        tabs[column] = column % 8 == 0 ? 1 : 0;
    full_margins();
    if (on_main) {
        place(current.row, current.column);
        cursor.pending_wrap = current.at_end;
        main_saved.row = stored.row;
        main_saved.column = std::min(stored.column, size.right());
        main_saved.pending_wrap = false;
    } else {
        place(cursor.row - shift, cursor.column);
        main_saved.row = current.row;
        main_saved.column = std::min(current.column, size.right());
        main_saved.pending_wrap = current.at_end;
    }
    SavedCursor& other = saved[1];
    other.row = std::min(other.row, size.bottom());
    other.column = std::min(other.column, size.right());
    other.pending_wrap = false;
    ++generation;
}

} // namespace berth::vt
