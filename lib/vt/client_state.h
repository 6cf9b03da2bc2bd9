// What a client's terminal can be told to be, shared by replay.cc, which sets it, and reset.cc,
// which undoes it: the modes that are on or off (those that a client is never told, see replay.h,
// are not here), and the tab stops. Internal to lib/vt.
#pragma once

#include <string>

#include "vt/terminal.h"

namespace berth::vt {

struct ClientMode {
    int number;
    bool dec; // CSI ? n h, otherwise CSI n h
    bool Modes::* flag;
};

// In the order in which they are set. Those that move the cursor or change what printing does come
// with the cursor instead: DECOM, DECAWM, IRM, DECLRMM, 2027.
inline constexpr ClientMode kClientModes[] = {
    {20, false, &Modes::newline},
    {1, true, &Modes::application_cursor},
    {4, true, &Modes::smooth_scroll},
    {5, true, &Modes::reverse_video},
    {8, true, &Modes::auto_repeat},
    {18, true, &Modes::print_form_feed},
    {19, true, &Modes::print_extent},
    {40, true, &Modes::allow_column_132},
    {41, true, &Modes::more_fix},
    {42, true, &Modes::national_charsets},
    {45, true, &Modes::reverse_wrap},
    {66, true, &Modes::application_keypad},
    {67, true, &Modes::backarrow_sends_backspace},
    {80, true, &Modes::sixel_display},
    {95, true, &Modes::no_clear_on_column_change},
    {1004, true, &Modes::focus_events},
    {1007, true, &Modes::alternate_scroll},
    {1010, true, &Modes::scroll_on_output},
    {1011, true, &Modes::scroll_on_key},
    {1036, true, &Modes::meta_sends_escape},
    {1037, true, &Modes::delete_sends_del},
    {1040, true, &Modes::keep_selection},
    {1042, true, &Modes::urgent_on_bell},
    {1043, true, &Modes::raise_on_bell},
    {1045, true, &Modes::reverse_wrap_extended},
    {2004, true, &Modes::bracketed_paste},
    {2031, true, &Modes::color_scheme_updates},
    {2048, true, &Modes::in_band_resize},
};

// The number of a mouse mode, 0 for none.
[[nodiscard]] constexpr int mode_number(MouseTracking tracking) {
    constexpr int kNumbers[] = {0, 9, 1000, 1001, 1002, 1003};
    return kNumbers[static_cast<std::size_t>(tracking)];
}

[[nodiscard]] constexpr int mode_number(MouseEncoding encoding) {
    constexpr int kNumbers[] = {0, 1005, 1006, 1015, 1016};
    return kNumbers[static_cast<std::size_t>(encoding)];
}

// After a reset there is a stop in every eighth column.
[[nodiscard]] constexpr bool is_default_tab(int column) {
    return column > 0 && column % 8 == 0;
}

[[nodiscard]] bool has_default_tabs(const Terminal& terminal);
// Sets the terminal's stops, or the default ones of a terminal of that width. Leaves the cursor
// anywhere in its row.
void append_tabs(std::string& out, const Terminal& terminal);
void append_default_tabs(std::string& out, int columns);

[[nodiscard]] constexpr Margins full_margins(Size size) {
    return {0, size.rows - 1, 0, size.columns - 1};
}

// Rows of a screen up to the last that shows anything.
[[nodiscard]] int rows_in_use(const Terminal& terminal, Screen screen);

} // namespace berth::vt
