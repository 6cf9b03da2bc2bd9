// Which panes have the focus (focus-events): the active ones of windows whose client's terminal has
// it. Their programs are told when that changes, if they asked (mode 1004), and hooks run.
#include "client.h"
#include "server.h"

#include <set>

namespace berth::mux {

void Server::focus_arrived(Client& client, bool in) {
    client.focused = in;
    hooks.of_client(in ? "client-focus-in" : "client-focus-out", client);
    focus_changed();
}

void Server::focus_changed() {
    if (focus_due_ || !server_options.flag("focus-events"))
        return;
    focus_due_ = loop_.defer([this] {
        focus_due_.reset();
        tell_focus();
    });
}

void Server::tell_focus() {
    std::set<PaneId> now;
    for (const auto& client : clients_)
        if (client->tty() != nullptr && client->guest == nullptr && client->focused &&
            client->session != nullptr && client->session->window() != nullptr &&
            client->session->window()->active != nullptr)
            now.insert(client->session->window()->active->id);
    const auto tell = [this](Pane& pane, bool in) {
        pane.focused = in;
        if (pane.terminal.modes().focus_events)
            pane.input(in ? "\033[I" : "\033[O");
        hooks.of_pane(in ? "pane-focus-in" : "pane-focus-out", pane);
    };
    for (const bool in : {false, true})
        for (const auto& [id, pane] : panes_)
            if (pane->focused != in && now.contains(id) == in && !pane->dead)
                tell(*pane, in);
}

} // namespace berth::mux
