// The functions of Engine that every character goes through. Internal to lib/vt.
#pragma once

#include <cstring>

#include "vt/engine.h"

namespace berth::vt {

namespace detail {

inline constexpr std::uint64_t kStyleMask = std::uint64_t{Cell::kMaxStyles - 1}
                                            << Cell::kStyleShift;

// An erased cell of the same style.
inline Cell blank(Cell cell) {
    return Cell(cell.bits() & kStyleMask);
}

} // namespace detail

inline std::uint64_t Engine::erase_bits() {
    if (erase_dirty)
        refresh_erase();
    return erase_bits_;
}

inline void Engine::clear_row(Row& row) {
    row.used = 0;
    row.generation = ++generation;
    row.ascii = true;
    row.styled = false;
    row.size = LineSize::single;
    row.mark = Mark::none;
    row.wrapped = false;
    if (erase_bits() != 0)
        fill_row(row);
}

inline void Engine::extend(Row& row, int used) {
    if (row.used >= used)
        return;
    Cell* cells = grid().cells(row);
    std::memset(static_cast<void*>(cells + row.used), 0, at(used - row.used) * sizeof(Cell));
    row.used = used;
}

// A wide character that has one half on each side of the column's left edge becomes two blanks.
inline void Engine::split_wide(Row& row, int column, bool spare_protected) {
    if (column <= 0 || column >= row.used)
        return;
    Cell* cells = grid().cells(row);
    if (cells[column].width() != Width::tail || (spare_protected && cells[column].is_protected()))
        return;
    cells[column - 1] = detail::blank(cells[column - 1]);
    cells[column] = detail::blank(cells[column]);
}

inline Cell* Engine::open(Row& row, int from, int count) {
    Cell* cells = grid().cells(row);
    const int end = from + count;
    if (row.used < end) {
        if (row.used < from) {
            extend(row, from);
        } else if (!row.ascii) {
            split_wide(row, from);
        }
        row.used = end;
    } else if (!row.ascii) {
        split_wide(row, from);
        split_wide(row, end);
    }
    if (end == size.columns)
        row.wrapped = false;
    touch(row);
    return cells + from;
}

inline void Engine::carriage_return() {
    cursor.pending_wrap = false;
    cursor.column = cursor.column >= margins.left || modes.origin ? margins.left : 0;
}

inline void Engine::index() {
    cursor.pending_wrap = false;
    if (cursor.row == margins.bottom) {
        if (cursor.column >= margins.left && cursor.column <= margins.right)
            scroll_line();
    } else if (cursor.row < size.bottom()) {
        ++cursor.row;
    }
    if (cursor.column > line_right(cursor.row))
        cursor.column = line_right(cursor.row);
}

inline void Engine::line_feed() {
    index();
    if (modes.newline)
        carriage_return();
}

} // namespace berth::vt
