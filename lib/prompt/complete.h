// Completion of a word by candidates.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace berth::prompt {

// Those that begin with the word, sorted and each once.
[[nodiscard]] std::vector<std::string> matching(std::span<const std::string> candidates,
                                                std::string_view word);
// What all of them begin with.
[[nodiscard]] std::string common_begin(std::span<const std::string> candidates);

} // namespace berth::prompt
