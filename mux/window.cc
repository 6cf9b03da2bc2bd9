#include "window.h"

#include "borders.h"
#include "scrollbars.h"

#include <algorithm>
#include <array>

namespace berth::mux {
namespace {

layout::Size layout_size(vt::Size size) {
    return {static_cast<unsigned>(size.columns), static_cast<unsigned>(size.rows)};
}

// {top-left} and the like: which corner or edge, by coordinates in halves of the window.
struct Spot {
    std::string_view name;
    std::string_view alias;
    int x = 0; // 0 left, 1 any, 2 right
    int y = 0;
};
constexpr std::array kSpots = {
    Spot{"{top}", "", 1, 0},         Spot{"{bottom}", "", 1, 2},
    Spot{"{left}", "", 0, 1},        Spot{"{right}", "", 2, 1},
    Spot{"{top-left}", "", 0, 0},    Spot{"{top-right}", "", 2, 0},
    Spot{"{bottom-left}", "", 0, 2}, Spot{"{bottom-right}", "", 2, 2},
};

struct Side {
    std::string_view name;
    layout::Direction direction;
};
constexpr std::array kSides = {
    Side{"{up-of}", layout::Direction::Up}, Side{"{down-of}", layout::Direction::Down},
    Side{"{left-of}", layout::Direction::Left}, Side{"{right-of}", layout::Direction::Right}};

} // namespace

Pane* Window::only() const {
    return zoomed || panes.size() == 1 ? active : nullptr;
}

std::vector<layout::PaneId> Window::order() const {
    std::vector<layout::PaneId> ids;
    for (const auto& pane : panes)
        ids.push_back(pane->id);
    return ids;
}

Pane* Window::find(PaneId pane_id) const {
    const auto found = std::ranges::find(panes, pane_id, [](const auto& pane) { return pane->id; });
    return found == panes.end() ? nullptr : found->get();
}

std::string Window::layout_text() const {
    return layout ? layout->text() : "";
}

void Window::restore_layout(std::string_view text) {
    if (auto parsed = layout::Layout::parse(text);
        parsed && parsed->count() == panes.size() &&
        parsed->assign(order()) == layout::Assigned::Done) {
        layout = std::move(parsed);
        layout->resize_window(layout_size(size));
        return;
    }
    layout.emplace(panes.front()->id, layout_size(size));
    for (std::size_t i = 1; i < panes.size(); ++i)
        if (!layout->split({.target = panes[i - 1]->id, .pane = panes[i]->id}))
            layout->resize_window({std::max(1U, layout->size().width), layout->size().height * 2});
    if (layout->count() != panes.size())
        layout->apply(layout::Named::Tiled, order());
}

void Window::resize_layout() {
    if (layout)
        layout->resize_window(layout_size(size));
}

void Window::take_layout_size() {
    size = vt::clamped(
        {static_cast<int>(layout->size().height), static_cast<int>(layout->size().width)});
}

void Window::remove_from_layout(const Pane& pane) {
    if (layout)
        layout->remove(pane.id);
}

void Window::apply_layout() {
    if (layout)
        layout->set_status(border_status(*this));
    for (const auto& pane : panes) {
        auto box = layout ? layout->box(pane->id) : std::nullopt;
        if (zoomed && pane.get() == active)
            box = whole_box(*this);
        if (!box)
            continue;
        *box = beside_scrollbar(*this, *pane, *box);
        pane->resize({static_cast<int>(std::max(1U, box->height)),
                      static_cast<int>(std::max(1U, box->width))},
                     0, 0);
    }
}

void Window::activate(Pane& pane) {
    if (active == &pane)
        return;
    last = active;
    active = &pane;
}

layout::Box Window::box(const Pane& pane) const {
    if (const Pane* alone = only(); alone != nullptr)
        return alone == &pane ? beside_scrollbar(*this, pane, whole_box(*this)) : layout::Box{};
    return unzoomed_box(pane);
}

layout::Box Window::unzoomed_box(const Pane& pane) const {
    return layout ? beside_scrollbar(*this, pane, layout->box(pane.id).value_or(layout::Box{}))
                  : layout::Box{};
}

int Window::index_of(const Pane& pane) const {
    const auto found = std::ranges::find(panes, &pane, &std::unique_ptr<Pane>::get);
    return static_cast<int>(found - panes.begin());
}

Pane* Window::neighbour(layout::Direction direction) const {
    if (!layout || active == nullptr)
        return nullptr;
    const auto ids = layout->neighbours(active->id, direction, order());
    Pane* best = nullptr;
    for (const layout::PaneId pane_id : ids)
        if (Pane* pane = find(pane_id);
            pane != nullptr && (best == nullptr || pane->active_at > best->active_at))
            best = pane;
    return best;
}

std::optional<Pane*> Window::pane_at(std::string_view token) const {
    for (const Side& side : kSides)
        if (token == side.name)
            return neighbour(side.direction);
    const auto spot = std::ranges::find(kSpots, token, &Spot::name);
    if (spot == kSpots.end() || !layout)
        return std::nullopt;
    const unsigned x = spot->x == 0   ? 0
                       : spot->x == 1 ? layout->size().width / 2
                                      : layout->size().width - 1;
    const unsigned y = spot->y == 0   ? 0
                       : spot->y == 1 ? layout->size().height / 2
                                      : layout->size().height - 1;
    for (const auto& pane : panes)
        if (const auto box = layout->box(pane->id); box && x >= box->x &&
                                                    x <= box->x + box->width && y >= box->y &&
                                                    y <= box->y + box->height)
            return pane.get();
    return nullptr;
}

} // namespace berth::mux
