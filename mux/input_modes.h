// What a terminal's program wants keys and mouse reports to look like.
#pragma once

#include "keys/encode.h"
#include "vt/terminal.h"

namespace berth::mux {

[[nodiscard]] keys::PaneModes input_modes(const vt::Terminal& terminal);

} // namespace berth::mux
