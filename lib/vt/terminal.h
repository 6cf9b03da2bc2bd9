// A terminal of the VT525/xterm class as a value: bytes of a program in, a screen, answers and
// relayable tokens out. No I/O, no clock. Owned by a pane of the mux; everything that it is fed is
// hostile, and whatever a program can grow has a limit here or in limits.h.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "vt/cell.h"
#include "vt/history.h"
#include "vt/line.h"
#include "vt/size.h"

namespace berth::vt {

enum class Screen : std::uint8_t { main, alternate };

enum class CursorShape : std::uint8_t { block, underline, bar };

struct Cursor {
    int row = 0; // from 0, absolute whatever DECOM says
    int column = 0;
    bool pending_wrap = false; // the last column was written, the next character wraps first
    bool visible = true;       // DECTCEM
    bool blink = true;         // DECSCUSR, mode 12
    CursorShape shape = CursorShape::block;
    bool shape_set = false; // by DECSCUSR with another parameter than 0

    bool operator==(const Cursor&) const = default;
};

// Inclusive, from 0.
struct Margins {
    int top = 0;
    int bottom = 0;
    int left = 0;
    int right = 0;

    bool operator==(const Margins&) const = default;
};

enum class MouseTracking : std::uint8_t {
    none,
    x10,
    normal,
    highlight,
    button,
    any
}; // 9, 1000-1003
enum class MouseEncoding : std::uint8_t {
    standard,
    utf8,
    sgr,
    urxvt,
    sgr_pixels
}; // -, 1005, 1006, 1015, 1016

// Kitty keyboard protocol, the flags in force (bits as in the protocol).
inline constexpr std::uint8_t kKittyFlagsMask = 31;
inline constexpr std::size_t kKittyStackDepth = 16;

// The modes that a program can set, by name. Defaults are those after RIS.
struct Modes {
    bool keyboard_locked = false;           // KAM 2
    bool insert = false;                    // IRM 4
    bool local_echo = false;                // SRM 12, reset means echo
    bool newline = false;                   // LNM 20
    bool application_cursor = false;        // DECCKM 1
    bool column_132 = false;                // DECCOLM 3
    bool smooth_scroll = false;             // DECSCLM 4
    bool reverse_video = false;             // DECSCNM 5
    bool origin = false;                    // DECOM 6
    bool autowrap = true;                   // DECAWM 7
    bool auto_repeat = true;                // DECARM 8
    bool print_form_feed = false;           // DECPFF 18
    bool print_extent = false;              // DECPEX 19
    bool allow_column_132 = false;          // 40
    bool more_fix = false;                  // 41
    bool national_charsets = false;         // DECNRCM 42
    bool reverse_wrap = false;              // 45
    bool reverse_wrap_extended = false;     // 1045
    bool application_keypad = false;        // DECNKM 66, DECKPAM
    bool backarrow_sends_backspace = false; // DECBKM 67
    bool left_right_margins = false;        // DECLRMM 69
    bool sixel_display = false;             // DECSDM 80
    bool no_clear_on_column_change = false; // DECNCSM 95
    bool focus_events = false;              // 1004
    bool alternate_scroll = false;          // 1007
    bool scroll_on_output = false;          // 1010
    bool scroll_on_key = false;             // 1011
    bool meta_sends_eighth_bit = false;     // 1034
    bool meta_sends_escape = true;          // 1036
    bool delete_sends_del = false;          // 1037
    bool keep_selection = false;            // 1040
    bool urgent_on_bell = false;            // 1042
    bool raise_on_bell = false;             // 1043
    bool bracketed_paste = false;           // 2004
    bool synchronized = false;              // 2026
    bool grapheme_clusters = false;         // 2027
    bool color_scheme_updates = false;      // 2031
    bool in_band_resize = false;            // 2048
    MouseTracking mouse = MouseTracking::none;
    MouseEncoding mouse_encoding = MouseEncoding::standard;
    std::uint8_t modify_other_keys = 0; // CSI > 4 ; n m: 0 to 3
    std::uint8_t format_other_keys = 0; // CSI > 4 ; n f: 0 or 1
    bool c1_8bit = false;               // S8C1T

    bool operator==(const Modes&) const = default;
};

// What G0 to G3 hold: the designation as written after ESC ( and the like: "B", "0", "%5" …; size96
// for ESC - . /
struct Charset {
    std::array<char, 3> name{'B', 0, 0};
    bool size96 = false;

    bool operator==(const Charset&) const = default;
};

struct Charsets {
    std::array<Charset, 4> g{};
    std::uint8_t gl = 0;
    std::uint8_t gr = 2;

    bool operator==(const Charsets&) const = default;
};

// How characters are written now (or, in a SavedCursor, were).
struct Pen {
    Style style;
    Hyperlink link;
    bool protect = false; // DECSCA

    bool operator==(const Pen&) const = default;
};

struct SavedCursor { // DECSC
    int row = 0;
    int column = 0;
    bool pending_wrap = false;
    bool origin = false;
    Pen pen;
    Charsets charsets;

    bool operator==(const SavedCursor&) const = default;
};

// Dynamic colours: OSC 10 to 19.
enum class DynamicColor : std::uint8_t {
    foreground,
    background,
    cursor,
    pointer_foreground,
    pointer_background,
    tektronix_foreground,
    tektronix_background,
    highlight_background,
    tektronix_cursor,
    highlight_foreground,
};
inline constexpr std::size_t kDynamicColors = 10;

// Special colours: OSC 5, in xterm's order (bold, underline, blink, reverse, italic).
inline constexpr std::size_t kSpecialColors = 5;

struct Palette {
    Palette(); // xterm's colours
    std::array<Rgb, 256> colors;
    std::array<Rgb, kSpecialColors> special;
    std::array<Rgb, kDynamicColors> dynamic;

    bool operator==(const Palette&) const = default;
};

// What the program has used since the terminal was created: a client whose terminal lacks one of
// these is composed.
enum class Feature : std::uint8_t {
    indexed_color,   // 256 colours
    rgb_color,       // SGR 38:2 and 48:2
    underline_style, // SGR 4:n, 21
    underline_color, // SGR 58
    overline,
    strikethrough,
    hyperlink,
    wide_character,
    cluster, // several code points in a cell
    left_right_margins,
    rectangle,
    selective_erase,
    double_size,
    national_charset,
    scroll_sideways, // SL, SR, DECBI, DECFI, DECIC, DECDC
    reverse_wrap,
    repeat, // REP
    cursor_shape,
    focus_events,
    bracketed_paste,
    mouse_sgr,
    mouse_pixels,
    mouse_urxvt,
    synchronized,
    grapheme_mode,
    color_scheme,
    in_band_resize,
    kitty_keyboard,
    modify_other_keys,
    palette_change,
    dynamic_color_change,
    clipboard,
    working_directory,
    semantic_prompt,
    notification,
    progress,
    pointer_shape,
    text_sizing,
    sixel,
    kitty_graphics,
    iterm_file,
    alternate_screen,
    column_mode, // DECCOLM asked for
    title_stack,
    unknown_sequence,
};
[[nodiscard]] constexpr std::uint64_t feature_bit(Feature feature) {
    return 1ULL << static_cast<unsigned>(feature);
}

// What a terminal says to the world while it is fed. Called from Terminal::write() only; every
// string is valid during the call alone. An implementation must not call back into the Terminal's
// changing functions.
class Sink {
  public:
    virtual ~Sink() = default;

    // Bytes to be written to the program: the answer to a query.
    virtual void answer(std::string_view /*bytes*/) {}
    // What a transparent client may be sent verbatim, in order, as large slices of the input:
    // everything but queries and what must never be relayed. Whole sequences only, except that a
    // long string (an image) comes in pieces; between them Terminal::relaying_string() is true.
    virtual void relay(std::string_view /*bytes*/) {}
    virtual void bell() {}
    virtual void title_changed() {}             // Terminal::title()
    virtual void icon_name_changed() {}         // Terminal::icon_name()
    virtual void working_directory_changed() {} // Terminal::working_directory()
    virtual void colors_changed() {}            // palette, dynamic or special colours
    virtual void modes_changed() {}             // any of Modes, or the keyboard flags
    virtual void screen_changed(Screen /*now*/) {}
    // OSC 52: selection is xterm's letters ("c", "p", …; empty as "s0"), data is base64 (checked).
    // Empty data clears.
    virtual void clipboard_set(std::string_view /*selection*/, std::string_view /*base64*/) {}
    virtual void clipboard_query(std::string_view /*selection*/) {}
    // OSC 9, 99 and 777 as they came. code is the number; payload what follows "9;" and so on.
    virtual void notification(int /*code*/, std::string_view /*payload*/) {}
    virtual void progress(int /*state*/, int /*percent*/) {
    } // OSC 9;4: 0 none, 1 normal, 2 error, 3 busy, 4 paused
    virtual void pointer_shape(std::string_view /*name*/) {} // OSC 22
    // OSC 133: kind is 'A', 'B', 'C', 'D', …, parameters what follows "A;".
    virtual void prompt_mark(char /*kind*/, std::string_view /*parameters*/) {}
    // tmux's and screen's ESC k title ST.
    virtual void window_name(std::string_view /*name*/) {}
    // DCS tmux; … with its ESC ESC undone, for `allow-passthrough`.
    virtual void passthrough(std::string_view /*bytes*/) {}
    // Mode 2026 was switched; a frame should wait while it is on (the caller bounds the time).
    virtual void synchronized(bool /*on*/) {}
};

// Where a snapshot has the blocks of the history that are full and never change again.
enum class BlocksOfHistory : std::uint8_t { within, apart };

struct Config {
    HistoryLimits history;
    std::string version = "0.1.0"; // of XTVERSION: "berth " + version
    Palette palette;
    bool ambiguous_wide = false;  // East Asian ambiguous characters take two columns
    bool report_title = false;    // CSI 20 t, 21 t answer with the text
    bool alternate_screen = true; // 47, 1047, 1049 are honoured
    bool dark = true;             // DSR 996's answer
    int cell_width = 10;          // pixels, for the reports in pixels
    int cell_height = 20;
};

class Terminal {
  public:
    explicit Terminal(Size size, Config config = {});
    ~Terminal();
    // The same state, apart from then on. The histories share their lines.
    [[nodiscard]] Terminal clone() const;
    Terminal(Terminal&&) noexcept;
    Terminal& operator=(Terminal&&) noexcept;

    // Feeds what the program wrote, cut anywhere.
    void write(std::string_view bytes, Sink& sink);

    [[nodiscard]] Size size() const;
    // Takes effect at once, also in the middle of a sequence. The main screen and the history
    // reflow, the alternate screen is cropped or padded. The size is clamped. Mode 2048's report
    // goes to the sink.
    void resize(Size size, Sink& sink);
    void resize(Size size);
    // Pixels of one cell, for CSI 14 t, 16 t and mode 2048.
    void set_cell_pixels(int width, int height);

    // The screens
    [[nodiscard]] Screen screen() const; // the one that is shown
    [[nodiscard]] LineView line(int row) const;
    [[nodiscard]] LineView line(Screen screen, int row) const;
    [[nodiscard]] Cursor cursor() const;
    [[nodiscard]] Cursor cursor(Screen screen) const; // where it stands or will return to
    [[nodiscard]] const SavedCursor& saved_cursor(Screen screen) const;
    [[nodiscard]] const Margins& margins() const;
    [[nodiscard]] const Pen& pen() const;
    [[nodiscard]] const Charsets& charsets() const;
    [[nodiscard]] bool tab_stop(int column) const;
    [[nodiscard]] const Tables& tables() const;

    // What a renderer compares: LineView::generation per row, and these.
    [[nodiscard]] std::uint64_t generation() const; // changes with every change that can be seen
    [[nodiscard]] std::uint64_t
    scrolled_lines() const; // lines that went into the history since creation
    [[nodiscard]] std::uint64_t
    history_generation() const; // changes when history lines are rewritten or cleared

    [[nodiscard]] const History& history() const;
    void clear_history();
    void set_history_limits(HistoryLimits limits);

    // Settings of the program
    [[nodiscard]] const Modes& modes() const;
    [[nodiscard]] std::uint8_t kitty_flags() const; // of the shown screen
    [[nodiscard]] std::span<const std::uint8_t>
    kitty_stack(Screen screen) const; // bottom first, last in force
    [[nodiscard]] const std::string& title() const;
    [[nodiscard]] const std::string& icon_name() const;
    [[nodiscard]] const std::vector<std::string>& title_stack() const;
    [[nodiscard]] const std::string& working_directory() const; // OSC 7, a file: URL as it came
    [[nodiscard]] const std::string& pointer() const;           // OSC 22
    [[nodiscard]] std::uint64_t features() const;               // feature_bit()s used so far
    void set_title(std::string_view title);

    // Colours: what the program set over the configured ones.
    [[nodiscard]] const Palette& palette() const;         // in force
    [[nodiscard]] const Palette& default_palette() const; // configured
    void set_default_palette(const Palette& palette);     // entries the program changed stay
    void set_dark(bool dark, Sink& sink); // DSR 996; with mode 2031 the program is told

    // The parser
    [[nodiscard]] bool at_ground() const;       // no sequence and no character is unfinished
    [[nodiscard]] bool relaying_string() const; // a relayed string is open: CAN ST ends it
    // The unrelayed beginning of an unfinished sequence, as it came (bounded by kMaxHeld).
    [[nodiscard]] std::string_view pending() const;

    // State as bytes: everything but the configuration's history limits. Checkpoints that follow
    // each other keep the full blocks of the history apart, each written once: those from
    // history().blocks().first to end, as history().block() gives them, belong to this snapshot.
    [[nodiscard]] std::string snapshot(BlocksOfHistory how = BlocksOfHistory::within) const;
    // Replaces everything by a snapshot's state, with the blocks that are kept apart, the oldest
    // first; on an error nothing has changed. Blocks are copied; a damaged line of one is seen as
    // an empty line.
    [[nodiscard]] Result<void> restore(std::string_view bytes,
                                       std::span<const std::string_view> blocks = {});

    // Same state: everything a program or a viewer could ever tell apart. Generations and counters
    // do not count.
    [[nodiscard]] bool operator==(const Terminal& other) const;

    // As RIS; an unfinished sequence is forgotten.
    void reset();

  private:
    struct Impl;
    explicit Terminal(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

inline constexpr std::size_t kMaxHeld =
    64U << 10; // bytes of an unfinished sequence kept before it is relayed in pieces

} // namespace berth::vt
