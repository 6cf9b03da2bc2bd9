// What a Terminal is made of. State is what a snapshot holds besides the cells; Engine adds the
// screens, the tables, the history and how bytes change them. The functions are in several files by
// topic: write.cc (parser), print.cc, scroll.cc, erase.cc, resize.cc; the control functions
// themselves are in handlers.h. Internal to lib/vt.
#pragma once

#include <array>
#include <bitset>
#include <string>
#include <string_view>
#include <vector>

#include "vt/grid.h"
#include "vt/interner.h"
#include "vt/kernels.h"
#include "vt/lazy.h"
#include "vt/limits.h"
#include "vt/parser.h"
#include "vt/terminal.h"
#include "vt/unicode.h"

namespace berth::vt {

enum class Protection : std::uint8_t { off, iso, dec }; // by SPA or by DECSCA, whichever was last

inline constexpr std::size_t kModeSlots = 64;

// Everything that a program can change and that is not a cell. visit() names every member once, for
// snapshot, restore and ==.
struct State {
    Size size;
    Screen shown = Screen::main;
    Cursor cursor;
    std::array<SavedCursor, 2> saved;
    Margins margins;
    Pen pen;
    Protection protection = Protection::off;
    Charsets charsets;
    std::uint8_t single_shift = 0; // 2 or 3 for the next character
    std::vector<std::uint8_t> tabs;
    Modes modes;
    std::bitset<kModeSlots> saved_modes;
    std::array<std::vector<std::uint8_t>, 2> kitty;
    std::string title;
    std::string icon_name;
    std::string working_directory;
    std::string pointer;
    std::vector<std::string> titles;
    std::vector<std::string> icon_names; // as many as titles
    Palette palette;
    std::vector<Palette> palettes;        // XTPUSHCOLORS
    Mark mark = Mark::none;               // of what is printed now (OSC 133)
    char32_t last_printed = 0;            // for REP
    bool change_extent_rectangle = false; // DECSACE
    bool title_set_hex = false;           // XTSMTITLE
    bool title_query_hex = false;
    int level = 65; // DECSCL
    Parser parser;
    std::string held;
    std::string embedded; // controls inside the unfinished sequence
    bool streaming = false;
    std::uint64_t features = 0;

    bool operator==(const State&) const = default;
    template <class Self, class Visitor> static void visit(Self& self, Visitor&& visitor);
};

struct Engine : State {
    Engine(Size wanted, Config wanted_config);

    Config config;
    std::array<Grid, 2> grids;
    Tables tables;
    Interner<Style, StyleHash> style_index;
    Interner<std::string, std::hash<std::string>> cluster_index;
    Interner<Hyperlink, LinkHash> link_index;
    std::size_t link_bytes = 0;
    History history;
    std::uint64_t generation = 0;
    std::uint64_t scrolled = 0;
    std::uint64_t history_generation = 0;

    // Derived from the pen, and valid while not dirty. A sweep of the tables makes both dirty.
    bool pen_dirty = true;
    bool erase_dirty = true;
    std::uint64_t pen_bits = 0;
    std::uint64_t erase_bits_ = 0;
    void pen_changed() { pen_dirty = erase_dirty = true; }
    std::uint64_t sweeps = 0;
    struct KnownStyle {
        Style style;
        std::uint32_t index = 0;
    };
    Cache<KnownStyle, 256> known_styles; // emptied by a sweep
    std::size_t style_limit = 0;         // a table of so many is swept

    // SGR sequences of a few bytes that came lately.
    struct KnownRendition {
        std::uint64_t key = 0; // their bytes
        unsigned length = 0;   // behind ESC [
        std::array<std::uint64_t, 2> keep{};
        std::array<std::uint64_t, 2> set{};
        std::uint64_t features = 0;
    };
    Cache<KnownRendition, 64> known_renditions;

    // Clusters that were made lately, and the state of segmentation behind the last one.
    static constexpr std::uint64_t kNoContent = ~0ULL;
    struct Join {
        std::uint64_t key = kNoContent;
        std::uint32_t cluster = 0;
        bool wide = false; // the code point makes it take two columns
    };
    Cache<Join, 256> joins;
    [[nodiscard]] static std::uint64_t join_key(std::uint64_t content, char32_t code) {
        return content << 21 | code;
    }
    [[nodiscard]] static std::size_t join_slot(std::uint64_t key) {
        return key ^ key >> 21 ^ key >> 29;
    }
    std::uint64_t last_content = kNoContent;
    GraphemeState last_state;

    // What the fast path asks of modes and charsets; made anew by refresh_fast() before ground()
    // begins and after whatever may change it.
    bool fast_text = false; // printable ASCII overwrites cells as it is, and wraps
    const Kernels* kernels = &best_kernels();

    // Only while write() runs.
    Sink* sink = nullptr;
    bool keep = true;       // relay the sequence that is being dispatched
    std::string substitute; // … or this in its place
    const char* relay_from = nullptr;
    const char* sequence = nullptr;

    // fast.cc
    const char* ground(const char* from, const char* end);
    const char* text_fast(const char* from, const char* end, Row*& row);
    const char* other_fast(const char* from, const char* end);
    void open_for(const char* from, const char* end, Row& row, int limit);
    Row* next_line(Row* row);
    const char* csi_fast(const char* from, const char* end);
    bool fast_csi(char final);
    [[nodiscard]] KnownRendition& known_rendition(std::uint64_t key);
    const char* rendition_again(const char* from, const char* end);
    void refresh_known_pen();
    void refresh_fast();
    Row& scroll_line();
    void keep_line(const Row& row);
    void keep_styled(const Row& row);

    // flood.cc
    struct PlainLines;
    const char* flood(const char* from, const char* end, const char*& seen);
    void find_plain_lines(const char* from, const char* end, PlainLines& lines) const;
    [[nodiscard]] bool is_floodable();

    // write.cc
    void write(std::string_view bytes, Sink& to);
    const char* finish_character(const char* from, const char* end);
    const char* csi_in_one(const char* from, const char* end);
    const char* step(const char* from, const char* end);
    const char* string_step(const char* from, const char* end);
    bool step_byte(char byte, const char* next);
    bool step_text_escape(char byte, const char* next);
    void step_sequence(char byte, const char* next);
    void step_escape(char byte, const char* next);
    void step_csi(char byte, const char* next);
    void step_dcs(char byte);
    void begin_sequence(const char* from);
    void c1_control(char32_t code, const char* from, const char* next);
    void begin_string(StringKind kind);
    void end_string(const char* next);
    void cancel(const char* next, std::string_view relay_instead);
    void finish(const char* end);
    void flush(const char* end);
    void relay_rest(const char* end);
    void control(char byte);
    [[nodiscard]] bool streamable() const;

    // dispatch.cc
    void dispatch_csi();
    void dispatch_escape(char final);
    void dispatch_string();

    // text.cc
    struct TextRun;
    const char* ground_utf8(const char* from, const char* end);
    const char* put_text(const char* from, const char* end);
    template <bool kClusters> std::size_t put_characters(const char* text, TextRun& run);
    const char* put_ideographs(const char* from, const char* end, TextRun& run);
    bool join_last(TextRun& run, std::uint32_t code);
    void close_run(Row& row, const TextRun& run, int written, bool in_wide);

    // print.cc
    void put_ascii(const char* text, std::size_t length);
    void print(char32_t code);
    void print(char32_t code, std::uint8_t properties); // of one beyond ASCII
    void print_wide_or_narrow(char32_t code, int columns);
    bool combine(char32_t code);
    [[nodiscard]] GraphemeState state_of(std::uint64_t content);
    [[nodiscard]] const Join* join(std::uint64_t content, char32_t code);
    void write_run(const char* text, int count);
    void wrap();
    void refresh_pen();
    void refresh_erase();
    [[nodiscard]] std::uint32_t intern_style(Style style);
    [[nodiscard]] std::uint32_t intern_cluster(const std::string& text);
    [[nodiscard]] std::uint32_t intern_link(const Hyperlink& link);
    void sweep_styles();
    void sweep_clusters();
    void sweep_links();
    [[nodiscard]] char32_t translate(char byte);
    [[nodiscard]] bool plain_charset() const;

    // scroll.cc
    // The last column of a row, half as far if it is of double width.
    [[nodiscard]] int line_right(int row) const {
        return grid().row(row).size == LineSize::single ? size.right()
                                                        : std::max(0, size.columns / 2 - 1);
    }
    // Where printing at the cursor wraps.
    [[nodiscard]] int right_limit() const {
        const int limit = cursor.column <= margins.right ? margins.right : size.right();
        return std::max(cursor.column, std::min(limit, line_right(cursor.row)));
    }
    [[nodiscard]] bool in_margins() const;
    void scroll_up(const Margins& area, int count, bool to_history);
    void scroll_down(const Margins& area, int count);
    void scroll_left(const Margins& area, int count);
    void scroll_right(const Margins& area, int count);
    void index();
    void reverse_index();
    void carriage_return();
    void line_feed();
    void move_to(int row, int column); // as CUP, from 0: DECOM counts
    void place(int row, int column);   // absolute, clamped
    void full_margins();

    // erase.cc
    [[nodiscard]] std::uint64_t erase_bits();
    [[nodiscard]] Grid& grid() { return grids[static_cast<std::size_t>(shown)]; }
    [[nodiscard]] const Grid& grid() const { return grids[static_cast<std::size_t>(shown)]; }
    void touch(Row& row) {
        row.generation = ++generation;
        row.styled = true; // for all that is known
    }
    Cell* open(Row& row, int from, int count); // makes cells ready to be overwritten
    void extend(Row& row, int used);
    void split_wide(Row& row, int column, bool spare_protected = false);
    void erase(int row, int from, int to, bool spare_protected); // columns from to to - 1
    void erase_rows(int from, int to, bool spare_protected);     // rows from to to - 1
    void clear_row(Row& row);
    void fill_row(Row& row);
    void insert_cells(int row, int column, int right, int count);
    void delete_cells(int row, int column, int right, int count);
    void copy_cells(int from_row, int from_column, int to_row, int to_column, int count);

    // modes.cc, reset.cc
    void use(Feature feature) { features |= feature_bit(feature); }
    void save_cursor();
    void restore_cursor();
    void show(Screen screen);
    void soft_reset();
    void hard_reset();
    void reset_tabs();

    // report.cc
    void reply_csi(std::string_view body);
    void reply_dcs(std::string_view body);
    void reply_osc(std::string_view body); // ended as the question was
    void report_size();                    // mode 2048

    // resize.cc
    void resize(Size wanted);
    void import_line(Grid& to, int row,
                     const LineView& line); // writes a line with tables of its own
};

template <class Self, class Visitor> void State::visit(Self& self, Visitor&& visitor) {
    visitor(self.size, self.shown, self.cursor, self.saved, self.margins, self.pen, self.protection,
            self.charsets, self.single_shift, self.tabs, self.modes, self.saved_modes, self.kitty,
            self.title, self.icon_name, self.working_directory, self.pointer, self.titles,
            self.icon_names, self.palette, self.palettes, self.mark, self.last_printed,
            self.change_extent_rectangle, self.title_set_hex, self.title_query_hex, self.level,
            self.parser, self.held, self.embedded, self.streaming, self.features);
}

} // namespace berth::vt
