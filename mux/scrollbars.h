// The scrollbars of panes (pane-scrollbars): where they are, what they look like, and which part of
// one the mouse points at. Those of `on` and of `modal` take columns from their pane, the program's
// too; those of `auto-hide` lie over the pane's edge, while it has copy mode.
#pragma once

#include "layout/layout.h"
#include "vt/canvas.h"

#include <optional>

namespace berth::mux {

class Client;
class Pane;
class Server;
struct Window;

struct Scrollbar {
    int columns = 0; // of the bar
    int pad = 0;     // between it and the pane
    bool left = false;
    bool over = false; // the pane keeps its columns
};

// Nothing: the pane has none now.
[[nodiscard]] std::optional<Scrollbar> scrollbar_of(const Window& window, const Pane& pane);
// What it leaves of the pane's part of the layout.
[[nodiscard]] layout::Box beside_scrollbar(const Window& window, const Pane& pane, layout::Box box);

// The pane's part of the window, with its scrollbar.
[[nodiscard]] layout::Box box_with_scrollbar(const Window& window, const Pane& pane);

// Its rows that are shown as the slider: all lines of the pane are as high as the bar.
struct Slider {
    int row = 0;
    int rows = 0;
};
[[nodiscard]] Slider slider_of(const Pane& pane, int rows);

enum class BarPart { none, above, slider, below };
[[nodiscard]] BarPart scrollbar_at(const Window& window, const Pane& pane, unsigned x, unsigned y);

// All that the window's panes have; the window's first row is the canvas' row `top`.
void draw_scrollbars(vt::Canvas& canvas, Server& server, const Client& client, const Window& window,
                     int top);

} // namespace berth::mux
