// What copy mode reads: the lines of a pane, the oldest line of the history first and the screen's
// last. The mux implements View over a terminal (or over a snapshot of it); copy mode only reads,
// and keeps nothing between commands but positions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace berth::copy {

// One column. The second column of a wide character has width 0 and no text.
struct Cell {
    std::string text{" "};
    int width = 1;
};

struct Row {
    std::vector<Cell> cells{}; // the columns that were ever written, at most columns()
    bool wrapped = false;      // goes on in the next line
    bool prompt = false;       // a shell's prompt begins here (OSC 133 A)
    bool output = false;       // the output of a command begins here (OSC 133 C)
};

class View {
  public:
    virtual ~View() = default;
    [[nodiscard]] virtual int columns() const = 0;
    [[nodiscard]] virtual int rows() const = 0;  // of the screen, at least 1
    [[nodiscard]] virtual int lines() const = 0; // history and screen, at least rows()
    // Fills a row that has no cells and no marks; 0 <= line < lines().
    virtual void read(int line, Row& row) const = 0;
    // A line from `line` on, downwards or upwards (a step of 1 or -1), or -1 or lines(), such that
    // no text with this part begins in any before it. The part is printable ASCII without blanks,
    // of both cases if `fold`, then given in lower case.
    [[nodiscard]] virtual int may_have(int line, int /*step*/, std::string_view /*part*/,
                                       bool /*fold*/) const {
        return line;
    }
};

} // namespace berth::copy
