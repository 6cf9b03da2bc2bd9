// A window: the panes that share a client's screen, and how. Owned by the Server; sessions link to
// it, a window in no session is gone.
#pragma once

#include "layout/layout.h"
#include "options/options.h"
#include "pane.h"
#include "vt/size.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace berth::mux {

using WindowId = std::uint32_t; // @N

struct Window {
    WindowId id = 0;
    std::string name;
    vt::Size size;
    vt::Size manual;                          // with window-size manual
    std::uint64_t latest = 0;                 // the client that used it last, 0: none
    std::vector<std::unique_ptr<Pane>> panes; // in the order of their indices
    Pane* active = nullptr;
    Pane* last = nullptr; // active before
    bool zoomed = false;
    bool told_zoomed = false; // as hooks were told
    options::Set options;
    std::uint64_t created = 0;  // seconds of the epoch
    std::uint64_t activity = 0; // seconds of the epoch

    std::optional<layout::Layout> layout;
    std::optional<layout::Named> last_layout; // that select-layout set
    std::string old_layout;                   // before it, for select-layout -o

    // The pane that alone is shown, if one is.
    [[nodiscard]] Pane* only() const;
    [[nodiscard]] Pane* find(PaneId pane) const;
    [[nodiscard]] std::vector<layout::PaneId> order() const;
    // Where a pane is seen; empty for one that is hidden by a zoomed one.
    [[nodiscard]] layout::Box box(const Pane& pane) const;
    // The same as if none were zoomed.
    [[nodiscard]] layout::Box unzoomed_box(const Pane& pane) const;
    [[nodiscard]] int index_of(const Pane& pane) const; // from 0
    // {top-left}, {up-of} …: the pane there; nullopt when the token is none of these.
    [[nodiscard]] std::optional<Pane*> pane_at(std::string_view token) const;
    [[nodiscard]] Pane* neighbour(layout::Direction direction) const;
    [[nodiscard]] std::string layout_text() const;
    // By a layout string of as many panes; else below each other.
    void restore_layout(std::string_view text);
    void remove_from_layout(const Pane& pane);
    void resize_layout();    // to `size`
    void apply_layout();     // the panes take their sizes
    void take_layout_size(); // the window becomes as large as its layout
    void activate(Pane& pane);
};

} // namespace berth::mux
