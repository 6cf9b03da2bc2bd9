// What has happened to sessions, windows, panes and clients, for those who want to be told: clients
// in control mode (control.h). Notices are told after the command that caused them, in the order in
// which they came; what they name may be gone by then. One queue, owned by the Server.
#pragma once

#include "base/event.h"
#include "session.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace berth::mux {

class Server;

enum class Event : std::uint8_t {
    client_attached,
    client_detached,
    client_resized,
    client_session_changed,
    pane_mode_changed,
    paste_buffer_changed,
    paste_buffer_deleted,
    session_closed,
    session_created,
    session_renamed,
    session_window_changed,
    window_layout_changed,
    window_linked,
    window_pane_changed,
    window_renamed,
    window_unlinked,
};

// The hook's name, as tmux has it: "session-created".
[[nodiscard]] std::string_view event_name(Event event);

struct Notice {
    Event event{};
    std::optional<SessionId> session{};
    std::optional<WindowId> window{};
    std::optional<PaneId> pane{};
    std::string name{}; // of the client, the session or the buffer
};

class Notices {
  public:
    explicit Notices(Server& server) : server_(server) {}
    void add(Notice notice);
    // Tells now what is waiting.
    void flush();

  private:
    Server& server_;
    std::vector<Notice> waiting_;
    Source due_;
};

} // namespace berth::mux
