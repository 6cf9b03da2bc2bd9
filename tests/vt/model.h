// The reference model of a terminal for the differential test: written from ECMA-48, DEC's manuals
// and xterm's ctlseqs for being seen to be right, not for speed, and of nothing of lib/vt. The
// screen is a plain table of cells that own what they show; every function says what a sequence
// does in the document's own terms. Where the documents leave a choice, what xterm 379 does
// decides.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace berth::model {

struct Colour {
    enum class Kind : std::uint8_t { usual, palette, direct };
    Kind kind = Kind::usual;
    std::uint8_t red = 0; // or the palette's index
    std::uint8_t green = 0;
    std::uint8_t blue = 0;

    bool operator==(const Colour&) const = default;
};

enum class Line : std::uint8_t { none, single, twice, curly, dotted, dashed };

// What SGR sets.
struct Look {
    bool bold = false;
    bool faint = false;
    bool italic = false;
    bool blink = false;
    bool rapid = false;
    bool inverse = false;
    bool hidden = false;
    bool struck = false;
    bool overlined = false;
    bool raised = false;
    bool lowered = false;
    Line underline = Line::none;
    Colour text;
    Colour ground;
    Colour line;

    bool operator==(const Look&) const = default;
};

enum class Part : std::uint8_t {
    whole,
    first, // of a character of two columns
    second,
    skipped, // a last column that was too narrow for one
};

struct Cell {
    std::u32string shows; // empty: erased
    Part part = Part::whole;
    Look look;
    bool guarded = false;  // DECSCA
    std::uint8_t link = 0; // number of the OSC 8 link, 0 for none

    bool operator==(const Cell&) const = default;
};

struct Row {
    std::vector<Cell> cells;
    bool wrapped = false; // the text goes on in the next row
};

struct Page {
    std::vector<Row> rows;
};

struct Pen {
    Look look;
    bool guarded = false;
    std::uint8_t link = 0;
};

struct Sets {
    std::array<char, 4> g{'B', 'B', 'B', 'B'};
    int left = 0;  // which of them GL is
    int right = 2; // and GR
};

struct Place {
    int row = 0;
    int column = 0;
    bool wraps = false; // the next character goes to the next line first
};

// What DECSC keeps.
struct Saved {
    Place place;
    bool origin = false;
    Pen pen;
    Sets sets;
};

struct Switches {
    bool insert = false;        // IRM
    bool newline = false;       // LNM
    bool origin = false;        // DECOM
    bool autowrap = true;       // DECAWM
    bool side_margins = false;  // DECLRMM
    bool visible = true;        // DECTCEM
    bool cursor_keys = false;   // DECCKM
    bool keypad = false;        // DECKPAM
    bool reverse_video = false; // DECSCNM
    bool paste = false;         // 2004
    bool back_wrap = false;     // 45
};

struct Area { // inclusive, from 0
    int top = 0;
    int left = 0;
    int bottom = 0;
    int right = 0;
};

class Model {
  public:
    Model(int rows, int columns);
    void write(std::string_view bytes);

    int rows;
    int columns;
    std::array<Page, 2> pages; // main, alternate
    int shown = 0;
    Place cursor;
    Area margins;
    Pen pen;
    Sets sets;
    std::optional<int> single; // of the next character: SS2, SS3
    Switches on;
    std::array<Saved, 2> saved;
    std::vector<bool> tabs;
    std::vector<std::u32string> history; // text of the lines that left the main screen

  private:
    struct Sequence {
        char mark = 0;                         // < = > ?
        std::vector<std::vector<int>> numbers; // parameters of sub-parameters; -1: left out
        std::string between;                   // intermediate bytes
        char last = 0;

        [[nodiscard]] int number(std::size_t index, int otherwise) const;
        [[nodiscard]] int count() const;    // the first, 0 being 1
        [[nodiscard]] int selector() const; // the first, 0 if left out
    };
    enum class State : std::uint8_t { ground, escape, csi, string, string_escape };

    // model_parse.cc: bytes to functions
    void code(char32_t code);
    void control(char32_t code);
    void escape_byte(char byte);
    void escape_sequence(char last);
    void csi_byte(char byte);
    void csi();
    void csi_s();
    void guard(bool set);
    void csi_with_space();
    void csi_rectangle();
    void osc();
    void add_digit(int digit);

    // model_move.cc
    [[nodiscard]] int edge() const; // the column that the cursor may not pass: a margin or the last
    void move_to(int row, int column);
    void place(int row, int column); // in DECOM's terms
    void up(int count);
    void down(int count);
    void right(int count);
    void left(int count);
    void carriage_return();
    void index();
    void reverse_index();
    void line_feed();
    void tab(int count);
    void back_tab(int count);
    void back_index();
    void forward_index();
    void save();
    void restore();
    void set_margins(int top, int bottom);
    void set_side_margins(int left, int right);

    // model_edit.cc
    [[nodiscard]] Row& line(int row) { return pages[at(shown)].rows[at(row)]; }
    [[nodiscard]] Row& line() { return line(cursor.row); }
    [[nodiscard]] bool within_margins() const;
    [[nodiscard]] Cell blank() const; // what erasing leaves
    void cut(Row& row, int column) const;
    void cut(int row, int column); // a wide character over the column's left edge falls apart
    void wipe(const Area& area);
    void wipe_unguarded(const Area& area, bool look_stays);
    void touched(int row, int last);
    void erase_display(int which, bool selective);
    void erase_line(int which, bool selective);
    void erase_characters(int count);
    void insert_cells(int row, int column, int count);
    void delete_cells(int row, int column, int count);
    void insert_characters(int count);
    void delete_characters(int count);
    void insert_columns(int count);
    void delete_columns(int count);
    void shift(int count);              // the margins' contents, to the left if positive
    void scroll(int count);             // SU, SD and what scrolls by itself
    void move_rows(int top, int count); // rows from top to the bottom margin, up if positive
    void insert_lines(int count);
    void delete_lines(int count);
    void remember(const Row& row);

    // model_print.cc
    [[nodiscard]] char32_t translated(char32_t code);
    void print(char32_t code);
    void put(const std::u32string& shows, int width);
    void draw(const std::u32string& shows, int width);
    void combine(char32_t code);
    void repeat(int count);
    void wrap();

    // model_area.cc
    [[nodiscard]] std::optional<Area> area(const Sequence& of, std::size_t first,
                                           bool stream = false) const;
    void copy_area();
    void fill_area();
    void change_attributes(bool reversing);
    void change_cell(Cell& cell, std::size_t first, bool reversing) const;

    // model_modes.cc
    void select_rendition();
    std::size_t colour(std::size_t index, Colour& into) const;
    void underline(const std::vector<int>& parameter);
    void mode(int number, bool set);
    void private_mode(int number, bool set);
    void show(int page);
    void alternate(int number, bool set);
    void soft_reset();
    void reset();
    void align();

    [[nodiscard]] static std::size_t at(int index) { return static_cast<std::size_t>(index); }

    State state_ = State::ground;
    Sequence sequence_;
    std::string string_;
    char32_t partial_ = 0;
    int missing_ = 0;
    std::u32string last_; // for REP
    int last_width_ = 0;
    bool guards_ = false;
    bool rectangles_ = false; // DECSACE: rectangles, not streams
};

// Columns of the characters that the grammar writes: 0, 1 or 2.
[[nodiscard]] int width_of(char32_t code);

} // namespace berth::model
