// What `berth` does with its words: flags before the command, verbs that need no mux, everything
// else is the mux's.
#pragma once

#include <span>

namespace berth {

// The exit status. words[0] is the program's name: called as tmux it speaks tmux only.
[[nodiscard]] int run_command_line(std::span<char*> words);

} // namespace berth
