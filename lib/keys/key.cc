#include "keys/key.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace berth::keys {
namespace {

struct NameRow {
    std::string_view name;
    std::uint32_t code;
};

constexpr std::uint32_t code(Named name) {
    return std::to_underlying(name);
}

// The first row of a code is the name that is printed.
constexpr auto kNames = std::to_array<NameRow>({
    {"None", code(Named::None)},
    {"Any", code(Named::Any)},
    {"FocusIn", code(Named::FocusIn)},
    {"FocusOut", code(Named::FocusOut)},
    {"Tab", kTab},
    {"Enter", kEnter},
    {"Escape", kEscape},
    {"Space", kSpace},
    {"BSpace", code(Named::BSpace)},
    {"F1", code(Named::F1)},
    {"F2", code(Named::F2)},
    {"F3", code(Named::F3)},
    {"F4", code(Named::F4)},
    {"F5", code(Named::F5)},
    {"F6", code(Named::F6)},
    {"F7", code(Named::F7)},
    {"F8", code(Named::F8)},
    {"F9", code(Named::F9)},
    {"F10", code(Named::F10)},
    {"F11", code(Named::F11)},
    {"F12", code(Named::F12)},
    {"IC", code(Named::IC)},
    {"Insert", code(Named::IC)},
    {"DC", code(Named::DC)},
    {"Delete", code(Named::DC)},
    {"Home", code(Named::Home)},
    {"End", code(Named::End)},
    {"NPage", code(Named::NPage)},
    {"PageDown", code(Named::NPage)},
    {"PgDn", code(Named::NPage)},
    {"PPage", code(Named::PPage)},
    {"PageUp", code(Named::PPage)},
    {"PgUp", code(Named::PPage)},
    {"BTab", code(Named::BTab)},
    {"Up", code(Named::Up)},
    {"Down", code(Named::Down)},
    {"Left", code(Named::Left)},
    {"Right", code(Named::Right)},
    {"KP/", code(Named::KPSlash)},
    {"KP*", code(Named::KPStar)},
    {"KP-", code(Named::KPMinus)},
    {"KP7", code(Named::KP7)},
    {"KP8", code(Named::KP8)},
    {"KP9", code(Named::KP9)},
    {"KP+", code(Named::KPPlus)},
    {"KP4", code(Named::KP4)},
    {"KP5", code(Named::KP5)},
    {"KP6", code(Named::KP6)},
    {"KP1", code(Named::KP1)},
    {"KP2", code(Named::KP2)},
    {"KP3", code(Named::KP3)},
    {"KPEnter", code(Named::KPEnter)},
    {"KP0", code(Named::KP0)},
    {"KP.", code(Named::KPPeriod)},
});

struct TypeRow {
    std::string_view name;
    MouseType type;
    bool has_button;
};

// DragEnd stands before Drag: the longer name is tried first.
constexpr auto kTypes = std::to_array<TypeRow>({
    {"MouseMove", MouseType::Move, false},
    {"MouseDown", MouseType::Down, true},
    {"MouseUp", MouseType::Up, true},
    {"MouseDragEnd", MouseType::DragEnd, true},
    {"MouseDrag", MouseType::Drag, true},
    {"WheelDown", MouseType::WheelDown, false},
    {"WheelUp", MouseType::WheelUp, false},
    {"SecondClick", MouseType::SecondClick, true},
    {"DoubleClick", MouseType::DoubleClick, true},
    {"TripleClick", MouseType::TripleClick, true},
});

struct PlaceRow {
    std::string_view name;
    MousePlace place;
};

constexpr MousePlace control(int number) {
    return static_cast<MousePlace>(std::to_underlying(MousePlace::Control0) + number);
}

constexpr auto kPlaces = std::to_array<PlaceRow>({
    {"Pane", MousePlace::Pane},
    {"Status", MousePlace::Status},
    {"StatusLeft", MousePlace::StatusLeft},
    {"StatusRight", MousePlace::StatusRight},
    {"StatusDefault", MousePlace::StatusDefault},
    {"Border", MousePlace::Border},
    {"ScrollbarUp", MousePlace::ScrollbarUp},
    {"ScrollbarSlider", MousePlace::ScrollbarSlider},
    {"ScrollbarDown", MousePlace::ScrollbarDown},
    {"Control0", control(0)},
    {"Control1", control(1)},
    {"Control2", control(2)},
    {"Control3", control(3)},
    {"Control4", control(4)},
    {"Control5", control(5)},
    {"Control6", control(6)},
    {"Control7", control(7)},
    {"Control8", control(8)},
    {"Control9", control(9)},
    {"Empty", MousePlace::Empty},
});

struct ModifierRow {
    std::string_view prefix;
    std::uint8_t bit;
};

constexpr auto kModifiers = std::to_array<ModifierRow>({
    {"Super-", kSuper},
    {"Hyper-", kHyper},
    {"C-", kCtrl},
    {"M-", kMeta},
    {"S-", kShift},
});

constexpr char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

bool same_name(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, {}, lower, lower);
}

bool take_prefix(std::string_view& text, std::string_view prefix) {
    if (text.size() < prefix.size() || !same_name(text.substr(0, prefix.size()), prefix))
        return false;
    text.remove_prefix(prefix.size());
    return true;
}

std::optional<std::uint32_t> take_number(std::string_view& text, int base) {
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (error != std::errc{})
        return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return value;
}

bool valid_button(std::uint32_t button) {
    return (button >= 1 && button <= 3) || (button >= 6 && button <= 11);
}

std::optional<Key> parse_mouse(std::string_view text) {
    for (const TypeRow& row : kTypes) {
        std::string_view rest = text;
        if (!take_prefix(rest, row.name))
            continue;
        std::uint32_t button = 0;
        if (row.has_button) {
            button = take_number(rest, 10).value_or(0);
            if (!valid_button(button))
                continue;
        }
        for (const PlaceRow& place : kPlaces)
            if (same_name(rest, place.name))
                return Key(MouseKey{row.type, static_cast<std::uint8_t>(button), place.place});
    }
    return std::nullopt;
}

std::optional<Key> parse_user(std::string_view text) {
    if (!take_prefix(text, "User"))
        return std::nullopt;
    const auto number = take_number(text, 10);
    if (!number || !text.empty() || *number >= kUserKeys)
        return std::nullopt;
    return Key(code(Named::User0) + *number);
}

bool typeable(std::uint32_t value) {
    return value <= 0x10ffff && !(value >= 0x80 && value < 0xa0) &&
           !(value >= 0xd800 && value < 0xe000);
}

std::optional<Key> parse_hex(std::string_view text) {
    const auto value = take_number(text, 16);
    if (!value || !text.empty() || !typeable(*value))
        return std::nullopt;
    return *value < 0x20 ? control_key(static_cast<std::uint8_t>(*value)) : Key(*value);
}

std::optional<Key> parse_character(std::string_view text) {
    const auto point = first_utf8(text);
    if (!point || point->size != text.size() || point->value < 0x20 || point->value == 0x7f ||
        !typeable(point->value))
        return std::nullopt;
    return Key(point->value);
}

std::optional<Key> parse_plain(std::string_view text) {
    if (const auto key = parse_character(text))
        return key;
    for (const NameRow& row : kNames)
        if (same_name(text, row.name))
            return Key(row.code);
    if (const auto key = parse_user(text))
        return key;
    return parse_mouse(text);
}

// One spelling for each key with control: small letters, C-Space for C-@.
Key canonical(Key key) {
    if (!key.has(kCtrl))
        return key;
    if (key.code >= 'A' && key.code <= 'Z')
        key.code += 'a' - 'A';
    if (key.code == '@')
        key.code = kSpace;
    return key;
}

std::string mouse_name(MouseKey mouse) {
    std::string name;
    for (const TypeRow& row : kTypes)
        if (row.type == mouse.type)
            name = row.name;
    if (mouse.button != 0)
        name += std::to_string(mouse.button);
    for (const PlaceRow& row : kPlaces)
        if (row.place == mouse.place)
            name += row.name;
    return name;
}

std::string plain_name(Key key) {
    for (const NameRow& row : kNames)
        if (row.code == key.code)
            return std::string(row.name);
    if (key.is_mouse())
        return mouse_name(key.mouse());
    if (!key.is_character())
        return "User" + std::to_string(key.code - code(Named::User0));
    if (key.code == 0x7f)
        return "\\177";
    std::string text;
    append_utf8(text, key.code);
    return text;
}

} // namespace

std::optional<Key> parse_key(std::string_view text) {
    if (take_prefix(text, "0x"))
        return parse_hex(text);
    std::uint8_t modifiers = 0;
    if (text.size() == 2 && text[0] == '^') {
        modifiers = kCtrl;
        text.remove_prefix(1);
    }
    for (bool again = true; again;) {
        again = false;
        for (const ModifierRow& row : kModifiers)
            if (take_prefix(text, row.prefix)) {
                modifiers |= row.bit;
                again = true;
            }
    }
    auto key = parse_plain(text);
    if (key && modifiers != 0)
        key = canonical(key->with(modifiers));
    return key;
}

std::string key_name(Key key) {
    std::string name;
    for (const ModifierRow& row : kModifiers)
        if (key.has(row.bit))
            name += row.prefix;
    return name + plain_name(key);
}

Key control_key(std::uint8_t byte) {
    if (byte == kTab || byte == kEnter || byte == kEscape)
        return Key(std::uint32_t{byte});
    if (byte == 0)
        return Key(kSpace, kCtrl);
    const std::uint32_t letter = byte <= 26 ? 0x60U + byte : 0x40U + byte;
    return Key(letter, kCtrl);
}

void append_utf8(std::string& out, std::uint32_t code_point) {
    const auto byte = [&out](std::uint32_t value) { out.push_back(static_cast<char>(value)); };
    const auto tail = [&](unsigned shift) { byte(0x80 | ((code_point >> shift) & 0x3f)); };
    if (code_point < 0x80) {
        byte(code_point);
    } else if (code_point < 0x800) {
        byte(0xc0 | (code_point >> 6));
        tail(0);
    } else if (code_point < 0x10000) {
        byte(0xe0 | (code_point >> 12));
        tail(6);
        tail(0);
    } else {
        byte(0xf0 | (code_point >> 18));
        tail(12);
        tail(6);
        tail(0);
    }
}

std::optional<CodePoint> first_utf8(std::string_view text) {
    static constexpr std::array<std::uint32_t, 5> kSmallest = {0, 0, 0x80, 0x800, 0x10000};
    if (text.empty())
        return std::nullopt;
    const auto lead = static_cast<std::uint8_t>(text[0]);
    if (lead < 0x80)
        return CodePoint{lead, 1};
    const std::size_t size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (lead < 0xc2 || lead > 0xf4 || text.size() < size)
        return std::nullopt;
    std::uint32_t value = lead & (0x7fU >> size);
    for (const char c : text.substr(1, size - 1)) {
        const auto next = static_cast<std::uint8_t>(c);
        if ((next & 0xc0) != 0x80)
            return std::nullopt;
        value = (value << 6) | (next & 0x3f);
    }
    if (value < kSmallest[size] || value > 0x10ffff || (value >= 0xd800 && value < 0xe000))
        return std::nullopt;
    return CodePoint{value, size};
}

} // namespace berth::keys
