// Moving borders with the mouse.
#include "layout/layout.h"

#include <algorithm>
#include <array>

namespace berth::layout {
namespace {

bool inside(const Cell& cell, unsigned x, unsigned y) {
    return x >= cell.x && x < cell.x + cell.width && y >= cell.y && y < cell.y + cell.height;
}

// The cell that ends at the border which is at this place; nullptr: it is no border.
Cell* ends_at(Cell& cell, unsigned x, unsigned y) {
    Cell* before = nullptr;
    for (const auto& child : cell.children) {
        if (inside(*child, x, y))
            return ends_at(*child, x, y);
        const bool between =
            before != nullptr &&
            (cell.kind == Kind::LeftRight ? x < child->x && x >= before->x + before->width
                                          : y < child->y && y >= before->y + before->height);
        if (between)
            return before;
        before = child.get();
    }
    return nullptr;
}

} // namespace

bool Layout::drag(unsigned x, unsigned y, int right, int down) {
    struct Step {
        int x;
        int y;
    };
    constexpr std::array kAround = {Step{0, 0}, Step{0, 1}, Step{1, 0}, Step{0, -1}, Step{-1, 0}};
    std::vector<Cell*> found;
    for (const Step step : kAround) {
        Cell* cell =
            ends_at(*root_, x + static_cast<unsigned>(step.x), y + static_cast<unsigned>(step.y));
        if (cell != nullptr && std::ranges::find(found, cell) == found.end())
            found.push_back(cell);
    }
    for (Cell* cell : found) {
        if (down != 0 && cell->parent->kind == Kind::TopBottom)
            move_edge(*cell, Axis::Vertical, down);
        else if (right != 0 && cell->parent->kind == Kind::LeftRight)
            move_edge(*cell, Axis::Horizontal, right);
    }
    return !found.empty();
}

} // namespace berth::layout
