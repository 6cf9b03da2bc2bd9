// Cursor motion, tabs and margins (ECMA-48 8.3.14 to 8.3.22, 8.3.57; DEC VT520: DECSTBM, DECSLRM,
// DECBI, DECFI).
#include "vt/handlers.h"

namespace berth::vt::handlers {

namespace {

// Back by one or more columns; with reverse wraparound (modes 45 and 1045) on to the line before.
void move_back(Engine& e, int count) {
    const bool extended = e.modes.reverse_wrap_extended && e.modes.autowrap;
    const bool inline_only = e.modes.reverse_wrap && e.modes.autowrap;
    const int left = e.cursor.column >= e.margins.left ? e.margins.left : 0;
    if (!extended && !inline_only) {
        e.place(e.cursor.row, std::max(left, e.cursor.column - count));
        return;
    }
    if (e.cursor.pending_wrap)
        --count;
    const int right = e.cursor.column <= e.margins.right ? e.margins.right : e.size.right();
    int row = e.cursor.row;
    int column = e.cursor.column;
    count = std::min(count, e.size.rows * e.size.columns);
    while (count > 0) {
        const int step = std::min(count, column - left);
        column -= step;
        count -= step;
        if (count == 0)
            break;
        const bool at_top = row == e.margins.top || row == 0;
        if (!extended && (at_top || !e.grid().row(row - 1).wrapped))
            break;
        row = row == e.margins.top ? e.margins.bottom : row == 0 ? e.size.bottom() : row - 1;
        column = right;
        --count;
    }
    e.place(row, column);
}

int row_from_origin(const Engine& e) {
    return e.cursor.row - (e.modes.origin ? e.margins.top : 0);
}

int column_from_origin(const Engine& e) {
    return e.cursor.column - (e.modes.origin ? e.margins.left : 0);
}

} // namespace

void cursor_up(Engine& e) {
    const int top = e.cursor.row >= e.margins.top ? e.margins.top : 0;
    e.place(std::max(top, e.cursor.row - e.parser.params.number(0)), e.cursor.column);
}

void cursor_down(Engine& e) {
    const int bottom = e.cursor.row <= e.margins.bottom ? e.margins.bottom : e.size.bottom();
    e.place(std::min(bottom, e.cursor.row + e.parser.params.number(0)), e.cursor.column);
}

void cursor_forward(Engine& e) {
    const int right = e.cursor.column <= e.margins.right ? e.margins.right : e.size.right();
    e.place(e.cursor.row, std::min(right, e.cursor.column + e.parser.params.number(0)));
}

void cursor_back(Engine& e) {
    move_back(e, e.parser.params.number(0));
}

void backspace(Engine& e) {
    move_back(e, 1);
}

void cursor_next_line(Engine& e) {
    cursor_down(e);
    e.carriage_return();
}

void cursor_previous_line(Engine& e) {
    cursor_up(e);
    e.carriage_return();
}

// Positions count from the margins with DECOM, as CUP's do (xterm).
void column_absolute(Engine& e) {
    e.move_to(row_from_origin(e), e.parser.params.number(0) - 1);
}

void position_column_relative(Engine& e) {
    e.move_to(row_from_origin(e), column_from_origin(e) + e.parser.params.number(0));
}

void position_line(Engine& e) {
    e.move_to(e.parser.params.number(0) - 1, column_from_origin(e));
}

void position_line_relative(Engine& e) {
    e.move_to(row_from_origin(e) + e.parser.params.number(0), column_from_origin(e));
}

void cursor_position(Engine& e) {
    e.move_to(e.parser.params.number(0) - 1, e.parser.params.number(1) - 1);
}

void tab(Engine& e, int count) {
    if (e.modes.more_fix && e.cursor.pending_wrap && e.modes.autowrap) // xterm, mode 41
        e.wrap();
    const int limit = e.right_limit();
    int column = e.cursor.column;
    for (count = std::min(count, e.size.columns); count > 0 && column < limit; --count) {
        do
            ++column;
        while (column < limit && e.tabs[at(column)] == 0);
    }
    if (column != e.cursor.column)
        e.place(e.cursor.row, column);
}

void forward_tab(Engine& e) {
    tab(e, e.parser.params.number(0));
}

void backward_tab(Engine& e) {
    const int left = e.modes.origin ? e.margins.left : 0;
    int column = e.cursor.column;
    int count = std::min(e.parser.params.number(0), e.size.columns);
    for (; count > 0 && column > left; --count) {
        do
            --column;
        while (column > left && e.tabs[at(column)] == 0);
    }
    e.place(e.cursor.row, column);
}

void tab_clear(Engine& e) {
    const int what = e.parser.params.get(0, 0);
    if (what == 0)
        e.tabs[at(e.cursor.column)] = 0;
    else if (what == 3)
        std::fill(e.tabs.begin(), e.tabs.end(), std::uint8_t{0});
}

void tab_set(Engine& e) {
    e.tabs[at(e.cursor.column)] = 1;
}

void tab_every_eight(Engine& e) {
    if (e.parser.params.get(0, 0) == 5)
        e.reset_tabs();
}

void top_bottom_margins(Engine& e) {
    const int top = e.parser.params.number(0) - 1;
    int bottom = e.parser.params.get(1, 0) - 1;
    bottom = bottom < 0 || bottom > e.size.bottom() ? e.size.bottom() : bottom;
    if (top >= bottom)
        return;
    e.margins.top = top;
    e.margins.bottom = bottom;
    e.move_to(0, 0);
}

// DECSLRM where DECLRMM allows it, else SCOSC.
void left_right_margins(Engine& e) {
    if (!e.modes.left_right_margins) {
        if (e.parser.params.count == 0)
            e.save_cursor();
        return;
    }
    const int left = e.parser.params.number(0) - 1;
    int right = e.parser.params.get(1, 0) - 1;
    right = right < 0 || right > e.size.right() ? e.size.right() : right;
    if (left >= right)
        return;
    e.margins.left = left;
    e.margins.right = right;
    e.move_to(0, 0);
}

void next_line(Engine& e) {
    e.index();
    e.carriage_return();
}

void index(Engine& e) {
    e.index();
}

void reverse_index(Engine& e) {
    e.reverse_index();
}

void back_index(Engine& e) {
    if (e.cursor.column == e.margins.left) {
        if (e.in_margins())
            e.scroll_right(e.margins, 1);
    } else if (e.cursor.column > 0) {
        e.place(e.cursor.row, e.cursor.column - 1);
    }
}

void forward_index(Engine& e) {
    if (e.cursor.column == e.margins.right) {
        if (e.in_margins())
            e.scroll_left(e.margins, 1);
    } else if (e.cursor.column < e.size.right()) {
        e.place(e.cursor.row, e.cursor.column + 1);
    }
}

void save_cursor(Engine& e) {
    e.save_cursor();
}

void restore_cursor(Engine& e) {
    e.restore_cursor();
}

} // namespace berth::vt::handlers
