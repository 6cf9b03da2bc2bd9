// How large windows are: by the clients that see them, as window-size, aggressive-resize and
// default-size say (tmux(1), OPTIONS).
#include "client.h"
#include "control.h"
#include "server.h"

#include <algorithm>
#include <cstdio>

namespace berth::mux {
namespace {

// A client that a menu covers all of sees no window.
bool counts(const Client& client) {
    return client.attached() && !client.ended() && !client.away() && client.guest == nullptr &&
           (client.overlay() == nullptr || !client.overlay()->covers());
}

bool shows(const Session& session, const Window& window) {
    if (session.window() == &window)
        return true;
    return !window.options.flag("aggressive-resize") &&
           std::ranges::any_of(session.windows,
                               [&](const auto& link) { return link.second == &window; });
}

// As the client wants the window, or any window of its session.
std::optional<vt::Size> wish_of(const Client& client, const Window* window) {
    if (const Control* control = client.control())
        return window != nullptr ? control->wanted(*window) : control->size();
    vt::Size size = client.size();
    size.rows = std::max(1, size.rows - client.display.status_lines(*client.session));
    return size;
}

} // namespace

bool Server::size_is_ignored(const Client& client) const {
    return client.flags.ignore_size && std::ranges::any_of(clients_, [](const auto& other) {
               return counts(*other) && !other->flags.ignore_size;
           });
}

// Of the clients for which `see` says so. `window`: that their control clients may have a size of
// their own for.
std::optional<vt::Size> Server::size_by_policy(std::string_view policy, const Window* window,
                                               const ClientTest& see) const {
    std::optional<vt::Size> size;
    std::uint64_t latest = 0;
    int seen = 0;
    for (const auto& client : clients_) {
        if (!counts(*client) || !see(*client) || size_is_ignored(*client))
            continue;
        if (policy == "latest" && window != nullptr && window->latest == client->id)
            if (const auto wish = wish_of(*client, window))
                return wish;
        const auto wish = wish_of(*client, window);
        if (!wish)
            continue;
        vt::Size one = *wish;
        ++seen;
        if (policy == "largest" && size)
            one = {std::max(size->rows, one.rows), std::max(size->columns, one.columns)};
        else if (policy == "smallest" && size)
            one = {std::min(size->rows, one.rows), std::min(size->columns, one.columns)};
        else if (policy == "latest" && size && client->activity_us <= latest)
            continue;
        size = one;
        latest = client->activity_us;
    }
    // Of several clients, none has used it yet: it stays as it is.
    if (policy == "latest" && window != nullptr && window->latest == 0 && seen > 1)
        return std::nullopt;
    return size;
}

std::optional<vt::Size> Server::wanted_size(const Window& window) const {
    const std::string policy = window.options.text("window-size");
    if (policy == "manual")
        return window.manual;
    return size_by_policy(policy, &window,
                          [&](const Client& client) { return shows(*client.session, window); });
}

vt::Size Server::default_size(const Session& session) {
    vt::Size size{24, 80};
    std::sscanf(session.options.text("default-size").c_str(), "%dx%d", &size.columns, &size.rows);
    return vt::clamped(size);
}

vt::Size Server::new_window_size(const Session& session) const {
    const std::string policy = global_window_options.text("window-size");
    if (policy != "manual")
        if (const auto size = size_by_policy(
                policy, nullptr, [&](const Client& client) { return client.session == &session; }))
            return *size;
    return default_size(session);
}

void Server::resize_by_clients(Window& window) {
    const auto size = wanted_size(window);
    if (!size || *size == window.size)
        return;
    window.size = *size;
    window.resize_layout();
    window.apply_layout();
    notices.add({.event = Event::window_layout_changed, .window = window.id});
    hooks.of_window("window-layout-changed", window);
    hooks.of_window("window-resized", window);
    changed();
}

// What nobody sees keeps its size until somebody does.
void Server::resize_windows(Session& session) {
    if (session.window() != nullptr)
        resize_by_clients(*session.window());
    focus_changed();
}

void Server::resize_all() {
    for (const auto& [id, window] : windows_)
        resize_by_clients(*window);
}

} // namespace berth::mux
