// The picture of a composed client: its session's window with borders, the status line or a
// message, as cells.
#pragma once

#include "vt/canvas.h"

#include <string>

namespace berth::mux {

class Client;
class Server;
struct Session;

// Rows of the status line: option `status`; auto: none while there is nothing to say (one window).
[[nodiscard]] int status_lines(const Server& server, const Session& session);
// `message` takes the status line's place, or the last row.
[[nodiscard]] vt::Canvas compose(Server& server, Client& client, const std::string& message);

} // namespace berth::mux
