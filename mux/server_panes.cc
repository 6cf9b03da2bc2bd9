// What panes report to the server: output, bells, titles, clipboards, names, and input that they
// take.
#include "control.h"
#include "guests.h"
#include "mode.h"
#include "options/quote.h"
#include "restore.h"
#include "server.h"

#include <algorithm>
#include <ranges>

namespace berth::mux {

void Server::pane_changed(Pane& pane) {
    Window& window = *pane.window;
    window.activity = epoch_seconds();
    restorer->printed(pane);
    alerts.activity(pane);
    if (!pane.query_due && pane.running()) {
        const std::uint64_t now = now_us();
        const std::uint64_t next = std::max(now + kQuerySoonUs, pane.queried_us + kQueryEveryUs);
        pane.query_due = loop_.after(next - now, [this, &pane] {
            pane.query_due.reset();
            pane.queried_us = now_us();
            ask_program(pane);
        });
    }
    for (const auto& client : clients_)
        if (client->session != nullptr &&
            (client->guest != nullptr || client->session->window() == &window))
            client->display.pane_changed(pane);
}

void Server::pane_relays(Pane& pane, std::string_view bytes) {
    for (const auto& client : clients_)
        if (client->session != nullptr && client->display.transparent())
            client->display.relay(pane, bytes);
}

void Server::pane_printed(const Pane& pane, std::string_view bytes) {
    for (const auto& client : clients_)
        if (Control* control = client->control())
            control->pane_output(pane, bytes);
}

void Server::check_reading(PaneId id) {
    Pane* pane = find_pane(id);
    if (pane == nullptr)
        return;
    bool anyone = false;
    bool wanted = false;
    for (const auto& client : clients_) {
        if (!client->attached())
            continue;
        anyone = true;
        wanted = wanted || client->control() == nullptr || !client->control()->ignores(*pane);
    }
    pane->hold(anyone && !wanted);
}

void Server::pane_takes_input(Pane& pane) {
    for (const auto& client : clients_)
        if (client->session != nullptr && client->session->window() == pane.window)
            client->resume_input();
}

void Server::pane_bell(Pane& pane) {
    alerts.bell(*pane.window);
    hooks.of_pane("pane-bell", pane);
}

// OSC 133: what a shell says of itself.
void Server::pane_marks(Pane& pane, char kind) {
    if (kind == 'A')
        hooks.of_pane("pane-shell-prompt", pane);
    else if (kind == 'C')
        hooks.of_pane("pane-command-started", pane);
    else if (kind == 'D')
        hooks.of_pane("pane-command-finished", pane);
}

void Server::pane_title(Pane& pane) {
    hooks.of_pane("pane-title-changed", pane);
    restorer->changed();
    refresh(*pane.window);
}

// Of a window that the client shows, or with allow-passthrough all of any that its session has.
// Guests get nothing that was not looked at.
void Server::pane_passes_through(Pane& pane, std::string_view bytes) {
    const std::string allowed = pane.options.text("allow-passthrough");
    if (allowed == "off")
        return;
    const Window& window = *pane.window;
    if (allowed == "on" && window.zoomed && window.active != &pane)
        return;
    for (const auto& client : clients_) {
        const Session* session = client->session;
        if (session == nullptr || client->guest != nullptr)
            continue;
        const bool linked = std::ranges::any_of(
            session->windows, [&](const auto& link) { return link.second == &window; });
        if (allowed == "all" ? linked : session->window() == &window)
            client->display.pass_through(bytes);
    }
}

void Server::pane_names_window(Pane& pane, std::string_view name) {
    if (!pane.options.flag("allow-rename"))
        return;
    pane.window->name = options::visible(name);
    notices.add({.event = Event::window_renamed, .window = pane.window->id});
    hooks.of_window("window-renamed", *pane.window);
    changed();
    refresh(*pane.window);
}

} // namespace berth::mux
