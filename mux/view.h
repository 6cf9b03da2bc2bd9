// Which part of its session's window a client shows, where the window is larger than its terminal:
// the part with the cursor, or the one that refresh-client -L, -R, -U and -D have moved it to.
#pragma once

#include "vt/size.h"

#include <cstdint>

namespace berth::vt {
struct Cursor;
}

namespace berth::mux {

class Client;
class Server;
struct Window;

struct Corner {
    int row = 0;
    int column = 0;
};

struct Pan {
    std::uint32_t window = 0; // its id
    Corner corner;
};

// Whether the window of the client's session is larger than what the client has for it.
[[nodiscard]] bool window_is_bigger(const Server& server, const Client& client);
// The top left corner of what is shown in `shown` cells. Kept in the client until the next frame;
// what moved it beyond the window's end is taken back.
[[nodiscard]] Corner choose_corner(Client& client, const Window& window, vt::Size shown,
                                   const vt::Cursor& cursor);
// By so many cells, from where it is.
void pan(const Server& server, Client& client, int rows, int columns);

} // namespace berth::mux
