// Templates: commands with places for answers, as command-prompt, choose-tree and display-panes
// take them. "%1" to "%9" stand for an answer, the first "%%" for the first, the second for the
// second; a further "%" ("%%%", "%1%") escapes what would end double quotes or be replaced in them.
// The last answer also stands for the one after it, as in tmux 3.3a. Answers are not looked at for
// places again.
#pragma once

#include "command/parser.h"

#include <span>
#include <string>
#include <string_view>

namespace berth::command {

[[nodiscard]] std::string substitute(std::string_view text, std::span<const std::string> answers);

// In every word of every command, those in braces included.
[[nodiscard]] CommandList substitute(const CommandList& list, std::span<const std::string> answers);

} // namespace berth::command
