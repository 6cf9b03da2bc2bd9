// Where menus and popups are: -x and -y of display-menu and display-popup.
#pragma once

#include "formats.h"

#include <optional>
#include <string_view>

namespace berth::mux {

class Client;
class Server;
struct Call;

struct Position {
    int column = 0;
    int row = 0;
};

// Of a box of that size on the client's terminal, for a target. Letters and formats with the
// popup_* variables; nothing: in the middle.
[[nodiscard]] Position position_of(const Call& call, Client& client, const FormatAbout& about,
                                   int columns, int rows);

} // namespace berth::mux
