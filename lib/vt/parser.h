// Where the parser stands: the state machine of a VT500 (after the model on vt100.net) as a value.
// Internal to lib/vt.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "vt/params.h"

namespace berth::vt {

enum class ParserState : std::uint8_t {
    ground,
    escape,
    escape_intermediate,
    csi_entry,
    csi_param,
    csi_intermediate,
    csi_ignore,
    dcs_entry,
    dcs_param,
    dcs_intermediate,
    dcs_ignore,
    text,        // the body of a string
    text_escape, // an ESC inside one
};

enum class StringKind : std::uint8_t { osc, dcs, apc, pm, sos, title };

struct Parser {
    ParserState state = ParserState::ground;
    StringKind kind = StringKind::osc;
    char prefix = 0;                     // one of < = > ?
    std::array<char, 2> intermediates{}; // 0 where there is none
    char final = 0;                      // of a DCS
    bool c1 = false;                     // the sequence began with a C1 control
    bool bell = false;                   // the string ended with BEL
    bool overlong = false;               // the string passed its limit and will be ignored
    Params params;
    std::string text;
    std::array<char, 4> partial{}; // the bytes of an unfinished UTF-8 character
    std::uint8_t partial_size = 0;

    void begin() {
        prefix = 0;
        intermediates = {};
        final = 0;
        bell = false;
        params.clear();
    }
    [[nodiscard]] bool at_ground() const {
        return state == ParserState::ground && partial_size == 0;
    }
    // False if there are too many.
    [[nodiscard]] bool intermediate(char byte) {
        for (char& slot : intermediates) {
            if (slot == 0) {
                slot = byte;
                return true;
            }
        }
        return false;
    }

    bool operator==(const Parser&) const = default;
};

// One step of UTF-8 decoding. Ill-formed bytes give U+FFFD for every maximal part (Unicode,
// section 3.9).
struct Decoded {
    char32_t code = 0xfffd;
    int length = 1;
    enum class Status : std::uint8_t { valid, invalid, incomplete } status = Status::invalid;
};
[[nodiscard]] inline Decoded decode_utf8(const char* from, const char* end) {
    using Status = Decoded::Status;
    const auto byte = [from](int index) -> std::uint32_t {
        return static_cast<unsigned char>(from[index]);
    };
    const std::uint32_t first = byte(0);
    if (first < 0x80)
        return {first, 1, Status::valid};
    if (first < 0xc2 || first > 0xf4)
        return {};
    const int length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    std::uint32_t code = first & (0x7fU >> length);
    for (int index = 1; index < length; ++index) {
        if (from + index == end)
            return {0xfffd, index, Status::incomplete};
        std::uint32_t low = 0x80;
        std::uint32_t high = 0xbf;
        if (index == 1) {
            low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : low;
            high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : high;
        }
        if (byte(index) < low || byte(index) > high)
            return {0xfffd, index, Status::invalid};
        code = code << 6 | (byte(index) & 0x3f);
    }
    return {code, length, Status::valid};
}

} // namespace berth::vt
