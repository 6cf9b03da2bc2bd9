#include "keys/encode.h"

#include <algorithm>
#include <array>

namespace berth::keys {
namespace {

// How a named key is sent: CSI number ~ or CSI letter. Home and End have a number without modifiers
// and a letter with them, as the terminfo entries screen and tmux have it.
struct KeyRow {
    Named name;
    std::uint8_t number;
    char letter;
    bool ss3; // F1 to F4 without modifiers: ESC O letter
};

constexpr auto kRows = std::to_array<KeyRow>({
    {Named::F1, 0, 'P', true},     {Named::F2, 0, 'Q', true},    {Named::F3, 13, 'R', true},
    {Named::F4, 0, 'S', true},     {Named::F5, 15, 0, false},    {Named::F6, 17, 0, false},
    {Named::F7, 18, 0, false},     {Named::F8, 19, 0, false},    {Named::F9, 20, 0, false},
    {Named::F10, 21, 0, false},    {Named::F11, 23, 0, false},   {Named::F12, 24, 0, false},
    {Named::IC, 2, 0, false},      {Named::DC, 3, 0, false},     {Named::Home, 1, 'H', false},
    {Named::End, 4, 'F', false},   {Named::NPage, 6, 0, false},  {Named::PPage, 5, 0, false},
    {Named::Up, 0, 'A', false},    {Named::Down, 0, 'B', false}, {Named::Left, 0, 'D', false},
    {Named::Right, 0, 'C', false},
});

struct KeypadRow {
    Named name;
    char text;
    char letter;         // ESC O letter in application mode
    std::uint16_t kitty; // CSI number u
};

constexpr auto kKeypad = std::to_array<KeypadRow>({
    {Named::KPSlash, '/', 'o', 57410},
    {Named::KPStar, '*', 'j', 57411},
    {Named::KPMinus, '-', 'm', 57412},
    {Named::KPPlus, '+', 'k', 57413},
    {Named::KPEnter, '\r', 'M', 57414},
    {Named::KPPeriod, '.', 'n', 57409},
    {Named::KP0, '0', 'p', 57399},
    {Named::KP1, '1', 'q', 57400},
    {Named::KP2, '2', 'r', 57401},
    {Named::KP3, '3', 's', 57402},
    {Named::KP4, '4', 't', 57403},
    {Named::KP5, '5', 'u', 57404},
    {Named::KP6, '6', 'v', 57405},
    {Named::KP7, '7', 'w', 57406},
    {Named::KP8, '8', 'x', 57407},
    {Named::KP9, '9', 'y', 57408},
});

template <class Rows> const auto* find_row(const Rows& rows, Key key) {
    const auto row = std::ranges::find_if(rows, [&](const auto& r) { return key.is(r.name); });
    return row == rows.end() ? nullptr : &*row;
}

std::string number(std::uint32_t value) {
    return std::to_string(value);
}

// The parameter of xterm and kitty: one more than the modifiers' bits.
std::uint32_t parameter(std::uint8_t modifiers) {
    std::uint32_t bits = 0;
    if (modifiers & kShift)
        bits |= 1;
    if (modifiers & kMeta)
        bits |= 2;
    if (modifiers & kCtrl)
        bits |= 4;
    if (modifiers & kSuper)
        bits |= 8;
    if (modifiers & kHyper)
        bits |= 16;
    return bits + 1;
}

bool capital(std::uint32_t code) {
    return code >= 'A' && code <= 'Z';
}
bool small(std::uint32_t code) {
    return code >= 'a' && code <= 'z';
}

// xterm's control characters for keys that have none in ASCII ("Modified keys", the table for
// modifyOtherKeys 0).
std::string control_text(std::uint32_t code) {
    if (small(code) || (code >= '[' && code <= '_'))
        return {static_cast<char>(code & 0x1f)};
    switch (code) {
    case ' ':
    case '2':
    case '@':
        return {'\0'};
    case '3':
    case '4':
    case '5':
    case '6':
    case '7':
        return {static_cast<char>(code - '3' + 0x1b)};
    case '/':
    case '-':
        return {'\x1f'};
    case '8':
    case '?':
        return {'\x7f'};
    default:
        break;
    }
    std::string text;
    append_utf8(text, code);
    return text;
}

// The character or the control character that a key is, for every terminal since the VT100; Meta is
// an ESC before it.
std::string plain_key(Key key, const PaneModes& modes) {
    std::string text = key.has(kMeta) ? "\x1b" : "";
    if (key.is(Named::BTab))
        return text + "\x1b[Z";
    if (key.is(Named::BSpace))
        return text + (key.has(kCtrl) ? '\x08' : static_cast<char>(modes.backspace));
    if (key.has(kCtrl) && key.code >= kSpace)
        return text + control_text(key.code);
    append_utf8(text, key.code);
    return text;
}

std::string modified_u(std::uint32_t code, std::uint32_t mods, bool csi_u) {
    if (csi_u)
        return "\x1b[" + number(code) + ";" + number(mods) + "u";
    return "\x1b[27;" + number(mods) + ";" + number(code) + "~";
}

// Keys that modifyOtherKeys 1 leaves alone: what is a control character of ASCII, and Meta.
bool well_known(Key key) {
    if (key.has(kShift))
        return false;
    if (!key.has(kCtrl))
        return true;
    return small(key.code) || key.code == kSpace || key.code == '?' ||
           (key.code >= '[' && key.code <= '_');
}

// A character, Tab, Enter, Escape, BSpace or BTab by modifyOtherKeys.
std::string character_key(Key key, const PaneModes& modes) {
    const bool other = modes.modify_other_keys == 1   ? !well_known(key)
                       : modes.modify_other_keys == 2 ? key.modifiers != 0
                                                      : false;
    if (key.is(Named::BTab) && key.modifiers != 0 && other)
        key = Key(kTab, key.modifiers | kShift);
    if (!other || key.is(Named::BTab))
        return plain_key(key, modes);
    std::uint32_t code = key.is(Named::BSpace) ? 0x7f : key.code;
    std::uint8_t mods = key.modifiers;
    if (small(code) && (mods & kShift))
        code -= 32;
    else if (capital(code))
        mods |= kShift;
    return modified_u(code, parameter(mods), modes.csi_u);
}

std::string named_key(const KeyRow& row, Key key, const PaneModes& modes) {
    if (key.modifiers == 0) {
        if (row.ss3 || (modes.cursor_keys && row.letter >= 'A' && row.letter <= 'D'))
            return std::string("\x1bO") + row.letter;
        return row.number != 0 ? "\x1b[" + number(row.number) + "~"
                               : std::string("\x1b[") + row.letter;
    }
    const std::string mods = ";" + number(parameter(key.modifiers));
    return row.letter != 0 ? "\x1b[1" + mods + row.letter
                           : "\x1b[" + number(row.number) + mods + "~";
}

std::string keypad_key(const KeypadRow& row, Key key, const PaneModes& modes) {
    if (!modes.keypad)
        return character_key(Key(static_cast<std::uint32_t>(row.text), key.modifiers), modes);
    return std::string(key.has(kMeta) ? "\x1b" : "") + "\x1bO" + row.letter;
}

// --- kitty's protocol ---

// The second parameter: modifiers, and the event type when it is wanted and not a press.
std::string kitty_modifiers(const KeyInput& input, std::uint8_t mods, const PaneModes& modes) {
    std::string text = number(parameter(mods));
    if ((modes.kitty & kKittyEventTypes) && input.action != Action::Press)
        text += ":" + number(std::to_underlying(input.action));
    return text == "1" ? "" : text;
}

std::string kitty_named(const KeyRow& row, const KeyInput& input, const PaneModes& modes) {
    const std::string mods = kitty_modifiers(input, input.key.modifiers, modes);
    const bool letter = row.letter != 0 && row.letter != 'R'; // CSI R is a cursor report
    if (letter && mods.empty() && modes.cursor_keys && row.letter <= 'D')
        return std::string("\x1bO") + row.letter;
    if (letter)
        return "\x1b[" + (mods.empty() ? "" : "1;" + mods) + row.letter;
    return "\x1b[" + number(row.number) + (mods.empty() ? "" : ";" + mods) + "~";
}

struct KittyCode {
    std::uint32_t code;
    std::uint32_t shifted = 0;
    std::uint8_t modifiers;
};

// The key without Shift: a small letter for a capital, what the client's terminal reported for the
// rest.
KittyCode kitty_code(const KeyInput& input) {
    const Key key = input.key;
    if (const KeypadRow* row = find_row(kKeypad, key))
        return {row->kitty, 0, key.modifiers};
    if (key.is(Named::BSpace))
        return {0x7f, 0, key.modifiers};
    if (key.is(Named::BTab))
        return {kTab, 0, static_cast<std::uint8_t>(key.modifiers | kShift)};
    const auto shifted_modifiers = static_cast<std::uint8_t>(key.modifiers | kShift);
    if (capital(key.code))
        return {key.code + 32, key.code, shifted_modifiers};
    if (small(key.code) && key.has(kShift))
        return {key.code, key.code - 32, key.modifiers};
    if (input.shifted != 0 && input.shifted == key.code && input.plain != 0)
        return {input.plain, input.shifted, shifted_modifiers};
    return {key.code, input.shifted, key.modifiers};
}

std::string kitty_text(const KeyInput& input) {
    std::string points;
    std::string_view rest = input.text;
    while (const auto point = first_utf8(rest)) {
        points += (points.empty() ? "" : ":") + number(point->value);
        rest.remove_prefix(point->size);
    }
    if (points.empty() && input.key.is_character() && input.key.code >= kSpace &&
        !(input.key.modifiers & ~kShift))
        points = number(input.key.code);
    return points;
}

std::string kitty_u(const KeyInput& input, const PaneModes& modes) {
    const KittyCode code = kitty_code(input);
    std::string text = "\x1b[" + number(code.code);
    if (modes.kitty & kKittyAlternates) {
        const bool shifted = code.shifted != 0 && (code.modifiers & kShift);
        if (shifted)
            text += ":" + number(code.shifted);
        if (input.base != 0 && input.base != code.code)
            text += (shifted ? ":" : "::") + number(input.base);
    }
    const std::string mods = kitty_modifiers(input, code.modifiers, modes);
    std::string typed;
    if ((modes.kitty & kKittyText) && (modes.kitty & kKittyAllKeys) &&
        input.action != Action::Release)
        typed = kitty_text(input);
    if (!mods.empty() || !typed.empty())
        text += ";" + mods;
    if (!typed.empty())
        text += ";" + typed;
    return text + "u";
}

// Whether the key is sent as it was before kitty's protocol: text, and Enter, Tab and BSpace so
// that a shell in which a program died stays usable.
bool kitty_plain(const KeyInput& input, const PaneModes& modes) {
    if (modes.kitty & kKittyAllKeys)
        return false;
    const Key key = input.key;
    const bool editing = key.code == kEnter || key.code == kTab || key.is(Named::BSpace);
    if (editing)
        return key.modifiers == 0;
    if (input.action == Action::Release || key.code == kEscape || key.is(Named::KPEnter) ||
        key.is(Named::BTab))
        return false;
    return (key.modifiers & ~kShift) == 0;
}

std::string kitty_key(const KeyInput& input, const PaneModes& modes) {
    const Key key = input.key;
    const bool editing = key.code == kEnter || key.code == kTab || key.is(Named::BSpace);
    if (input.action == Action::Release &&
        (!(modes.kitty & kKittyEventTypes) || (editing && !(modes.kitty & kKittyAllKeys))))
        return {};
    if (const KeyRow* row = find_row(kRows, key))
        return kitty_named(*row, input, modes);
    if (!kitty_plain(input, modes))
        return kitty_u(input, modes);
    if (const KeypadRow* row = find_row(kKeypad, key))
        return {row->text};
    return plain_key(key, modes);
}

// --- the mouse ---

bool wanted(const MouseReport& report, MouseProtocol protocol) {
    const bool wheel = report.button >= kWheelUp && report.button < 8;
    switch (protocol) {
    case MouseProtocol::Off:
        return false;
    case MouseProtocol::Press:
        return report.action == MouseAction::Press && report.button >= 1 && report.button <= 3;
    case MouseProtocol::Click:
        return report.action == MouseAction::Press ||
               (report.action == MouseAction::Release && !wheel);
    case MouseProtocol::Button:
        return report.action == MouseAction::Motion ? report.button != 0
                                                    : wanted(report, MouseProtocol::Click);
    case MouseProtocol::Any:
        return report.action == MouseAction::Motion || wanted(report, MouseProtocol::Click);
    }
    return false;
}

std::uint32_t button_code(const MouseReport& report, const PaneModes& modes) {
    const bool sgr =
        modes.mouse_encoding == MouseEncoding::Sgr || modes.mouse_encoding == MouseEncoding::Pixels;
    std::uint32_t code = 3;
    if (report.action == MouseAction::Release && !sgr)
        code = 3;
    else if (report.button >= 8)
        code = 128 + report.button - 8U;
    else if (report.button >= kWheelUp)
        code = 64U + report.button - kWheelUp;
    else if (report.button >= 1)
        code = report.button - 1U;
    if (report.action == MouseAction::Motion)
        code += 32;
    if (modes.mouse == MouseProtocol::Press)
        return code;
    return code + ((report.modifiers & kShift) ? 4 : 0) + ((report.modifiers & kMeta) ? 8 : 0) +
           ((report.modifiers & kCtrl) ? 16 : 0);
}

std::string bytes_report(std::uint32_t code, std::uint32_t x, std::uint32_t y) {
    if (x > 255 - 32 || y > 255 - 32)
        return {};
    std::string text = "\x1b[M";
    for (const std::uint32_t value : {code, x, y})
        text.push_back(static_cast<char>(value + 32));
    return text;
}

std::string utf8_report(std::uint32_t code, std::uint32_t x, std::uint32_t y) {
    constexpr std::uint32_t kLargest = 0x7ff - 32;
    if (x > kLargest || y > kLargest)
        return {};
    std::string text = "\x1b[M";
    for (const std::uint32_t value : {code, x, y})
        append_utf8(text, value + 32);
    return text;
}

} // namespace

KeyInput key_input(const Event& event) {
    return {event.key, event.action, event.plain, event.shifted, event.base, event.text};
}

std::string encode_key(const KeyInput& input, const PaneModes& modes) {
    const Key key = input.key;
    const bool character = key.is_character() || key.is(Named::BSpace) || key.is(Named::BTab);
    const KeyRow* named = find_row(kRows, key);
    const KeypadRow* keypad = find_row(kKeypad, key);
    if (!character && !named && !keypad)
        return {};
    if (modes.kitty != 0)
        return kitty_key(input, modes);
    if (input.action == Action::Release || key.has(kSuper) || key.has(kHyper))
        return {};
    if (named)
        return named_key(*named, key, modes);
    return keypad ? keypad_key(*keypad, key, modes) : character_key(key, modes);
}

std::string encode_key(Key key, const PaneModes& modes) {
    return encode_key(KeyInput{.key = key}, modes);
}

std::string encode_mouse(const MouseReport& report, const PaneModes& modes, CellPixels cell) {
    if (!wanted(report, modes.mouse))
        return {};
    const std::uint32_t code = button_code(report, modes);
    std::uint32_t x = report.x + 1;
    std::uint32_t y = report.y + 1;
    switch (modes.mouse_encoding) {
    case MouseEncoding::X10:
        return bytes_report(code, x, y);
    case MouseEncoding::Utf8:
        return utf8_report(code, x, y);
    case MouseEncoding::Urxvt:
        return "\x1b[" + number(code + 32) + ";" + number(x) + ";" + number(y) + "M";
    case MouseEncoding::Pixels:
        if (cell.width == 0 || cell.height == 0)
            return {};
        x = report.x * cell.width + cell.width / 2 + 1;
        y = report.y * cell.height + cell.height / 2 + 1;
        break;
    case MouseEncoding::Sgr:
        break;
    }
    return "\x1b[<" + number(code) + ";" + number(x) + ";" + number(y) +
           (report.action == MouseAction::Release ? "m" : "M");
}

} // namespace berth::keys
