// Erasing, inserting, deleting, scrolling: ECMA-48 8.3 and DEC's additions.
#include "model.h"

#include <algorithm>

namespace berth::model {

bool Model::within_margins() const {
    return cursor.row >= margins.top && cursor.row <= margins.bottom &&
           cursor.column >= margins.left && cursor.column <= margins.right;
}

Cell Model::blank() const {
    Cell cell;
    cell.look.ground = pen.look.ground; // xterm's back colour erase
    return cell;
}

// A line whose last cell changes does not go on in the next one any more.
void Model::touched(int row, int last) {
    if (last == columns - 1)
        line(row).wrapped = false;
}

// Half a character is none: both cells turn into blanks of its look.
void Model::cut(Row& row, int column) const {
    if (column <= 0 || column >= columns || row.cells[at(column)].part != Part::second)
        return;
    for (const int each : {column - 1, column}) {
        const Look look = row.cells[at(each)].look;
        row.cells[at(each)] = {};
        row.cells[at(each)].look = look;
    }
}

void Model::cut(int row, int column) {
    cut(line(row), column);
}

void Model::wipe(const Area& area) {
    for (int row = area.top; row <= area.bottom; ++row) {
        cut(row, area.left);
        cut(row, area.right + 1);
        for (int column = area.left; column <= area.right; ++column)
            line(row).cells[at(column)] = blank();
        touched(row, area.right);
    }
}

// DECSERA leaves visual attributes (VT510), DECSED and DECSEL, in xterm, do not.
void Model::wipe_unguarded(const Area& area, bool look_stays) {
    for (int row = area.top; row <= area.bottom; ++row) {
        for (int column = area.left; column <= area.right; ++column) {
            if (guards_ && line(row).cells[at(column)].guarded)
                continue;
            cut(row, column);
            cut(row, column + 1);
            Cell& cell = line(row).cells[at(column)];
            const Look look = cell.look;
            cell = blank();
            if (look_stays)
                cell.look = look;
        }
        touched(row, area.right);
    }
}

void Model::erase_display(int which, bool selective) {
    const auto wiped = [&](const Area& area) {
        if (area.top <= area.bottom)
            selective ? wipe_unguarded(area, false) : wipe(area);
    };
    if (which == 0 || which == 1)
        erase_line(which, selective);
    if (which == 0)
        wiped({cursor.row + 1, 0, rows - 1, columns - 1});
    else if (which == 1)
        wiped({0, 0, cursor.row - 1, columns - 1});
    else if (which == 2)
        erase_line(2, selective), wiped({0, 0, rows - 1, columns - 1});
    else if (which == 3)
        history.clear();
}

void Model::erase_line(int which, bool selective) {
    if (which > 2)
        return;
    const int from = which == 0 ? cursor.column : 0;
    const int to = which == 1 ? cursor.column : columns - 1;
    const Area area{cursor.row, from, cursor.row, to};
    selective ? wipe_unguarded(area, false) : wipe(area);
    cursor.wraps = false;
}

void Model::erase_characters(int count) {
    wipe({cursor.row, cursor.column, cursor.row, std::min(cursor.column + count, columns) - 1});
    cursor.wraps = false;
}

// Cells from column to the right margin move, those pushed over it are gone.
void Model::insert_cells(int row, int column, int count) {
    Row& in = line(row);
    const int end = margins.right + 1;
    count = std::min(count, end - column);
    cut(row, column);
    cut(row, end - count);
    cut(row, end);
    for (int to = end - 1; to >= column + count; --to)
        in.cells[at(to)] = in.cells[at(to - count)];
    for (int to = column; to < column + count; ++to)
        in.cells[at(to)] = blank();
    touched(row, end - 1);
}

void Model::delete_cells(int row, int column, int count) {
    Row& in = line(row);
    const int end = margins.right + 1;
    count = std::min(count, end - column);
    cut(row, column);
    cut(row, column + count);
    cut(row, end);
    for (int to = column; to < end - count; ++to)
        in.cells[at(to)] = in.cells[at(to + count)];
    for (int to = end - count; to < end; ++to)
        in.cells[at(to)] = blank();
    touched(row, end - 1);
}

void Model::insert_characters(int count) {
    cursor.wraps = false;
    if (cursor.column >= margins.left && cursor.column <= margins.right)
        insert_cells(cursor.row, cursor.column, count);
}

void Model::delete_characters(int count) {
    cursor.wraps = false;
    if (cursor.column >= margins.left && cursor.column <= margins.right)
        delete_cells(cursor.row, cursor.column, count);
}

void Model::insert_columns(int count) {
    if (within_margins())
        for (int row = margins.top; row <= margins.bottom; ++row)
            insert_cells(row, cursor.column, count);
}

void Model::delete_columns(int count) {
    if (within_margins())
        for (int row = margins.top; row <= margins.bottom; ++row)
            delete_cells(row, cursor.column, count);
}

void Model::shift(int count) {
    for (int row = margins.top; row <= margins.bottom; ++row)
        count > 0 ? delete_cells(row, margins.left, count)
                  : insert_cells(row, margins.left, -count);
}

void Model::remember(const Row& row) {
    std::u32string text;
    std::size_t length = 0; // without the erased cells at its end
    for (const Cell& cell : row.cells) {
        if (cell.part != Part::second)
            text += cell.shows.empty() ? U" " : cell.shows;
        if (!cell.shows.empty())
            length = text.size();
    }
    history.push_back(text.substr(0, length));
}

void Model::scroll(int count) {
    const bool whole = margins.left == 0 && margins.right == columns - 1;
    if (whole && margins.top == 0 && shown == 0) // lines that leave at the top are saved
        for (int row = 0; row < std::min(count, margins.bottom + 1); ++row)
            remember(line(row));
    move_rows(margins.top, count);
}

void Model::move_rows(int top, int count) {
    const bool whole = margins.left == 0 && margins.right == columns - 1;
    const int height = margins.bottom - top + 1;
    const int step = count > 0 ? 1 : -1;
    for (int left = std::min(std::abs(count), height); left > 0; --left) {
        const int from = step > 0 ? top : margins.bottom;
        const int to = step > 0 ? margins.bottom : top;
        for (int row = top; row <= margins.bottom; ++row) {
            cut(row, margins.left);
            cut(row, margins.right + 1);
        }
        for (int row = from; row != to; row += step) {
            for (int column = margins.left; column <= margins.right; ++column)
                line(row).cells[at(column)] = line(row + step).cells[at(column)];
            if (whole)
                line(row).wrapped = line(row + step).wrapped;
        }
        for (int row = top; !whole && row <= margins.bottom; ++row)
            touched(row, margins.right);
        wipe({to, margins.left, to, margins.right});
    }
}

void Model::insert_lines(int count) {
    if (!within_margins())
        return;
    move_rows(cursor.row, -count);
    move_to(cursor.row, margins.left);
}

void Model::delete_lines(int count) {
    if (!within_margins())
        return;
    move_rows(cursor.row, count);
    move_to(cursor.row, margins.left);
}

} // namespace berth::model
