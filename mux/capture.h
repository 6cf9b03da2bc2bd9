// capture-pane: a pane's lines as text, with or without their styles.
#pragma once

#include "base/result.h"
#include "command/arguments.h"
#include "pane.h"

#include <string>

namespace berth::mux {

// Error::operation is tmux's message.
[[nodiscard]] Result<std::string> capture(const Pane& pane, const command::Arguments& arguments);

} // namespace berth::mux
