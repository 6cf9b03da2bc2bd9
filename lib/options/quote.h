// A word as tmux's language writes it: bare when it can be, else quoted, with what a terminal would
// not show escaped. show-options prints values with it, list-keys its arguments.
#pragma once

#include <string>
#include <string_view>

namespace berth::options {

std::string quote_word(std::string_view word);

} // namespace berth::options
