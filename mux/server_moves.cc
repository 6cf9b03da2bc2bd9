// Windows and panes that move: links of windows to sessions, panes from window to window, what a
// dead pane leaves and how it runs again.
#include "formats.h"
#include "options/quote.h"
#include "server.h"

#include <algorithm>

namespace berth::mux {

void Server::unzoom(Window& window) {
    if (!window.zoomed)
        return;
    window.zoomed = false;
    layout_changed(window);
}

void Server::zoom(Window& window) {
    if (window.zoomed || window.panes.size() < 2)
        return;
    window.zoomed = true;
    layout_changed(window);
}

// After the panes of a window, their places or sizes have changed.
void Server::layout_changed(Window& window) {
    window.apply_layout();
    notices.add({.event = Event::window_layout_changed, .window = window.id});
    hooks.of_window("window-layout-changed", window);
    if (std::exchange(window.told_zoomed, window.zoomed) != window.zoomed)
        hooks.of_window(window.zoomed ? "window-zoomed" : "window-unzoomed", window);
    refresh(window);
    changed();
}

void Server::resize_window(Window& window, vt::Size size) {
    window.size = vt::clamped(size);
    window.manual = window.size;
    if (window.layout) {
        window.resize_layout();
        window.take_layout_size(); // no smaller than its panes need
    }
    layout_changed(window);
    hooks.of_window("window-resized", window);
}

Result<int> Server::link_window(Session& session, std::optional<int> wanted, Window& window,
                                LinkHow how) {
    const int index = wanted.value_or(
        free_index(session, static_cast<int>(session.options.number("base-index"))));
    Window* replaced = nullptr;
    bool was_current = false;
    if (const auto old = session.windows.find(index); old != session.windows.end()) {
        if (old->second == &window)
            return fail(EEXIST, "same index: " + std::to_string(index));
        if (!how.kill)
            return fail(EEXIST, "index in use: " + std::to_string(index));
        replaced = old->second;
        was_current = session.current == index;
        std::erase(session.last, index);
    }
    session.windows[index] = &window;
    synchronize_group(session);
    notices.add({.event = Event::window_linked, .session = session.id, .window = window.id});
    hooks.of_link("window-linked", session, window);
    if (replaced != nullptr)
        drop_if_unlinked(*replaced);
    if (how.select && !was_current)
        select_window(session, index);
    resize_windows(session);
    refresh(session);
    changed();
    return index;
}

void Server::unlink_window(Session& session, int index) {
    const auto found = session.windows.find(index);
    if (found == session.windows.end())
        return;
    Window& window = *found->second;
    const SessionId id = session.id;
    const WindowId window_id = window.id;
    session.windows.erase(found);
    session.alerts.erase(window.id);
    const bool ends = session.windows.empty();
    if (ends)
        hooks.of_link("window-unlinked", session, window);
    std::erase(session.last, index);
    synchronize_group(session);
    drop_if_unlinked(window);
    links_removed(session, 0);
    if (!ends)
        hooks.of_link("window-unlinked", session, window);
    notices.add({.event = Event::window_unlinked, .session = id, .window = window_id});
    changed();
}

// Gives the windows of a session the indices from base-index on.
void Server::renumber(Session& session) {
    std::map<int, Window*> links;
    std::map<int, int> moved;
    int index = static_cast<int>(session.options.number("base-index"));
    for (const auto& [old, window] : session.windows) {
        moved[old] = index;
        links[index++] = window;
    }
    session.windows = std::move(links);
    session.current = moved[session.current];
    for (int& old : session.last)
        old = moved[old];
    synchronize_group(session);
    refresh(session);
    changed();
}

// A mark is of a pane in its window.
void Server::unmark(const Pane& pane) {
    if (marked == &pane)
        marked = nullptr;
}

// Out of its window, whose other panes take its cells. The window may be without panes then.
std::unique_ptr<Pane> Server::take_pane(Pane& pane) {
    Window& window = *pane.window;
    window.remove_from_layout(pane);
    const auto found = std::ranges::find(window.panes, &pane, &std::unique_ptr<Pane>::get);
    if (window.active == &pane) {
        window.active = window.last != &pane ? window.last : nullptr;
        if (window.active == nullptr && window.panes.size() > 1)
            window.active = found == window.panes.begin() ? found[1].get() : found[-1].get();
        window.last = nullptr;
    }
    if (window.last == &pane)
        window.last = nullptr;
    std::unique_ptr<Pane> taken = std::move(*found);
    window.panes.erase(found);
    return taken;
}

// Where request.target stands in the order of panes, the new one stands beside it.
void Server::place_pane(Window& window, std::unique_ptr<Pane> pane, const layout::Split& request) {
    pane->window = &window;
    pane->options.set_parent(&window.options);
    const bool before = request.where == layout::Where::Before;
    auto place =
        std::ranges::find(window.panes, request.target, [](const auto& item) { return item->id; });
    if (!before && place != window.panes.end())
        ++place;
    window.panes.insert(place, std::move(pane));
}

bool Server::join_pane(Pane& pane, Window& window, layout::Split request) {
    Window& source = *pane.window;
    unzoom(source);
    unzoom(window);
    request.pane = pane.id;
    if (&source == &window) {
        // Its cell goes away first, so that the others are as they will be when there is room.
        layout::Layout tried = *window.layout;
        tried.remove(pane.id);
        if (!tried.split(request))
            return false;
        *window.layout = std::move(tried);
        const auto found = std::ranges::find(window.panes, &pane, &std::unique_ptr<Pane>::get);
        std::unique_ptr<Pane> taken = std::move(*found);
        window.panes.erase(found);
        place_pane(window, std::move(taken), request);
        layout_changed(window);
        hooks.of_pane("pane-moved", pane);
        return true;
    }
    if (!window.layout || !window.layout->split(request))
        return false;
    unmark(pane);
    place_pane(window, take_pane(pane), request);
    layout_changed(window);
    hooks.of_pane("pane-moved", pane);
    if (source.panes.empty())
        remove_window(source, 0);
    else
        layout_changed(source);
    return true;
}

Window& Server::break_pane(Pane& pane, Session& session, int index, std::string name) {
    Window& source = *pane.window;
    const bool was_active = source.active == &pane;
    unzoom(source);
    unmark(pane);
    if (name.empty())
        name = default_window_name(pane.start_words.empty() ? "" : pane.start_words.front());
    auto made = empty_window(options::visible(name), source.size);
    Window& window = *made;
    windows_[window.id] = std::move(made);
    place_pane(window, take_pane(pane), {});
    window.active = &pane;
    window.restore_layout("");
    session.windows[index] = &window;
    synchronize_group(session);
    if (was_active) {
        notices.add(
            {.event = Event::window_pane_changed, .window = source.id, .pane = source.active->id});
        hooks.of_window("window-pane-changed", source);
    }
    layout_changed(source);
    window.apply_layout();
    hooks.of_window("window-created", window);
    hooks.of_window("window-renamed", window);
    hooks.of_link("window-linked", session, window);
    hooks.of_pane("pane-moved", pane);
    changed();
    notices.add({.event = Event::window_renamed, .window = window.id});
    notices.add({.event = Event::window_linked, .session = session.id, .window = window.id});
    return window;
}

void Server::swap_panes(Pane& one, Pane& other) {
    Window& first = *one.window;
    Window& second = *other.window;
    const auto place_of = [](Window& window, const Pane& pane) {
        return std::ranges::find(window.panes, &pane, &std::unique_ptr<Pane>::get);
    };
    const auto place_one = place_of(first, one);
    const auto place_other = place_of(second, other);
    std::swap(*place_one, *place_other);
    first.layout->swap(one.id, other.id);
    hooks.of_pane("pane-moved", one);
    hooks.of_pane("pane-moved", other);
    if (&first == &second)
        return layout_changed(first);
    second.layout->swap(one.id, other.id);
    unmark(one);
    unmark(other);
    std::swap(one.window, other.window);
    one.options.set_parent(&second.options);
    other.options.set_parent(&first.options);
    const auto stand_in = [](Window& window, const Pane& gone, Pane& come) {
        if (window.active == &gone)
            window.active = &come;
        if (window.last == &gone)
            window.last = nullptr;
    };
    stand_in(first, one, other);
    stand_in(second, other, one);
    layout_changed(first);
    layout_changed(second);
}

// remain-on-exit: the pane stays with what its program left, and says that it is dead.
bool Server::pane_remains(Pane& pane) {
    const std::string wish = pane.options.text("remain-on-exit");
    if (wish == "off" || (wish == "failed" && pane.exit_status() == 0))
        return false;
    pane.dead_time = epoch_seconds();
    Session* holder = sessions_of(*pane.window).empty() ? nullptr : sessions_of(*pane.window)[0];
    const std::string text =
        expand(*this, {.session = holder, .window = pane.window, .pane = &pane},
               pane.options.text("remain-on-exit-format"));
    pane.show_end(text);
    refresh(*pane.window);
    return true;
}

void Server::respawn(Pane& pane, const Session& session, PaneWish wish) {
    if (keeper_)
        keeper_->send(protocol::Forget{std::uint64_t{pane.id} + 1});
    if (wish.words.empty())
        wish.words = pane.start_words;
    if (wish.directory.empty())
        wish.directory = pane.start_path;
    leave_modes(pane);
    pane.restart();
    spawn(pane, session, wish);
    refresh(*pane.window);
    changed();
}

// ---- what programs run in panes, asked of the keeper

void Server::ask_program(const Pane& pane) {
    if (!keeper_ || !pane.running())
        return;
    keeper_->send(protocol::Query{std::uint64_t{pane.id} + 1});
    ++queries_;
}

void Server::when_told(std::move_only_function<void()> call) {
    if (!keeper_ || answers_ >= queries_)
        return call();
    told_.emplace_back(queries_, std::move(call));
}

void Server::query_answered() {
    ++answers_;
    while (!told_.empty() && told_.front().first <= answers_) {
        auto call = std::move(told_.front().second);
        told_.pop_front();
        call();
    }
}

// A new keeper link: what the old one was asked will not be answered.
void Server::queries_lost() {
    answers_ = queries_;
    auto calls = std::exchange(told_, {});
    for (auto& [number, call] : calls)
        call();
}

void Server::pane_info(Pane& pane, std::string_view program, std::string_view directory) {
    if (!program.empty())
        pane.program = std::string(program);
    if (!directory.empty())
        pane.directory = std::string(directory);
    rename_by_program(pane);
}

void Server::rename_by_program(const Pane& pane) {
    Window& window = *pane.window;
    const auto holders = sessions_of(window);
    if (window.active != &pane || holders.empty() || !window.options.flag("automatic-rename"))
        return;
    const std::string name = options::visible(
        expand(*this, {.session = holders.front(), .window = &window, .pane = window.active},
               window.options.text("automatic-rename-format")));
    if (name.empty() || name == window.name)
        return;
    window.name = name;
    notices.add({.event = Event::window_renamed, .window = window.id});
    hooks.of_window("window-renamed", window);
    changed();
    refresh(window);
}

void Server::add_message(std::string text) {
    messages.push_back({epoch_seconds(), std::move(text)});
    const auto most = static_cast<std::size_t>(server_options.number("message-limit"));
    while (messages.size() > most)
        messages.pop_front();
}

// Every pane that takes what is typed into this one.
std::vector<Pane*> Server::synchronized_with(Pane& pane) {
    if (!pane.options.flag("synchronize-panes"))
        return {&pane};
    std::vector<Pane*> all = {&pane};
    for (const auto& other : pane.window->panes)
        if (other.get() != &pane && other->mode() == nullptr && !pane.window->zoomed &&
            other->options.flag("synchronize-panes"))
            all.push_back(other.get());
    return all;
}

} // namespace berth::mux
