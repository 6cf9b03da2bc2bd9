// What a pane shows instead of its terminal, while its program goes on: copy mode, a clock, a list
// to choose from. A pane has a stack of them, the newest on top; only that one is drawn and has
// keys. Owned by the Pane; Server::enter_mode() and leave_mode() change the stack.
#pragma once

#include "keys/key.h"
#include "vt/terminal.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace berth::vt {
class Canvas;
struct Rect;
} // namespace berth::vt

namespace berth::mux {

class Client;
class Pane;
class Server;
struct Call;
struct MouseAt;
struct Session;

// `send-keys -X NAME ARGUMENTS` in a pane with a mode.
struct ModeCommand {
    const Call& call;                   // who asked, where messages go
    std::span<const std::string> words; // the name and what follows it; may be empty
    int repeat = 1;
    const MouseAt* mouse = nullptr; // of the key whose binding this is
};

class PaneMode {
  public:
    PaneMode(Server& server, Pane& pane) : server_(server), pane_(pane) {}
    virtual ~PaneMode() = default;
    PaneMode(const PaneMode&) = delete;
    PaneMode& operator=(const PaneMode&) = delete;

    // #{pane_mode}: "copy-mode", "tree-mode" … A pane has at most one mode of a name.
    [[nodiscard]] virtual std::string_view name() const = 0;
    // The key table that is used in place of the session's; empty: the session's, and what has no
    // binding there comes to key().
    [[nodiscard]] virtual std::string key_table() const { return {}; }
    // A key without a binding, of a mode without a table; also what send-keys sends while there is
    // a client. `mouse` is there for mouse keys. The mode may end itself here.
    virtual void key(Client& /*client*/, keys::Key /*key*/, const MouseAt* /*mouse*/) {}
    // False: it has no commands ("not in a mode").
    virtual bool command(const ModeCommand& /*command*/) { return false; }

    // Draws all of the box (the pane's, cut to the client's terminal). Gives the cursor in the
    // canvas' rows and columns; nullopt: none.
    [[nodiscard]] virtual std::optional<vt::Cursor> draw(vt::Canvas& canvas, vt::Rect box) = 0;
    // The pane has another size: pane().terminal.size().
    virtual void resized() {}
    // The pane's program has printed.
    virtual void pane_printed() {}
    // The format variables that it gives over the pane's own; nullopt: not one of them.
    [[nodiscard]] virtual std::optional<std::string> variable(std::string_view /*name*/) const {
        return std::nullopt;
    }

    [[nodiscard]] Server& server() const { return server_; }
    [[nodiscard]] Pane& pane() const { return pane_; }

    int repeat = 1; // of the next command: `send-keys -N 5` alone sets it

  private:
    Server& server_;
    Pane& pane_;
};

} // namespace berth::mux
