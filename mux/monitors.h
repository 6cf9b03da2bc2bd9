// The hooks of set-hook -B: a format that is looked at every second, and commands that run when it
// has become another. As with refresh-client -B, the format is of the session, of a window or pane
// ("@1", "%1"), or of each of the session's ("@*", "%*"). Owned by the Server; not kept for the
// next mux.
#pragma once

#include "base/event.h"
#include "formats.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace berth::mux {

inline constexpr std::size_t kMaxMonitors = 1000;
inline constexpr std::uint64_t kMonitorUs = 1'000'000;

class Monitors {
  public:
    explicit Monitors(Server& server) : server_(server) {}

    // False: too many.
    [[nodiscard]] bool set(std::string name, std::string_view what, std::string format,
                           std::string command, std::optional<SessionId> session);
    [[nodiscard]] bool remove(std::string_view name);
    [[nodiscard]] bool has(std::string_view name) const { return monitors_.contains(name); }
    // "name:what:format command", by name.
    [[nodiscard]] std::vector<std::string> lines() const;

  private:
    struct Monitor {
        std::string what;
        std::string format;
        std::string command;
        std::optional<SessionId> session;          // none: every session
        std::map<std::string, std::string> last{}; // by what it was looked at for
        std::uint64_t fired = 0;                   // times
    };
    void check_all();
    void check(const std::string& name, Monitor& monitor, Session& session);
    void look(const std::string& name, Monitor& monitor, const std::string& target,
              const FormatAbout& about);

    Server& server_;
    std::map<std::string, Monitor, std::less<>> monitors_;
    Source due_;
};

} // namespace berth::mux
