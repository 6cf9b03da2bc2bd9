// Targets: what -t and -s name. parse_target() turns the text into the places to try, in order;
// resolve() looks them up in a World, which the mux implements. The words of errors are tmux's;
// Error::operation holds the whole message.
#pragma once

#include "base/result.h"
#include "command/rows.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace berth::command {

enum class SessionId : std::uint32_t {}; // $N
enum class WindowId : std::uint32_t {};  // @N
enum class PaneId : std::uint32_t {};    // %N

// A window in a session, at its index there, and a pane of it. With kIndex the index may be one not
// in use, and then window and pane are missing; it is missing too when the target names no window,
// and the command chooses.
struct Place {
    SessionId session{};
    std::optional<int> index;
    std::optional<WindowId> window;
    std::optional<PaneId> pane;

    friend bool operator==(const Place&, const Place&) = default;
};

struct Link { // a window of a session
    int index = 0;
    WindowId window{};
};

struct Rectangle { // of a pane in its window, in cells, without borders
    int left = 0;
    int top = 0;
    int width = 0;
    int height = 0;
};

// What targets are looked up in.
class World {
  public:
    World() = default;
    World(const World&) = delete;
    World& operator=(const World&) = delete;
    virtual ~World() = default;

    // Where the command comes from: its pane, its client's session, else the session used last.
    // traits: kUnattached.
    [[nodiscard]] virtual std::optional<Place> current(std::uint8_t traits) const = 0;
    [[nodiscard]] virtual std::optional<Place>
    mouse() const = 0; // of the event that the command is bound to
    [[nodiscard]] virtual std::optional<Place> marked() const = 0; // select-pane -m
    [[nodiscard]] virtual std::optional<Place> active() const = 0; // of the command's client

    [[nodiscard]] virtual std::vector<SessionId> sessions() const = 0;
    [[nodiscard]] virtual std::string session_name(SessionId session) const = 0;
    [[nodiscard]] virtual std::optional<SessionId>
    client_session(std::string_view client) const = 0;

    [[nodiscard]] virtual std::vector<Link>
    windows(SessionId session) const = 0; // by index, never empty
    [[nodiscard]] virtual std::string window_name(WindowId window) const = 0;
    [[nodiscard]] virtual int current_index(SessionId session) const = 0;
    [[nodiscard]] virtual std::optional<int> last_index(SessionId session) const = 0;
    // The session, of those that show the window, that is meant: the one used last.
    [[nodiscard]] virtual std::optional<SessionId> session_of(WindowId window) const = 0;

    [[nodiscard]] virtual std::vector<PaneId>
    panes(WindowId window) const = 0;                                      // by number, never empty
    [[nodiscard]] virtual int first_pane_index(WindowId window) const = 0; // pane-base-index
    [[nodiscard]] virtual PaneId active_pane(WindowId window) const = 0;
    [[nodiscard]] virtual std::optional<PaneId> last_pane(WindowId window) const = 0;
    [[nodiscard]] virtual std::optional<WindowId> window_of(PaneId pane) const = 0;
    [[nodiscard]] virtual Rectangle rectangle(PaneId pane) const = 0;
    [[nodiscard]] virtual std::uint64_t last_active(PaneId pane) const = 0; // greater: later
};

struct Name {
    std::string text;
    bool exact = false; // it began with "="
};

// One way to read a target. The part given first leads: when it is not found the next try is made;
// when what stands after it is not found, that is the error.
struct Try {
    std::optional<Name> session;
    std::optional<Name> window;
    std::optional<Name> pane;
};

enum class Special : std::uint8_t { none, mouse, marked, active };

struct Target {
    Special special = Special::none;
    std::vector<Try> tries; // at least one, unless special
};

[[nodiscard]] Target parse_target(std::string_view text, Kind kind);

// kind is session, window or pane. No text (the flag was not given) means World::current() as it
// is, an empty text the active pane of its window.
[[nodiscard]] Result<Place> resolve(std::optional<std::string_view> text, Kind kind,
                                    std::uint8_t traits, const World& world);

// Which of the names of clients (paths of terminals, mostly) text means: itself, or without
// "/dev/".
[[nodiscard]] Result<std::size_t> find_client(std::string_view text,
                                              std::span<const std::string> names);

} // namespace berth::command
