// A mouse key with what stood where it was pressed: what {mouse}, the mouse_* formats and send-keys
// -M mean while the commands of its binding run. Made in mouse.cc for a client's report; a value,
// so it names clients, sessions and panes by their numbers: they may be gone when it is looked at.
#pragma once

#include "base/event.h"
#include "keys/clicks.h"
#include "session.h"
#include "view.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace berth::mux {

class Client;
class Server;

struct MouseAt {
    keys::Key key{};
    keys::MouseReport report{}; // rows and columns of the client's terminal
    unsigned last_x = 0;        // of the report before
    unsigned last_y = 0;
    bool by_time = false; // a double click that no third one followed: programs count themselves
    std::uint64_t client = 0;
    int top = 0;     // the terminal's rows that the window has: from here
    int rows = 0;    // so many
    Corner corner{}; // what of the window is there
    std::optional<SessionId> session{};
    std::optional<int> index{}; // of the window: one of the status line's list, else the current
    std::optional<PaneId> pane{};
    std::optional<int> status_line{}; // the status line's row that it is in, from 0
    std::string range{};              // what is there in it: "left", "right", "window", a name
};

enum class MouseMoment : bool { now, before }; // this report, or the one before it

// A place in a pane, from its first row and column.
struct PanePlace {
    int column = 0;
    int row = 0;
};

// Nothing when the mouse is outside of the pane, or the client does not show it.
[[nodiscard]] std::optional<PanePlace> place_in(Server& server, const MouseAt& mouse,
                                                const Pane& pane,
                                                MouseMoment moment = MouseMoment::now);
// In the cells of the window that the client shows; beside it: its nearest row.
[[nodiscard]] PanePlace place_in_window(const MouseAt& mouse,
                                        MouseMoment moment = MouseMoment::now);
// The format variables mouse_*; nullopt: not one of them, or there is nothing.
[[nodiscard]] std::optional<std::string> mouse_variable(Server& server, const MouseAt& mouse,
                                                        std::string_view name);

// What a button that is held down and moved does, until it is let go.
struct MouseDrag {
    std::move_only_function<void(const MouseAt&)> moved;
    std::move_only_function<void()> ended;
};

// A client's mouse. Owned by the Client.
struct MouseState {
    keys::Clicks clicks;
    keys::MouseReport last;
    std::optional<MouseDrag> drag;
    Source second_click; // becomes a double click when no third one follows
};

// The client of the event does this with its drag from now on.
void start_drag(Server& server, const MouseAt& mouse, MouseDrag drag);

} // namespace berth::mux
