// Changing cells in place: erasing, inserting, deleting, copying. Wide characters that are cut in
// half turn into blanks.
#include <cstring>

#include "vt/engine_inline.h"

namespace berth::vt {

namespace {

using detail::blank;

void fill(Cell* from, Cell* end, Cell with) {
    for (; from < end; ++from)
        *from = with;
}

} // namespace

void Engine::fill_row(Row& row) {
    Cell* cells = grid().cells(row);
    fill(cells, cells + size.columns, Cell(erase_bits()));
    row.used = size.columns;
    row.styled = true;
}

void Engine::erase(int row_index, int from, int to, bool spare_protected) {
    if (from >= to)
        return;
    Row& row = grid().row(row_index);
    const std::uint64_t bits = erase_bits();
    if (to >= size.columns)
        row.wrapped = false;
    if (bits == 0 && from >= row.used)
        return;
    split_wide(row, from, spare_protected);
    split_wide(row, to, spare_protected);
    Cell* cells = grid().cells(row);
    touch(row);
    if (spare_protected) {
        extend(row, to);
        for (int column = from; column < to; ++column) {
            if (!cells[column].is_protected())
                cells[column] = Cell(bits);
        }
    } else if (bits == 0 && to >= row.used) {
        row.used = from;
    } else {
        extend(row, to);
        fill(cells + from, cells + to, Cell(bits));
    }
}

void Engine::erase_rows(int from, int to, bool spare_protected) {
    for (int row = from; row < to; ++row) {
        if (spare_protected)
            erase(row, 0, size.columns, true);
        else
            clear_row(grid().row(row));
    }
}

void Engine::insert_cells(int row_index, int column, int right, int count) {
    Row& row = grid().row(row_index);
    const int width = right - column + 1;
    count = std::min(count, width);
    if (count <= 0)
        return;
    const std::uint64_t bits = erase_bits();
    if (right == size.right())
        row.wrapped = false;
    if (bits == 0 && column >= row.used)
        return;
    extend(row, right + 1);
    split_wide(row, column);
    split_wide(row, right + 1);
    Cell* cells = grid().cells(row);
    split_wide(row, right + 1 - count);
    std::memmove(static_cast<void*>(cells + column + count), cells + column,
                 at(width - count) * sizeof(Cell));
    fill(cells + column, cells + column + count, Cell(bits));
    touch(row);
}

void Engine::delete_cells(int row_index, int column, int right, int count) {
    Row& row = grid().row(row_index);
    const int width = right - column + 1;
    count = std::min(count, width);
    if (count <= 0)
        return;
    const std::uint64_t bits = erase_bits();
    if (right == size.right())
        row.wrapped = false;
    if (bits == 0 && column >= row.used)
        return;
    extend(row, right + 1);
    split_wide(row, column);
    split_wide(row, column + count);
    split_wide(row, right + 1);
    Cell* cells = grid().cells(row);
    std::memmove(static_cast<void*>(cells + column), cells + column + count,
                 at(width - count) * sizeof(Cell));
    fill(cells + right + 1 - count, cells + right + 1, Cell(bits));
    while (row.used > 0 && cells[row.used - 1] == Cell())
        --row.used;
    touch(row);
}

// Copies cells within the shown screen; the two stretches may overlap.
void Engine::copy_cells(int from_row, int from_column, int to_row, int to_column, int count) {
    Row& source = grid().row(from_row);
    extend(source, from_column + count);
    Row& target = grid().row(to_row);
    extend(target, to_column + count);
    const Cell* from = grid().cells(source) + from_column;
    const std::vector<Cell> copy(from, from + count);
    split_wide(target, to_column);
    split_wide(target, to_column + count);
    Cell* to = grid().cells(target) + to_column;
    std::copy(copy.begin(), copy.end(), to);
    if (to[0].width() == Width::tail) // its first half was left behind
        to[0] = blank(to[0]);
    if (to[count - 1].width() == Width::wide) // and here the second
        to[count - 1] = blank(to[count - 1]);
    target.ascii = target.ascii && source.ascii;
    if (to_column + count == size.columns)
        target.wrapped = false;
    touch(target);
}

} // namespace berth::vt
