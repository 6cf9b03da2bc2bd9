// One line of a screen or of the history, read-only: its cells with what they refer to, and what
// belongs to the line as a whole. A LineView borrows: a screen's is valid until the next call that
// changes the Terminal, a history's as long as its LineBuffer is unchanged.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "vt/cell.h"

namespace berth::vt {

enum class LineSize : std::uint8_t { // DECSWL, DECDWL, DECDHL
    single,
    double_width,
    double_height_top,
    double_height_bottom,
};

// Appends the UTF-8 form of a code point.
void append_utf8(char32_t code_point, std::string& out);

struct LineView {
    const Cell* cells = nullptr;
    const Tables* tables = nullptr;
    int used =
        0; // columns that were ever written; those after it are erased and of the default style
    bool wrapped = false; // goes on in the next line (autowrap)
    bool ascii = false;   // all cells are erased or narrow ASCII (the low byte of Cell::bits())
    bool styled = true;   // perhaps; if not, every cell is of the default style and has no more
    LineSize size = LineSize::single;
    Mark mark = Mark::none; // Mark::prompt: an OSC 133 prompt starts in this line
    std::uint64_t generation =
        0; // equal values of one Terminal never stand for different contents; moves with the line

    [[nodiscard]] Cell cell(int column) const { return column < used ? cells[column] : Cell(); }
    [[nodiscard]] const Style& style(int column) const {
        return tables->styles[cell(column).style()];
    }
    // The hyperlink of the cell, or nullptr.
    [[nodiscard]] const Hyperlink* link(int column) const {
        const std::uint32_t index = cell(column).link();
        return index == 0 ? nullptr : &tables->links[index];
    }
    // Appends the cell's text in UTF-8: a space if it is empty or a spacer, nothing for the tail of
    // a wide character.
    void append_text(int column, std::string& out) const;
    // The text of the line without trailing empty cells.
    [[nodiscard]] std::string text() const;
};

// Where History::line() unpacks a line to. Reusing one buffer avoids allocations.
struct LineBuffer {
    std::vector<Cell> cells;
    Tables tables;
};

} // namespace berth::vt
