// The decoder's inner part: where one sequence ends, and what a finished one means. Pure functions
// over the input.
#pragma once

#include "keys/decode.h"

namespace berth::keys {

struct Scan {
    enum class Result : std::uint8_t {
        Done,
        Partial, // unfinished: more input or flush() decides
        TooLong, // the event is Unknown; the rest of the sequence is to be skipped
        GivenUp, // a reply that did not end in time: its end, if it comes next, is to be skipped
    } result = Result::Done;
    std::size_t size = 0; // bytes that the event is made of
    Event event{};        // raw is left to the caller
};

struct ScanContext {
    bool flushing = false; // what is unfinished stays so
    bool kitty = false;
    std::uint8_t backspace = 0x7f;
    const std::vector<std::string>* user_keys = nullptr;
};

// The sequence at the begin of input, which is not empty.
[[nodiscard]] Scan scan(std::string_view input, const ScanContext& context);

// A whole CSI sequence: what follows "ESC [", its final byte included. Mouse reports in X10's form
// are not among them.
[[nodiscard]] Event csi_event(std::string_view body, const ScanContext& context);

// What follows "ESC O": an optional modifier and a final byte.
[[nodiscard]] Event ss3_event(std::string_view body, const ScanContext& context);

// X10's three bytes after "ESC [ M".
[[nodiscard]] Event x10_mouse_event(std::string_view bytes);

} // namespace berth::keys
