// The engine beside the reference model: the first thing in which they differ.
#pragma once

#include <string>

#include "model.h"
#include "vt/terminal.h"

namespace berth::model {

// Both screens cell by cell, the cursor, margins, pens, charsets, tabs, modes and the history;
// nothing if they are the same.
[[nodiscard]] std::string difference(const Model& model, const vt::Terminal& engine);

} // namespace berth::model
