#include "input_modes.h"

namespace berth::mux {
namespace {

keys::MouseProtocol protocol_of(vt::MouseTracking tracking) {
    switch (tracking) {
    case vt::MouseTracking::none:
        return keys::MouseProtocol::Off;
    case vt::MouseTracking::x10:
        return keys::MouseProtocol::Press;
    case vt::MouseTracking::normal:
    case vt::MouseTracking::highlight:
        return keys::MouseProtocol::Click;
    case vt::MouseTracking::button:
        return keys::MouseProtocol::Button;
    case vt::MouseTracking::any:
        return keys::MouseProtocol::Any;
    }
    return keys::MouseProtocol::Off;
}

keys::MouseEncoding encoding_of(vt::MouseEncoding encoding) {
    switch (encoding) {
    case vt::MouseEncoding::standard:
        return keys::MouseEncoding::X10;
    case vt::MouseEncoding::utf8:
        return keys::MouseEncoding::Utf8;
    case vt::MouseEncoding::sgr:
        return keys::MouseEncoding::Sgr;
    case vt::MouseEncoding::urxvt:
        return keys::MouseEncoding::Urxvt;
    case vt::MouseEncoding::sgr_pixels:
        return keys::MouseEncoding::Pixels;
    }
    return keys::MouseEncoding::X10;
}

} // namespace

keys::PaneModes input_modes(const vt::Terminal& terminal) {
    const vt::Modes& modes = terminal.modes();
    keys::PaneModes result;
    result.cursor_keys = modes.application_cursor;
    result.keypad = modes.application_keypad;
    result.modify_other_keys = modes.modify_other_keys;
    result.csi_u = modes.format_other_keys != 0;
    result.kitty = terminal.kitty_flags();
    result.mouse = protocol_of(modes.mouse);
    result.mouse_encoding = encoding_of(modes.mouse_encoding);
    return result;
}

} // namespace berth::mux
