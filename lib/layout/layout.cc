#include "layout/layout.h"

#include <algorithm>
#include <cstdlib>

namespace berth::layout {
namespace {

std::unique_ptr<Cell> clone(const Cell& cell) {
    auto copy = make_leaf(cell.pane, cell.width, cell.height);
    copy->kind = cell.kind;
    copy->x = cell.x;
    copy->y = cell.y;
    for (const auto& child : cell.children)
        append(*copy, clone(*child));
    return copy;
}

// The cell, or the ancestor of it, that has siblings along an axis; nothing when none has.
Cell* with_siblings(Cell* cell, Axis axis) {
    while (cell && cell->parent && !cell->parent->along(axis))
        cell = cell->parent;
    return cell && cell->parent ? cell : nullptr;
}

bool roomy(const Cell& cell) {
    return cell.width >= kMinimum && cell.height >= kMinimum &&
           std::ranges::all_of(cell.children, [](const auto& child) { return roomy(*child); });
}

// The two parts of `room`, a border between them: `second` is clamped so that both have their
// minimum.
struct Parts {
    unsigned first;
    unsigned second;
};

Parts parts(unsigned room, const Split& request) {
    unsigned second = (room + 1) / 2 - 1;
    if (request.size && request.where == Where::Before) // tmux: too large is as small as can be
        second = room > *request.size ? room - *request.size - 1 : room;
    else if (request.size)
        second = *request.size;
    second = std::clamp(second, kMinimum, room - 2 * kMinimum);
    return {room - 1 - second, second};
}

} // namespace

Layout::Layout(PaneId pane, Size size)
    : root_(make_leaf(pane, size.width, size.height)), window_(size) {}

Layout::Layout(const Layout& other)
    : root_(clone(*other.root_)), window_(other.window_), status_(other.status_) {}

Layout& Layout::operator=(const Layout& other) {
    if (this != &other) {
        root_ = clone(*other.root_);
        window_ = other.window_;
        status_ = other.status_;
    }
    return *this;
}

std::optional<Box> Layout::box(PaneId pane) const {
    const Cell* cell = find(pane);
    if (!cell)
        return std::nullopt;
    Box box{cell->x, cell->y, cell->width, cell->height};
    if (has_status_row(*cell, status_) && box.height > kMinimum) {
        box.height--;
        box.y += status_ == BorderStatus::Top ? 1 : 0;
    }
    return box;
}

std::vector<PaneId> Layout::panes() const {
    std::vector<Cell*> leaves;
    collect_leaves(*root_, leaves);
    std::vector<PaneId> result;
    for (const Cell* leaf : leaves)
        result.push_back(leaf->pane);
    return result;
}

unsigned Layout::percent(const Split& request, unsigned percentage) const {
    const auto target = box(request.target);
    const bool wide = request.axis == Axis::Horizontal;
    unsigned room = root_->size(request.axis);
    if (!request.full)
        room = !target ? 0 : wide ? target->width : target->height;
    return static_cast<unsigned>(std::uint64_t{room} * percentage / 100);
}

bool Layout::split(const Split& request) {
    Cell* cell = request.full ? root_.get() : find_leaf(*root_, request.target);
    if (!cell)
        return false;
    const bool row = request.axis == Axis::Vertical && has_status_row(*cell, status_);
    const unsigned room = cell->size(request.axis);
    if (room < 2 * kMinimum + 1 + (row ? 1 : 0))
        return false;
    const auto [first, second] = parts(room, request);
    const unsigned kept = request.where == Where::Before ? second : first;
    if (request.full && !can_scale(*cell, request.axis, kept, status_))
        return false;
    std::unique_ptr<Cell> before = request.full ? clone(*root_) : nullptr;
    if (request.full && cell->along(request.axis))
        split_root(request, kept, room - 1 - kept);
    else
        split_beside(*cell, request, first, second);
    // Scaling is not checked across the axis: tmux makes panes of no rows, or that do not fit.
    if (request.full && (!roomy(*root_) || !consistent(*root_))) {
        root_ = std::move(before);
        return false;
    }
    place(*root_);
    return true;
}

// A full split along the root's own axis: one more child of the root, for which the others make
// room.
void Layout::split_root(const Split& request, unsigned kept, unsigned added) {
    const unsigned whole = root_->size(request.axis);
    root_->set_size(request.axis, kept);
    scale_children(*root_, status_);
    root_->set_size(request.axis, whole);
    auto leaf = make_leaf(request.pane, root_->width, root_->height);
    leaf->set_size(request.axis, added);
    const bool before = request.where == Where::Before;
    insert_beside(before ? *root_->children.front() : *root_->children.back(), std::move(leaf),
                  before);
}

// A sibling of the cell, under its parent when that stands along the axis, else under a new one in
// the cell's place.
void Layout::split_beside(Cell& cell, const Split& request, unsigned first, unsigned second) {
    const bool before = request.where == Where::Before;
    if (!cell.parent || !cell.parent->along(request.axis)) {
        auto node = make_node(request.axis, cell.width, cell.height);
        node->x = cell.x;
        node->y = cell.y;
        Cell& parent = *node;
        append(parent, replace(root_, cell, std::move(node)));
    }
    auto leaf = make_leaf(request.pane, cell.width, cell.height);
    leaf->set_size(request.axis, before ? first : second);
    cell.set_size(request.axis, before ? second : first);
    insert_beside(cell, std::move(leaf), before);
    if (request.full)
        scale_children(cell, status_);
}

bool Layout::remove(PaneId pane) {
    Cell* cell = find_leaf(*root_, pane);
    if (!cell || !cell->parent)
        return false;
    remove_cell(*cell);
    place(*root_);
    return true;
}

// The room goes to the sibling before, or after for the first one. A parent of one child gives way
// to it.
void Layout::remove_cell(Cell& cell) {
    Cell& parent = *cell.parent;
    const Axis axis = parent.kind == Kind::LeftRight ? Axis::Horizontal : Axis::Vertical;
    Cell* heir = previous(cell) ? previous(cell) : next(cell);
    if (heir)
        adjust(*heir, axis, static_cast<int>(cell.size(axis)) + 1, status_);
    parent.children.erase(parent.children.begin() + static_cast<std::ptrdiff_t>(index_of(cell)));
    if (parent.children.size() != 1)
        return;
    auto only = std::move(parent.children.front());
    parent.children.clear();
    only->x = parent.x;
    only->y = parent.y;
    replace(root_, parent, std::move(only));
}

// Makes the cell larger at the cost of the nearest one after it that has some to spare, else before
// it.
unsigned Layout::grow(Cell& cell, Axis axis, unsigned needed) {
    Cell* giver = next(cell);
    while (giver && spare(*giver, axis, status_) == 0)
        giver = next(*giver);
    if (!giver) {
        giver = previous(cell);
        while (giver && spare(*giver, axis, status_) == 0)
            giver = previous(*giver);
    }
    if (!giver)
        return 0;
    const unsigned size = std::min(needed, spare(*giver, axis, status_));
    adjust(cell, axis, static_cast<int>(size), status_);
    adjust(*giver, axis, -static_cast<int>(size), status_);
    return size;
}

// Makes the cell, or the nearest one before it that has some to spare, smaller; the next one gets
// it.
unsigned Layout::shrink(Cell& cell, Axis axis, unsigned needed) {
    Cell* taker = next(cell);
    Cell* giver = &cell;
    while (giver && spare(*giver, axis, status_) == 0)
        giver = previous(*giver);
    if (!giver || !taker)
        return 0;
    const unsigned size = std::min(needed, spare(*giver, axis, status_));
    adjust(*taker, axis, static_cast<int>(size), status_);
    adjust(*giver, axis, -static_cast<int>(size), status_);
    return size;
}

void Layout::move_edge(Cell& cell, Axis axis, int change) {
    auto needed = static_cast<unsigned>(std::abs(change));
    while (needed != 0) {
        const unsigned size = change > 0 ? grow(cell, axis, needed) : shrink(cell, axis, needed);
        if (size == 0)
            break;
        needed -= size;
    }
    place(*root_);
}

void Layout::move_border(PaneId pane, Axis axis, int change) {
    Cell* cell = with_siblings(find_leaf(*root_, pane), axis);
    if (!cell)
        return;
    move_edge(next(*cell) ? *cell : *previous(*cell), axis, change);
}

void Layout::resize(PaneId pane, Direction direction, unsigned amount) {
    const bool wide = direction == Direction::Left || direction == Direction::Right;
    const bool back = direction == Direction::Left || direction == Direction::Up;
    const int change = static_cast<int>(std::min(amount, 0xffffU));
    move_border(pane, wide ? Axis::Horizontal : Axis::Vertical, back ? -change : change);
}

void Layout::resize_to(PaneId pane, Axis axis, unsigned size) {
    Cell* cell = with_siblings(find_leaf(*root_, pane), axis);
    if (!cell)
        return;
    const int change =
        static_cast<int>(std::min(size, 0xffffU)) - static_cast<int>(cell->size(axis));
    if (next(*cell))
        move_edge(*cell, axis, change);
    else
        move_edge(*previous(*cell), axis, -change);
}

void Layout::resize_window(Size size) {
    window_ = size;
    for (const Axis axis : {Axis::Horizontal, Axis::Vertical}) {
        const unsigned wanted = axis == Axis::Horizontal ? size.width : size.height;
        const int change = static_cast<int>(wanted) - static_cast<int>(root_->size(axis));
        const int least = -static_cast<int>(spare(*root_, axis, status_));
        if (const int some = std::max(change, least); some != 0)
            adjust(*root_, axis, some, status_);
    }
    place(*root_);
}

// The nearest ancestor whose children are not equal yet.
void Layout::spread(PaneId pane) {
    const Cell* cell = find(pane);
    for (Cell* parent = cell ? cell->parent : nullptr; parent; parent = parent->parent)
        if (spread_children(*parent, status_))
            break;
    place(*root_);
}

void Layout::apply(Named layout, std::span<const PaneId> order, const NamedOptions& options) {
    if (order.size() < 2)
        return;
    root_ = named_cells(layout, order, size(), options, status_);
    resize_window(window_);
}

// The root's size is what its children make of it: very old layouts had it wrong.
void Layout::measure() {
    if (root_->leaf())
        return;
    const Axis axis = root_->kind == Kind::LeftRight ? Axis::Horizontal : Axis::Vertical;
    unsigned total = 0;
    for (const auto& child : root_->children)
        total += child->size(axis) + 1;
    root_->set_size(axis, total - 1);
    root_->set_size(across(axis), root_->children.front()->size(across(axis)));
}

Assigned Layout::assign(std::span<const PaneId> order) {
    std::vector<Cell*> leaves;
    collect_leaves(*root_, leaves);
    if (order.empty() || leaves.size() < order.size())
        return Assigned::TooFew;
    for (; leaves.size() > order.size(); leaves.pop_back())
        remove_cell(*leaves.back());
    measure();
    if (!consistent(*root_))
        return Assigned::Mismatch;
    for (std::size_t i = 0; i < order.size(); i++)
        leaves[i]->pane = order[i];
    place(*root_);
    window_ = size();
    return Assigned::Done;
}

void Layout::swap(PaneId a, PaneId b) {
    Cell* first = find_leaf(*root_, a);
    Cell* second = find_leaf(*root_, b);
    if (first)
        first->pane = b;
    if (second)
        second->pane = a;
}

void Layout::rename(std::span<const PaneId> from, std::span<const PaneId> to) {
    std::vector<Cell*> leaves;
    collect_leaves(*root_, leaves);
    for (Cell* leaf : leaves) {
        const auto at = std::ranges::find(from, leaf->pane) - from.begin();
        if (static_cast<std::size_t>(at) < std::min(from.size(), to.size()))
            leaf->pane = to[static_cast<std::size_t>(at)];
    }
}

} // namespace berth::layout
