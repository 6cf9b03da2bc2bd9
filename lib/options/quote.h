// A word as tmux's language writes it: bare when it can be, else quoted, with what a terminal would
// not show escaped. show-options prints values with it, list-keys its arguments.
#pragma once

#include <string>
#include <string_view>

namespace berth::options {

std::string quote_word(std::string_view word);

// A name as tmux keeps it: what a terminal would not show (C0, C1, bytes that are no UTF-8) and the
// backslash escaped as vis(3) does.
std::string visible(std::string_view name);

} // namespace berth::options
