#include "vt/renderer.h"

#include <algorithm>
#include <cstring>

#include "vt/client_state.h"
#include "vt/encode.h"
#include "vt/unicode.h"

namespace berth::vt {

namespace {

constexpr std::size_t kQuietBytes =
    48;                             // a frame of so few bytes moves the visible cursor about unseen
constexpr int kScrollCost = 24;     // bytes of a scroll by region, and of the doubt
constexpr int kScrollRows = 3;      // fewer changed rows are painted without looking for a scroll
constexpr int kMaxScrollRows = 400; // looking takes the square of the rows
constexpr int kRun = 6;             // so many equal cells may be worth a REP
constexpr std::string_view kBeginUpdate = "\x1b[?2026h";
constexpr std::string_view kEndUpdate = "\x1b[?2026l";

// Of the cells up to the last that is not blank; four lanes, as one multiplication need not wait
// for the other.
std::uint64_t hash_cells(const Cell* cells, int count) {
    while (count > 0 && cells[count - 1] == Cell())
        --count;
    constexpr std::uint64_t kFactor = 0x9E3779B97F4A7C15ULL;
    std::uint64_t lanes[4] = {1, 2, 3, 4};
    int index = 0;
    for (; index + 4 <= count; index += 4)
        for (int lane = 0; lane < 4; ++lane)
            lanes[lane] =
                (lanes[lane] ^ cells[index + lane].bits()) * kFactor + (lanes[lane] >> 29);
    for (; index < count; ++index)
        lanes[0] = (lanes[0] ^ cells[index].bits()) * kFactor + (lanes[0] >> 29);
    std::uint64_t hash = static_cast<std::uint64_t>(count);
    for (const std::uint64_t lane : lanes)
        hash = (hash ^ lane ^ lane >> 32) * kFactor;
    return hash;
}

bool same_cells(const Cell* a, const Cell* b, int count) {
    return std::memcmp(a, b, static_cast<std::size_t>(count) * sizeof(Cell)) == 0;
}

// About how many bytes it costs to print cells over others.
int print_cost(const Cell* shown, const Cell* next, int count) {
    int cost = 0;
    for (int column = 0; column < count; ++column)
        cost += shown[column] != next[column] ? 1 : 0;
    return cost == 0 ? 0 : cost + 4;
}

// A scroll of part of a region and the rows that it brings where they belong.
struct Scroll {
    int top = 0;
    int bottom = -1; // inclusive
    int lines = 0;   // up; negative: down
    int rows = 0;    // that need not be painted
};

// The scroll that puts the most rows of `after` where they belong, from the hashes of the rows.
Scroll best_scroll(const std::vector<std::uint64_t>& before,
                   const std::vector<std::uint64_t>& after, std::uint64_t blank) {
    const int rows = static_cast<int>(after.size());
    const auto at = [](const std::vector<std::uint64_t>& hashes, int row) {
        return hashes[static_cast<std::size_t>(row)];
    };
    Scroll best;
    for (int lines = 1 - rows; lines < rows; ++lines) {
        Scroll scroll{rows, -1, lines, 0};
        for (int row = std::max(0, -lines); row < std::min(rows, rows - lines) && lines != 0;
             ++row) {
            if (at(after, row) != at(before, row + lines) || at(after, row) == at(before, row) ||
                at(after, row) == blank)
                continue;
            ++scroll.rows;
            scroll.top = std::min({scroll.top, row, row + lines});
            scroll.bottom = std::max({scroll.bottom, row, row + lines});
        }
        if (scroll.rows > best.rows)
            best = scroll;
    }
    return best;
}

// A side margin through a wide character would tear it: then the rows are painted.
bool cuts_wide(const Cell* row, const Rect& area, int columns) {
    return row[area.column].width() == Width::tail ||
           (area.column + area.columns < columns &&
            row[area.column + area.columns].width() == Width::tail);
}

} // namespace

std::string Renderer::enter(const Capabilities& capabilities) {
    std::string out;
    if (capabilities.titles)
        out += "\x1b[22;0t";
    if (capabilities.alternate_screen)
        append_mode(out, 1049, true);
    out += "\x1b[m\x1b[?7l";
    if (capabilities.cluster_mode)
        append_mode(out, 2027, true);
    can_ = capabilities;
    entered_ = true;
    modes_ = {};
    cursor_ = {};
    keyboard_pushed_ = false;
    writer_.forget();
    invalidate();
    return out;
}

std::string Renderer::leave() {
    if (!entered_)
        return {};
    writer_.out.clear();
    writer_.plain_pen();
    const std::string title = modes_.title;
    set_modes(ClientModes{.title = title});
    std::string out = std::move(writer_.out);
    writer_.out.clear();
    if (keyboard_pushed_)
        out += "\x1b[<u";
    if (can_.cursor_shape && cursor_.shape_set)
        out += "\x1b[0 q";
    if (!cursor_.visible)
        append_mode(out, 25, true);
    append_mode(out, 7, true);
    if (can_.cluster_mode)
        append_mode(out, 2027, false);
    if (can_.alternate_screen) {
        append_mode(out, 1049, false);
    } else {
        append_position(out, size_.rows - 1, 0);
        out += "\r\n";
    }
    if (can_.titles)
        out += "\x1b[23;0t";
    entered_ = valid_ = keyboard_pushed_ = false;
    return out;
}

// The cells that are shown, by the numbers of the canvas's tables. Most cells differ in nothing but
// their style, and styles are few.
void Renderer::adopt(const Canvas& canvas) {
    if (canvas.tables() == tables_)
        return;
    constexpr std::uint64_t kStyleBits = std::uint64_t{Cell::kMaxStyles - 1} << Cell::kStyleShift;
    constexpr std::uint64_t kUnknown = ~0ULL;
    if (valid_) {
        const Tables& from = tables_->tables();
        std::vector<std::uint64_t> styles(from.styles.size(),
                                          kUnknown); // moved to their place in a cell
        for (Cell& cell : cells_) {
            std::uint64_t& style = styles[cell.style()];
            if (cell.is_cluster() || cell.link() != 0 || style == kUnknown) {
                cell = canvas.tables()->adopt(cell, from);
                style = cell.bits() & kStyleBits;
            } else {
                cell = Cell((cell.bits() & ~kStyleBits) | style);
            }
        }
    }
    tables_ = canvas.tables();
    writer_.set_tables(tables_);
}

void Renderer::prepare(const Canvas& canvas, const Capabilities& capabilities) {
    if (canvas.size() != size_ || capabilities != can_)
        valid_ = false;
    can_ = capabilities;
    size_ = canvas.size();
    writer_.set_size(size_);
    writer_.set_capabilities(can_);
    adopt(canvas);
    if (valid_)
        return;
    cells_.assign(static_cast<std::size_t>(size_.rows) * static_cast<std::size_t>(size_.columns),
                  Cell());
    writer_.forget();
    writer_.out += "\x1b[m";
    if (can_.hyperlinks)
        append_link(writer_.out, {});
    writer_.clear_screen();
    valid_ = true;
}

// The first flags are pushed, so that leaving can pop them; later ones replace them.
void Renderer::set_keyboard(const ClientModes& wanted) {
    std::string& out = writer_.out;
    if (can_.kitty_keyboard && wanted.kitty_flags != modes_.kitty_flags) {
        out += keyboard_pushed_ ? "\x1b[=" : "\x1b[>";
        append_number(out, wanted.kitty_flags);
        out += 'u';
        keyboard_pushed_ = true;
    }
    if (can_.modify_other_keys && wanted.modify_other_keys != modes_.modify_other_keys) {
        out += "\x1b[>4;";
        append_number(out, wanted.modify_other_keys);
        out += 'm';
    }
}

void Renderer::set_modes(const ClientModes& wanted) {
    if (wanted == modes_)
        return;
    std::string& out = writer_.out;
    if (can_.mouse && wanted.mouse != modes_.mouse) {
        if (modes_.mouse != MouseTracking::none)
            append_mode(out, mode_number(modes_.mouse), false);
        if ((wanted.mouse != MouseTracking::none) != (modes_.mouse != MouseTracking::none))
            append_mode(out, 1006, wanted.mouse != MouseTracking::none);
        if (wanted.mouse != MouseTracking::none)
            append_mode(out, mode_number(wanted.mouse), true);
    }
    if (can_.focus && wanted.focus_events != modes_.focus_events)
        append_mode(out, 1004, wanted.focus_events);
    if (can_.bracketed_paste && wanted.bracketed_paste != modes_.bracketed_paste)
        append_mode(out, 2004, wanted.bracketed_paste);
    if (can_.titles && wanted.title != modes_.title)
        append_osc(out, "0;" + wanted.title);
    set_keyboard(wanted);
    modes_ = wanted;
}

void Renderer::apply_scroll(const Rect& area, int lines) {
    writer_.scroll(area, lines);
    const int first = lines > 0 ? area.row : area.row + area.rows - 1;
    const int step = lines > 0 ? 1 : -1;
    for (int done = 0; done < area.rows; ++done) {
        const int row = first + step * done;
        const int from = row + lines;
        Cell* to = shown(row) + area.column;
        if (from >= area.row && from < area.row + area.rows)
            std::copy_n(shown(from) + area.column, area.columns, to);
        else
            std::fill_n(to, area.columns, Cell());
    }
}

void Renderer::scroll_region(const Canvas& canvas, const Rect& region) {
    before_.clear();
    after_.clear();
    int changed = 0;
    for (int row = region.row; row < region.row + region.rows; ++row)
        changed += same_cells(shown(row) + region.column, canvas.cells(row) + region.column,
                              region.columns)
                       ? 0
                       : 1;
    if (changed < kScrollRows || region.rows > kMaxScrollRows)
        return;
    for (int row = region.row; row < region.row + region.rows; ++row) {
        before_.push_back(hash_cells(shown(row) + region.column, region.columns));
        after_.push_back(hash_cells(canvas.cells(row) + region.column, region.columns));
    }
    const std::vector<Cell> blank(static_cast<std::size_t>(region.columns));
    const Scroll scroll = best_scroll(before_, after_, hash_cells(blank.data(), region.columns));
    if (scroll.rows == 0)
        return;
    const Rect area{region.row + scroll.top, region.column, scroll.bottom - scroll.top + 1,
                    region.columns};
    int without = 0;
    int with = kScrollCost;
    for (int row = area.row; row < area.row + area.rows; ++row) {
        const Cell* next = canvas.cells(row) + area.column;
        const int from = row + scroll.lines;
        const bool inside = from >= area.row && from < area.row + area.rows;
        without += print_cost(shown(row) + area.column, next, area.columns);
        with += print_cost(inside ? shown(from) + area.column : blank.data(), next, area.columns);
    }
    if (with < without)
        apply_scroll(area, scroll.lines);
}

void Renderer::scroll(const Canvas& canvas) {
    if (!can_.scroll_regions)
        return;
    const auto usable = [&](const Rect& region) {
        if (region.columns == size_.columns)
            return true;
        for (int row = region.row; row < region.row + region.rows; ++row)
            if (cuts_wide(shown(row), region, size_.columns))
                return false;
        return can_.side_margins && region.columns > 1;
    };
    for (const Rect& region : canvas.regions())
        if (usable(region))
            scroll_region(canvas, region);
}

// A run of blanks that erasing can make, from `column` on; gives its end.
int Renderer::paint_blanks(const Cell* next, int column, int end) {
    int after = column + 1;
    while (after < end && next[after] == next[column])
        ++after;
    const int count = after - column;
    const bool more = after < end;
    const int erase = (count == 1 ? 3 : 4 + (count >= 10) + (count >= 100)) + (more ? 5 : 0);
    if (can_.erase_characters && count > erase && writer_.erasable(next[column]))
        writer_.erase(next[column], count);
    else
        writer_.print(next[column], count);
    return after;
}

void Renderer::paint_cells(int row, const Cell* next, int begin, int end) {
    for (int column = begin; column < end;) {
        if (next[column].width() == Width::tail) {
            ++column;
            continue;
        }
        writer_.move_to(row, column, next);
        if (next[column].empty()) {
            column = paint_blanks(next, column, end);
            continue;
        }
        column = paint_text(next, column, end);
    }
}

// One wide character or cluster, a run of one character, or a stretch of characters of one look;
// gives its end.
int Renderer::paint_text(const Cell* next, int column, int end) {
    // Narrow, and no part of a cluster whatever stands beside it.
    const auto simple = [&](int at) {
        return !next[at].is_cluster() && next[at].width() == Width::narrow &&
               (next[at].code_point() < 0x80 ||
                grapheme_break(next[at].code_point()) == GraphemeBreak::other);
    };
    if (!simple(column)) {
        const int left =
            column > 1 && next[column - 1].width() == Width::tail ? column - 2 : column - 1;
        writer_.print_cluster(left < 0 ? Cell() : next[left], next[column]);
        return column + 1;
    }
    const auto run = [&](int from) {
        int after = from + 1;
        while (after < end && next[after] == next[from])
            ++after;
        return after;
    };
    int after = run(column);
    if (after - column >= kRun) {
        writer_.print(next[column], after - column);
        return after;
    }
    constexpr std::uint64_t kLook = ~(Cell::kContentMask | Cell::kClusterBit);
    const auto continues = [&](int at) {
        return at < end && simple(at) && !next[at].empty() &&
               ((next[at].bits() ^ next[column].bits()) & kLook) == 0;
    };
    while (continues(after)) {
        const int last = run(after);
        if (last - after >= kRun)
            break;
        after = last;
    }
    writer_.print_text(next + column, after - column);
    return after;
}

void Renderer::paint_row(int row, const Cell* next) {
    Cell* old = shown(row);
    const int columns = size_.columns;
    // Cells that are to be painted; a wide character that is touched is painted, or erased, as a
    // whole.
    const auto changed = [&](int column) {
        if (old[column] != next[column])
            return true;
        const auto differs = [&](int at) { return at >= 0 && at < columns && old[at] != next[at]; };
        return (old[column].width() == Width::wide && differs(column + 1)) ||
               (old[column].width() == Width::tail && differs(column - 1));
    };
    int end = columns;
    while (end > 0 && !changed(end - 1))
        --end;
    int blank = columns; // from here on the row is blank, and erasing makes it so
    if (writer_.erasable(next[columns - 1]))
        while (blank > 0 && next[blank - 1] == next[columns - 1])
            --blank;
    int erase_from = columns;
    if (end - blank > 3) {
        erase_from = blank;
        while (!changed(erase_from))
            ++erase_from;
        end = std::min(end, blank);
    }
    for (int column = 0; column < end;) {
        if (!changed(column)) {
            ++column;
            continue;
        }
        int after = column + 1;
        while (after < end && changed(after))
            ++after;
        paint_cells(row, next, column, after);
        column = after;
    }
    if (erase_from < columns) {
        if (writer_.cost_to(row, blank, next) < writer_.cost_to(row, erase_from, next))
            erase_from = blank;
        writer_.move_to(row, erase_from, next);
        writer_.erase_to_end(next[columns - 1]);
    }
    std::copy_n(next, columns, old);
}

void Renderer::paint(const Canvas& canvas) {
    for (int row = 0; row < size_.rows; ++row)
        if (!same_cells(shown(row), canvas.cells(row), size_.columns))
            paint_row(row, canvas.cells(row));
}

void Renderer::set_cursor(const Canvas& canvas) {
    std::string& out = writer_.out;
    const Cursor& wanted = canvas.cursor;
    const bool shape = wanted.shape != cursor_.shape || wanted.blink != cursor_.blink ||
                       wanted.shape_set != cursor_.shape_set;
    if (can_.cursor_shape && shape) {
        out += "\x1b[";
        append_number(out, wanted.shape_set
                               ? 2 * static_cast<unsigned>(wanted.shape) + (wanted.blink ? 1 : 2)
                               : 0);
        out += " q";
    }
    if (wanted.visible)
        writer_.move_to(std::clamp(wanted.row, 0, size_.rows - 1),
                        std::clamp(wanted.column, 0, size_.columns - 1),
                        canvas.cells(std::clamp(wanted.row, 0, size_.rows - 1)));
    if (wanted.visible != cursor_.visible)
        append_mode(out, 25, wanted.visible);
    cursor_ = wanted;
}

std::string Renderer::frame(const Canvas& canvas, const Capabilities& capabilities) {
    writer_.out.clear();
    const bool visible = cursor_.visible;
    prepare(canvas, capabilities);
    set_modes(canvas.modes);
    scroll(canvas);
    paint(canvas);
    std::string hide;
    if (visible && !can_.synchronized && writer_.out.size() > kQuietBytes) {
        append_mode(hide, 25, false);
        cursor_.visible = false;
    }
    set_cursor(canvas);
    if (writer_.out.empty())
        return {};
    std::string out = hide + writer_.out;
    if (can_.synchronized)
        out = std::string(kBeginUpdate) + out + std::string(kEndUpdate);
    return out;
}

} // namespace berth::vt
