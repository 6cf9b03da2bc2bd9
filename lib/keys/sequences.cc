// What the terminals' sequences mean: xterm's ctlseqs ("PC-Style Function Keys", "VT220-Style",
// "Mouse Tracking"), rxvt's key reference, kitty's keyboard protocol ("Functional key
// definitions").
#include "keys/scan.h"

#include <algorithm>
#include <array>

namespace berth::keys {
namespace {

constexpr std::uint32_t code(Named name) {
    return std::to_underlying(name);
}

struct FinalRow {
    char final;
    Key key;
};

// CSI final and SS3 final: cursor and function keys.
constexpr auto kFinals = std::to_array<FinalRow>({
    {'A', Key(Named::Up)},
    {'B', Key(Named::Down)},
    {'C', Key(Named::Right)},
    {'D', Key(Named::Left)},
    {'E', Key(Named::KP5)},
    {'F', Key(Named::End)},
    {'H', Key(Named::Home)},
    {'P', Key(Named::F1)},
    {'Q', Key(Named::F2)},
    {'R', Key(Named::F3)},
    {'S', Key(Named::F4)},
    {'Z', Key(Named::BTab)},
});

// CSI a to d and SS3 a to d: rxvt's arrows, with shift and with control.
constexpr auto kRxvtArrows = std::to_array<FinalRow>({
    {'a', Key(Named::Up)},
    {'b', Key(Named::Down)},
    {'c', Key(Named::Right)},
    {'d', Key(Named::Left)},
});

// SS3: the keypad in application mode.
constexpr auto kKeypad = std::to_array<FinalRow>({
    {'M', Key(Named::KPEnter)},
    {'X', Key('=')},
    {'j', Key(Named::KPStar)},
    {'k', Key(Named::KPPlus)},
    {'m', Key(Named::KPMinus)},
    {'n', Key(Named::KPPeriod)},
    {'o', Key(Named::KPSlash)},
    {'p', Key(Named::KP0)},
    {'q', Key(Named::KP1)},
    {'r', Key(Named::KP2)},
    {'s', Key(Named::KP3)},
    {'t', Key(Named::KP4)},
    {'u', Key(Named::KP5)},
    {'v', Key(Named::KP6)},
    {'w', Key(Named::KP7)},
    {'x', Key(Named::KP8)},
    {'y', Key(Named::KP9)},
});

struct NumberRow {
    std::uint32_t number;
    Key key;
};

// CSI n ~. F13 and above are shifted function keys, as terminfo's kf13 is S-F1.
constexpr auto kTildes = std::to_array<NumberRow>({
    {1, Key(Named::Home)},        {2, Key(Named::IC)},          {3, Key(Named::DC)},
    {4, Key(Named::End)},         {5, Key(Named::PPage)},       {6, Key(Named::NPage)},
    {7, Key(Named::Home)},        {8, Key(Named::End)},         {11, Key(Named::F1)},
    {12, Key(Named::F2)},         {13, Key(Named::F3)},         {14, Key(Named::F4)},
    {15, Key(Named::F5)},         {17, Key(Named::F6)},         {18, Key(Named::F7)},
    {19, Key(Named::F8)},         {20, Key(Named::F9)},         {21, Key(Named::F10)},
    {23, Key(Named::F11)},        {24, Key(Named::F12)},        {25, Key(Named::F1, kShift)},
    {26, Key(Named::F2, kShift)}, {28, Key(Named::F3, kShift)}, {29, Key(Named::F4, kShift)},
    {31, Key(Named::F5, kShift)}, {32, Key(Named::F6, kShift)}, {33, Key(Named::F7, kShift)},
    {34, Key(Named::F8, kShift)},
});

// CSI n u: the control characters and kitty's private use area.
constexpr auto kUnicodeKeys = std::to_array<NumberRow>({
    {8, Key(Named::BSpace)},
    {9, Key(kTab)},
    {13, Key(kEnter)},
    {27, Key(kEscape)},
    {127, Key(Named::BSpace)},
    {57399, Key(Named::KP0)},
    {57400, Key(Named::KP1)},
    {57401, Key(Named::KP2)},
    {57402, Key(Named::KP3)},
    {57403, Key(Named::KP4)},
    {57404, Key(Named::KP5)},
    {57405, Key(Named::KP6)},
    {57406, Key(Named::KP7)},
    {57407, Key(Named::KP8)},
    {57408, Key(Named::KP9)},
    {57409, Key(Named::KPPeriod)},
    {57410, Key(Named::KPSlash)},
    {57411, Key(Named::KPStar)},
    {57412, Key(Named::KPMinus)},
    {57413, Key(Named::KPPlus)},
    {57414, Key(Named::KPEnter)},
    {57415, Key('=')},
    {57416, Key(',')},
    {57417, Key(Named::Left)},
    {57418, Key(Named::Right)},
    {57419, Key(Named::Up)},
    {57420, Key(Named::Down)},
    {57421, Key(Named::PPage)},
    {57422, Key(Named::NPage)},
    {57423, Key(Named::Home)},
    {57424, Key(Named::End)},
    {57425, Key(Named::IC)},
    {57426, Key(Named::DC)},
    {57427, Key(Named::KP5)},
});

template <std::size_t N>
std::optional<Key> find_final(const std::array<FinalRow, N>& rows, char final) {
    const auto row = std::ranges::find(rows, final, &FinalRow::final);
    return row == rows.end() ? std::nullopt : std::optional(row->key);
}

template <std::size_t N>
std::optional<Key> find_number(const std::array<NumberRow, N>& rows, std::uint32_t number) {
    const auto row = std::ranges::find(rows, number, &NumberRow::number);
    return row == rows.end() ? std::nullopt : std::optional(row->key);
}

// The parameters of a control sequence: fields between ";", each of parts between ":". What is
// missing is 0.
struct Csi {
    static constexpr std::size_t kFields = 4;
    static constexpr std::size_t kParts = 8;
    static constexpr std::uint32_t kLargest = 0xffffff;

    char marker = 0; // "<", "=", ">" or "?"
    char intermediate = 0;
    char final = 0;
    std::size_t fields = 0;
    std::array<std::array<std::uint32_t, kParts>, kFields> value{};
};

Csi parse_csi(std::string_view body) {
    Csi csi;
    csi.final = body.back();
    body.remove_suffix(1);
    if (!body.empty() && body[0] >= '<' && body[0] <= '?') {
        csi.marker = body[0];
        body.remove_prefix(1);
    }
    csi.fields = body.empty() ? 0 : 1;
    std::size_t part = 0;
    for (const char c : body) {
        const std::size_t field = csi.fields - 1;
        if (c == ';') {
            csi.fields++;
            part = 0;
        } else if (c == ':') {
            part++;
        } else if (c < '0') {
            csi.intermediate = c;
        } else if (c <= '9' && field < Csi::kFields && part < Csi::kParts) {
            std::uint32_t& value = csi.value[field][part];
            value = std::min(value * 10 + static_cast<std::uint32_t>(c - '0'), Csi::kLargest);
        }
    }
    return csi;
}

std::uint8_t modifiers(std::uint32_t parameter, const ScanContext& context) {
    const std::uint32_t bits = parameter == 0 ? 0 : parameter - 1;
    std::uint8_t result = 0;
    if (bits & 1)
        result |= kShift;
    if (bits & 2)
        result |= kMeta;
    if (bits & 4)
        result |= kCtrl;
    if (bits & 8)
        result |= context.kitty ? kSuper : kMeta;
    if (context.kitty && (bits & 16))
        result |= kHyper;
    if (context.kitty && (bits & 32))
        result |= kMeta;
    return result;
}

Event event_of(EventKind kind) {
    Event event;
    event.kind = kind;
    return event;
}

Event key_event(Key key, std::uint8_t mods) {
    Event event = event_of(EventKind::Key);
    event.key = key.with(key.modifiers | mods);
    if (event.key.code == kTab && event.key.has(kShift))
        event.key.code = code(Named::BTab);
    if (event.key.is(Named::BTab))
        event.key.modifiers &= static_cast<std::uint8_t>(~kShift);
    return event;
}

// The key with the modifiers and kitty's event type of the second field.
Event modified(Key key, const Csi& csi, const ScanContext& context) {
    Event event = key_event(key, modifiers(csi.value[1][0], context));
    if (const std::uint32_t type = csi.value[1][1]; type == 2 || type == 3)
        event.action = static_cast<Action>(type);
    return event;
}

// One spelling for shifted characters: with control the small letter and Shift, otherwise what
// Shift made of it.
Key canonical(std::uint32_t point, std::uint32_t shifted, std::uint8_t mods, bool kitty) {
    const bool small = point >= 'a' && point <= 'z';
    const bool capital = point >= 'A' && point <= 'Z';
    constexpr auto kNoShift = static_cast<std::uint8_t>(~kShift);
    if (mods & kCtrl) {
        if (capital)
            return Key(point + 32, mods | kShift);
        if (point == '@')
            return Key(kSpace, mods & kNoShift);
        return Key(point, small || kitty || point == kSpace ? mods : mods & kNoShift);
    }
    if (!(mods & kShift) || point == kSpace)
        return Key(point, mods);
    if (shifted != 0)
        return Key(shifted, mods & kNoShift);
    if (small)
        return Key(point - 32, mods & kNoShift);
    return Key(point, kitty && !capital ? mods : mods & kNoShift);
}

bool character(std::uint32_t point) {
    return point >= kSpace && point <= 0x10ffff && !(point >= 0x7f && point < 0xa0) &&
           !(point >= 0xd800 &&
             point <= 0xf8ff); // surrogates, and kitty's keys in the private area
}

Event unicode_event(std::uint32_t point, const Csi& csi, const ScanContext& context) {
    const std::uint32_t shifted = character(csi.value[0][1]) ? csi.value[0][1] : 0;
    Event event;
    if (const auto key = find_number(kUnicodeKeys, point)) {
        event = modified(*key, csi, context);
    } else if (point < kSpace) {
        event = modified(control_key(static_cast<std::uint8_t>(point)), csi, context);
    } else if (point >= 57376 && point <= 57387) { // F13 to F24
        event = modified(Key(code(Named::F1) + point - 57376, kShift), csi, context);
    } else if (character(point)) {
        event = modified(Key(point), csi, context);
        event.key = canonical(point, shifted, event.key.modifiers, context.kitty);
    } else {
        return event;
    }
    event.plain = context.kitty && character(point) ? point : 0;
    event.shifted = shifted;
    event.base = character(csi.value[0][2]) ? csi.value[0][2] : 0;
    for (const std::uint32_t text : csi.value[2])
        if (character(text))
            append_utf8(event.text, text);
    return event;
}

Event tilde_event(const Csi& csi, const ScanContext& context) {
    const std::uint32_t number = csi.value[0][0];
    if (number == 200 || number == 201)
        return event_of(number == 200 ? EventKind::PasteBegin : EventKind::PasteEnd);
    if (number == 27 && csi.fields == 3) { // modifyOtherKeys: 27 ; modifiers ; code
        Csi unicode = csi;
        unicode.value[2] = {};
        return unicode_event(csi.value[2][0], unicode, context);
    }
    const auto key = find_number(kTildes, number);
    return key ? modified(*key, csi, context) : Event{};
}

// rxvt: CSI n ^ with control, CSI n $ with shift, CSI n @ with both.
Event rxvt_event(const Csi& csi) {
    const auto key = find_number(kTildes, csi.value[0][0]);
    const std::uint8_t mods = csi.final == '^' ? kCtrl : csi.final == '$' ? kShift : kCtrl | kShift;
    return key && csi.fields == 1 ? key_event(*key, mods) : Event{};
}

// The button byte of all mouse protocols (ctlseqs, "Mouse Tracking"), without X10's offset of 32.
MouseReport button(std::uint32_t value) {
    MouseReport report;
    const std::uint32_t low = value & 3;
    if (value & 4)
        report.modifiers |= kShift;
    if (value & 8)
        report.modifiers |= kMeta;
    if (value & 16)
        report.modifiers |= kCtrl;
    if (value & 128)
        report.button = static_cast<std::uint8_t>(8 + low);
    else if (value & 64)
        report.button = static_cast<std::uint8_t>(kWheelUp + low);
    else if (low != 3)
        report.button = static_cast<std::uint8_t>(1 + low);
    if (value & 32)
        report.action = MouseAction::Motion;
    return report;
}

Event mouse_event(MouseReport report, std::uint32_t x, std::uint32_t y) {
    Event event = event_of(EventKind::Mouse);
    event.mouse = report;
    event.mouse.x = x == 0 ? 0 : x - 1;
    event.mouse.y = y == 0 ? 0 : y - 1;
    return event;
}

// The protocols before SGR report only that some button was released.
MouseReport old_button(std::uint32_t value) {
    MouseReport report = button(value);
    if (report.button == 0 && report.action == MouseAction::Press)
        report.action = MouseAction::Release;
    return report;
}

Event sgr_mouse_event(const Csi& csi) {
    if (csi.fields != 3)
        return {};
    MouseReport report = button(csi.value[0][0]);
    if (csi.final == 'm')
        report.action = MouseAction::Release;
    return mouse_event(report, csi.value[1][0], csi.value[2][0]);
}

Event urxvt_mouse_event(const Csi& csi) {
    if (csi.fields != 3 || csi.value[0][0] < 32)
        return {};
    return mouse_event(old_button(csi.value[0][0] - 32), csi.value[1][0], csi.value[2][0]);
}

// CSI 1 ; n R is F3 with modifiers or the cursor in row 1: modifiers are what a client sends more
// often.
bool cursor_report(const Csi& csi) {
    return csi.final == 'R' && csi.fields == 2 &&
           (csi.value[0][0] != 1 || csi.value[1][0] < 2 || csi.value[1][0] > 16);
}

Event letter_event(const Csi& csi, const ScanContext& context) {
    if (csi.fields == 0)
        if (const auto key = find_final(kRxvtArrows, csi.final))
            return key_event(*key, kShift);
    const auto key = find_final(kFinals, csi.final);
    return key && csi.fields <= 2 && csi.value[0][0] <= 1 ? modified(*key, csi, context) : Event{};
}

} // namespace

Event csi_event(std::string_view body, const ScanContext& context) {
    const Csi csi = parse_csi(body);
    if (csi.marker == '<' && (csi.final == 'M' || csi.final == 'm'))
        return sgr_mouse_event(csi);
    if (csi.marker != 0 || (csi.intermediate == '$' && csi.final == 'y') || cursor_report(csi))
        return event_of(EventKind::Reply);
    if (csi.intermediate != 0)
        return {};
    switch (csi.final) {
    case '~':
        return tilde_event(csi, context);
    case '^':
    case '$':
    case '@':
        return rxvt_event(csi);
    case 'u':
        return unicode_event(csi.value[0][0], csi, context);
    case 'M':
        return urxvt_mouse_event(csi);
    case 'I':
    case 'O':
        if (csi.fields == 0)
            return event_of(csi.final == 'I' ? EventKind::FocusIn : EventKind::FocusOut);
        return {};
    case 'c':
    case 'n':
    case 't':
    case 'x':
        return event_of(EventKind::Reply);
    default:
        return letter_event(csi, context);
    }
}

Event ss3_event(std::string_view body, const ScanContext& context) {
    const Csi csi = parse_csi(body);
    if (csi.fields == 0) {
        if (const auto key = find_final(kRxvtArrows, csi.final))
            return key_event(*key, kCtrl);
        if (const auto key = find_final(kKeypad, csi.final))
            return key_event(*key, 0);
    }
    const auto key = find_final(kFinals, csi.final);
    if (!key || csi.fields > 2)
        return {};
    return key_event(*key, modifiers(csi.value[csi.fields == 2 ? 1 : 0][0], context));
}

Event x10_mouse_event(std::string_view bytes) {
    const auto value = [bytes](std::size_t i) -> std::uint32_t {
        const auto byte = static_cast<std::uint8_t>(bytes[i]);
        return byte < 32 ? 0 : byte - 32U;
    };
    return mouse_event(old_button(value(0)), value(1), value(2));
}

} // namespace berth::keys
