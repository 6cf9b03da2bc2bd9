#include "format/modifiers.h"

#include "format/ascii.h"
#include "format/text.h"

#include <algorithm>
#include <array>
#include <iterator>

namespace berth::format {

namespace {

consteval bool longer_first() {
    for (std::size_t i = 0; i < std::size(kModifiers); ++i)
        for (std::size_t j = i + 1; j < std::size(kModifiers); ++j)
            if (kModifiers[j].name.starts_with(kModifiers[i].name))
                return false;
    return true;
}
static_assert(longer_first());

using ExpandFunction = std::function<std::string(std::string_view)>;

// Where the text of the list stands; at() is 0 at its end, which no list contains.
struct Cursor {
    std::string_view text;
    std::size_t position = 0;

    [[nodiscard]] char at(std::size_t offset = 0) const {
        return position + offset < text.size() ? text[position + offset] : '\0';
    }
    [[nodiscard]] bool ends(std::size_t offset = 0) const {
        return at(offset) == ':' || at(offset) == ';';
    }
    [[nodiscard]] std::string_view rest() const {
        return text.substr(std::min(position, text.size()));
    }
};

// "5", "h", "ri": everything up to the end of the modifier.
bool parse_single(Cursor& cursor, Modifier& modifier, const ExpandFunction& expand) {
    const std::size_t end = skip_to(cursor.rest(), ":;");
    if (end == std::string_view::npos)
        return false;
    modifier.arguments.push_back(expand(cursor.rest().substr(0, end)));
    cursor.position += end;
    return true;
}

// "/5/...", "|+|f|2|": a punctuation character before each argument, and perhaps after the last.
bool parse_wrapped(Cursor& cursor, Modifier& modifier, const ExpandFunction& expand) {
    const std::array<char, 3> stops = {cursor.at(), ';', ':'};
    while (!cursor.ends()) {
        if (cursor.at() == stops[0] && cursor.ends(1)) {
            ++cursor.position;
            return true;
        }
        ++cursor.position;
        const std::size_t end =
            skip_to(cursor.rest(), std::string_view(stops.data(), stops.size()));
        if (end == std::string_view::npos || modifier.arguments.size() >= kMaxModifiers)
            return false;
        modifier.arguments.push_back(expand(cursor.rest().substr(0, end)));
        cursor.position += end;
    }
    return true;
}

bool parse_one(Cursor& cursor, Modifier& modifier, const ExpandFunction& expand) {
    for (const ModifierInfo& info : kModifiers) {
        if (info.name.front() != cursor.at() || !cursor.rest().starts_with(info.name))
            continue;
        modifier.action = info.action;
        if (cursor.ends(info.name.size())) {
            cursor.position += info.name.size();
            return true;
        }
        if (!info.arguments)
            continue;
        cursor.position += info.name.size();
        if (!is_punct(cursor.at()) || cursor.at() == '-')
            return parse_single(cursor, modifier, expand);
        return parse_wrapped(cursor, modifier, expand);
    }
    return false;
}

} // namespace

const Modifier* ModifierList::find(Action action) const {
    const auto found = std::find_if(modifiers.rbegin(), modifiers.rend(),
                                    [action](const Modifier& m) { return m.action == action; });
    return found == modifiers.rend() ? nullptr : &*found;
}

std::optional<ModifierList> parse_modifiers(std::string_view key, const ExpandFunction& expand) {
    if (key.find(':') == std::string_view::npos)
        return std::nullopt; // most are the name of a variable
    ModifierList list;
    Cursor cursor{key};
    while (cursor.at() != ':') {
        if (cursor.position >= key.size() || list.modifiers.size() >= kMaxModifiers)
            return std::nullopt;
        if (cursor.at() == ';') {
            ++cursor.position;
            continue;
        }
        Modifier modifier{};
        if (!parse_one(cursor, modifier, expand))
            return std::nullopt;
        list.modifiers.push_back(std::move(modifier));
    }
    list.length = cursor.position + 1;
    return list;
}

} // namespace berth::format
