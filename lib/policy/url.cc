#include "policy/url.h"

#include <algorithm>
#include <charconv>

namespace berth::policy {
namespace {

constexpr std::string_view kScheme = "http://";
constexpr std::size_t kMaxHost = 253; // RFC 1035

bool is_letter_or_digit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_host(std::string_view host, bool six) {
    return !host.empty() && host.size() <= kMaxHost && host.front() != '-' &&
           std::ranges::all_of(host, [&](char c) {
               return is_letter_or_digit(c) || c == '.' || (six ? c == ':' : c == '-');
           });
}

// RFC 3986's characters of paths and queries.
bool is_target(std::string_view target) {
    constexpr std::string_view kOthers = "/?-._~!$&'()*+,;=:@%";
    return std::ranges::all_of(target, [&](char c) {
        return is_letter_or_digit(c) || kOthers.find(c) != std::string_view::npos;
    });
}

} // namespace

std::optional<Url> parse_url(std::string_view text) {
    if (text.size() > kMaxUrl || !text.starts_with(kScheme))
        return std::nullopt;
    text.remove_prefix(kScheme.size());
    const std::size_t slash = std::min(text.find_first_of("/?"), text.size());
    std::string_view place = text.substr(0, slash);
    const std::string_view target = text.substr(slash);
    const bool six = place.starts_with('[');
    const std::size_t close = six ? place.find(']') : 0;
    if (close == std::string_view::npos || !is_target(target))
        return std::nullopt;
    const std::size_t colon = std::min(place.find(':', close), place.size());
    const std::string_view host = six ? place.substr(1, close - 1) : place.substr(0, colon);
    if (!is_host(host, six) || (six && colon != close + 1))
        return std::nullopt;
    Url url;
    url.host = host;
    if (colon < place.size()) {
        const char* const end = place.data() + place.size();
        const auto [stop, error] = std::from_chars(place.data() + colon + 1, end, url.port);
        if (error != std::errc() || stop != end || url.port == 0)
            return std::nullopt;
    }
    if (!target.empty())
        url.target = (target.front() == '?' ? "/" : "") + std::string(target);
    return url;
}

} // namespace berth::policy
