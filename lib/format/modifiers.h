// The modifiers of format variables, "#{=5;b:pane_title}", as a table, and the parser of the part
// before the colon.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace berth::format {

enum class Action : std::uint8_t {
    ascii, // "a": the order of this list has no meaning
    animation,
    basename,
    colour,
    search,
    dirname,
    expression,
    expand,
    expand_time,
    interrogate,
    literal,
    each_client,
    match,
    length,
    name,
    each_option,
    each_pane,
    pad,
    quote,
    repeat,
    each_session,
    substitute,
    time,
    each_environment,
    columns,
    each_window,
    limit,
    equal,
    not_equal,
    less,
    greater,
    less_equal,
    greater_equal,
    any,
    all,
    negate,
    truth,
};

struct ModifierInfo {
    std::string_view name;
    Action action;
    bool arguments;         // may be followed by arguments: "=5", "m/ri", "s/a/b/"
    std::string_view usage; // for documentation
    std::string_view text;
};

// Every modifier; a longer name stands before its own beginnings.
inline constexpr ModifierInfo kModifiers[] = {
    {"==", Action::equal, false, "#{==:a,b}", "1 if both are the same"},
    {"!=", Action::not_equal, false, "#{!=:a,b}", "1 if they differ"},
    {"<=", Action::less_equal, false, "#{<=:a,b}", "1 if a sorts before b or is the same"},
    {">=", Action::greater_equal, false, "#{>=:a,b}", "1 if a sorts after b or is the same"},
    {"||", Action::any, false, "#{||:a,b,...}", "1 if any is true"},
    {"&&", Action::all, false, "#{&&:a,b,...}", "1 if all are true"},
    {"!!", Action::truth, false, "#{!!:a}", "1 if true, 0 if not"},
    {"<", Action::less, false, "#{<:a,b}", "1 if a sorts before b"},
    {">", Action::greater, false, "#{>:a,b}", "1 if a sorts after b"},
    {"!", Action::negate, false, "#{!:a}", "1 if not true"},
    {"l", Action::literal, false, "#{l:text}", "the text itself"},
    {"a", Action::ascii, false, "#{a:98}", "the character of that number"},
    {"b", Action::basename, false, "#{b:variable}", "the part after the last slash"},
    {"d", Action::dirname, false, "#{d:variable}", "the part before the last slash"},
    {"n", Action::length, false, "#{n:variable}", "the length in bytes"},
    {"w", Action::columns, false, "#{w:variable}", "the width in columns"},
    {"E", Action::expand, false, "#{E:variable}", "the value, expanded once more"},
    {"T", Action::expand_time, false, "#{T:variable}", "the same, strftime's specifiers too"},
    {"A", Action::animation, true, "#{A/count:frames}",
     "one of the frames, the next after count seconds"},
    {"C", Action::search, true, "#{C/ri:pattern}", "the first line of the pane that matches"},
    {"I", Action::interrogate, true, "#{I/f:feature}",
     "a feature (f), capability (c) or variable (e) of the client"},
    {"L", Action::each_client, true, "#{L:format}", "the format for every client"},
    {"N", Action::name, true, "#{N/s:name}", "1 if a window (w) or session (s) has that name"},
    {"O", Action::each_option, true, "#{O/g:format}", "the format for every option"},
    {"P", Action::each_pane, true, "#{P:format,current}", "the format for every pane"},
    {"R", Action::repeat, false, "#{R:text,count}", "the text, count times"},
    {"S", Action::each_session, true, "#{S:format,current}", "the format for every session"},
    {"V", Action::each_environment, true, "#{V/g:format}",
     "the format for every environment variable"},
    {"W", Action::each_window, true, "#{W:format,current}", "the format for every window"},
    {"c", Action::colour, true, "#{c:colour}", "rrggbb; the sequence that sets it with f or b"},
    {"e", Action::expression, true, "#{e|+|f|2:a,b}", "arithmetic"},
    {"m", Action::match, true, "#{m/ri:pattern,text}", "1 if the text matches"},
    {"p", Action::pad, true, "#{p10:variable}", "padded to a width, on the left if negative"},
    {"q", Action::quote, true, "#{q:variable}", "quoted for a shell, a format (h) or tmux (a)"},
    {"s", Action::substitute, true, "#{s/from/to/i:variable}", "every match replaced"},
    {"t", Action::time, true, "#{t/f/%H:variable}", "a time as text"},
    {"=", Action::limit, true, "#{=5:variable}", "cut to a width, from the end if negative"},
};

struct Modifier {
    Action action;
    std::vector<std::string> arguments;

    [[nodiscard]] bool flag(char c) const {
        return !arguments.empty() && arguments[0].find(c) != std::string::npos;
    }
};

struct ModifierList {
    std::vector<Modifier> modifiers;
    std::size_t length = 0; // of the part with its colon

    // The last one of a kind, which wins; nullptr if there is none.
    [[nodiscard]] const Modifier* find(Action action) const;
};

inline constexpr std::size_t kMaxModifiers = 64; // in one list

// Reads the list that key begins with; arguments pass through expand. Nothing if key does not begin
// with one.
[[nodiscard]] std::optional<ModifierList>
parse_modifiers(std::string_view key, const std::function<std::string(std::string_view)>& expand);

} // namespace berth::format
