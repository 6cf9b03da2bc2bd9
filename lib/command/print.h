// The canonical text of commands, as list-keys and show-hooks print it: reading it again gives the
// same commands.
#pragma once

#include "command/parser.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace berth::command {

// How commands of a list are kept apart: "; " as in braces, or "\; " as the words of bind-key need
// it.
enum class Separators : std::uint8_t { plain, escaped };

[[nodiscard]] std::string print(const CommandList& list, Separators separators = Separators::plain);
[[nodiscard]] std::string print(const Command& command);
[[nodiscard]] std::string print(const Arguments& arguments);

// The word quoted only as far as the language needs it; bytes that do not print become escapes.
[[nodiscard]] std::string quote(std::string_view word);

// The value as one string: commands are printed, without braces.
[[nodiscard]] std::string text_of(const Value& value);

} // namespace berth::command
