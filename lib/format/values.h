// What the modifiers of formats do to values: arithmetic, patterns, quoting, time. Functions of
// text, without a context.
#pragma once

#include "format/format.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace berth::format {

// a + b and the like; numbers are read as by strtod, cut to integers unless flags has "f". Nothing
// for what is no number or operator.
[[nodiscard]] std::optional<std::string> arithmetic(std::span<const std::string> arguments,
                                                    std::string_view left, std::string_view right);

[[nodiscard]] bool matches(std::string_view pattern, std::string_view text, MatchFlags flags);

// Whether the characters of needle occur in text in order, case ignored; their offsets (code
// points) if they do.
[[nodiscard]] std::optional<std::vector<std::size_t>> fuzzy_positions(std::string_view needle,
                                                                      std::string_view text);

// Every match of the extended regular expression replaced; \0 to \9 stand for groups. Nothing if
// the pattern is not valid.
[[nodiscard]] std::optional<std::string> substitute(std::string_view text, std::string_view pattern,
                                                    std::string_view with, bool ignore_case);

enum class Quote : std::uint8_t { shell, format, argument, single };
[[nodiscard]] std::string quote(std::string_view text, Quote how);

[[nodiscard]] std::string base_name(std::string_view path);
[[nodiscard]] std::string directory_name(std::string_view path);

// strftime of any length up to kMaxText; empty when there is nothing.
[[nodiscard]] std::string format_time(const std::string& specifiers, const std::tm& time);

// The forms of #{t:}: "Sun Oct 25 09:25:02 2015"; the shorter of /p; "3h5m" of /r and /d.
[[nodiscard]] std::string full_time(const std::tm& time);
[[nodiscard]] std::string pretty_time(std::int64_t time, std::int64_t now, Context& context);
[[nodiscard]] std::string duration(std::int64_t seconds);

// A whole decimal number with a sign, as options and modifiers take them.
[[nodiscard]] std::optional<std::int64_t> parse_number(std::string_view text);

} // namespace berth::format
