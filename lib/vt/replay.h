// A terminal's state as the bytes that bring another terminal there, and back to sanity: what a
// client is sent when it is attached transparently, and when it leaves. Used by the mux. Pure: the
// caller writes the bytes.
//
// Not replayed, because they would harm the client's terminal or mean nothing to it: DECCOLM
// (clears and resizes), KAM, SRM, 8-bit controls and 8-bit meta, mode 2026.
#pragma once

#include <cstddef>
#include <string>

#include "vt/terminal.h"

namespace berth::vt {

// What happens to the contents that the client's screen shows before.
enum class Before : unsigned char {
    erase,
    scroll_away, // into the client's own scrollback
};

struct ReplayOptions {
    std::size_t history_lines = 2'000;  // the newest ones; they end in the client's own scrollback
    std::size_t max_bytes = 256U << 10; // of history; whole lines are left out, the oldest first
    bool synchronized = true;           // inside mode 2026
    Before before = Before::erase;
};

// Brings a terminal of the same size, as it is after a reset (or after reset_sequence()), to
// `terminal`'s state: history, both screens as far as they can be shown, pen, cursor, margins,
// tabs, charsets, modes, keyboard stacks, titles, palette. Wrapped lines are printed so that the
// client's terminal wraps them, and can join them when it is resized. Call it with the parser at
// ground: an unfinished sequence is not replayed.
[[nodiscard]] std::string replay(const Terminal& terminal, const ReplayOptions& options = {});

struct ResetOptions {
    bool leave_below =
        true; // the cursor goes to a fresh line below the contents, as a shell expects it
    bool clear_title = true; // a title that was set becomes empty
};

// Undoes what a terminal that was relayed `terminal`'s output (or sent its replay()) may still have
// set, and touches nothing else: the alternate screen, modes, margins, tabs, charsets, keyboard
// protocols, cursor, colours, links. Ends a string that was cut.
[[nodiscard]] std::string reset_sequence(const Terminal& terminal,
                                         const ResetOptions& options = {});

// The same when nothing is known of what was set (a client of an earlier life): everything berth
// ever sets.
[[nodiscard]] std::string reset_sequence();

} // namespace berth::vt
