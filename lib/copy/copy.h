// Copy mode: a cursor, a selection and a search over the lines of a pane, driven by the commands of
// `send-keys -X`. Pure: it reads a View and answers with an Action, which the mux carries out
// (buffers, clipboard, pipes, leaving the mode). Lines are numbered from the oldest line of the
// history; columns from 0.
#pragma once

#include "copy/view.h"

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace berth::copy {

struct Settings {
    bool vi = false; // mode-keys
    std::string word_separators{};
    bool wrap_search = true;
    // True once a search has taken too long: it then stops, and Copy::timed_out() says so. May be
    // empty.
    std::function<bool()> expired{};
};

enum class Refresh : unsigned char { kNone, kOn, kOff, kToggle, kNow };
enum class LineNumbers : unsigned char { kNone, kOn, kOff, kToggle };

// What the mux has to do after a command.
struct Action {
    bool known =
        false; // false: there is no such command with so many arguments, and nothing happened
    bool redraw = false;
    bool cancel = false;               // leave copy mode, after everything else
    std::optional<std::string> text{}; // what was copied
    bool to_buffer = false;            // into a buffer named after `prefix` ("buffer" if empty)
    bool to_clipboard = false;
    bool append = false; // to the newest buffer instead
    std::string prefix{};
    std::optional<std::string>
        pipe{}; // run this with the text as input; empty: the option copy-command
    Refresh refresh = Refresh::kNone;
    LineNumbers line_numbers = LineNumbers::kNone;
};

struct Point {
    int column = 0;
    int line = 0;
    bool operator==(const Point&) const = default;
};

// Columns from `begin` up to, not including, `end` of one line.
struct Range {
    int begin = 0;
    int end = 0;
    bool operator==(const Range&) const = default;
};

class Copy {
  public:
    // Begins where the pane's cursor is: column and row of the screen.
    Copy(const View& view, Settings settings, int column, int row);
    ~Copy();
    Copy(Copy&&) noexcept;
    Copy& operator=(Copy&&) noexcept;

    void set_settings(Settings settings);

    // `send-keys -X NAME ARGUMENTS`, `repeat` times. `mouse` is where a mouse key was pressed, in
    // the pane.
    Action run(std::string_view name, std::span<const std::string> arguments, int repeat = 1,
               std::optional<Point> mouse = std::nullopt);

    // The pane's lines have changed, and `dropped` lines are gone from the front. Positions stay on
    // their text. To be called before anything is asked about the changed view.
    void view_changed(int dropped);
    // The pane has another size or other lines altogether: what no longer fits is moved.
    void resized();
    // The same, and the cursor's text is at this line and column now. The selection is gone.
    void resized(Point cursor);
    // Before a command that a mouse key runs: the cursor goes to a place of the view.
    void move_to(Point at);
    // What search-again looks for as long as nothing else was searched.
    void remember_search(std::string text, bool regex);

    // A drag of the mouse in the pane: begins a selection at the first point, moves its end with
    // the others.
    void drag_begin(Point at);
    void drag_to(Point at);
    void drag_end();

    [[nodiscard]] int top() const;             // the first line that is shown
    [[nodiscard]] int scroll_position() const; // lines between the end and what is shown
    [[nodiscard]] int cursor_column() const;   // may be one behind the last column
    [[nodiscard]] int cursor_row() const;
    [[nodiscard]] bool selection_present() const;
    [[nodiscard]] bool selection_active() const; // its end still follows the cursor
    [[nodiscard]] Point selection_start() const;
    [[nodiscard]] Point selection_end() const;
    [[nodiscard]] bool rectangle() const;
    [[nodiscard]] std::string_view selection_mode() const; // "char", "word" or "line"
    [[nodiscard]] bool position_shown() const;             // toggle-position
    void set_position_shown(bool shown);
    [[nodiscard]] bool scroll_exit() const; // copy-mode -e
    void set_scroll_exit(bool exit);
    [[nodiscard]] std::optional<Point> mark() const; // once set-mark was used
    [[nodiscard]] std::string word() const;          // under the cursor, or right of a separator
    [[nodiscard]] std::string line() const;          // that the cursor is in, whole

    [[nodiscard]] bool search_present() const; // matches are shown
    [[nodiscard]] bool timed_out() const;
    [[nodiscard]] const std::string& search_string() const;
    [[nodiscard]] bool search_regex() const;
    [[nodiscard]] std::string search_match() const; // the match at the cursor
    [[nodiscard]] int search_count() const;

    // For drawing one line: what is selected, what matches, and which match has the cursor.
    [[nodiscard]] std::optional<Range> selected(int line) const;
    [[nodiscard]] std::vector<Range> matches(int line) const;
    [[nodiscard]] std::optional<Range> current_match(int line) const;

    struct Machine;

  private:
    std::unique_ptr<Machine> machine_;
};

// The names of all commands, sorted, for completion and the manual page.
std::vector<std::string_view> command_names();

} // namespace berth::copy
