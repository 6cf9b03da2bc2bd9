#include "options/quote.h"

#include <algorithm>
#include <cctype>
#include <cstdio>

namespace berth::options {
namespace {

// The length of the well formed UTF-8 sequence of more than one byte that `text` begins with, or 0.
std::size_t utf8_length(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char first = byte(0);
    const std::size_t length = first >= 0xc2 && first <= 0xdf   ? 2
                               : first >= 0xe0 && first <= 0xef ? 3
                               : first >= 0xf0 && first <= 0xf4 ? 4
                                                                : 0;
    if (length == 0 || text.size() < length)
        return 0;
    for (std::size_t i = 1; i < length; ++i)
        if ((byte(i) & 0xc0) != 0x80)
            return 0;
    return length;
}

// A byte that is no printable ASCII: a letter escape where there is one, else three octal digits.
std::string control(unsigned char byte) {
    constexpr std::string_view kBytes = "\a\b\t\n\v\f\r";
    constexpr std::string_view kLetters = "abtnvfr";
    if (const auto at = kBytes.find(static_cast<char>(byte)); at != std::string_view::npos)
        return {'\\', kLetters[at]};
    char octal[8];
    std::snprintf(octal, sizeof octal, "\\%03o", static_cast<unsigned>(byte));
    return octal;
}

bool begins_variable(std::string_view text) {
    return text.size() > 1 && (std::isalpha(static_cast<unsigned char>(text[1])) != 0 ||
                               text[1] == '_' || text[1] == '{');
}

std::string escaped(std::string_view word, bool in_double_quotes) {
    std::string out;
    for (std::size_t i = 0; i < word.size();) {
        const auto byte = static_cast<unsigned char>(word[i]);
        if (const std::size_t length = utf8_length(word.substr(i)); length > 0) {
            out.append(word.substr(i, length));
            i += length;
            continue;
        }
        ++i;
        if (byte < 0x20 || byte >= 0x7f)
            out.append(control(byte));
        else if (byte == '\\' || (in_double_quotes && byte == '"') ||
                 (in_double_quotes && byte == '$' && begins_variable(word.substr(i - 1))))
            out.append({'\\', static_cast<char>(byte)});
        else
            out.push_back(static_cast<char>(byte));
    }
    return out;
}

} // namespace

std::string quote_word(std::string_view word) {
    constexpr std::string_view kQuoted = " #';${}%";
    if (word.empty())
        return "''";
    if (word.size() == 1 && word[0] != ' ' &&
        (kQuoted.contains(word[0]) || std::string_view("\"\\~").contains(word[0])))
        return {'\\', word[0]};
    if (word.find_first_of(kQuoted) != std::string_view::npos)
        return (word[0] == '~' ? "\"\\" : "\"") + escaped(word, true) + '"';
    if (word.contains('"'))
        return '\'' + escaped(word, false) + '\'';
    return (word[0] == '~' ? "\\" : "") + escaped(word, false);
}

std::string visible(std::string_view name) {
    std::string out;
    for (std::size_t i = 0; i < name.size();) {
        const bool c1 = name[i] == '\xc2' && i + 1 < name.size() && (name[i + 1] & 0xe0) == 0x80;
        const std::size_t length = c1 ? 2 : std::max<std::size_t>(utf8_length(name.substr(i)), 1);
        if (c1)
            out += control(0xc2) + control(static_cast<unsigned char>(name[i + 1]));
        else
            out += escaped(name.substr(i, length), false);
        i += length;
    }
    return out;
}

} // namespace berth::options
