// What a command is about: a session, a window of it, a pane of that. Found by tmux's target
// language (tmux(1), COMMANDS) or, when nothing is said, by where the command was run.
#pragma once

#include "base/result.h"
#include "command/rows.h"
#include "session.h"

#include <optional>
#include <string_view>

namespace berth::mux {

class Client;
class Server;
struct MouseAt;
struct Origin;

struct Found {
    Session* session = nullptr;
    int index = 0;            // of the window; with command::kIndex it may be free
    bool has_index = true;    // false: the target named no window, the command chooses
    Window* window = nullptr; // nullptr: the index is free
    Pane* pane = nullptr;
    const MouseAt* mouse = nullptr; // of the key that the command is bound to
};

// Error::operation is tmux's message.
[[nodiscard]] Result<Found> find_target(Server& server, const Origin& origin,
                                        std::optional<std::string_view> text,
                                        const command::TargetFlag& kind);
[[nodiscard]] Result<Client*> find_client(Server& server, const Origin& origin,
                                          std::optional<std::string_view> text);

} // namespace berth::mux
