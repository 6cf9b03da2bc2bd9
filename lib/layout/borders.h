// The lines between panes: for every cell that no pane has, which character stands there, whether
// the active pane's colour is on it, and where the arrows of pane-border-indicators and the text of
// pane-border-status go. Pure; berth-mux asks once for each change of a layout and draws from the
// answer.
#pragma once

#include "layout/layout.h"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace berth::layout {

enum class BorderLines : std::uint8_t { Single, Double, Heavy, Simple, Number, Spaces, None };

enum class Indicators : std::uint8_t { Off, Colour, Arrows, Both };

// Which neighbours a border goes on to.
inline constexpr std::uint8_t kDown = 1;
inline constexpr std::uint8_t kUp = 2;
inline constexpr std::uint8_t kRight = 4;
inline constexpr std::uint8_t kLeft = 8;

enum class Arrow : std::uint8_t { None, Up, Down, Left, Right };

struct BorderCell {
    unsigned x = 0;
    unsigned y = 0;
    std::uint8_t joins = 0;        // kLeft | kRight is a horizontal line
    bool active = false;           // drawn with pane-active-border-style
    Arrow arrow = Arrow::None;     // drawn instead of the line
    std::optional<PaneId> owner{}; // the pane whose border it is; none for the window's own edge
};

struct BorderView {
    PaneId active = 0;
    std::span<const PaneId> order{}; // the window's panes, as it lists them
    Indicators indicators = Indicators::Colour;
    Size view{}; // the client's cells: when larger than the window, the window's right and lower
                 // edge are drawn too
};

// Every border cell within the view, row by row.
[[nodiscard]] std::vector<BorderCell> borders(const Layout& layout, const BorderView& view);

// UTF-8 of a border cell; `index` is the owner's number in the window, for BorderLines::Number.
[[nodiscard]] std::string border_text(const BorderCell& cell, BorderLines lines,
                                      std::optional<unsigned> index = {});

// Where the text of pane-border-status goes: no more than `width` cells, what is left of them are
// border.
struct StatusRow {
    PaneId pane = 0;
    unsigned x = 0;
    unsigned y = 0;
    unsigned width = 0;
    bool operator==(const StatusRow&) const = default;
};

// In the order of the tree; panes that are too narrow or have no row to spare have none.
[[nodiscard]] std::vector<StatusRow> status_rows(const Layout& layout);

} // namespace berth::layout
