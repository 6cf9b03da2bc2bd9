#include "command/print.h"

#include <algorithm>

namespace berth::command {

namespace {

constexpr std::string_view kNeedsDoubleQuotes = " #';${}%";

struct ControlName {
    char byte;
    char letter;
};

constexpr ControlName kControlNames[] = {{'\a', 'a'}, {'\b', 'b'}, {'\t', 't'}, {'\n', 'n'},
                                         {'\v', 'v'}, {'\f', 'f'}, {'\r', 'r'}};

bool has_any(std::string_view word, std::string_view set) {
    return word.find_first_of(set) != word.npos;
}

bool starts_variable(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '{';
}

// The length of the printable character of UTF-8 that word starts with, 0 when there is none.
std::size_t utf8_length(std::string_view word) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(word[i]); };
    const unsigned first = byte(0);
    const std::size_t length = first >= 0xF0 && first <= 0xF4   ? 4
                               : first >= 0xE0 && first <= 0xEF ? 3
                               : first >= 0xC2 && first <= 0xDF ? 2
                                                                : 0;
    if (length == 0 || word.size() < length)
        return 0;
    unsigned code = first & (0xFFU >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xC0U) != 0x80)
            return 0;
        code = (code << 6U) | (byte(i) & 0x3FU);
    }
    constexpr unsigned kSmallest[] = {0, 0, 0xA0, 0x800, 0x10000};
    const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
    return code < kSmallest[length] || code > 0x10FFFF || surrogate ? 0 : length;
}

void append_byte(std::string& out, char c) {
    const auto* name = std::ranges::find(kControlNames, c, &ControlName::byte);
    const auto byte = static_cast<unsigned char>(c);
    if (name != std::end(kControlNames)) {
        out.append({'\\', name->letter});
    } else if (byte >= ' ' && byte < 0x7F) {
        out.push_back(c);
    } else {
        out.push_back('\\');
        for (const unsigned shift : {6U, 3U, 0U})
            out.push_back(static_cast<char>('0' + ((byte >> shift) & 7U)));
    }
}

// doubled: the word will stand in double quotes.
std::string escape(std::string_view word, bool doubled) {
    std::string out;
    for (std::size_t i = 0; i < word.size();) {
        if (const std::size_t length = utf8_length(word.substr(i)); length != 0) {
            out += word.substr(i, length);
            i += length;
            continue;
        }
        const char c = word[i++];
        if (c == '\\' || (doubled && c == '"') ||
            (doubled && c == '$' && i < word.size() && starts_variable(word[i])))
            out.push_back('\\');
        append_byte(out, c);
    }
    return out;
}

std::string print(const Value& value) {
    if (!value.is_commands())
        return quote(value.text());
    return "{ " + print(*value.commands()) + " }";
}

// Whether the first argument is a word that would be read as flags.
bool starts_like_a_flag(const Arguments& arguments) {
    const std::string_view first = arguments.text(0);
    return first.size() >= 2 && first.starts_with('-');
}

std::string_view separator(bool same_group, Separators separators) {
    if (separators == Separators::plain)
        return same_group ? " ; " : " ;; ";
    return same_group ? " \\; " : " \\;\\; ";
}

} // namespace

std::string quote(std::string_view word) {
    if (word.empty())
        return "''";
    const bool doubled = has_any(word, kNeedsDoubleQuotes);
    const bool single = !doubled && has_any(word, "\"");
    if (word.size() == 1 && word != " " && (doubled || single || word == "~"))
        return "\\" + std::string(word);
    std::string out = escape(word, doubled);
    if (single && out == word)
        return "'" + out + "'";
    if (single) // nothing is an escape in single quotes
        out = escape(word, true);
    if (out.starts_with('~'))
        out.insert(0, "\\");
    return doubled || single ? "\"" + out + "\"" : out;
}

std::string text_of(const Value& value) {
    return value.is_commands() ? print(*value.commands()) : value.text();
}

std::string print(const Arguments& arguments) {
    using Takes = Arguments::Takes;
    std::string letters;
    std::string values;
    std::string missing; // a required value left out, which only the last word can do
    bool open = false;   // a word that follows would be taken for the optional value left out
    for (const auto& [flag, entry] : arguments.flags()) {
        if (entry.takes == Takes::nothing) {
            letters.append(entry.count, flag);
        } else if (!entry.values.empty()) {
            for (const std::string& value : entry.values)
                values.append({' ', '-', flag, ' '}).append(quote(value));
            open = false;
        } else if (entry.takes == Takes::value) {
            missing = {' ', '-', flag};
        } else {
            values.append({' ', '-', flag});
            open = true;
        }
    }
    std::string out = letters.empty() ? "" : " -" + letters;
    out += values + missing;
    if ((open && missing.empty()) || starts_like_a_flag(arguments))
        out += " --";
    for (const Value& value : arguments.all())
        out.append(" ").append(print(value));
    return out.empty() ? out : out.substr(1);
}

std::string print(const Command& command) {
    const std::string arguments = print(command.arguments);
    std::string out(command.row->name);
    return arguments.empty() ? out : out.append(" ").append(arguments);
}

std::string print(const CommandList& list, Separators separators) {
    std::string out;
    unsigned group = 0;
    for (const Command& command : list.commands) {
        if (&command != &list.commands.front())
            out += separator(command.group == group, separators);
        group = command.group;
        out += print(command);
    }
    return out;
}

} // namespace berth::command
