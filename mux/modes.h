// The modes of panes that the mux has: one function for each, which makes it.
#pragma once

#include "mode.h"

#include <memory>

namespace berth::mux {

[[nodiscard]] std::unique_ptr<PaneMode> clock_mode(Server& server, Pane& pane);

} // namespace berth::mux
