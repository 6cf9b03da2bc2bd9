// The seven named layouts, as trees of cells.
#include "layout/layout.h"

#include <algorithm>
#include <array>

namespace berth::layout {
namespace {

struct NameRow {
    std::string_view name;
    Named layout;
};

// In the order of next-layout.
constexpr auto kNames = std::to_array<NameRow>({
    {"even-horizontal", Named::EvenHorizontal},
    {"even-vertical", Named::EvenVertical},
    {"main-horizontal", Named::MainHorizontal},
    {"main-horizontal-mirrored", Named::MainHorizontalMirrored},
    {"main-vertical", Named::MainVertical},
    {"main-vertical-mirrored", Named::MainVerticalMirrored},
    {"tiled", Named::Tiled},
});

std::size_t row_of(Named layout) {
    return static_cast<std::size_t>(std::ranges::find(kNames, layout, &NameRow::layout) -
                                    kNames.begin());
}

unsigned extent(Extent wanted, unsigned room) {
    const std::uint64_t value =
        wanted.percent ? std::uint64_t{room} * wanted.value / 100 : wanted.value;
    return static_cast<unsigned>(std::min<std::uint64_t>(value, 0xffff));
}

// What `count` panes need at least along an axis.
unsigned least(std::size_t count) {
    return static_cast<unsigned>(count) * (kMinimum + 1) - 1;
}

Size size_along(Axis axis, unsigned along, unsigned beside) {
    return axis == Axis::Horizontal ? Size{along, beside} : Size{beside, along};
}

// Panes one after the other, as equal as they can be.
std::unique_ptr<Cell> row(Axis axis, std::span<const PaneId> order, Size size,
                          BorderStatus status) {
    auto node = make_node(axis, size.width, size.height);
    for (const PaneId pane : order) {
        Cell& leaf = append(*node, make_leaf(pane, size.width, size.height));
        leaf.set_size(axis, kMinimum);
    }
    spread_children(*node, status);
    return node;
}

std::unique_ptr<Cell> even(Axis axis, std::span<const PaneId> order, Size window,
                           BorderStatus status) {
    const unsigned room = axis == Axis::Horizontal ? window.width : window.height;
    const unsigned beside = axis == Axis::Horizontal ? window.height : window.width;
    return row(axis, order, size_along(axis, std::max(room, least(order.size())), beside), status);
}

struct MainSizes {
    unsigned main;
    unsigned other;
};

// The main pane has its option's size as long as one cell is left for the others; other-pane-width
// and -height may only make it larger.
MainSizes main_sizes(unsigned room, Extent main_option, Extent other_option) {
    unsigned main = extent(main_option, room);
    if (main + kMinimum >= room) {
        main = room <= kMinimum * 2 ? kMinimum : room - kMinimum;
        return {main, kMinimum};
    }
    const unsigned other = extent(other_option, room);
    if (other == 0 || other > room || room - other < main)
        return {main, room - main};
    return {room - other, other};
}

enum class MainPlace : std::uint8_t { First, Last };

// `axis` is that on which the main pane and the others stand.
std::unique_ptr<Cell> main_cells(Axis axis, MainPlace place, std::span<const PaneId> order,
                                 Size window, const NamedOptions& options, BorderStatus status) {
    const bool wide = axis == Axis::Horizontal;
    const unsigned room = std::max(wide ? window.width : window.height, 1U) - 1;
    const MainSizes sizes = main_sizes(room, wide ? options.main_width : options.main_height,
                                       wide ? options.other_width : options.other_height);
    const auto others = order.subspan(1);
    const unsigned beside = std::max(wide ? window.height : window.width, least(others.size()));
    const Size whole = size_along(axis, sizes.main + sizes.other + 1, beside);
    auto root = make_node(axis, whole.width, whole.height);
    const Size main = size_along(axis, sizes.main, beside);
    const Size other = size_along(axis, sizes.other, beside);
    auto leaf = make_leaf(order[0], main.width, main.height);
    if (place == MainPlace::First)
        append(*root, std::move(leaf));
    Cell* rest = nullptr;
    if (others.size() == 1)
        append(*root, make_leaf(others[0], other.width, other.height));
    else
        rest = &append(*root, row(across(axis), others, other, BorderStatus::Off));
    if (place == MainPlace::Last)
        append(*root, std::move(leaf));
    if (rest)
        spread_children(*rest, status);
    return root;
}

struct Grid {
    unsigned rows = 1;
    unsigned columns = 1;
};

Grid grid_for(std::size_t count, unsigned most_columns) {
    Grid grid;
    while (std::size_t{grid.rows} * grid.columns < count) {
        grid.rows++;
        if (std::size_t{grid.rows} * grid.columns < count &&
            (most_columns == 0 || grid.columns < most_columns))
            grid.columns++;
    }
    return grid;
}

unsigned share(unsigned room, unsigned count) {
    const unsigned borders = count - 1;
    return room > borders ? std::max((room - borders) / count, kMinimum) : kMinimum;
}

std::unique_ptr<Cell> tiled(std::span<const PaneId> order, Size window, unsigned most_columns,
                            BorderStatus status) {
    const Grid grid = grid_for(order.size(), most_columns);
    const unsigned width = share(window.width, grid.columns);
    const unsigned height = share(window.height, grid.rows);
    const Size whole{std::max((width + 1) * grid.columns - 1, window.width),
                     std::max((height + 1) * grid.rows - 1, window.height)};
    auto root = make_node(Axis::Vertical, whole.width, whole.height);
    while (!order.empty()) {
        const auto some = order.first(std::min<std::size_t>(grid.columns, order.size()));
        order = order.subspan(some.size());
        if (some.size() == 1) {
            append(*root, make_leaf(some[0], whole.width, height));
            continue;
        }
        Cell& line = append(*root, make_node(Axis::Horizontal, whole.width, height));
        for (const PaneId pane : some)
            append(line, make_leaf(pane, width, height));
        const auto used = static_cast<unsigned>(some.size()) * (width + 1) - 1;
        line.children.back()->width += whole.width - used;
    }
    const auto used = static_cast<unsigned>(root->children.size()) * (height + 1) - 1;
    if (whole.height > used)
        adjust(*root->children.back(), Axis::Vertical, static_cast<int>(whole.height - used),
               status);
    return root;
}

} // namespace

std::optional<Named> parse_named(std::string_view text) {
    std::optional<Named> found;
    for (const NameRow& name : kNames) {
        if (name.name == text)
            return name.layout;
        if (!text.empty() && name.name.starts_with(text)) {
            if (found)
                return std::nullopt;
            found = name.layout;
        }
    }
    return found;
}

std::string_view named_name(Named layout) {
    return kNames[row_of(layout)].name;
}

Named next_named(std::optional<Named> current) {
    return kNames[current ? (row_of(*current) + 1) % kNames.size() : 0].layout;
}

Named previous_named(std::optional<Named> current) {
    const std::size_t row = current ? row_of(*current) : 0;
    return kNames[(row + kNames.size() - 1) % kNames.size()].layout;
}

std::unique_ptr<Cell> named_cells(Named layout, std::span<const PaneId> order, Size window,
                                  const NamedOptions& options, BorderStatus status) {
    using enum Axis;
    switch (layout) {
    case Named::EvenHorizontal:
        return even(Horizontal, order, window, status);
    case Named::EvenVertical:
        return even(Vertical, order, window, status);
    case Named::MainHorizontal:
        return main_cells(Vertical, MainPlace::First, order, window, options, status);
    case Named::MainHorizontalMirrored:
        return main_cells(Vertical, MainPlace::Last, order, window, options, status);
    case Named::MainVertical:
        return main_cells(Horizontal, MainPlace::First, order, window, options, status);
    case Named::MainVerticalMirrored:
        return main_cells(Horizontal, MainPlace::Last, order, window, options, status);
    case Named::Tiled:
        break;
    }
    return tiled(order, window, options.tiled_columns, status);
}

} // namespace berth::layout
