#include "fingerprint.h"

#include "common/sha256.h"

#include <cstddef>

namespace berth::login {
namespace {

constexpr std::string_view kDigits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

// Empty if there is another character than base64's.
std::string decoded(std::string_view text) {
    while (text.ends_with('='))
        text.remove_suffix(1);
    std::string out;
    unsigned bits = 0;
    unsigned value = 0;
    for (const char c : text) {
        const auto digit = kDigits.find(c);
        if (digit == kDigits.npos)
            return {};
        value = (value << 6 | static_cast<unsigned>(digit)) & 0xffff;
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            out += static_cast<char>(value >> bits & 0xff);
        }
    }
    return out;
}

unsigned hex(char c) {
    return static_cast<unsigned>(c <= '9' ? c - '0' : c - 'a' + 10);
}

} // namespace

std::string fingerprint(std::string_view key) {
    const std::size_t space = key.find(' ');
    if (space == key.npos)
        return {};
    key.remove_prefix(space + 1);
    const std::string blob = decoded(key.substr(0, key.find_first_of(" \n")));
    if (blob.empty())
        return {};
    char digest[modules::kDigestHex + 1];
    modules::sha256_hex(blob.data(), blob.size(), digest);
    std::string out = "SHA256:";
    unsigned bits = 0;
    unsigned value = 0;
    for (std::size_t i = 0; i < modules::kDigestHex; ++i) {
        value = (value << 4 | hex(digest[i])) & 0xffff;
        bits += 4;
        if (bits >= 6) {
            bits -= 6;
            out += kDigits[value >> bits & 63];
        }
    }
    return out += kDigits[value << (6 - bits) & 63]; // 256 bits end with four
}

} // namespace berth::login
