// tmux's formats in this mux: what every variable means for a session, a window, a pane, a client.
#pragma once

#include "target.h"

#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace berth::mux {

class Client;
struct Buffer;

using Extra = std::map<std::string, std::string, std::less<>>;

struct FormatAbout {
    Session* session = nullptr;
    int index = 0;
    Window* window = nullptr;
    Pane* pane = nullptr;
    const Client* client = nullptr;
    const Buffer* buffer = nullptr;
    const Extra* extra = nullptr; // further variables
    bool* timed = nullptr;        // set when the text will change with time
    const MouseAt* mouse = nullptr;
};

[[nodiscard]] FormatAbout about(const Found& found, const Client* client = nullptr);
// Of a pane in the session that it is most likely meant in: the one used last that shows it.
[[nodiscard]] FormatAbout about(Server& server, Pane& pane);
[[nodiscard]] std::string expand(Server& server, const FormatAbout& about, std::string_view format,
                                 bool with_time = false);

} // namespace berth::mux
