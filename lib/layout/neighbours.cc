// Which panes lie beside a pane: the side of the box where they have to touch, and whether they
// overlap it there.
#include "layout/layout.h"

namespace berth::layout {
namespace {

// A box seen along an axis: where it begins and ends, and the same across.
struct Span {
    unsigned begin;
    unsigned size;
    unsigned across_begin;
    unsigned across_size;
};

Span span_of(const Box& box, Axis axis) {
    if (axis == Axis::Horizontal)
        return {box.x, box.width, box.y, box.height};
    return {box.y, box.height, box.x, box.width};
}

// As tmux has it: the border after the pane belongs to it.
bool overlaps(const Span& own, const Span& other) {
    const unsigned begin = own.across_begin;
    const unsigned end = own.across_begin + own.across_size;
    const unsigned other_end = other.across_begin + other.across_size - 1;
    return other.across_begin <= end && other_end >= begin;
}

} // namespace

std::vector<PaneId> Layout::neighbours(PaneId pane, Direction direction,
                                       std::span<const PaneId> order) const {
    const auto own_box = box(pane);
    if (!own_box)
        return {};
    const bool wide = direction == Direction::Left || direction == Direction::Right;
    const bool back = direction == Direction::Left || direction == Direction::Up;
    const Axis axis = wide ? Axis::Horizontal : Axis::Vertical;
    const Span own = span_of(*own_box, axis);
    // The first and the past-the-last cell that panes have along the axis.
    const unsigned first = !wide && status_ == BorderStatus::Top ? 1 : 0;
    const unsigned last = root_->size(axis) - (!wide && status_ == BorderStatus::Bottom ? 1U : 0U);
    unsigned edge = back ? own.begin : own.begin + own.size + 1;
    if (back && edge == first)
        edge = last + 1;
    else if (!back && edge > last)
        edge = first;
    std::vector<PaneId> found;
    for (const PaneId id : order) {
        const auto other_box = box(id);
        if (id == pane || !other_box)
            continue;
        const Span other = span_of(*other_box, axis);
        if ((back ? other.begin + other.size + 1 : other.begin) == edge && overlaps(own, other))
            found.push_back(id);
    }
    return found;
}

} // namespace berth::layout
