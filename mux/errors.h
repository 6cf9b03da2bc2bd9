// What went wrong, told to a client that shows a session: with a capital, as tmux does.
#pragma once

#include <string_view>

namespace berth::mux {

class Client;

void show_error(Client& client, std::string_view text);

} // namespace berth::mux
