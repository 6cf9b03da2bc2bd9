// Small live pictures of panes, windows and sessions, as choose-tree shows them.
#pragma once

#include "formats.h"
#include "vt/canvas.h"

namespace berth::mux {

class Pane;
class Server;
struct Session;
struct Window;

// The part around its cursor.
void preview_pane(vt::Canvas& canvas, vt::Rect area, const Pane& pane);
// Its panes, or windows, side by side, as many as there is space for; scroll: how many further to
// the right than it would be (corrected to what there is).
void preview_window(vt::Canvas& canvas, vt::Rect area, Server& server, const Window& window,
                    int& scroll);
void preview_session(vt::Canvas& canvas, vt::Rect area, Server& server, const Session& session,
                     int& scroll);

} // namespace berth::mux
