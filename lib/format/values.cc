#include "format/values.h"

#include "format/ascii.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <fnmatch.h>
#include <limits>
#include <regex.h>

namespace berth::format {

namespace {

constexpr std::size_t kMaxRepeats =
    1000; // the product of a pattern's {counts}, which the C library unrolls
constexpr std::size_t kGroups = 10; // \0 to \9

// Whether the pattern's counted repetitions stay small enough to compile.
bool is_moderate(std::string_view pattern) {
    std::size_t product = 1;
    for (std::size_t at = pattern.find('{'); at != std::string_view::npos;
         at = pattern.find('{', at + 1)) {
        std::size_t largest = 1;
        for (std::size_t i = at + 1;
             i < pattern.size() && (is_digit(pattern[i]) || pattern[i] == ','); ++i) {
            std::size_t value = 0;
            for (; i < pattern.size() && is_digit(pattern[i]) && value <= kMaxRepeats; ++i)
                value = value * 10 + static_cast<std::size_t>(pattern[i] - '0');
            largest = std::max(largest, value);
        }
        product *= largest;
        if (product > kMaxRepeats)
            return false;
    }
    return pattern.size() <= kMaxPattern && pattern.find('\0') == std::string_view::npos;
}

class Regex {
  public:
    Regex(std::string_view pattern, bool ignore_case) {
        const int flags = REG_EXTENDED | (ignore_case ? REG_ICASE : 0);
        valid_ = is_moderate(pattern) && regcomp(&regex_, std::string(pattern).c_str(), flags) == 0;
    }
    ~Regex() {
        if (valid_)
            regfree(&regex_);
    }
    Regex(const Regex&) = delete;
    Regex& operator=(const Regex&) = delete;

    [[nodiscard]] bool valid() const { return valid_; }
    [[nodiscard]] bool search(const char* text, std::span<regmatch_t> groups) const {
        return valid_ && regexec(&regex_, text, groups.size(), groups.data(), 0) == 0;
    }

  private:
    regex_t regex_{};
    bool valid_ = false;
};

std::optional<double> parse_double(std::string_view text) {
    const std::string copy(text);
    char* end = nullptr;
    const double value = std::strtod(copy.c_str(), &end);
    return end == copy.c_str() + copy.size() ? std::optional(value) : std::nullopt;
}

// To an integer as the processor does it: whatever does not fit is the smallest.
double truncated(double value) {
    constexpr double limit = 9223372036854775808.0;
    if (!(value >= -limit && value < limit))
        return -limit;
    return static_cast<double>(static_cast<std::int64_t>(value));
}

std::optional<double> calculate(std::string_view op, double a, double b) {
    constexpr double epsilon = 1e-9;
    const auto truth = [](bool value) { return value ? 1.0 : 0.0; };
    if (op == "+")
        return a + b;
    if (op == "-")
        return a - b;
    if (op == "*")
        return a * b;
    if (op == "/")
        return b == 0 ? (a == 0 || std::isnan(a)
                             ? std::numeric_limits<double>::quiet_NaN()
                             : std::copysign(std::numeric_limits<double>::infinity(), a))
                      : a / b;
    if (op == "m" || op == "%" || op == "%%")
        return std::fmod(a, b);
    if (op == "==")
        return truth(std::fabs(a - b) < epsilon);
    if (op == "!=")
        return truth(std::fabs(a - b) > epsilon);
    if (op == "<")
        return truth(a < b);
    if (op == ">")
        return truth(a > b);
    if (op == "<=")
        return truth(a <= b);
    if (op == ">=")
        return truth(a >= b);
    return std::nullopt;
}

std::string print_number(double value, int decimals) {
    std::array<char, 512> buffer{};
    const int length = std::snprintf(buffer.data(), buffer.size(), "%.*f", decimals, value);
    return {buffer.data(),
            static_cast<std::size_t>(std::clamp(length, 0, static_cast<int>(buffer.size()) - 1))};
}

// A replacement with its groups; a group that took no part stands as its digit.
void append_replacement(std::string& out, std::string_view with, const char* text,
                        const std::array<regmatch_t, kGroups>& groups) {
    for (std::size_t i = 0; i < with.size() && out.size() < kMaxText; ++i) {
        if (with[i] != '\\' || i + 1 == with.size()) {
            out += with[i];
            continue;
        }
        ++i;
        const std::size_t group =
            is_digit(with[i]) ? static_cast<std::size_t>(with[i] - '0') : kGroups;
        if (group < kGroups && groups[group].rm_so >= 0)
            out.append(text + groups[group].rm_so, text + groups[group].rm_eo);
        else
            out += with[i];
    }
}

} // namespace

std::optional<std::int64_t> parse_number(std::string_view text) {
    const std::size_t start = std::min(text.find_first_not_of(" \t\n"), text.size());
    text.remove_prefix(start);
    if (text.starts_with('+') && text.size() > 1 && is_digit(text[1]))
        text.remove_prefix(1);
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

std::optional<std::string> arithmetic(std::span<const std::string> arguments, std::string_view left,
                                      std::string_view right) {
    constexpr int standard_decimals = 6; // printf's, for negative counts
    if (arguments.empty())
        return std::nullopt;
    const bool real = arguments.size() > 1 && arguments[1].find('f') != std::string::npos;
    std::int64_t decimals = real ? 2 : 0;
    if (arguments.size() > 2) {
        const auto given = parse_number(arguments[2]);
        if (!given || *given > std::numeric_limits<int>::max() ||
            *given < std::numeric_limits<int>::min())
            return std::nullopt;
        decimals = *given < 0 ? standard_decimals : std::min<std::int64_t>(*given, kMaxDecimals);
    }
    auto a = parse_double(left);
    auto b = parse_double(right);
    if (!a || !b)
        return std::nullopt;
    if (!real) {
        a = truncated(*a);
        b = truncated(*b);
    }
    const auto result = calculate(arguments[0], *a, *b);
    if (!result)
        return std::nullopt;
    return print_number(real ? *result : truncated(*result), static_cast<int>(decimals));
}

bool matches(std::string_view pattern, std::string_view text, MatchFlags flags) {
    if (pattern.size() > kMaxPattern)
        return false;
    const std::string subject(text);
    if (flags.regex)
        return Regex(pattern, flags.ignore_case).search(subject.c_str(), {});
    return fnmatch(std::string(pattern).c_str(), subject.c_str(),
                   flags.ignore_case ? FNM_CASEFOLD : 0) == 0;
}

std::optional<std::vector<std::size_t>> fuzzy_positions(std::string_view needle,
                                                        std::string_view text) {
    std::vector<std::size_t> positions;
    std::size_t index = 0;
    while (!text.empty() && !needle.empty()) {
        const std::string_view wanted = needle.substr(0, cluster_length(needle));
        const std::string_view found = text.substr(0, cluster_length(text));
        if (to_lower(wanted) == to_lower(found)) {
            positions.push_back(index);
            needle.remove_prefix(wanted.size());
        }
        text.remove_prefix(found.size());
        ++index;
    }
    return needle.empty() ? std::optional(positions) : std::nullopt;
}

// An empty match where the last match ended replaces nothing: one character is passed over and the
// search goes on.
std::optional<std::string> substitute(std::string_view text, std::string_view pattern,
                                      std::string_view with, bool ignore_case) {
    const Regex regex(pattern, ignore_case);
    if (!regex.valid())
        return std::nullopt;
    const std::string subject(text.substr(0, std::min(text.find('\0'), text.size())));
    const bool anchored = pattern.starts_with('^');
    std::string out;
    std::size_t start = 0;
    std::size_t copied = 0;
    bool passed = anchored;
    while (start <= subject.size() && !subject.empty() && out.size() < kMaxText) {
        std::array<regmatch_t, kGroups> groups;
        groups.fill(regmatch_t{-1, -1});
        if (!regex.search(subject.c_str() + start, groups))
            break;
        const std::size_t begin = start + static_cast<std::size_t>(groups[0].rm_so);
        const std::size_t end = start + static_cast<std::size_t>(groups[0].rm_eo);
        out.append(subject, copied, begin - copied);
        copied = begin;
        const bool replaced = passed || begin != end || begin != start;
        if (replaced) {
            append_replacement(out, with, subject.c_str() + start, groups);
            copied = end;
        }
        passed = !replaced;
        start = replaced ? end : end + 1;
        if (anchored)
            break;
    }
    if (copied < subject.size())
        out.append(subject, copied);
    return out;
}

std::string quote(std::string_view text, Quote how) {
    constexpr std::string_view shell = "|&;<>()$`\\\"'*?[# =%";
    constexpr std::string_view argument = " #'\"\\;${}%~";
    if (how == Quote::single) {
        std::string out = "'";
        for (const char c : text)
            out += c == '\'' ? std::string_view("'\\''") : std::string_view(&c, 1);
        return out + "'";
    }
    std::string out;
    for (const char c : text) {
        if (how == Quote::format && c == '#')
            out += '#';
        if ((how == Quote::shell && shell.find(c) != std::string_view::npos) ||
            (how == Quote::argument && argument.find(c) != std::string_view::npos))
            out += '\\';
        out += c;
    }
    return how == Quote::argument && out.empty() ? "''" : out;
}

std::string base_name(std::string_view path) {
    if (path.empty())
        return ".";
    const std::size_t last = path.find_last_not_of('/');
    if (last == std::string_view::npos)
        return "/";
    path = path.substr(0, last + 1);
    const std::size_t slash = path.rfind('/');
    return std::string(slash == std::string_view::npos ? path : path.substr(slash + 1));
}

std::string directory_name(std::string_view path) {
    const auto without_slashes = [](std::string_view part) {
        return part.substr(0, std::min(part.find_last_not_of('/') + 1, part.size()));
    };
    const std::string_view trimmed = without_slashes(path);
    if (trimmed.empty())
        return path.empty() ? "." : "/";
    const std::size_t slash = trimmed.rfind('/');
    if (slash == std::string_view::npos)
        return ".";
    const std::string_view directory = without_slashes(trimmed.substr(0, slash));
    return directory.empty() ? "/" : std::string(directory);
}

// A space before the specifiers tells an empty result from one that did not fit.
std::string format_time(const std::string& specifiers, const std::tm& time) {
    const std::string padded = " " + specifiers;
    for (std::size_t size = padded.size() + 256; size < 2 * kMaxText; size *= 4) {
        std::string buffer(size, '\0');
        if (const std::size_t length = std::strftime(buffer.data(), size, padded.c_str(), &time)) {
            buffer.resize(length);
            return buffer.substr(1);
        }
    }
    return {};
}

std::string full_time(const std::tm& time) {
    return format_time("%a %b %e %H:%M:%S %Y", time);
}

std::string pretty_time(std::int64_t time, std::int64_t now, Context& context) {
    constexpr std::int64_t day = 24 * 3600;
    now = std::max(time, now);
    const std::int64_t age = now - time;
    const std::tm then = context.local_time(time);
    const std::tm today = context.local_time(now);
    if (age < day)
        return format_time("%H:%M", then);
    if ((then.tm_year == today.tm_year && then.tm_mon == today.tm_mon) || age < 28 * day)
        return format_time("%a%d", then);
    if (then.tm_year == today.tm_year ||
        (then.tm_year == today.tm_year - 1 && then.tm_mon > today.tm_mon))
        return format_time("%d%b", then);
    return format_time("%h%y", then);
}

std::string duration(std::int64_t seconds) {
    struct Unit {
        std::int64_t seconds;
        char name;
    };
    constexpr std::array<Unit, 4> units = {{{86400, 'd'}, {3600, 'h'}, {60, 'm'}, {1, 's'}}};
    constexpr std::int64_t longest = std::numeric_limits<std::int64_t>::max();
    std::string out = seconds < 0 ? "-" : "";
    std::int64_t rest = seconds < 0 ? -std::max(seconds, -longest) : seconds;
    int shown = 0;
    for (const Unit& unit : units) {
        const std::int64_t count = rest / unit.seconds;
        rest %= unit.seconds;
        if (count == 0 && (shown == 0 || unit.name == 's'))
            continue;
        if (shown++ < 2 && count != 0)
            out += std::to_string(count) + unit.name;
    }
    return shown == 0 ? "0s" : out;
}

} // namespace berth::format
