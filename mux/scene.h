// The picture of a composed client: its session's window with borders, the status line or a
// message, as cells.
#pragma once

#include "vt/canvas.h"

#include <cstdint>
#include <span>
#include <string>

namespace berth::mux {

class Client;
class Server;
struct Session;

// Rows of the status line: option `status`; auto: none while there is nothing to say (one window).
[[nodiscard]] int status_lines(const Server& server, const Session& session);
// Where on a client's terminal its window and its status line are.
struct Rows {
    int top = 0;     // the window's first row
    int rows = 0;    // of the window
    int status = 0;  // the status line's first row
    int lines = 0;   // of the status line
    int message = 0; // where messages and prompts are
};
[[nodiscard]] Rows rows_of(const Server& server, const Client& client);
// Draws the client's next frame over whatever the canvas showed: a client keeps one, whose interned
// styles stay from frame to frame. `message` takes the status line's place, or the last row.
void compose(vt::Canvas& canvas, Server& server, Client& client, const std::string& message);
// After compose(), when nothing but these panes printed: draws them over it, and nothing else.
// False if it takes the whole picture.
[[nodiscard]] bool compose_panes(vt::Canvas& canvas, Server& server, Client& client,
                                 std::span<const std::uint32_t> printed);

} // namespace berth::mux
