// The modes of panes that the mux has: one function for each, which makes it.
#pragma once

#include "mode.h"
#include "target.h"

#include <memory>

namespace berth::mux {

[[nodiscard]] std::unique_ptr<PaneMode> switch_mode(const Call& call, const Found& found);
[[nodiscard]] std::unique_ptr<PaneMode> clock_mode(Server& server, Pane& pane);

} // namespace berth::mux
