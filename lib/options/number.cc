#include "options/number.h"

#include <charconv>

namespace berth::options {

std::expected<long long, std::string_view> read_number(std::string_view text, long long minimum,
                                                       long long maximum) {
    const std::string_view whole = text;
    text.remove_prefix(std::min(text.find_first_not_of(" \t\n\v\f\r"), text.size()));
    if (text.starts_with('+') && !text.starts_with("+-"))
        text.remove_prefix(1);
    long long number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc::invalid_argument || end != text.data() + text.size() || whole.empty())
        return std::unexpected("invalid");
    if (error == std::errc::result_out_of_range)
        return std::unexpected(text.starts_with('-') ? "too small" : "too large");
    if (number < minimum)
        return std::unexpected("too small");
    if (number > maximum)
        return std::unexpected("too large");
    return number;
}

} // namespace berth::options
