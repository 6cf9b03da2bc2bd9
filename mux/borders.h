// The lines between panes with their texts, and what is beside a window that is smaller than the
// client.
#pragma once

#include "layout/layout.h"
#include "vt/canvas.h"

namespace berth::mux {

class Client;
class Server;
struct Window;

// What the option pane-border-status means for a layout.
[[nodiscard]] layout::BorderStatus border_status(const Window& window);
// What a pane has that is alone in its window, or zoomed: all but the line of pane-border-status.
[[nodiscard]] layout::Box whole_box(const Window& window);
// What the window is too small for, in those rows.
void fill_outside(vt::Canvas& canvas, const Window& window, int top, int rows);
// Into the canvas' rows from `top` on, `rows` of them.
void draw_borders(vt::Canvas& canvas, Server& server, const Client& client, const Window& window,
                  int top, int rows);

} // namespace berth::mux
