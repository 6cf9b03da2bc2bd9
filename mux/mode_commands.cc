// Commands that put a pane into a mode: clock-mode.
#include "commands.h"
#include "modes.h"
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

constexpr std::array kRows = {
    CommandRow{"clock-mode", enter_clock},
};

} // namespace

std::span<const CommandRow> mode_commands() {
    return kRows;
}

} // namespace berth::mux
