// Commands of windows: new-window, select-window, list-windows and their kin.
#include "client.h"
#include "commands.h"
#include "formats.h"
#include "options/quote.h"
#include "server.h"

#include <array>

namespace berth::mux {
namespace {

constexpr std::string_view kWindowLine =
    "#{window_index}: #{window_name}#{window_raw_flags} (#{window_panes} panes) "
    "[#{window_width}x#{window_height}] "
    "[layout #{window_layout}] #{window_id}#{?window_active, (active),}";
constexpr std::string_view kWindowLineAll =
    "#{session_name}:#{window_index}: #{window_name}#{window_raw_flags} (#{window_panes} panes) "
    "[#{window_width}x#{window_height}] ";
constexpr std::string_view kPrintNew = "#{session_name}:#{window_index}.#{pane_index}";

Flow new_window(const Call& call) {
    const command::Arguments& arguments = call.arguments();
    const auto found = call.target();
    if (!found)
        return Flow::failed;
    Session& session = *found->session;
    const std::string name = arguments.has('n') ? expand(call.server, about(*found, call.client()),
                                                         *arguments.value('n'))
                                                : "";
    if (arguments.has('S') && !name.empty())
        for (const auto& [index, window] : session.windows)
            if (window->name == name) {
                if (!arguments.has('d'))
                    call.server.select_window(session, index);
                return Flow::done;
            }
    int index = found->index;
    const int base = static_cast<int>(session.options.number("base-index"));
    if (arguments.has('a') || arguments.has('b')) {
        index = call.server.make_room(session, found->has_index ? found->index : session.current,
                                      arguments.has('b'));
    } else if (!found->has_index || !arguments.has('t')) {
        index = call.server.free_index(session, base);
    } else if (session.windows.contains(index)) {
        if (!arguments.has('k'))
            return call.fail("create window failed: index " + std::to_string(index) + " in use");
    }
    PaneWish wish;
    for (std::size_t i = 0; i < arguments.size(); ++i)
        wish.words.emplace_back(arguments.text(i));
    wish.directory = call.server.directory_for(call, session);
    for (const std::string& entry : arguments.values('e'))
        wish.environment.push_back(entry);
    Window* replaced = nullptr;
    if (const auto old = session.windows.find(index); old != session.windows.end())
        replaced = old->second;
    Window& window = call.server.new_window(session, index, name,
                                            call.server.new_window_size(session), std::move(wish));
    if (!name.empty())
        window.options.put(*options::find_row("automatic-rename"), {0, ""});
    if (replaced != nullptr)
        call.server.drop_if_unlinked(*replaced);
    if (!arguments.has('d'))
        call.server.select_window(session, index);
    call.server.notices.add(
        {.event = Event::window_linked, .session = session.id, .window = window.id});
    call.server.refresh(session);
    if (arguments.has('P'))
        call.print(expand(call.server, {&session, index, &window, window.active, call.client()},
                          arguments.value('F').value_or(kPrintNew)));
    return Flow::done;
}

Flow kill_window(const Call& call) {
    const auto found = call.target();
    if (!found)
        return Flow::failed;
    if (!call.arguments().has('a')) {
        call.server.kill_window(*found->window);
        return Flow::done;
    }
    std::vector<Window*> others;
    for (const auto& [index, window] : found->session->windows)
        if (window != found->window && std::ranges::find(others, window) == others.end())
            others.push_back(window);
    for (Window* window : others)
        call.server.kill_window(*window);
    return Flow::done;
}

Flow rename_window(const Call& call) {
    const auto found = call.target();
    if (!found)
        return Flow::failed;
    found->window->name = options::visible(
        expand(call.server, about(*found, call.client()), call.arguments().text(0)));
    call.server.hooks.of_window("window-renamed", *found->window);
    found->window->options.put(*options::find_row("automatic-rename"), {0, ""});
    call.server.changed();
    call.server.notices.add({.event = Event::window_renamed, .window = found->window->id});
    call.server.refresh(*found->window);
    return Flow::done;
}

Flow go(const Call& call, Session& session, int index) {
    call.server.select_window(session, index);
    return Flow::done;
}

Flow step(const Call& call, int direction) {
    const auto found = call.target();
    if (!found)
        return Flow::failed;
    Session& session = *found->session;
    if (session.windows.size() < 2)
        return call.fail(direction > 0 ? "no next window" : "no previous window");
    auto at = session.windows.find(session.current);
    do { // -a: to the next with an alert
        if (direction > 0)
            at = std::next(at) == session.windows.end() ? session.windows.begin() : std::next(at);
        else
            at = std::prev(at == session.windows.begin() ? session.windows.end() : at);
        if (!call.arguments().has('a') || Alerts::any(session, *at->second))
            return go(call, session, at->first);
    } while (at->first != session.current);
    return call.fail(direction > 0 ? "no next window" : "no previous window");
}

Flow next_window(const Call& call) {
    return step(call, 1);
}
Flow previous_window(const Call& call) {
    return step(call, -1);
}

Flow last_window(const Call& call) {
    const auto found = call.target();
    if (!found)
        return Flow::failed;
    if (found->session->last.empty())
        return call.fail("no last window");
    return go(call, *found->session, found->session->last.back());
}

Flow select_window(const Call& call) {
    if (call.arguments().has('n'))
        return step(call, 1);
    if (call.arguments().has('p'))
        return step(call, -1);
    const auto found = call.target();
    if (!found)
        return Flow::failed;
    if (call.arguments().has('l') ||
        (call.arguments().has('T') && found->index == found->session->current)) {
        if (found->session->last.empty())
            return call.fail("no last window");
        return go(call, *found->session, found->session->last.back());
    }
    return go(call, *found->session, found->index);
}

void print_windows(const Call& call, Session& session, std::string_view line) {
    for (const auto& [index, window] : session.windows) {
        const FormatAbout item{&session, index, window, window->active, nullptr};
        if (const auto filter = call.arguments().value('f'))
            if (const std::string value = expand(call.server, item, *filter);
                value.empty() || value == "0")
                continue;
        call.print(expand(call.server, item, call.arguments().value('F').value_or(line)));
    }
}

Flow list_windows(const Call& call) {
    if (call.arguments().has('a')) {
        for (Session* session : call.server.by_name())
            print_windows(call, *session, kWindowLineAll);
        return Flow::done;
    }
    const auto found = call.target();
    if (!found)
        return Flow::failed;
    print_windows(call, *found->session, kWindowLine);
    return Flow::done;
}

constexpr std::array kRows = {
    CommandRow{"kill-window", kill_window},     CommandRow{"last-window", last_window},
    CommandRow{"list-windows", list_windows},   CommandRow{"new-window", new_window},
    CommandRow{"next-window", next_window},     CommandRow{"previous-window", previous_window},
    CommandRow{"rename-window", rename_window}, CommandRow{"select-window", select_window},
};

} // namespace

std::span<const CommandRow> window_commands() {
    return kRows;
}

} // namespace berth::mux
