// A decimal number within limits, read as tmux reads its arguments: leading blanks and a sign are
// allowed, nothing may follow. The error is "too small", "too large" or "invalid".
#pragma once

#include <expected>
#include <string_view>

namespace berth::options {

std::expected<long long, std::string_view> read_number(std::string_view text, long long minimum,
                                                       long long maximum);

} // namespace berth::options
