// The state of copy mode and everything that moves it. Private to lib/copy: commands.cc maps the
// commands to these functions, copy.cc is the public face. Positions are lines counted from the
// oldest one; `top` is the first line that is shown and cy the cursor's row below it.
#pragma once

#include "copy/copy.h"
#include "copy/reader.h"
#include "copy/search.h"

#include <map>

namespace berth::copy {

enum class Follow : unsigned char { kNone, kEnd, kStart }; // what of the selection the cursor drags
enum class Unit : unsigned char { kChar, kWord, kLine };
enum class LineSide : unsigned char { kNone, kLeftToRight, kRightToLeft };
enum class Jump : unsigned char { kNone, kForward, kBackward, kToForward, kToBackward };
enum class Way : unsigned char { kDown, kUp };

struct Copy::Machine {
    Machine(const View& view, Settings settings, int column, int row);

    Lines lines;
    Settings settings;

    int cx = 0;
    int cy = 0;
    int top = 0;
    int kept_cx = 0;     // the column that moving up and down tries to keep
    int kept_length = 0; // of the line that it comes from

    bool selecting = false;
    Follow follow = Follow::kNone;
    Point start{};
    Point end{};
    Unit unit = Unit::kChar;
    LineSide side = LineSide::kNone;
    Point origin{};       // where a selection of words or lines began
    Point origin_start{}; // what was selected then
    Point origin_end{};
    std::string word_set{};
    bool rectangle = false;

    Point mark{};
    bool mark_shown = false;
    Jump jump = Jump::kNone;
    std::string jump_character{};

    std::string search_text{};
    bool search_regex = false;
    bool searched = false; // a search command was given
    Way search_way = Way::kDown;
    std::unique_ptr<Finder> shown{}; // what is marked as found
    std::optional<int> counted{};    // by search_count, until the next search
    bool timed_out = false;
    struct Place {
        int cx, cy, top;
    };
    std::optional<Place> search_start{}; // of an incremental search

    bool position_shown = true;
    bool scroll_exit = false;
    int recentre = 0; // where recentre-top-bottom goes next

    // copy.cc
    [[nodiscard]] int rows() const { return lines.rows(); }
    [[nodiscard]] int history() const { return lines.history(); }
    [[nodiscard]] int line() const { return top + cy; }
    [[nodiscard]] int scrolled() const { return history() - top; }
    [[nodiscard]] Point cursor() const { return {cx, line()}; }
    [[nodiscard]] std::string text_of(int y, int begin, int end) const;
    void fit(); // after a change of the view

    // motion.cc
    void cursor_up(bool scroll_only);
    void cursor_down(bool scroll_only);
    bool page_up(bool half);
    bool page_down(bool half); // true: scroll-exit asks to leave
    void scroll_to(Point at);
    void set_top(int value);
    void move(int column, int row);
    void go_to(Point at); // after a motion: scrolls no more than needed
    void cursor_left();
    void cursor_right(bool all);
    void start_of_line();
    void end_of_line();
    void back_to_indentation();
    void next_word(std::string_view separators);
    void next_word_end(std::string_view separators, bool keep);
    void previous_word(std::string_view separators, bool already);
    [[nodiscard]] Point word_end_from(Point at, std::string_view separators) const;
    [[nodiscard]] Point word_start_from(Point at, std::string_view separators) const;
    void history_top();
    void history_bottom();
    void jump_once(Jump kind);
    void jump_to_mark();
    void next_paragraph();
    void previous_paragraph();
    void next_prompt(bool output, Way way);
    void goto_line(std::string_view text);
    void recentre_next();

    // bracket.cc
    void next_bracket();
    void previous_bracket();

    // selection.cc
    void begin_selection();
    void stop_selection();
    void clear_selection();
    void update_selection(bool keep = false);
    void other_end();
    void select_word();
    void select_line(int count);
    void set_unit(std::string_view name);
    void set_rectangle(bool on);
    [[nodiscard]] std::optional<std::string> selected_text() const;
    [[nodiscard]] std::optional<Range> selected(int y) const;
    [[nodiscard]] bool rectangular() const { return selecting && rectangle; }

    // find.cc
    bool search(Way way);
    void search_command(Way way, bool regex, const std::string& text, int count);
    void search_incremental(Way way, std::string_view argument);
    void search_again(bool reverse, int count);
    void clear_matches();
    [[nodiscard]] std::optional<Match> match_at(Point at) const;
    [[nodiscard]] std::optional<Match> match_at_cursor() const;
    [[nodiscard]] std::vector<Range> matches(int y) const;
    int search_count();

  private:
    [[nodiscard]] bool ends_word(Point at) const;
    void sync_end(bool begin, bool keep);
    void keep_column(Point before);
    [[nodiscard]] bool behind_end() const;
    void stick_to_end();
    void next_bracket_vi();
    [[nodiscard]] Point search_origin() const;
    [[nodiscard]] std::optional<Match> find(const Finder& finder, Way way);
};

} // namespace berth::copy
