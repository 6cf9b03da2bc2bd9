// Commands that put a pane into a mode: copy-mode, clock-mode.
#include "client.h"
#include "commands.h"
#include "copy_mode.h"
#include "modes.h"
#include "mouse.h"
#include "server.h"

#include <array>

namespace berth::mux {
namespace {

Flow enter_clock(const Call& call) {
    const auto found = call.target();
    if (!found)
        return Flow::failed;
    call.server.enter_mode(*found->pane, clock_mode(call.server, *found->pane));
    return Flow::done;
}

// The pane below the mouse, if the client that has it asks.
Pane* dragged_pane(const Call& call) {
    const MouseAt* mouse = call.execution.origin().mouse.get();
    const Client* client = call.client();
    if (mouse == nullptr || !mouse->pane || client == nullptr || client->session == nullptr ||
        client->session->id != mouse->session)
        return nullptr;
    return call.server.find_pane(*mouse->pane);
}

Flow enter_copy(const Call& call) {
    const command::Arguments& arguments = call.arguments();
    const auto found = call.target();
    const auto source = arguments.has('s') ? call.target('s') : found;
    if (!found || !source)
        return Flow::failed;
    const bool by_mouse = arguments.has('M') || arguments.has('S');
    Pane* pane = by_mouse ? dragged_pane(call) : found->pane;
    if (arguments.has('q'))
        call.server.leave_modes(*found->pane);
    if (pane == nullptr || arguments.has('q'))
        return Flow::done;
    CopyMode* mode = copy_mode_of(*pane);
    if (mode == nullptr || mode->name() != "copy-mode") {
        auto made = std::make_unique<CopyMode>(call.server, *pane,
                                               (arguments.has('s') ? source->pane : pane)->terminal,
                                               CopyMode::Kind::copy);
        made->set_scroll_exit(arguments.has('e'));
        if (arguments.has('H'))
            made->hide_position();
        call.server.enter_mode(*pane, std::move(made));
        mode = copy_mode_of(*pane);
        if (arguments.has('M'))
            start_copy_drag(call.server, *call.execution.origin().mouse, *pane);
    }
    if (arguments.has('S'))
        start_scroll_drag(call.server, *call.execution.origin().mouse, *pane);
    if (arguments.has('u'))
        mode->run("page-up");
    if (arguments.has('d'))
        mode->run("page-down");
    return Flow::done;
}

Flow enter_switch(const Call& call) {
    const auto found = call.target();
    if (!found)
        return Flow::failed;
    auto mode = switch_mode(call, *found);
    if (call.arguments().has('Z') && !found->window->zoomed && found->window->panes.size() > 1) {
        call.server.select_pane(*found->pane);
        call.server.zoom(*found->window);
    }
    call.server.enter_mode(*found->pane, std::move(mode));
    return Flow::done;
}

constexpr std::array kRows = {
    CommandRow{"clock-mode", enter_clock},
    CommandRow{"copy-mode", enter_copy},
    CommandRow{"switch-mode", enter_switch},
};

} // namespace

std::span<const CommandRow> mode_commands() {
    return kRows;
}

} // namespace berth::mux
