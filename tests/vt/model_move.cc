// Where the cursor goes: ECMA-48 8.3.12 and so on, DECSTBM, DECSLRM, DECOM.
#include "model.h"

#include <algorithm>
#include <utility>

namespace berth::model {

void Model::move_to(int row, int column) {
    cursor.row = std::clamp(row, 0, rows - 1);
    cursor.column = std::clamp(column, 0, columns - 1);
    cursor.wraps = false;
}

int Model::edge() const {
    return cursor.column <= margins.right ? margins.right : columns - 1;
}

// With DECOM the first line and column are the margins', and the cursor stays within them.
void Model::place(int row, int column) {
    if (on.origin)
        move_to(std::min(row + margins.top, margins.bottom),
                std::min(column + margins.left, margins.right));
    else
        move_to(row, column);
}

// A margin stops the cursor that comes from inside of it, the screen's edge any other.
void Model::up(int count) {
    move_to(std::max(cursor.row - count, cursor.row >= margins.top ? margins.top : 0),
            cursor.column);
}

void Model::down(int count) {
    move_to(std::min(cursor.row + count, cursor.row <= margins.bottom ? margins.bottom : rows - 1),
            cursor.column);
}

void Model::right(int count) {
    move_to(cursor.row, std::min(cursor.column + count, edge()));
}

void Model::left(int count) {
    move_to(cursor.row,
            std::max(cursor.column - count, cursor.column >= margins.left ? margins.left : 0));
}

void Model::carriage_return() {
    move_to(cursor.row, on.origin || cursor.column >= margins.left ? margins.left : 0);
}

// At the bottom margin the region scrolls, if the cursor is between the side margins.
void Model::index() {
    if (cursor.row == margins.bottom && cursor.column >= margins.left &&
        cursor.column <= margins.right) {
        scroll(1);
        cursor.wraps = false;
    } else {
        down(1);
    }
}

void Model::reverse_index() {
    if (cursor.row == margins.top && cursor.column >= margins.left &&
        cursor.column <= margins.right) {
        scroll(-1);
        cursor.wraps = false;
    } else {
        up(1);
    }
}

void Model::line_feed() {
    index();
    if (on.newline)
        carriage_return();
}

void Model::tab(int count) {
    const int last = edge();
    int column = cursor.column;
    for (; count > 0 && column < last; --count)
        for (++column; column < last && !tabs[at(column)];)
            ++column;
    if (column != cursor.column) // a tab that goes nowhere does not end the wrap that waits
        move_to(cursor.row, column);
}

void Model::back_tab(int count) {
    const int first = on.origin ? margins.left : 0;
    int column = cursor.column;
    for (; count > 0 && column > first; --count)
        for (--column; column > first && !tabs[at(column)];)
            --column;
    move_to(cursor.row, column);
}

// DECBI and DECFI: at the margin the columns move, elsewhere the cursor does.
void Model::back_index() {
    if (cursor.column == margins.left && cursor.row >= margins.top && cursor.row <= margins.bottom)
        shift(-1);
    else
        left(1);
}

void Model::forward_index() {
    if (cursor.column == margins.right && cursor.row >= margins.top && cursor.row <= margins.bottom)
        shift(1);
    else if (cursor.column < edge())
        right(1);
}

void Model::save() {
    saved[at(shown)] = {cursor, on.origin, pen, sets};
}

void Model::restore() {
    const Saved& from = saved[at(shown)];
    on.origin = from.origin;
    pen = from.pen;
    sets = from.sets;
    if (on.origin)
        move_to(std::clamp(from.place.row, margins.top, margins.bottom),
                std::clamp(from.place.column, margins.left, margins.right));
    else
        move_to(from.place.row, from.place.column);
    cursor.wraps =
        from.place.wraps && cursor.column == from.place.column && cursor.column == edge();
}

void Model::set_margins(int top, int bottom) {
    if (top == 0)
        top = 1;
    if (bottom == 0 || bottom > rows)
        bottom = rows;
    if (top >= bottom)
        return;
    margins.top = top - 1;
    margins.bottom = bottom - 1;
    place(0, 0);
}

void Model::set_side_margins(int left, int right) {
    if (left == 0)
        left = 1;
    if (right == 0 || right > columns)
        right = columns;
    if (left >= right)
        return;
    margins.left = left - 1;
    margins.right = right - 1;
    place(0, 0);
}

} // namespace berth::model
