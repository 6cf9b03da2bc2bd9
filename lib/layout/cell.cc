#include "layout/cell.h"

#include <algorithm>
#include <utility>

namespace berth::layout {
namespace {

unsigned children_extent(const Cell& cell, Axis axis) {
    unsigned total = 0;
    for (const auto& child : cell.children)
        total += child->size(axis) + 1;
    return total == 0 ? 0 : total - 1;
}

// The share of one child when a parent of `before` becomes `after`, with `left` children (this one
// included) to be put into `room`: in proportion, but what the ones after it need at least, or what
// this one cannot give up, stays free.
unsigned scaled(const Cell& child, Axis axis, unsigned before, unsigned after, unsigned left,
                unsigned room, BorderStatus status) {
    if (left == 1)
        return room;
    const unsigned fixed = child.size(axis) - spare(child, axis, status);
    const unsigned reserved = std::max((kMinimum + 1) * (left - 1), fixed);
    const unsigned share = before == 0 ? 0 : child.size(axis) * after / before;
    const unsigned most = room > reserved ? room - reserved : 0;
    return std::max(std::min(share, most), kMinimum);
}

} // namespace

std::unique_ptr<Cell> make_leaf(PaneId pane, unsigned width, unsigned height) {
    auto cell = std::make_unique<Cell>();
    cell->pane = pane;
    cell->width = width;
    cell->height = height;
    return cell;
}

std::unique_ptr<Cell> make_node(Axis axis, unsigned width, unsigned height) {
    auto cell = make_leaf(0, width, height);
    cell->kind = kind_of(axis);
    return cell;
}

Cell& append(Cell& parent, std::unique_ptr<Cell> child) {
    child->parent = &parent;
    return *parent.children.emplace_back(std::move(child));
}

Cell& insert_beside(const Cell& neighbour, std::unique_ptr<Cell> child, bool before) {
    Cell& parent = *neighbour.parent;
    child->parent = &parent;
    const auto at = parent.children.begin() +
                    static_cast<std::ptrdiff_t>(index_of(neighbour) + (before ? 0U : 1U));
    return **parent.children.insert(at, std::move(child));
}

std::unique_ptr<Cell> replace(std::unique_ptr<Cell>& root, Cell& cell, std::unique_ptr<Cell> with) {
    with->parent = cell.parent;
    auto& slot = cell.parent ? cell.parent->children[index_of(cell)] : root;
    std::unique_ptr<Cell> old = std::exchange(slot, std::move(with));
    old->parent = nullptr;
    return old;
}

std::size_t index_of(const Cell& cell) {
    const auto& siblings = cell.parent->children;
    const auto found = std::ranges::find(siblings, &cell, &std::unique_ptr<Cell>::get);
    return static_cast<std::size_t>(found - siblings.begin());
}

Cell* previous(const Cell& cell) {
    const std::size_t index = index_of(cell);
    return index == 0 ? nullptr : cell.parent->children[index - 1].get();
}

Cell* next(const Cell& cell) {
    const std::size_t index = index_of(cell) + 1;
    return index == cell.parent->children.size() ? nullptr : cell.parent->children[index].get();
}

Cell* find_leaf(Cell& cell, PaneId pane) {
    if (cell.leaf())
        return cell.pane == pane ? &cell : nullptr;
    for (const auto& child : cell.children)
        if (Cell* found = find_leaf(*child, pane))
            return found;
    return nullptr;
}

std::size_t count_leaves(const Cell& cell) {
    std::size_t count = cell.leaf() ? 1 : 0;
    for (const auto& child : cell.children)
        count += count_leaves(*child);
    return count;
}

void collect_leaves(Cell& cell, std::vector<Cell*>& leaves) {
    if (cell.leaf())
        leaves.push_back(&cell);
    for (const auto& child : cell.children)
        collect_leaves(*child, leaves);
}

bool has_status_row(const Cell& cell, BorderStatus status) {
    if (status == BorderStatus::Off)
        return false;
    for (const Cell* at = &cell; at->parent; at = at->parent) {
        if (at->parent->kind != Kind::TopBottom)
            continue;
        const auto& siblings = at->parent->children;
        if (at != (status == BorderStatus::Top ? siblings.front() : siblings.back()).get())
            return false;
    }
    return true;
}

unsigned spare(const Cell& cell, Axis axis, BorderStatus status) {
    if (cell.leaf()) {
        const bool row = axis == Axis::Vertical && has_status_row(cell, status);
        const unsigned least = kMinimum + (row ? 1 : 0);
        return cell.size(axis) > least ? cell.size(axis) - least : 0;
    }
    unsigned sum = 0;
    unsigned least = ~0U;
    for (const auto& child : cell.children) {
        const unsigned some = spare(*child, axis, status);
        sum += some;
        least = std::min(least, some);
    }
    return cell.along(axis) ? sum : least;
}

void adjust(Cell& cell, Axis axis, int change, BorderStatus status) {
    cell.set_size(axis, cell.size(axis) + static_cast<unsigned>(change));
    if (!cell.along(axis)) {
        for (const auto& child : cell.children)
            adjust(*child, axis, change, status);
        return;
    }
    const int step = change > 0 ? 1 : -1;
    for (bool progress = true; change != 0 && progress;) {
        progress = false;
        for (const auto& child : cell.children) {
            if (change == 0)
                break;
            if (step < 0 && spare(*child, axis, status) == 0)
                continue;
            adjust(*child, axis, step, status);
            change -= step;
            progress = true;
        }
    }
}

void scale_children(Cell& cell, BorderStatus status) {
    if (cell.leaf())
        return;
    const Axis axis = cell.kind == Kind::LeftRight ? Axis::Horizontal : Axis::Vertical;
    const unsigned before = children_extent(cell, axis);
    unsigned room = cell.size(axis);
    auto left = static_cast<unsigned>(cell.children.size());
    for (const auto& child : cell.children) {
        const unsigned share = scaled(*child, axis, before, cell.size(axis), left--, room, status);
        child->set_size(axis, share);
        child->set_size(across(axis), cell.size(across(axis)));
        room = room > share + 1 ? room - share - 1 : 0;
        scale_children(*child, status);
    }
}

bool can_scale(const Cell& cell, Axis axis, unsigned size, BorderStatus status) {
    if (cell.leaf())
        return size >= kMinimum;
    if (!cell.along(axis))
        return std::ranges::all_of(cell.children, [&](const auto& child) {
            return can_scale(*child, axis, size, status);
        });
    auto left = static_cast<unsigned>(cell.children.size());
    if (size < left * 2 - 1)
        return false;
    unsigned room = size;
    for (const auto& child : cell.children) {
        const unsigned share = scaled(*child, axis, cell.size(axis), size, left, room, status);
        if (left == 1 ? share > room : share + 1 > room)
            return false;
        if (!can_scale(*child, axis, share, status))
            return false;
        room -= left == 1 ? share : share + 1;
        left--;
    }
    return true;
}

bool spread_children(Cell& cell, BorderStatus status) {
    const Axis axis = cell.kind == Kind::LeftRight ? Axis::Horizontal : Axis::Vertical;
    const auto count = static_cast<unsigned>(cell.children.size());
    if (count <= 1)
        return false;
    const unsigned row = axis == Axis::Vertical && has_status_row(cell, status) ? 1 : 0;
    if (cell.size(axis) < row + count - 1)
        return false;
    const unsigned room = cell.size(axis) - row;
    const unsigned each = (room - (count - 1)) / count;
    if (each == 0)
        return false;
    std::vector<int> changes;
    for (unsigned i = 0; i < count; i++) {
        const Cell& child = *cell.children[i];
        unsigned size = i + 1 == count ? room - (each + 1) * (count - 1) : each;
        if (row == 1 && has_status_row(child, status))
            size++;
        const int change = static_cast<int>(size) - static_cast<int>(child.size(axis));
        if (change < -static_cast<int>(spare(child, axis, status)))
            return false;
        changes.push_back(change);
    }
    for (unsigned i = 0; i < count; i++)
        if (changes[i] != 0)
            adjust(*cell.children[i], axis, changes[i], status);
    return std::ranges::any_of(changes, [](int change) { return change != 0; });
}

void place(Cell& root) {
    unsigned x = root.x;
    unsigned y = root.y;
    for (const auto& child : root.children) {
        child->x = x;
        child->y = y;
        if (root.kind == Kind::LeftRight)
            x += child->width + 1;
        else
            y += child->height + 1;
        place(*child);
    }
}

bool consistent(const Cell& cell) {
    if (cell.leaf())
        return true;
    const Axis axis = cell.kind == Kind::LeftRight ? Axis::Horizontal : Axis::Vertical;
    return children_extent(cell, axis) == cell.size(axis) &&
           std::ranges::all_of(cell.children, [&](const auto& child) {
               return child->size(across(axis)) == cell.size(across(axis)) && consistent(*child);
           });
}

} // namespace berth::layout
