// The tree of a window's layout: a leaf is a pane, an inner cell stands its children side by side
// or one above the other with one border between them. Used by berth-mux through Layout; what is
// here are the tree and the arithmetic of sizes, which give the same cells as tmux for the same
// commands.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace berth::layout {

using PaneId = std::uint32_t;

inline constexpr unsigned kMinimum = 1; // rows and columns of a pane

struct Size {
    unsigned width = 0;
    unsigned height = 0;
    bool operator==(const Size&) const = default;
};

enum class Axis : std::uint8_t { Horizontal, Vertical };

enum class Kind : std::uint8_t { Leaf, LeftRight, TopBottom };

enum class BorderStatus : std::uint8_t { Off, Top, Bottom }; // the option pane-border-status

struct Cell {
    Kind kind = Kind::Leaf;
    unsigned x = 0;
    unsigned y = 0;
    unsigned width = 0;
    unsigned height = 0;
    PaneId pane = 0; // of a leaf
    Cell* parent = nullptr;
    std::vector<std::unique_ptr<Cell>> children;

    [[nodiscard]] bool leaf() const { return kind == Kind::Leaf; }
    [[nodiscard]] bool along(Axis axis) const {
        return kind == (axis == Axis::Horizontal ? Kind::LeftRight : Kind::TopBottom);
    }
    [[nodiscard]] unsigned size(Axis axis) const {
        return axis == Axis::Horizontal ? width : height;
    }
    void set_size(Axis axis, unsigned value) {
        (axis == Axis::Horizontal ? width : height) = value;
    }
};

[[nodiscard]] constexpr Kind kind_of(Axis axis) {
    return axis == Axis::Horizontal ? Kind::LeftRight : Kind::TopBottom;
}

[[nodiscard]] constexpr Axis across(Axis axis) {
    return axis == Axis::Horizontal ? Axis::Vertical : Axis::Horizontal;
}

[[nodiscard]] std::unique_ptr<Cell> make_leaf(PaneId pane, unsigned width, unsigned height);
[[nodiscard]] std::unique_ptr<Cell> make_node(Axis axis, unsigned width, unsigned height);

// The last child; takes ownership.
Cell& append(Cell& parent, std::unique_ptr<Cell> child);
// At the position of `before` among its parent's children, or after it.
Cell& insert_beside(const Cell& neighbour, std::unique_ptr<Cell> child, bool before);
// Puts `with` where `cell` is; hands `cell` back.
std::unique_ptr<Cell> replace(std::unique_ptr<Cell>& root, Cell& cell, std::unique_ptr<Cell> with);

[[nodiscard]] std::size_t index_of(const Cell& cell); // among its parent's children
[[nodiscard]] Cell* previous(const Cell& cell);       // sibling, or nothing
[[nodiscard]] Cell* next(const Cell& cell);
[[nodiscard]] Cell* find_leaf(Cell& cell, PaneId pane);
[[nodiscard]] std::size_t count_leaves(const Cell& cell);
// The leaves from left to right, top to bottom.
void collect_leaves(Cell& cell, std::vector<Cell*>& leaves);

// Whether a cell touches the window's edge on which pane-border-status puts its first line.
[[nodiscard]] bool has_status_row(const Cell& cell, BorderStatus status);

// How much the cell can give up along an axis.
[[nodiscard]] unsigned spare(const Cell& cell, Axis axis, BorderStatus status);
// Grows or shrinks a cell; its children share it one cell after the other.
void adjust(Cell& cell, Axis axis, int change, BorderStatus status);
// Gives the children of a cell, whose size has changed, sizes in proportion to what they had.
void scale_children(Cell& cell, BorderStatus status);
// Whether scale_children() would leave every pane its minimum at this size.
[[nodiscard]] bool can_scale(const Cell& cell, Axis axis, unsigned size, BorderStatus status);
// Makes the children of a cell as equal as they can be; false when they were, or cannot be.
bool spread_children(Cell& cell, BorderStatus status);
// Sets x and y of every cell from the sizes.
void place(Cell& root);
// Whether children fill their parents exactly, all over the tree.
[[nodiscard]] bool consistent(const Cell& cell);

} // namespace berth::layout
