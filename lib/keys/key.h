// A key as tmux's configuration language knows it: a character, a named key or a mouse event at a
// place, with modifiers. Every binding, every event of a client and every argument of send-keys is
// one of these. Values order as list-keys prints them: by modifiers first, then characters, named
// keys, mouse events.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace berth::keys {

// The modifiers' bits, ordered as list-keys sorts them. Super and Hyper reach a pane only by
// kitty's keyboard protocol.
inline constexpr std::uint8_t kMeta = 1;
inline constexpr std::uint8_t kCtrl = 2;
inline constexpr std::uint8_t kShift = 4;
inline constexpr std::uint8_t kSuper = 8;
inline constexpr std::uint8_t kHyper = 16;

enum class Named : std::uint32_t {
    None = 0x110000, // the first value past Unicode
    Any,
    FocusIn,
    FocusOut,
    BSpace,
    F1,
    F2,
    F3,
    F4,
    F5,
    F6,
    F7,
    F8,
    F9,
    F10,
    F11,
    F12,
    IC,
    DC,
    Home,
    End,
    NPage,
    PPage,
    BTab,
    Up,
    Down,
    Left,
    Right,
    KPSlash,
    KPStar,
    KPMinus,
    KP7,
    KP8,
    KP9,
    KPPlus,
    KP4,
    KP5,
    KP6,
    KP1,
    KP2,
    KP3,
    KPEnter,
    KP0,
    KPPeriod,
    User0, // User0 to User999: the sequences of the option user-keys
};

inline constexpr std::uint32_t kUserKeys = 1000;
inline constexpr std::uint32_t kTab = 0x09;
inline constexpr std::uint32_t kEnter = 0x0d;
inline constexpr std::uint32_t kEscape = 0x1b;
inline constexpr std::uint32_t kSpace = 0x20;

enum class MouseType : std::uint8_t {
    Move,
    Down,
    Up,
    Drag,
    DragEnd,
    WheelDown,
    WheelUp,
    SecondClick,
    DoubleClick,
    TripleClick,
};

enum class MousePlace : std::uint8_t {
    Pane,
    Status,
    StatusLeft,
    StatusRight,
    StatusDefault,
    Border,
    ScrollbarUp,
    ScrollbarSlider,
    ScrollbarDown,
    Control0, // to Control9: the ranges control|0 to control|9 of a pane's border format
    Control9 = Control0 + 9,
    Empty,
};

struct MouseKey {
    MouseType type = MouseType::Move;
    std::uint8_t button = 0; // 1 to 3 and 6 to 11; 0 for Move and the wheel
    MousePlace place = MousePlace::Pane;
    bool operator==(const MouseKey&) const = default;
};

struct Key {
    std::uint8_t modifiers = 0;
    std::uint32_t code = std::to_underlying(Named::None);

    constexpr Key() = default;
    constexpr explicit Key(std::uint32_t code_point, std::uint8_t mods = 0)
        : modifiers(mods), code(code_point) {}
    constexpr explicit Key(Named name, std::uint8_t mods = 0)
        : modifiers(mods), code(std::to_underlying(name)) {}
    constexpr explicit Key(MouseKey mouse, std::uint8_t mods = 0)
        : modifiers(mods),
          code(kMouse | (std::uint32_t{std::to_underlying(mouse.type)} << 16) |
               (std::uint32_t{mouse.button} << 8) | std::to_underlying(mouse.place)) {}

    [[nodiscard]] constexpr bool is(Named name) const { return code == std::to_underlying(name); }
    [[nodiscard]] constexpr bool none() const { return is(Named::None); }
    [[nodiscard]] constexpr bool is_character() const {
        return code < std::to_underlying(Named::None);
    }
    [[nodiscard]] constexpr bool is_mouse() const { return code >= kMouse; }
    // The mouse event; only for a key with is_mouse().
    [[nodiscard]] constexpr MouseKey mouse() const {
        return {static_cast<MouseType>((code >> 16) & 0xff), static_cast<std::uint8_t>(code >> 8),
                static_cast<MousePlace>(code & 0xff)};
    }
    [[nodiscard]] constexpr bool has(std::uint8_t modifier) const {
        return (modifiers & modifier) != 0;
    }
    // The same key with other modifiers.
    [[nodiscard]] constexpr Key with(std::uint8_t mods) const {
        Key key = *this;
        key.modifiers = mods;
        return key;
    }
    auto operator<=>(const Key&) const = default;

  private:
    static constexpr std::uint32_t kMouse = 0x1000000;
};

// "C-b", "M-Left", "^x", "0x3b1", "MouseDown1Pane", "User0", "None": any case of the names, tmux's
// second names (PageUp, Insert) too. Nothing for what tmux calls an unknown key. Control with a
// capital is control with the small letter, C-@ is C-Space; C-i, C-m and C-[ are not Tab, Enter and
// Escape (terminals with extended keys tell them apart).
[[nodiscard]] std::optional<Key> parse_key(std::string_view text);

// The one name that tmux prints: modifiers in the order C-, M-, S-.
[[nodiscard]] std::string key_name(Key key);

// The key that a terminal without extended keys means by a byte below 0x20: Tab, Enter, Escape,
// C-Space, C-a.
[[nodiscard]] Key control_key(std::uint8_t byte);

// UTF-8 of a code point (at most U+10FFFF).
void append_utf8(std::string& out, std::uint32_t code_point);

// The first code point of text, which is valid UTF-8 of `size` bytes; nothing when it is not valid.
struct CodePoint {
    std::uint32_t value = 0;
    std::size_t size = 0;
};
[[nodiscard]] std::optional<CodePoint> first_utf8(std::string_view text);

} // namespace berth::keys
