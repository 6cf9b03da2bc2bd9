// A mouse key with what stood where it was pressed: what {mouse}, the mouse_* formats and send-keys
// -M mean while the commands of its binding run. Made in mouse.cc for a client's report; a value,
// so it names sessions and panes by their numbers: they may be gone when it is looked at.
#pragma once

#include "keys/decode.h"
#include "keys/key.h"
#include "session.h"

#include <optional>
#include <string>

namespace berth::mux {

struct MouseAt {
    keys::Key key{};
    keys::MouseReport report{}; // rows and columns of the client's terminal
    unsigned last_x = 0;        // of the report before
    unsigned last_y = 0;
    int top = 0; // the terminal's row where the window begins
    std::optional<SessionId> session{};
    std::optional<int> index{}; // of the window: one of the status line's list, else the current
    std::optional<PaneId> pane{};
    std::optional<int> status_line{}; // the status line's row that it is in, from 0
    std::string range{};              // what is there in it: "left", "right", "window", a name
};

} // namespace berth::mux
