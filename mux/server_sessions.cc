// Sessions, windows and panes: made, resized, ended. What has ended is kept until the loop's next
// turn, so that whoever is in the middle of using it may finish.
#include "base/log.h"
#include "command/print.h"
#include "control.h"
#include "execution.h"
#include "formats.h"
#include "guests.h"
#include "mode.h"
#include "options/quote.h"
#include "restore.h"
#include "server.h"

#include <algorithm>
#include <ctime>
#include <ranges>

namespace berth::mux {

std::uint64_t epoch_seconds() {
    return static_cast<std::uint64_t>(time(nullptr));
}

namespace {

// A C0 or C1 control, one that turns the direction of the line around it (a name could look like
// another), or no UTF-8 at all.
bool unfit(const std::optional<keys::CodePoint>& point) {
    if (!point)
        return true;
    const std::uint32_t value = point->value;
    return value < 0x20 || (value >= 0x7f && value < 0xa0) || value == 0x200e || value == 0x200f ||
           (value >= 0x2028 && value <= 0x202e) || (value >= 0x2066 && value <= 0x2069);
}

// With "?" for each of those.
std::string fit(std::string_view name) {
    std::string shown;
    while (!name.empty()) {
        const auto point = keys::first_utf8(name);
        const std::size_t size = point ? point->size : 1;
        shown += unfit(point) ? "?" : name.substr(0, size);
        name.remove_prefix(size);
    }
    return shown;
}

} // namespace

Result<void> Server::check_name(std::string_view name) {
    if (!name.empty() && name.size() <= kMaxSessionName && fit(name) == name &&
        name.find_first_of(":.") == std::string_view::npos)
        return {};
    return fail(EINVAL, "invalid session name: " + fit(name.substr(0, kMaxSessionName)) +
                            " (1 to " + std::to_string(kMaxSessionName) +
                            " bytes of UTF-8 without control characters, ':' or '.')");
}

Session* Server::find_session(SessionId id) {
    const auto found = sessions_.find(id);
    return found == sessions_.end() ? nullptr : found->second.get();
}

Session* Server::session_named(std::string_view name) {
    for (const auto& [id, session] : sessions_)
        if (session->name == name)
            return session.get();
    return nullptr;
}

Pane* Server::find_pane(PaneId id) {
    const auto found = panes_.find(id);
    return found == panes_.end() ? nullptr : found->second;
}

std::vector<Session*> Server::sessions_of(const Window& window) const {
    std::vector<Session*> result;
    for (const auto& [id, session] : sessions_)
        if (std::ranges::any_of(session->windows,
                                [&](const auto& link) { return link.second == &window; }))
            result.push_back(session.get());
    return result;
}

std::string Server::free_name(std::string_view wanted) const {
    const auto taken = [this](const std::string& name) {
        return std::ranges::any_of(sessions_,
                                   [&](const auto& item) { return item.second->name == name; });
    };
    std::string name(wanted);
    for (int number = 2; taken(name); ++number)
        name = std::string(wanted) + "-" + std::to_string(number);
    return name;
}

std::string Server::number_name() const {
    std::uint32_t number = next_session_;
    const auto taken = [this](const std::string& name) {
        return std::ranges::any_of(sessions_,
                                   [&](const auto& item) { return item.second->name == name; });
    };
    while (taken(std::to_string(number)))
        ++number;
    return std::to_string(number);
}

vt::HistoryLimits Server::history_limits(const options::Set& options) {
    return {static_cast<std::size_t>(options.number("history-limit")), kHistoryBytes};
}

Pane& Server::new_pane(const Session& session, Window& window, vt::Size size) {
    auto pane = std::make_unique<Pane>(*this, next_pane_++, size, history_limits(session.options));
    pane->window = &window;
    pane->options.set_parent(&window.options);
    panes_[pane->id] = pane.get();
    window.panes.push_back(std::move(pane));
    return *window.panes.back();
}

std::unique_ptr<Window> Server::empty_window(std::string name, vt::Size size) {
    auto window = std::make_unique<Window>();
    window->id = next_window_++;
    window->name = std::move(name);
    window->size = window->manual = size;
    window->created = window->activity = epoch_seconds();
    window->options.set_parent(&global_window_options);
    return window;
}

Window& Server::new_window(Session& session, int index, std::string name, vt::Size size,
                           PaneWish wish) {
    if (name.empty())
        name = default_window_name(wish.words.empty() ? "" : wish.words.front());
    auto made = empty_window(options::visible(name), size);
    Window& window = *made;
    windows_[window.id] = std::move(made);
    Pane& pane = new_pane(session, window, size);
    window.active = &pane;
    window.restore_layout("");
    window.apply_layout(); // its borders may take a line
    session.windows[index] = &window;
    synchronize_group(session);
    alerts.watch_silence(window);
    hooks.of_window("window-created", window);
    hooks.of_link("window-linked", session, window);
    hooks.of_pane("pane-created", pane);
    spawn(pane, session, wish);
    changed();
    return window;
}

Result<Session*> Server::new_session(std::string name, const Client* client, vt::Size size,
                                     PaneWish wish, std::string window_name, std::string group) {
    if (name.empty())
        name = number_name();
    if (const auto good = check_name(name); !good)
        return std::unexpected(good.error());
    if (session_named(name) != nullptr)
        return fail(EEXIST, "duplicate session: " + name);
    if (sessions_.size() >= kMaxSessions)
        return fail(EAGAIN, "too many sessions (" + std::to_string(kMaxSessions) + ")");
    auto made = std::make_unique<Session>();
    Session& session = *made;
    session.id = next_session_++;
    session.name = std::move(name);
    session.created = session.activity = epoch_seconds();
    session.activity_us = now_us();
    session.directory = wish.directory;
    session.options.set_parent(&global_session_options);
    if (client != nullptr)
        update_environment(session, *client);
    if (client != nullptr && client->request.login != 0)
        take_locale(session, *client);
    const int base = static_cast<int>(session.options.number("base-index"));
    session.current = base;
    const auto members = group_named(group);
    session.group = std::move(group);
    sessions_[session.id] = std::move(made);
    if (!members.empty()) {
        session.windows = members.front()->windows;
        session.current = session.windows.begin()->first;
        notices.add({.event = Event::session_created, .session = session.id, .name = session.name});
        for (const auto& [index, window] : session.windows)
            hooks.of_link("window-linked", session, *window);
        hooks.of_session("session-created", session);
        hooks.of_session("session-added-to-group", session);
        tell(protocol::EventKind::created, session.name,
             client != nullptr ? client->address() : "");
        changed();
        return &session;
    }
    Window& window = new_window(session, base, std::move(window_name), size, std::move(wish));
    notices.add({.event = Event::window_linked, .session = session.id, .window = window.id});
    notices.add({.event = Event::session_created, .session = session.id, .name = session.name});
    hooks.of_session("session-created", session);
    tell(protocol::EventKind::created, session.name, client != nullptr ? client->address() : "");
    return &session;
}

void Server::update_environment(Session& session, const Client& client) {
    std::vector<std::string> patterns;
    for (const auto& [index, value] : session.options.items("update-environment"))
        patterns.push_back(value.text);
    session.environment.update_from(client.environment, patterns);
    if (!user_.agent.empty())
        session.environment.set("SSH_AUTH_SOCK", user_.agent);
}

std::string Server::default_window_name(std::string_view command) const {
    if (command.starts_with("exec "))
        command.remove_prefix(5);
    std::string name(command.empty() ? std::string_view(user_.shell) : command);
    name = name.substr(0, name.find(' '));
    if (const auto slash = name.rfind('/'); slash != std::string::npos)
        name = name.substr(slash + 1);
    return name;
}

void Server::spawn(Pane& pane, const Session& session, const PaneWish& wish) {
    if (!keeper_)
        return;
    pane.start_path = wish.directory;
    pane.start_words = wish.words;
    if (const std::string command = session.options.text("default-command");
        wish.words.empty() && !command.empty())
        pane.start_words = {command};
    pane.start_command.clear();
    for (const std::string& word : pane.start_words)
        pane.start_command += (pane.start_command.empty() ? "" : " ") + command::quote(word);
    protocol::Spawn spawn;
    spawn.pane = std::uint64_t{pane.id} + 1;
    spawn.words = pane.start_words;
    spawn.directory = wish.directory.substr(0, protocol::kMaxPath);
    spawn.shell = session.options.text("default-shell");
    const vt::Size size = pane.terminal.size();
    spawn.rows = static_cast<std::uint16_t>(size.rows);
    spawn.columns = static_cast<std::uint16_t>(size.columns);
    if (!send_spawn(spawn, program_environment(&session, pane.id), wish.environment, {}))
        log::error("a program's command is beyond the limits");
}

void Server::spawn_failed(Pane& pane, std::string_view text) {
    // A session that has nothing else ends; those of its clients that came by a login get the plain
    // shell. Others stay where they are.
    const bool only_pane = pane.window->panes.size() == 1;
    for (Session* session : sessions_of(*pane.window))
        for (Client* client : clients_of(*session))
            if (only_pane && session->windows.size() == 1)
                client->finish(1, std::string(text), session->by_login);
            else
                client->show_message(text);
    kill_pane(pane);
}

void Server::kill_pane(Pane& pane) {
    if (keeper_)
        keeper_->send(protocol::Forget{std::uint64_t{pane.id} + 1});
    pane.dead = true;
    remove_pane(pane, 0);
}

void Server::pane_ended(Pane& pane) {
    if (pane_remains(pane)) {
        hooks.of_pane("pane-died", pane);
        return;
    }
    hooks.of_pane("pane-exited", pane);
    if (keeper_)
        keeper_->send(protocol::Forget{std::uint64_t{pane.id} + 1});
    remove_pane(pane, pane.exit_status());
}

void Server::remove_pane(Pane& pane, int status) {
    Window& window = *pane.window;
    close_pipe(pane);
    panes_.erase(pane.id);
    if (marked == &pane)
        marked = nullptr;
    if (window.panes.size() == 1) {
        remove_window(window, status);
        return;
    }
    const bool was_active = window.active == &pane;
    dead_panes_.push_back(take_pane(pane));
    window.zoomed = false;
    layout_changed(window);
    if (was_active) {
        notices.add(
            {.event = Event::window_pane_changed, .window = window.id, .pane = window.active->id});
        hooks.of_window("window-pane-changed", window);
    }
    reap_later();
}

void Server::kill_window(Window& window) {
    for (const auto& pane : window.panes) {
        if (keeper_)
            keeper_->send(protocol::Forget{std::uint64_t{pane->id} + 1});
        pane->dead = true;
        panes_.erase(pane->id);
        if (marked == pane.get())
            marked = nullptr;
    }
    remove_window(window, 0);
}

void Server::remove_window(Window& window, int status) {
    for (const auto& pane : window.panes)
        panes_.erase(pane->id);
    const auto holders = sessions_of(window);
    alerts.forget(window);
    for (const auto& pane : window.panes)
        close_pipe(*pane);
    const auto found = windows_.find(window.id);
    if (found == windows_.end())
        return;
    hooks.of_window("window-closed", window);
    dead_windows_.push_back(std::move(found->second));
    windows_.erase(found);
    for (Session* session : holders)
        unlink_all(*session, window, status);
    changed();
    reap_later();
}

// Takes every link to the window out of the session; the window that was current before becomes so
// again.
void Server::unlink_all(Session& session, const Window& window, int status) {
    std::erase_if(session.windows, [&](const auto& link) { return link.second == &window; });
    const SessionId id = session.id;
    session.alerts.erase(window.id);
    const bool ends = session.windows.empty();
    if (ends)
        hooks.of_link("window-unlinked", session, window);
    links_removed(session, status);
    if (!ends)
        hooks.of_link("window-unlinked", session, window);
    notices.add({.event = Event::window_unlinked, .session = id, .window = window.id});
    if (!session.windows.empty() && session.options.flag("renumber-windows"))
        renumber(session);
}

void Server::links_removed(Session& session, int status) {
    std::erase_if(session.last, [&](int index) { return !session.windows.contains(index); });
    if (session.windows.empty()) {
        end_session(session, "[exited]", status);
        return;
    }
    if (session.window() == nullptr) {
        int next = 0;
        if (!session.last.empty()) {
            next = session.last.back();
            session.last.pop_back();
        } else {
            const auto after = session.windows.upper_bound(session.current);
            next = after == session.windows.begin() ? after->first : std::prev(after)->first;
        }
        session.current = next;
        notices.add({.event = Event::session_window_changed, .session = session.id});
        alerts.seen(*session.window());
        hooks.of_session("session-window-changed", session);
    }
    resize_windows(session);
    refresh(session);
}

void Server::kill_session(Session& session) {
    const auto links = session.windows;
    const SessionId id = session.id;
    if (!std::exchange(session.group, {}).empty())
        hooks.of_session("session-removed-from-group", session);
    session.windows.clear();
    for (const auto& [index, window] : links)
        if (windows_.contains(window->id) && sessions_of(*window).empty())
            kill_window(*window);
    end_session(session, "[exited]", 0);
    for (const auto& [index, window] : links) {
        notices.add({.event = Event::window_unlinked, .session = id, .window = window->id});
        hooks.of_link("window-unlinked", session, *window); // both live until they are reaped
    }
}

// Where detach-on-destroy sends the clients of a session that ends; nullptr: they are detached.
Session* Server::instead_of(const Session& session) const {
    const std::string how = session.options.text("detach-on-destroy");
    if (how == "previous" || how == "next")
        return session_beside(session, how == "next" ? 1 : -1);
    if (how == "on")
        return nullptr;
    for (Session* other : by_activity())
        if (other != &session && !other->windows.empty() &&
            (how == "off" || clients_of(*other).empty()))
            return other;
    return nullptr;
}

void Server::end_session(Session& session, std::string_view text, int status) {
    const auto found = sessions_.find(session.id);
    if (found == sessions_.end())
        return;
    tell(protocol::EventKind::ended, session.name, "");
    notices.add({.event = Event::session_closed, .session = session.id, .name = session.name});
    hooks.of_session("session-closed", session);
    guests->session_ended(session);
    Session* other = instead_of(session);
    dead_sessions_.push_back(std::move(found->second));
    sessions_.erase(found);
    for (Client* client : clients_of(session))
        if (other != nullptr)
            client->attach(*other);
        else
            client->finish(status, text);
    changed();
    reap_later();
    check_idle();
}

void Server::reap_later() {
    if (reap_due_)
        return;
    reap_due_ = loop_.defer([this] {
        reap_due_.reset();
        guests->prune();
        dead_modes_.clear();
        dead_panes_.clear();
        dead_windows_.clear();
        dead_sessions_.clear();
        const auto gone = std::erase_if(clients_, [](const auto& item) { return item->gone(); });
        std::erase_if(files_, [this](const auto& item) {
            // A client in control mode may still have a line to send after its %exit.
            const auto here = [&](const auto& client) { return client->id == item.second.client; };
            return item.second.stream ? std::ranges::none_of(clients_, here)
                                      : client_by_id(item.second.client) == nullptr;
        });
        if (gone > 0)
            check_unattached();
        if (ending_ && clients_.empty())
            loop_.exit(0);
        check_idle();
    });
}

void Server::select_window(Session& session, int index) {
    if (index == session.current || !session.windows.contains(index))
        return;
    std::erase(session.last, index);
    session.last.push_back(session.current);
    session.current = index;
    notices.add({.event = Event::session_window_changed, .session = session.id});
    alerts.seen(*session.window());
    hooks.of_session("session-window-changed", session);
    resize_windows(session);
    refresh(session);
    changed();
}

void Server::select_pane(Pane& pane) {
    Window& window = *pane.window;
    if (window.active == &pane)
        return;
    if (window.zoomed) {
        window.zoomed = false;
        window.apply_layout();
    }
    window.activate(pane);
    notices.add({.event = Event::window_pane_changed, .window = window.id, .pane = pane.id});
    pane.active_at = ++activations_;
    hooks.of_window("window-pane-changed", window);
    refresh(window);
    changed();
}

Pane* Server::split(Session& session, Window& window, layout::Split request, PaneWish wish) {
    if (window.zoomed) {
        window.zoomed = false;
        window.apply_layout();
    }
    if (panes_.size() >= kMaxPanes || !window.layout)
        return nullptr;
    request.pane = next_pane_;
    if (!window.layout->split(request))
        return nullptr;
    const auto box = window.layout->box(request.pane).value_or(layout::Box{0, 0, 1, 1});
    Pane& pane = new_pane(
        session, window,
        {static_cast<int>(std::max(1U, box.height)), static_cast<int>(std::max(1U, box.width))});
    // Beside its target in the order of panes, too.
    const auto target =
        std::ranges::find(window.panes, request.target, [](const auto& item) { return item->id; });
    const bool before = request.where == layout::Where::Before;
    const auto place = request.full ? (before ? window.panes.begin() : window.panes.end() - 1)
                       : before     ? target
                                    : target + 1;
    std::rotate(place, window.panes.end() - 1, window.panes.end());
    window.apply_layout();
    spawn(pane, session, wish);
    hooks.of_pane("pane-created", pane);
    refresh(window);
    changed();
    return &pane;
}

Session* Server::session_beside(const Session& session, int step) const {
    std::vector<Session*> order;
    for (const auto& [id, item] : sessions_)
        order.push_back(item.get());
    std::ranges::sort(order, {}, &Session::name);
    if (order.size() < 2)
        return nullptr;
    const auto count = static_cast<int>(order.size());
    const int now = static_cast<int>(std::ranges::find(order, &session) - order.begin());
    return order[static_cast<std::size_t>(((now + step) % count + count) % count)];
}

int Server::free_index(const Session& session, int from) const {
    while (session.windows.contains(from))
        ++from;
    return from;
}

bool Server::nested_ok(const Client& client) const {
    // $TMUX of another server: showing this one inside is fine.
    const std::string place = client.environment_value("TMUX");
    return place.substr(0, place.find(',')) != user_.socket;
}

int Server::make_room(Session& session, int index, bool before) {
    if (!before)
        ++index;
    int end = index;
    while (session.windows.contains(end))
        ++end;
    for (; end > index; --end) {
        auto link = session.windows.extract(end - 1);
        link.key() = end;
        session.windows.insert(std::move(link));
        if (session.current == end - 1)
            session.current = end;
        std::ranges::replace(session.last, end - 1, end);
    }
    synchronize_group(session);
    return index;
}

std::string Server::directory_for(const Call& call, const Session& session) {
    if (const auto directory = call.arguments().value('c')) {
        const auto found = find_target(*this, call.execution.origin(), call.arguments().value('t'),
                                       call.command.row->target);
        return expand(*this, found ? about(*found, call.client()) : FormatAbout{}, *directory);
    }
    const Client* client = call.client();
    if (client != nullptr && call.execution.origin().command_line &&
        !client->request.directory.empty())
        return client->request.directory;
    return session.directory;
}

void Server::drop_if_unlinked(Window& window) {
    if (sessions_of(window).empty())
        kill_window(window);
}

void Server::options_changed(std::string_view name) {
    if (name == "buffer-limit")
        buffers.set_limit(static_cast<std::size_t>(server_options.number("buffer-limit")));
    if (name == "monitor-silence")
        alerts.watch_all();
    if (name == "lock-after-time")
        locks.watch_all();
    if (name == "user-keys")
        for (const auto& client : clients_)
            client->use_user_keys();
    if (name == "pane-border-status" || name.starts_with("pane-scrollbars"))
        for (const auto& [id, window] : windows_)
            window->apply_layout();
    for (const auto& [id, session] : sessions_) {
        resize_windows(*session);
        refresh(*session);
    }
}

} // namespace berth::mux
