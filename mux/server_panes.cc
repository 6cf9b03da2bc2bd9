// What panes report to the server: output, bells, titles, clipboards, names, and input that they
// take.
#include "control.h"
#include "guests.h"
#include "mode.h"
#include "restore.h"
#include "server.h"

#include <algorithm>
#include <ranges>

namespace berth::mux {

void Server::pane_changed(Pane& pane) {
    Window& window = *pane.window;
    window.activity = epoch_seconds();
    restorer->printed(pane);
    alerts.activity(window);
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

void Server::pane_title(Pane& pane) {
    hooks.of_pane("pane-title-changed", pane);
    restorer->changed();
    refresh(*pane.window);
}

void Server::pane_clipboard(Pane& pane, std::string_view selection, std::string_view base64) {
    (void)selection;
    hooks.of_pane("pane-set-clipboard", pane);
    for (const auto& client : clients_)
        if (client->session != nullptr && client->session->window() == pane.window)
            client->display.clipboard(base64);
}

void Server::pane_names_window(Pane& pane, std::string_view name) {
    if (!pane.options.flag("allow-rename"))
        return;
    pane.window->name = std::string(name);
    notices.add({.event = Event::window_renamed, .window = pane.window->id});
    hooks.of_window("window-renamed", *pane.window);
    changed();
    refresh(*pane.window);
}

} // namespace berth::mux
