// Commands that move windows and panes: link-window, move-window, swap-window, break-pane,
// join-pane and their kin.
#include "client.h"
#include "commands.h"
#include "formats.h"
#include "options/quote.h"
#include "server.h"

#include <array>

namespace berth::mux {
namespace {

constexpr std::string_view kPrintBroken = "#{session_name}:#{window_index}.#{pane_index}";

// The index that -t names, with -a or -b one that is free beside it.
std::optional<int> index_for(const Call& call, const Found& target) {
    const bool before = call.arguments().has('b');
    if (!call.arguments().has('a') && !before)
        return target.has_index ? std::optional(target.index) : std::nullopt;
    const int beside =
        target.window != nullptr && target.has_index ? target.index : target.session->current;
    return call.server.make_room(*target.session, beside, before);
}

Flow renumber(const Call& call) {
    const auto found = find_target(call.server, call.execution.origin(),
                                   call.arguments().value('t'), {'t', command::Kind::session, 0});
    if (!found)
        return call.fail(found.error().operation);
    call.server.renumber(*found->session);
    return Flow::done;
}

enum class Old { stays, goes };

Flow link_to(const Call& call, Old old) {
    if (old == Old::goes && call.arguments().has('r'))
        return renumber(call);
    const auto source = call.target('s');
    if (!source)
        return Flow::failed;
    const auto target = call.target();
    if (!target)
        return Flow::failed;
    Session& from = *source->session;
    const auto index = index_for(call, *target);
    const auto done = call.server.link_window(
        *target->session, index, *source->window,
        {.kill = call.arguments().has('k'), .select = !call.arguments().has('d')});
    if (!done)
        return call.fail(done.error().operation);
    if (old == Old::stays)
        return Flow::done;
    // Making room may have moved the link that goes.
    int gone = source->index;
    if (from.windows.at(gone) != source->window || (&from == target->session && gone == *done))
        ++gone;
    const SessionId id = from.id;
    call.server.unlink_window(from, gone);
    if (Session* left = call.server.find_session(id);
        left != nullptr && !call.arguments().has('s') && left->options.flag("renumber-windows"))
        call.server.renumber(*left);
    return Flow::done;
}

Flow link_window(const Call& call) {
    return link_to(call, Old::stays);
}
Flow move_window(const Call& call) {
    return link_to(call, Old::goes);
}

Flow unlink_window(const Call& call) {
    const auto found = call.target();
    if (!found)
        return Flow::failed;
    int links = 0;
    for (const auto& [id, session] : call.server.sessions())
        if (session.get() == found->session || session->group.empty() ||
            session->group != found->session->group)
            for (const auto& [index, window] : session->windows)
                links += window == found->window ? 1 : 0;
    if (links < 2 && !call.arguments().has('k'))
        return call.fail("window only linked to one session");
    call.server.unlink_window(*found->session, found->index);
    return Flow::done;
}

Flow swap_window(const Call& call) {
    const auto source = call.target('s');
    if (!source)
        return Flow::failed;
    const auto target = call.target();
    if (!target)
        return Flow::failed;
    if (source->window == target->window)
        return Flow::done;
    Session& from = *source->session;
    Session& to = *target->session;
    from.windows[source->index] = target->window;
    to.windows[target->index] = source->window;
    if (call.arguments().has('d')) {
        call.server.select_window(to, target->index);
        if (&from != &to)
            call.server.select_window(from, source->index);
    }
    call.server.synchronize_group(from);
    call.server.synchronize_group(to);
    for (Session* session : {&from, &to}) {
        call.server.resize_windows(*session);
        call.server.refresh(*session);
    }
    call.server.changed();
    return Flow::done;
}

// The window of a single pane moves as it is.
Flow break_single(const Call& call, const Found& source, const Found& target,
                  std::optional<int> index) {
    const auto done =
        call.server.link_window(*target.session, index, *source.window,
                                {.kill = false, .select = !call.arguments().has('d')});
    if (!done)
        return call.fail(done.error().operation);
    if (const auto name = call.arguments().value('n')) {
        source.window->name = options::visible(*name);
        call.server.notices.add({.event = Event::window_renamed, .window = source.window->id});
        source.window->options.put(*options::find_row("automatic-rename"), {0, ""});
    }
    // Where it was before may have moved to make room.
    for (const auto& [old, window] : source.session->windows)
        if (window == source.window && (source.session != target.session || old != *done)) {
            call.server.unlink_window(*source.session, old);
            break;
        }
    return Flow::done;
}

Flow break_pane(const Call& call) {
    const command::Arguments& arguments = call.arguments();
    const auto source = call.target('s');
    if (!source)
        return Flow::failed;
    const auto target = call.target();
    if (!target)
        return Flow::failed;
    Session& session = *target->session;
    const auto wanted = index_for(call, *target);
    if (source->window->panes.size() == 1)
        return break_single(call, *source, *target, wanted);
    if (wanted && session.windows.contains(*wanted))
        return call.fail("index in use: " + std::to_string(*wanted));
    const int index = wanted.value_or(
        call.server.free_index(session, static_cast<int>(session.options.number("base-index"))));
    const std::string name(arguments.value('n').value_or(""));
    Window& window = call.server.break_pane(*source->pane, session, index, name);
    if (!name.empty())
        window.options.put(*options::find_row("automatic-rename"), {0, ""});
    if (!arguments.has('d'))
        call.server.select_window(session, index);
    call.server.refresh(session);
    if (arguments.has('P'))
        call.print(expand(call.server, {&session, index, &window, window.active, call.client()},
                          arguments.value('F').value_or(kPrintBroken)));
    return Flow::done;
}

Flow join_pane(const Call& call) {
    const command::Arguments& arguments = call.arguments();
    const auto target = call.target();
    if (!target)
        return Flow::failed;
    const auto source = call.target('s');
    if (!source)
        return Flow::failed;
    if (source->pane == target->pane)
        return call.fail("source and target panes must be different");
    layout::Split request;
    request.target = target->pane->id;
    request.axis = arguments.has('h') ? layout::Axis::Horizontal : layout::Axis::Vertical;
    request.where = arguments.has('b') ? layout::Where::Before : layout::Where::After;
    request.full = arguments.has('f');
    if (!take_size(call, *target->window, request))
        return call.fail("size invalid");
    if (!call.server.join_pane(*source->pane, *target->window, request))
        return call.fail("create pane failed: pane too small");
    if (!arguments.has('d')) {
        call.server.select_pane(*source->pane);
        call.server.select_window(*target->session, target->index);
    }
    return Flow::done;
}

constexpr std::array kRows = {
    CommandRow{"break-pane", break_pane},       CommandRow{"join-pane", join_pane},
    CommandRow{"link-window", link_window},     CommandRow{"move-pane", join_pane},
    CommandRow{"move-window", move_window},     CommandRow{"swap-window", swap_window},
    CommandRow{"unlink-window", unlink_window},
};

} // namespace

std::span<const CommandRow> link_commands() {
    return kRows;
}

} // namespace berth::mux
