// What a pane's program reads for a key or a mouse event, by the modes that it has set. Used by
// berth-mux for typed keys, send-keys and mouse events; pure, every answer is a value.
#pragma once

#include "keys/decode.h"
#include "keys/key.h"

#include <cstdint>
#include <string>

namespace berth::keys {

enum class MouseProtocol : std::uint8_t {
    Off,
    Press,  // mode 9: presses only
    Click,  // mode 1000: presses and releases
    Button, // mode 1002: and motion with a button held
    Any,    // mode 1003: and all motion
};

enum class MouseEncoding : std::uint8_t {
    X10,    // three bytes, nothing right of column 223
    Utf8,   // mode 1005
    Sgr,    // mode 1006
    Urxvt,  // mode 1015
    Pixels, // mode 1016: SGR in pixels
};

// Kitty's progressive enhancements (keyboard protocol, "Progressive enhancement").
inline constexpr std::uint8_t kKittyDisambiguate = 1;
inline constexpr std::uint8_t kKittyEventTypes = 2;
inline constexpr std::uint8_t kKittyAlternates = 4;
inline constexpr std::uint8_t kKittyAllKeys = 8;
inline constexpr std::uint8_t kKittyText = 16;

struct PaneModes {
    bool cursor_keys = false; // DECCKM
    bool keypad = false;      // DECKPAM
    std::uint8_t modify_other_keys =
        0;                  // 0, 1, 2: xterm's CSI > 4 ; n m, as far as extended-keys allows
    bool csi_u = false;     // extended-keys-format csi-u instead of xterm
    std::uint8_t kitty = 0; // the enhancements on top of the stack; win over modify_other_keys
    std::uint8_t backspace = 0x7f; // what BSpace sends
    MouseProtocol mouse = MouseProtocol::Off;
    MouseEncoding mouse_encoding = MouseEncoding::X10;
};

// A key with what only kitty's protocol can tell about it.
struct KeyInput {
    Key key{};
    Action action = Action::Press;
    std::uint32_t plain = 0;
    std::uint32_t shifted = 0;
    std::uint32_t base = 0;
    std::string text{};
};

[[nodiscard]] KeyInput key_input(const Event& event);

// The bytes; none for a key that no program can be sent (a mouse key, a user key, a release that is
// not wanted, Super without kitty's protocol).
[[nodiscard]] std::string encode_key(const KeyInput& input, const PaneModes& modes);
[[nodiscard]] std::string encode_key(Key key, const PaneModes& modes);

struct CellPixels {
    unsigned width = 0;
    unsigned height = 0;
};

// A report whose x and y are the pane's cells; none for what the pane's protocol leaves out or
// cannot say. A cell is needed for MouseEncoding::Pixels only: the middle of the cell is reported.
[[nodiscard]] std::string encode_mouse(const MouseReport& report, const PaneModes& modes,
                                       CellPixels cell = {});

} // namespace berth::keys
