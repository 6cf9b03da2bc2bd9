// Alerts: what happens in windows that are watched (monitor-bell, monitor-activity,
// monitor-silence). The flags are of a window in a session; whoever looks at the window clears
// them. Owned by the Server.
#pragma once

#include "base/event.h"
#include "session.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace berth::mux {

class Server;

enum class Alert : std::uint8_t { bell = 1, activity = 2, silence = 4 };

class Alerts {
  public:
    explicit Alerts(Server& server) : server_(server) {}

    void bell(Window& window);
    void activity(const Pane& pane);
    // monitor-silence may have changed, or a window is new.
    void watch_silence(Window& window);
    void watch_all();
    void forget(const Window& window); // it has gone
    // The session looks at the window now.
    void seen(const Window& window);
    [[nodiscard]] static bool has(const Session& session, const Window& window, Alert alert);
    [[nodiscard]] static bool any(const Session& session, const Window& window);
    // "1#,4!": of the session's windows.
    [[nodiscard]] static std::string text(const Session& session);

  private:
    struct Silence {
        std::uint64_t last_us = 0; // that something was printed
        Source timer;
    };
    void raise(Window& window, Alert alert);
    void tell(Session& session, int index, Window& window, Alert alert);
    void check_silence(WindowId id);

    Server& server_;
    std::map<WindowId, Silence> silences_;
};

} // namespace berth::mux
