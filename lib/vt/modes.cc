// Modes: SM, RM, DECSET, DECRST, XTSAVE, XTRESTORE, DECRQM, the keyboard protocols, character set
// designation.
#include <optional>
#include <span>

#include <fmt/format.h>

#include "vt/charset.h"
#include "vt/handlers.h"

namespace berth::vt::handlers {

namespace {

using Flag = bool Modes::*;
using Setter = void (*)(Engine& e, int mode, bool on);
using Getter = bool (*)(const Engine& e, int mode);

struct ModeEntry {
    int number;
    Flag flag;  // what it sets, unless …
    Setter set; // … there is more to do
    Getter get;
    bool relay;    // a transparent client may get it
    bool inverted; // the flag is true while the mode is reset
    std::optional<Feature> feature;
};

void set_origin(Engine& e, int /*mode*/, bool on) {
    e.modes.origin = on;
    e.move_to(0, 0);
}

void set_left_right(Engine& e, int /*mode*/, bool on) {
    if (e.level < 64) // DECLRMM came with the VT400
        return;
    e.modes.left_right_margins = on;
    if (!on) {
        e.margins.left = 0;
        e.margins.right = e.size.right();
        return;
    }
    for (Grid& grid : e.grids) { // DECLRMM and lines of double width exclude each other
        for (int index = 0; index < e.size.rows; ++index) {
            Row& row = grid.row(index);
            if (row.size == LineSize::single)
                continue;
            row.size = LineSize::single;
            e.touch(row);
        }
    }
}

// DECCOLM, if mode 40 allows it: the pane keeps its width, the rest happens (VT520: clear, home,
// margins).
void set_columns(Engine& e, int /*mode*/, bool on) {
    if (!e.modes.allow_column_132)
        return;
    e.modes.column_132 = on;
    e.modes.left_right_margins = false;
    e.full_margins();
    if (!e.modes.no_clear_on_column_change || e.level < 65)
        e.erase_rows(0, e.size.rows, false);
    e.place(0, 0);
}

void set_alternate(Engine& e, int mode, bool on) {
    if (!e.config.alternate_screen)
        return;
    const Screen wanted = on ? Screen::alternate : Screen::main;
    if (mode == 1049 && on)
        e.save_cursor();
    if (mode == 1047 && !on && e.shown == Screen::alternate)
        e.erase_rows(0, e.size.rows, false);
    e.show(wanted);
    if (mode == 1049 && on)
        e.erase_rows(0, e.size.rows, false);
    if (mode == 1049 && !on)
        e.restore_cursor();
}

bool get_alternate(const Engine& e, int /*mode*/) {
    return e.shown == Screen::alternate;
}

void set_cursor_save(Engine& e, int /*mode*/, bool on) {
    if (!e.config.alternate_screen)
        return;
    on ? e.save_cursor() : e.restore_cursor();
}

MouseTracking tracking_of(int mode) {
    switch (mode) {
    case 9:
        return MouseTracking::x10;
    case 1000:
        return MouseTracking::normal;
    case 1001:
        return MouseTracking::highlight;
    case 1002:
        return MouseTracking::button;
    default:
        return MouseTracking::any;
    }
}

void set_tracking(Engine& e, int mode, bool on) {
    if (on)
        e.modes.mouse = tracking_of(mode);
    else if (e.modes.mouse == tracking_of(mode) || mode >= 1000)
        e.modes.mouse = MouseTracking::none;
}

bool get_tracking(const Engine& e, int mode) {
    return e.modes.mouse == tracking_of(mode);
}

MouseEncoding encoding_of(int mode) {
    switch (mode) {
    case 1005:
        return MouseEncoding::utf8;
    case 1006:
        return MouseEncoding::sgr;
    case 1015:
        return MouseEncoding::urxvt;
    default:
        return MouseEncoding::sgr_pixels;
    }
}

void set_encoding(Engine& e, int mode, bool on) {
    if (on)
        e.modes.mouse_encoding = encoding_of(mode);
    else if (e.modes.mouse_encoding == encoding_of(mode))
        e.modes.mouse_encoding = MouseEncoding::standard;
}

bool get_encoding(const Engine& e, int mode) {
    return e.modes.mouse_encoding == encoding_of(mode);
}

void set_visible(Engine& e, int /*mode*/, bool on) {
    e.cursor.visible = on;
}
bool get_visible(const Engine& e, int /*mode*/) {
    return e.cursor.visible;
}
void set_blink(Engine& e, int /*mode*/, bool on) {
    e.cursor.blink = on;
}
bool get_blink(const Engine& e, int /*mode*/) {
    return e.cursor.blink;
}

void set_synchronized(Engine& e, int /*mode*/, bool on) {
    if (e.modes.synchronized != on)
        e.sink->synchronized(on);
    e.modes.synchronized = on;
}

void set_in_band_resize(Engine& e, int /*mode*/, bool on) {
    e.modes.in_band_resize = on;
    if (on)
        e.report_size();
}

constexpr ModeEntry flag(int number, Flag which, bool relay = true,
                         std::optional<Feature> feature = {}) {
    return {number, which, nullptr, nullptr, relay, false, feature};
}
constexpr ModeEntry special(int number, Setter set, Getter get,
                            std::optional<Feature> feature = {}) {
    return {number, nullptr, set, get, true, false, feature};
}
constexpr ModeEntry both(int number, Flag which, Setter set, bool relay = true,
                         std::optional<Feature> feature = {}) {
    return {number, which, set, nullptr, relay, false, feature};
}

constexpr std::array kAnsi = std::to_array<ModeEntry>({
    flag(2, &Modes::keyboard_locked, false),
    flag(4, &Modes::insert),
    {12, &Modes::local_echo, nullptr, nullptr, false, true, {}},
    flag(20, &Modes::newline),
});

constexpr std::array kPrivate = std::to_array<ModeEntry>({
    flag(1, &Modes::application_cursor),
    both(3, &Modes::column_132, set_columns, false, Feature::column_mode),
    flag(4, &Modes::smooth_scroll, false),
    flag(5, &Modes::reverse_video),
    both(6, &Modes::origin, set_origin),
    flag(7, &Modes::autowrap),
    flag(8, &Modes::auto_repeat),
    special(9, set_tracking, get_tracking),
    special(12, set_blink, get_blink),
    flag(18, &Modes::print_form_feed, false),
    flag(19, &Modes::print_extent, false),
    special(25, set_visible, get_visible),
    flag(40, &Modes::allow_column_132, false),
    flag(41, &Modes::more_fix, false),
    flag(42, &Modes::national_charsets, true, Feature::national_charset),
    flag(45, &Modes::reverse_wrap, true, Feature::reverse_wrap),
    special(47, set_alternate, get_alternate, Feature::alternate_screen),
    flag(66, &Modes::application_keypad),
    flag(67, &Modes::backarrow_sends_backspace),
    both(69, &Modes::left_right_margins, set_left_right, true, Feature::left_right_margins),
    flag(80, &Modes::sixel_display),
    flag(95, &Modes::no_clear_on_column_change, false),
    special(1000, set_tracking, get_tracking),
    special(1001, set_tracking, get_tracking),
    special(1002, set_tracking, get_tracking),
    special(1003, set_tracking, get_tracking),
    flag(1004, &Modes::focus_events, true, Feature::focus_events),
    special(1005, set_encoding, get_encoding),
    special(1006, set_encoding, get_encoding, Feature::mouse_sgr),
    flag(1007, &Modes::alternate_scroll),
    flag(1010, &Modes::scroll_on_output),
    flag(1011, &Modes::scroll_on_key),
    special(1015, set_encoding, get_encoding, Feature::mouse_urxvt),
    special(1016, set_encoding, get_encoding, Feature::mouse_pixels),
    flag(1034, &Modes::meta_sends_eighth_bit),
    flag(1036, &Modes::meta_sends_escape),
    flag(1037, &Modes::delete_sends_del),
    flag(1040, &Modes::keep_selection),
    flag(1042, &Modes::urgent_on_bell),
    flag(1043, &Modes::raise_on_bell),
    flag(1045, &Modes::reverse_wrap_extended, true, Feature::reverse_wrap),
    special(1047, set_alternate, get_alternate, Feature::alternate_screen),
    special(1048, set_cursor_save, [](const Engine& /*e*/, int /*mode*/) { return true; }),
    special(1049, set_alternate, get_alternate, Feature::alternate_screen),
    flag(2004, &Modes::bracketed_paste, true, Feature::bracketed_paste),
    both(2026, &Modes::synchronized, set_synchronized, true, Feature::synchronized),
    flag(2027, &Modes::grapheme_clusters, true, Feature::grapheme_mode),
    flag(2031, &Modes::color_scheme_updates, false, Feature::color_scheme),
    both(2048, &Modes::in_band_resize, set_in_band_resize, false, Feature::in_band_resize),
});
static_assert(kPrivate.size() <= kModeSlots);

// Known, and never set: DECRQM answers 4 (VT520 manual, and xterm for those that it does not have).
constexpr std::array kAnsiNever = {1, 3, 5, 6, 7, 10, 11, 13, 14, 15, 16, 17, 18, 19};
constexpr std::array kPrivateNever = {2,  34, 35, 36,  57,  60,  61,  64,  68,  73,  81,  96,
                                      97, 98, 99, 100, 101, 102, 103, 104, 106, 108, 109, 110};

const ModeEntry* find(std::span<const ModeEntry> entries, int number) {
    for (const ModeEntry& entry : entries) {
        if (entry.number == number)
            return &entry;
    }
    return nullptr;
}

bool is_on(const Engine& e, const ModeEntry& entry) {
    if (entry.flag == nullptr)
        return entry.get(e, entry.number);
    return (e.modes.*entry.flag) != entry.inverted;
}

void apply(Engine& e, const ModeEntry& entry, bool on) {
    if (on && entry.feature)
        e.use(*entry.feature);
    if (entry.set != nullptr)
        entry.set(e, entry.number, on);
    else
        e.modes.*entry.flag = on != entry.inverted;
}

// Sets or resets every mode that the sequence names. What may not be relayed is left out of what
// is.
void change(Engine& e, std::span<const ModeEntry> entries, bool on) {
    std::string allowed;
    bool all = true;
    const Params params = e.parser.params;
    const bool is_private = e.parser.prefix != 0;
    for (int index = 0; index < params.count; ++index) {
        const int number = params.get(index, 0);
        const ModeEntry* entry = find(entries, number);
        if (entry == nullptr)
            e.use(Feature::unknown_sequence);
        else
            apply(e, *entry, on);
        if (entry != nullptr && entry->relay)
            allowed += fmt::format("{}{}", allowed.empty() ? "" : ";", number);
        else
            all = false;
    }
    e.keep = all && params.count > 0;
    if (!e.keep && !allowed.empty())
        e.substitute = fmt::format("\x1b[{}{}{}", is_private ? "?" : "", allowed, on ? 'h' : 'l');
    e.sink->modes_changed();
}

void report(Engine& e, std::string_view prefix, std::span<const ModeEntry> entries,
            std::span<const int> never) {
    if (e.level < 63) // DECRQM came with the VT300
        return;
    const int number = e.parser.params.get(0, 0);
    int state = 0;
    if (const ModeEntry* entry = find(entries, number))
        state = is_on(e, *entry) ? 1 : 2;
    else if (std::find(never.begin(), never.end(), number) != never.end())
        state = 4;
    e.reply_csi(fmt::format("{}{};{}$y", prefix, number, state));
}

} // namespace

void set_ansi_modes(Engine& e) {
    change(e, kAnsi, true);
}
void reset_ansi_modes(Engine& e) {
    change(e, kAnsi, false);
}
void set_private_modes(Engine& e) {
    change(e, kPrivate, true);
}
void reset_private_modes(Engine& e) {
    change(e, kPrivate, false);
}
void request_ansi_mode(Engine& e) {
    report(e, "", kAnsi, kAnsiNever);
}
void request_private_mode(Engine& e) {
    report(e, "?", kPrivate, kPrivateNever);
}

void save_private_modes(Engine& e) {
    const Params& params = e.parser.params;
    for (int index = 0; index < params.count; ++index) {
        if (const ModeEntry* entry = find(kPrivate, params.get(index, 0)))
            e.saved_modes.set(static_cast<std::size_t>(entry - kPrivate.data()), is_on(e, *entry));
    }
}

// The client's terminal may have saved something else: it gets the outcome.
void restore_private_modes(Engine& e) {
    const Params params = e.parser.params;
    e.keep = false;
    std::string relayed;
    for (int index = 0; index < params.count; ++index) {
        const ModeEntry* entry = find(kPrivate, params.get(index, 0));
        if (entry == nullptr)
            continue;
        const bool on = e.saved_modes.test(static_cast<std::size_t>(entry - kPrivate.data()));
        apply(e, *entry, on);
        if (entry->relay)
            relayed += fmt::format("\x1b[?{}{}", entry->number, on ? 'h' : 'l');
    }
    e.substitute = relayed;
    e.sink->modes_changed();
}

void keypad_application(Engine& e) {
    e.modes.application_keypad = true;
    e.sink->modes_changed();
}

void keypad_numeric(Engine& e) {
    e.modes.application_keypad = false;
    e.sink->modes_changed();
}

void cursor_style(Engine& e) {
    const int style = e.parser.params.get(0, 0);
    if (style > 6)
        return;
    e.cursor.shape_set = style != 0;
    e.cursor.blink = style == 0 || style % 2 == 1;
    e.cursor.shape = style <= 2   ? CursorShape::block
                     : style <= 4 ? CursorShape::underline
                                  : CursorShape::bar;
}

void conformance_level(Engine& e) {
    const int level = e.parser.params.get(0, 65);
    if (level < 61 || level > 65)
        return;
    e.hard_reset(); // as xterm; the manual wants a soft one
    e.level = level;
    e.modes.c1_8bit = level > 61 && e.parser.params.get(1, 0) != 1;
    e.sink->modes_changed();
    e.substitute = "\033c";
}

void controls_7bit(Engine& e) {
    e.modes.c1_8bit = false;
}
void controls_8bit(Engine& e) {
    e.modes.c1_8bit = e.level > 61;
}

void soft_reset(Engine& e) {
    e.soft_reset();
    e.sink->modes_changed();
}

void hard_reset(Engine& e) {
    e.hard_reset();
    e.sink->modes_changed();
    e.sink->colors_changed();
}

// XTSMTITLE, XTRMTITLE: 0 titles are set in hexadecimal, 1 and reported so; 2 and 3 (UTF-8) are
// always on.
void set_title_modes(Engine& e) {
    for (int index = 0; index < e.parser.params.count; ++index) {
        const int mode = e.parser.params.get(index, 0);
        e.title_set_hex = e.title_set_hex || mode == 0;
        e.title_query_hex = e.title_query_hex || mode == 1;
    }
}

void reset_title_modes(Engine& e) {
    const Params& params = e.parser.params;
    if (params.count == 0)
        e.title_set_hex = e.title_query_hex = false;
    for (int index = 0; index < params.count; ++index) {
        const int mode = params.get(index, 0);
        e.title_set_hex = e.title_set_hex && mode != 0;
        e.title_query_hex = e.title_query_hex && mode != 1;
    }
}

namespace {

constexpr int kOtherKeys = 4; // XTMODKEYS: the resource modifyOtherKeys

} // namespace

void modify_keys(Engine& e) {
    const Params& params = e.parser.params;
    const int resource = params.get(0, -1);
    if (resource == kOtherKeys)
        e.modes.modify_other_keys = static_cast<std::uint8_t>(std::clamp(params.get(1, 0), 0, 3));
    else if (resource < 0)
        e.modes.modify_other_keys = 0;
    e.sink->modes_changed();
}

void disable_modify_keys(Engine& e) {
    if (e.parser.params.get(0, 2) == kOtherKeys)
        e.modes.modify_other_keys = 0;
    e.sink->modes_changed();
}

void format_keys(Engine& e) {
    const Params& params = e.parser.params;
    const int resource = params.get(0, -1);
    if (resource == kOtherKeys)
        e.modes.format_other_keys = static_cast<std::uint8_t>(std::clamp(params.get(1, 0), 0, 1));
    else if (resource < 0)
        e.modes.format_other_keys = 0;
    e.sink->modes_changed();
}

void query_modify_keys(Engine& e) {
    const int resource = e.parser.params.get(0, 0);
    e.reply_csi(resource == kOtherKeys ? fmt::format(">4;{}m", e.modes.modify_other_keys)
                                       : fmt::format(">{}m", resource));
}

void query_format_keys(Engine& e) {
    const int resource = e.parser.params.get(0, 0);
    e.reply_csi(resource == kOtherKeys ? fmt::format(">4;{}f", e.modes.format_other_keys)
                                       : fmt::format(">{}f", resource));
}

// The kitty keyboard protocol: a stack of flags for each screen; the bottom entry, which is not
// stored, is 0.
namespace {

std::vector<std::uint8_t>& kitty_stack(Engine& e) {
    return e.kitty[static_cast<std::size_t>(e.shown)];
}

std::uint8_t kitty_flags(Engine& e) {
    return kitty_stack(e).empty() ? 0 : kitty_stack(e).back();
}

} // namespace

void kitty_push(Engine& e) {
    auto& stack = kitty_stack(e);
    if (stack.size() == kKittyStackDepth)
        stack.erase(stack.begin());
    stack.push_back(static_cast<std::uint8_t>(e.parser.params.get(0, 0) & kKittyFlagsMask));
    e.sink->modes_changed();
}

void kitty_pop(Engine& e) {
    auto& stack = kitty_stack(e);
    const std::size_t count = at(e.parser.params.number(0));
    stack.resize(stack.size() - std::min(count, stack.size()));
    e.sink->modes_changed();
}

void kitty_set(Engine& e) {
    auto& stack = kitty_stack(e);
    const auto flags = static_cast<std::uint8_t>(e.parser.params.get(0, 0) & kKittyFlagsMask);
    const std::uint8_t before = kitty_flags(e);
    if (stack.empty())
        stack.push_back(0);
    switch (e.parser.params.get(1, 1)) {
    case 1:
        stack.back() = flags;
        break;
    case 2:
        stack.back() = before | flags;
        break;
    case 3:
        stack.back() = static_cast<std::uint8_t>(before & ~flags);
        break;
    default:
        break;
    }
    e.sink->modes_changed();
}

void kitty_query(Engine& e) {
    e.reply_csi(fmt::format("?{}u", kitty_flags(e)));
}

void lock_shift(Engine& e, int set) {
    e.charsets.gl = static_cast<std::uint8_t>(set);
}

void designate(Engine& e, char final) {
    const char kind = e.parser.intermediates[0];
    const char second = e.parser.intermediates[1];
    Charset charset;
    charset.size96 = kind == '-' || kind == '.' || kind == '/';
    charset.name =
        second == 0 ? std::array<char, 3>{final, 0, 0} : std::array<char, 3>{second, final, 0};
    if (!is_known(charset)) {
        e.keep = false;
        e.use(Feature::unknown_sequence);
        return;
    }
    const std::size_t slot = kind == '('                  ? 0
                             : kind == ')' || kind == '-' ? 1
                             : kind == '*' || kind == '.' ? 2
                                                          : 3;
    e.charsets.g[slot] = charset;
}

} // namespace berth::vt::handlers
