// Moving the cursor and scrolling. Rows and columns count from 0 here.
#include "vt/engine_inline.h"

namespace berth::vt {

bool Engine::in_margins() const {
    return cursor.row >= margins.top && cursor.row <= margins.bottom &&
           cursor.column >= margins.left && cursor.column <= margins.right;
}

void Engine::full_margins() {
    margins = {0, size.bottom(), 0, size.right()};
}

void Engine::scroll_up(const Margins& area, int count, bool to_history) {
    const int height = area.bottom - area.top + 1;
    count = std::min(count, height);
    if (count <= 0)
        return;
    if (area.left != 0 || area.right != size.right()) {
        for (int row = area.top; row + count <= area.bottom; ++row)
            copy_cells(row + count, area.left, row, area.left, area.right - area.left + 1);
        for (int row = area.bottom - count + 1; row <= area.bottom; ++row)
            erase(row, area.left, area.right + 1, false);
        return;
    }
    if (to_history && area.top == 0 && shown == Screen::main) {
        for (int row = 0; row < count; ++row)
            history.push(grid().view(row, tables));
        scrolled += static_cast<std::uint64_t>(count);
    }
    if (area.top == 0 && area.bottom == size.bottom()) {
        for (int row = 0; row < count; ++row)
            grid().advance();
    } else {
        grid().rotate(area.top, area.bottom, count);
    }
    for (int row = area.bottom - count + 1; row <= area.bottom; ++row)
        clear_row(grid().row(row));
}

void Engine::scroll_down(const Margins& area, int count) {
    const int height = area.bottom - area.top + 1;
    count = std::min(count, height);
    if (count <= 0)
        return;
    if (area.left != 0 || area.right != size.right()) {
        for (int row = area.bottom; row - count >= area.top; --row)
            copy_cells(row - count, area.left, row, area.left, area.right - area.left + 1);
        for (int row = area.top; row < area.top + count; ++row)
            erase(row, area.left, area.right + 1, false);
        return;
    }
    grid().rotate(area.top, area.bottom, -count);
    for (int row = area.top; row < area.top + count; ++row)
        clear_row(grid().row(row));
}

void Engine::scroll_left(const Margins& area, int count) {
    for (int row = area.top; row <= area.bottom; ++row)
        delete_cells(row, area.left, area.right, count);
}

void Engine::scroll_right(const Margins& area, int count) {
    for (int row = area.top; row <= area.bottom; ++row)
        insert_cells(row, area.left, area.right, count);
}

void Engine::reverse_index() {
    cursor.pending_wrap = false;
    if (cursor.row == margins.top) {
        if (cursor.column >= margins.left && cursor.column <= margins.right)
            scroll_down(margins, 1);
    } else if (cursor.row > 0) {
        --cursor.row;
    }
    if (cursor.column > line_right(cursor.row))
        cursor.column = line_right(cursor.row);
}

void Engine::place(int row, int column) {
    cursor.pending_wrap = false;
    cursor.row = std::clamp(row, 0, size.bottom());
    cursor.column = std::clamp(column, 0, line_right(cursor.row));
}

void Engine::move_to(int row, int column) {
    if (!modes.origin) {
        place(row, column);
        return;
    }
    place(std::clamp(row + margins.top, margins.top, margins.bottom),
          std::clamp(column + margins.left, margins.left, margins.right));
}

} // namespace berth::vt
