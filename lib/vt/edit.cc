// Erasing, inserting, deleting, scrolling, line sizes and protection (ECMA-48 8.3; DEC VT520:
// DECSCA, DECSED, DECSEL, DECIC, DECDC, DECALN, DECDHL, DECDWL, DECSWL).
#include "vt/handlers.h"

namespace berth::vt::handlers {

namespace {

void erase_in_display(Engine& e, bool spare) {
    const int row = e.cursor.row;
    const int which = e.parser.params.get(0, 0);
    if (which <= 2)
        e.cursor.pending_wrap = false;
    switch (which) {
    case 0:
        if (e.cursor.column == 0 && !spare)
            e.erase_rows(row, row + 1, false);
        else
            e.erase(row, e.cursor.column, e.size.columns, spare);
        e.erase_rows(row + 1, e.size.rows, spare);
        break;
    case 1:
        e.erase_rows(0, row, spare);
        e.erase(row, 0, e.cursor.column + 1, spare);
        break;
    case 2:
        e.erase_rows(0, e.size.rows, spare);
        break;
    case 3:
        e.history.clear();
        ++e.history_generation;
        break;
    default:
        break;
    }
}

void erase_in_line(Engine& e, bool spare) {
    const int which = e.parser.params.get(0, 0);
    if (which <= 2)
        e.cursor.pending_wrap = false;
    switch (which) {
    case 0:
        e.erase(e.cursor.row, e.cursor.column, e.size.columns, spare);
        break;
    case 1:
        e.erase(e.cursor.row, 0, e.cursor.column + 1, spare);
        break;
    case 2:
        e.erase(e.cursor.row, 0, e.size.columns, spare);
        break;
    default:
        break;
    }
}

void set_line_size(Engine& e, LineSize size) {
    if (e.modes.left_right_margins && size != LineSize::single)
        return; // VT520, DECLRMM: lines stay of single width
    Row& row = e.grid().row(e.cursor.row);
    row.size = size;
    e.touch(row);
    if (size != LineSize::single) {
        const int half = std::max(1, e.size.columns / 2);
        e.split_wide(row, half);
        row.used = std::min(row.used, half);
    }
    if (e.cursor.column > e.line_right(e.cursor.row))
        e.place(e.cursor.row, e.cursor.column);
}

} // namespace

void erase_display(Engine& e) {
    erase_in_display(e, e.protection == Protection::iso);
}

void erase_line(Engine& e) {
    erase_in_line(e, e.protection == Protection::iso);
}

// Selective erase spares what DECSCA protects, and leaves what SPA does alone (xterm: the last of
// the two to be used counts).
void selective_erase_display(Engine& e) {
    erase_in_display(e, e.protection == Protection::dec);
}

void selective_erase_line(Engine& e) {
    erase_in_line(e, e.protection == Protection::dec);
}

void erase_characters(Engine& e) {
    e.cursor.pending_wrap = false;
    const int end = e.cursor.column + std::min(e.parser.params.number(0), e.size.columns);
    e.erase(e.cursor.row, e.cursor.column, std::min(end, e.size.columns),
            e.protection == Protection::iso);
}

void insert_characters(Engine& e) {
    e.cursor.pending_wrap = false;
    if (e.cursor.column >= e.margins.left && e.cursor.column <= e.margins.right)
        e.insert_cells(e.cursor.row, e.cursor.column, e.margins.right, e.parser.params.number(0));
}

void delete_characters(Engine& e) {
    e.cursor.pending_wrap = false;
    if (e.cursor.column >= e.margins.left && e.cursor.column <= e.margins.right)
        e.delete_cells(e.cursor.row, e.cursor.column, e.margins.right, e.parser.params.number(0));
}

void insert_lines(Engine& e) {
    if (!e.in_margins())
        return;
    Margins area = e.margins;
    area.top = e.cursor.row;
    e.scroll_down(area, e.parser.params.number(0));
    e.place(e.cursor.row, e.margins.left);
}

void delete_lines(Engine& e) {
    if (!e.in_margins())
        return;
    Margins area = e.margins;
    area.top = e.cursor.row;
    e.scroll_up(area, e.parser.params.number(0), false);
    e.place(e.cursor.row, e.margins.left);
}

void scroll_up(Engine& e) {
    e.scroll_up(e.margins, e.parser.params.number(0), true);
}

void scroll_down(Engine& e) {
    if (e.parser.params.count > 1) { // XTHIMOUSE: the pane has no highlight tracking
        e.keep = false;
        return;
    }
    e.scroll_down(e.margins, e.parser.params.number(0));
}

void scroll_left(Engine& e) {
    e.scroll_left(e.margins, e.parser.params.number(0));
}

void scroll_right(Engine& e) {
    e.scroll_right(e.margins, e.parser.params.number(0));
}

void insert_columns(Engine& e) {
    if (!e.in_margins())
        return;
    Margins area = e.margins;
    area.left = e.cursor.column;
    e.scroll_right(area, e.parser.params.number(0));
}

void delete_columns(Engine& e) {
    if (!e.in_margins())
        return;
    Margins area = e.margins;
    area.left = e.cursor.column;
    e.scroll_left(area, e.parser.params.number(0));
}

void repeat(Engine& e) {
    if (e.last_printed == 0)
        return;
    const int count = std::min(e.parser.params.number(0), e.size.rows * e.size.columns);
    const char32_t code = e.last_printed;
    for (int done = 0; done < count; ++done)
        e.print(code);
}

void screen_alignment(Engine& e) {
    e.modes.origin = false;
    e.full_margins();
    for (int index = 0; index < e.size.rows; ++index) {
        Row& row = e.grid().row(index);
        e.clear_row(row);
        Cell* cells = e.open(row, 0, e.size.columns);
        std::fill(cells, cells + e.size.columns, Cell(U'E'));
    }
    e.place(0, 0);
}

void double_height_top(Engine& e) {
    set_line_size(e, LineSize::double_height_top);
}
void double_height_bottom(Engine& e) {
    set_line_size(e, LineSize::double_height_bottom);
}
void single_width(Engine& e) {
    set_line_size(e, LineSize::single);
}
void double_width(Engine& e) {
    set_line_size(e, LineSize::double_width);
}

void protect_dec(Engine& e) {
    e.protection = Protection::dec;
    e.pen.protect = e.parser.params.get(0, 0) == 1;
    e.pen_changed();
}

void protect_start(Engine& e) {
    e.protection = Protection::iso;
    e.pen.protect = true;
    e.pen_changed();
}

void protect_end(Engine& e) {
    e.pen.protect = false;
    e.pen_changed();
}

} // namespace berth::vt::handlers
