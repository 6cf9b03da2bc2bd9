#include "share_words.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>

namespace berth::mux {
namespace {

using namespace protocol;

constexpr std::uint32_t kLongest = 366U * 86400; // seconds

std::optional<std::uint32_t> whole_number(std::string_view text) {
    std::uint32_t value = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || stop != text.data() + text.size())
        return std::nullopt;
    return value;
}

struct Reading {
    ShareWords result;
    bool read = false, write = false, token = false;
};

bool set_scope(Reading& r, std::string_view value) {
    constexpr std::array<std::string_view, 3> kWords = {"session", "window", "pane"};
    const auto found = std::ranges::find(kWords, value);
    if (found == kWords.end())
        return false;
    r.result.make.scope = static_cast<ShareScope>(found - kWords.begin());
    return true;
}

bool set_with(Reading& r, std::string_view value) {
    r.result.make.with.emplace_back(value);
    return value.size() <= kMaxUser && r.result.make.with.size() <= kMaxShareWith;
}

bool set_ttl(Reading& r, std::string_view value) {
    const auto seconds = read_duration(value);
    r.result.make.ttl = seconds.value_or(0);
    return seconds.has_value();
}

bool set_uses(Reading& r, std::string_view value) {
    const auto uses = whole_number(value);
    r.result.make.uses = uses.value_or(0);
    return uses.has_value() && *uses > 0;
}

bool set_keys(Reading& r, std::string_view value) {
    r.result.key_files.emplace_back(value);
    return !value.empty() && value.size() <= kMaxPath && r.result.key_files.size() <= kMaxShareKeys;
}

bool set_key(Reading& r, std::string_view value) {
    r.result.make.keys.emplace_back(value);
    return r.result.make.keys.size() <= kMaxShareKeys;
}

bool set_name(Reading& r, std::string_view value) {
    r.result.make.name = value;
    return !value.empty() && value.size() <= kMaxShareName;
}

struct Flag {
    std::string_view name;
    bool takes_value;
    bool (*set)(Reading&, std::string_view);
    std::string_view allowed;
};

constexpr std::array kFlags = {
    Flag{"-r", false, [](Reading& r, std::string_view) { return r.read = true; }, ""},
    Flag{"-w", false, [](Reading& r, std::string_view) { return r.write = true; }, ""},
    Flag{"-t", true, set_scope, "session, window or pane"},
    Flag{"--with", true, set_with, "USER or @GROUP"},
    Flag{"--token", false, [](Reading& r, std::string_view) { return r.token = true; }, ""},
    Flag{"--once", false,
         [](Reading& r, std::string_view) {
             r.result.make.once = 1;
             return true;
         },
         ""},
    Flag{"--ttl", true, set_ttl, "a time such as 90s, 15m, 1h30m or 2d"},
    Flag{"--uses", true, set_uses, "a number above 0"},
    Flag{"--keys", true, set_keys, "a file of public keys"},
    Flag{"--key", true, set_key, "a public key"},
    Flag{"--ask", false,
         [](Reading& r, std::string_view) {
             r.result.make.ask = 1;
             return true;
         },
         ""},
    Flag{"--floor", false,
         [](Reading& r, std::string_view) {
             r.result.make.floor = 1;
             return true;
         },
         ""},
    Flag{"--name", true, set_name, "at most 64 bytes"},
    Flag{"--json", false, [](Reading& r, std::string_view) { return r.result.json = true; }, ""},
};

} // namespace

std::optional<std::uint32_t> read_duration(std::string_view text) {
    std::uint64_t sum = 0;
    if (text.empty())
        return std::nullopt;
    while (!text.empty()) {
        const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
        const auto value = whole_number(text.substr(0, digits));
        if (!value)
            return std::nullopt;
        text.remove_prefix(digits);
        std::uint64_t unit = 1;
        if (!text.empty()) {
            constexpr std::string_view kUnits = "smhd";
            constexpr std::array<std::uint64_t, 4> kSeconds = {1, 60, 3600, 86400};
            const auto at = kUnits.find(text[0]);
            if (at == kUnits.npos)
                return std::nullopt;
            unit = kSeconds[at];
            text.remove_prefix(1);
        }
        sum += *value * unit;
        if (sum > kLongest)
            return std::nullopt;
    }
    return sum == 0 ? std::nullopt : std::optional(static_cast<std::uint32_t>(sum));
}

std::vector<std::string> keys_of(std::string_view file) {
    std::vector<std::string> keys;
    while (!file.empty()) {
        const std::size_t end = std::min(file.find('\n'), file.size());
        std::string_view line = file.substr(0, end);
        file.remove_prefix(std::min(end + 1, file.size()));
        const std::size_t first = line.find_first_not_of(" \t");
        const std::size_t last = line.find_last_not_of(" \t\r");
        if (first != line.npos && line[first] != '#')
            keys.emplace_back(line.substr(first, last - first + 1));
    }
    return keys;
}

Result<ShareWords> read_share_words(const std::vector<std::string>& words) {
    Reading reading;
    for (std::size_t i = 0; i < words.size(); ++i) {
        std::string_view word = words[i];
        std::optional<std::string_view> value;
        if (word.starts_with("--") && word.find('=') != word.npos) {
            value = word.substr(word.find('=') + 1);
            word = word.substr(0, word.find('='));
        }
        const auto flag = std::ranges::find(kFlags, word, &Flag::name);
        if (flag == kFlags.end())
            return fail(EINVAL, "share: unknown word " + words[i]);
        if (!flag->takes_value && value)
            return fail(EINVAL, "share: " + std::string(word) + " takes no value");
        if (flag->takes_value && !value) {
            if (i + 1 == words.size())
                return fail(EINVAL,
                            "share: " + std::string(word) + " takes " + std::string(flag->allowed));
            value = words[++i];
        }
        if (!flag->set(reading, value.value_or("")))
            return fail(EINVAL,
                        "share: " + std::string(word) + " takes " + std::string(flag->allowed));
    }
    ShareMake& make = reading.result.make;
    make.read = reading.read || !reading.write ? 1 : 0;
    make.write = reading.write || !reading.read ? 1 : 0;
    make.token = reading.token || make.with.empty() ? 1 : 0;
    return reading.result;
}

} // namespace berth::mux
