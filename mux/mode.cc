// The stack of modes of a pane, and how keys and send-keys reach the one on top.
#include "mode.h"

#include "client.h"
#include "commands.h"
#include "keys/encode.h"
#include "server.h"

#include <algorithm>

namespace berth::mux {

// A mode that is in the stack already comes to the top instead, as it is.
PaneMode& Server::enter_mode(Pane& pane, std::unique_ptr<PaneMode> mode) {
    const PaneMode* const before = pane.mode();
    const auto there =
        std::ranges::find(pane.modes, mode->name(), [](const auto& each) { return each->name(); });
    if (there == pane.modes.end()) {
        pane.modes.push_back(std::move(mode));
        pane.modes.back()->resized();
    } else {
        std::rotate(there, there + 1, pane.modes.end());
        pane.modes.back()->resized();
    }
    mode_changed(pane);
    if (pane.mode() != before) {
        hooks.of_pane("pane-mode-changed", pane);
        hooks.of_pane("pane-mode-entered", pane);
    }
    return *pane.modes.back();
}

// It may be running: it goes with the loop's next turn.
void Server::leave_mode(Pane& pane) {
    if (pane.modes.empty())
        return;
    dead_modes_.push_back(std::move(pane.modes.back()));
    pane.modes.pop_back();
    if (!pane.modes.empty())
        pane.modes.back()->resized();
    mode_changed(pane);
    hooks.of_pane("pane-mode-changed", pane);
    hooks.of_pane("pane-mode-exited", pane);
    reap_later();
}

void Server::leave_modes(Pane& pane) {
    while (!pane.modes.empty())
        leave_mode(pane);
}

void Server::mode_changed(const Pane& pane) {
    if (pane.window->options.text("pane-scrollbars") == "modal")
        pane.window->apply_layout();
    notices.add({.event = Event::pane_mode_changed, .window = pane.window->id, .pane = pane.id});
    refresh(*pane.window);
}

// send-keys to a pane with a mode: as if the key had been pressed there.
void Server::send_mode_key(Client* client, Pane& pane, keys::Key key) {
    const std::string table = pane.mode()->key_table();
    if (table.empty()) {
        if (client != nullptr)
            pane.mode()->key(*client, key, nullptr);
        return;
    }
    const keys::Binding* binding = bindings.lookup(table, key);
    if (binding == nullptr)
        return;
    const Origin origin{.client = client != nullptr ? client->id : 0, .current = pane.id};
    run_text(*this, origin, std::string(binding->command));
}

} // namespace berth::mux
