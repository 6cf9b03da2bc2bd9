// The layout of one window: which pane has which cells. berth-mux has one for each window;
// split-window, join-pane, kill-pane, resize-pane, select-layout, swap-pane and rotate-window end
// here, as does every change of a window's size. Nothing but numbers: panes are ids, zoom is the
// caller's (single() is the layout that a zoomed window shows).
#pragma once

#include "layout/cell.h"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace berth::layout {

enum class Direction : std::uint8_t { Up, Down, Left, Right };

enum class Named : std::uint8_t {
    EvenHorizontal,
    EvenVertical,
    MainHorizontal,
    MainHorizontalMirrored,
    MainVertical,
    MainVerticalMirrored,
    Tiled,
};

// "even-horizontal" and so on, or an unambiguous begin of one.
[[nodiscard]] std::optional<Named> parse_named(std::string_view text);
[[nodiscard]] std::string_view named_name(Named layout);
// The layout that next-layout and previous-layout set after this one (none: no layout was set yet).
[[nodiscard]] Named next_named(std::optional<Named> current);
[[nodiscard]] Named previous_named(std::optional<Named> current);

// A size of the options main-pane-width and so on: cells, or percent of the window.
struct Extent {
    unsigned value = 0;
    bool percent = false;
};

struct NamedOptions {
    Extent main_width{80, false};
    Extent main_height{24, false};
    Extent other_width{0, false};
    Extent other_height{0, false};
    unsigned tiled_columns = 0; // tiled-layout-max-columns, 0: no limit
};

enum class Where : std::uint8_t { After, Before };

struct Split {
    PaneId target = 0;
    PaneId pane = 0; // the new one
    Axis axis = Axis::Vertical;
    Where where = Where::After;
    bool full = false;                 // -f: beside the whole window instead of the target
    std::optional<unsigned> size = {}; // cells of the new pane; half when not given
};

// Where a pane is drawn: its cell, less the row that pane-border-status takes of it unless it is
// the only one.
struct Box {
    unsigned x = 0;
    unsigned y = 0;
    unsigned width = 0;
    unsigned height = 0;
    bool operator==(const Box&) const = default;
};

enum class Assigned : std::uint8_t {
    Done,
    TooFew,   // tmux: "have 3 panes but need 2"
    Mismatch, // the cells do not fill each other: "size mismatch after applying layout"
};

class Layout {
  public:
    Layout(PaneId pane, Size size);
    Layout(const Layout& other);
    Layout& operator=(const Layout& other);
    Layout(Layout&&) = default;
    Layout& operator=(Layout&&) = default;
    ~Layout() = default;

    // A layout string of window_layout: "b25f,80x24,0,0,2". Nothing when it is not one (tmux:
    // "invalid layout").
    [[nodiscard]] static std::optional<Layout> parse(std::string_view text);
    [[nodiscard]] std::string text() const;
    // What window_visible_layout is while a pane is zoomed.
    [[nodiscard]] static Layout single(PaneId pane, Size size) { return {pane, size}; }

    void set_status(BorderStatus status) { status_ = status; }
    [[nodiscard]] BorderStatus status() const { return status_; }

    [[nodiscard]] Size size() const { return {root_->width, root_->height}; }
    [[nodiscard]] const Cell& root() const { return *root_; }
    [[nodiscard]] std::size_t count() const { return count_leaves(*root_); }
    [[nodiscard]] const Cell* find(PaneId pane) const { return find_leaf(*root_, pane); }
    // Nothing for a pane that is not in the layout.
    [[nodiscard]] std::optional<Box> box(PaneId pane) const;
    // The panes in the order of the tree.
    [[nodiscard]] std::vector<PaneId> panes() const;

    // False when there is no room ("no space for new pane"); nothing has changed then.
    [[nodiscard]] bool split(const Split& request);
    // The cells that a percentage of split-window -l means.
    [[nodiscard]] unsigned percent(const Split& request, unsigned percentage) const;
    // False for a pane that is not there, and for the last one.
    bool remove(PaneId pane);

    // resize-pane -L, -R, -U, -D: moves the border right of or below the pane (left or above, for
    // the last one).
    void resize(PaneId pane, Direction direction, unsigned amount);
    // resize-pane -x or -y.
    void resize_to(PaneId pane, Axis axis, unsigned size);
    // The border after a cell of the tree, for a drag with the mouse: by so many cells right or
    // down, negative left or up.
    void move_border(PaneId pane, Axis axis, int change);
    // A drag with the mouse of what is at a place between panes, by so many cells: where borders
    // meet, all of them follow. False: there is none.
    bool drag(unsigned x, unsigned y, int right, int down);
    // The window's new size. Where the panes need more than that, size() is larger; call it again
    // when a pane has gone.
    void resize_window(Size size);

    // select-layout -E.
    void spread(PaneId pane);
    // select-layout NAME; `order` are the panes as the window lists them.
    void apply(Named layout, std::span<const PaneId> order, const NamedOptions& options = {});
    // Puts the panes of a window into the cells of a parsed layout, and drops cells that are too
    // many. Unless Done the layout is of no use. The window gets the layout's size(), then
    // resize_window() brings it back to its own.
    [[nodiscard]] Assigned assign(std::span<const PaneId> order);
    void swap(PaneId a, PaneId b);
    // rotate-window: the cell of from[i] becomes that of to[i].
    void rename(std::span<const PaneId> from, std::span<const PaneId> to);

    // The panes that touch this one on a side, around the window's edge when it is at the edge; in
    // the order of `order`. tmux takes the one that was active last.
    [[nodiscard]] std::vector<PaneId> neighbours(PaneId pane, Direction direction,
                                                 std::span<const PaneId> order) const;

  private:
    explicit Layout(std::unique_ptr<Cell> root)
        : root_(std::move(root)), window_{root_->width, root_->height} {}

    void split_beside(Cell& cell, const Split& request, unsigned first, unsigned second);
    void split_root(const Split& request, unsigned kept, unsigned added);
    unsigned grow(Cell& cell, Axis axis, unsigned needed);
    unsigned shrink(Cell& cell, Axis axis, unsigned needed);
    void move_edge(Cell& cell, Axis axis, int change);
    void remove_cell(Cell& cell);
    void measure();

    std::unique_ptr<Cell> root_;
    Size window_; // what was asked for: the cells may need more
    BorderStatus status_ = BorderStatus::Off;
};

// The cells of a named layout for these panes (at least two) in a window of this size; larger than
// the window when the panes' minimum is.
[[nodiscard]] std::unique_ptr<Cell> named_cells(Named layout, std::span<const PaneId> order,
                                                Size window, const NamedOptions& options,
                                                BorderStatus status);

} // namespace berth::layout
