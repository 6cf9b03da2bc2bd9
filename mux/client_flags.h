// What a client asked for with -f of attach-session, new-session and refresh-client.
#pragma once

#include <string>
#include <string_view>

namespace berth::mux {

class Client;

struct ClientFlags {
    bool active_pane = false; // has an active pane of its own
    bool ignore_size = false; // does not count for the sizes of windows
    bool no_output = false;   // control mode: what panes print is not told
    bool wait_exit = false;   // control mode: an empty line ends it after %exit
};

// "name,!name,name=value": unknown names are passed over, as in tmux.
void set_client_flags(Client& client, std::string_view list);
// As #{client_flags} shows them.
[[nodiscard]] std::string client_flags_text(const Client& client);

} // namespace berth::mux
