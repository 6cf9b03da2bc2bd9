// Prints lines of cells into a terminal whose rows are erased, keeping track of the pen: the part
// of replay() that writes contents. Internal to lib/vt.
#pragma once

#include <string>

#include "vt/line.h"
#include "vt/terminal.h"

namespace berth::vt {

class LinePrinter {
  public:
    // `graphemes`: contents may have been printed with mode 2027 on, which is switched where it
    // makes a difference. It is off before; finish() leaves it so.
    LinePrinter(std::string& out, int columns, bool graphemes)
        : out_(out), columns_(columns), graphemes_(graphemes) {}

    // Prints the line on the row where the cursor stands in column 0 or, after a wrapped line, by
    // letting the terminal wrap. `last`: nothing follows, the cursor stays in the row; otherwise it
    // ends where the next line starts.
    void print(const LineView& line, bool last);
    // Prints one character again, the cursor being at its first column.
    void print_again(const LineView& line, int column);
    // Forgets what was printed, as if nothing had been: the pen is the default, the cursor on a
    // fresh row.
    void restart();
    void set_pen(const Style& style, const Hyperlink* link, bool protect);
    void set_mark(Mark mark);
    void finish() { set_graphemes(false); }
    void reset_pen() { set_pen(Style{}, nullptr, false); }

  private:
    void print_range(const LineView& line, int begin, int end);
    void print_cell(const LineView& line, int column);
    int print_erased(const LineView& line, int column, int end);
    void print_to_wrap(const LineView& line, int end);
    void set_graphemes(bool wanted);
    void join(const LineView& line);
    void move_to(int column);
    void start_row(const LineView& line);

    std::string& out_;
    int columns_;
    bool graphemes_;
    struct State {
        int column = 0; // the cursor's; columns_ while a wrap is pending
        bool doubtful =
            false; // the client may count the columns of a cluster before here differently
        bool continued = false; // the line before is wrapped
        bool spacer = false;    // and ends in a spacer: the last column is still free
        int gap = 0;            // or in so many blanks that stand for erased cells
        Style gap_style;
        Style spacer_style;
        Style style;
        Hyperlink link;
        bool protect = false;
        Mark mark = Mark::none;
        bool clustering = false; // mode 2027 is on
    };
    State at_;
};

} // namespace berth::vt
