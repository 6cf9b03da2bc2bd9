// Addresses of web hooks: http://HOST[:PORT][/PATH]. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace berth::policy {

inline constexpr std::size_t kMaxUrl = 140; // bytes; a line of berth.conf has 160

struct Url {
    std::string host; // a name or an address, of IPv6 without its brackets
    std::uint16_t port = 80;
    std::string target = "/"; // path and query
};

// Nothing: it is none, or of another kind. No user names, fragments, blanks or characters beyond
// ASCII.
[[nodiscard]] std::optional<Url> parse_url(std::string_view text);

} // namespace berth::policy
