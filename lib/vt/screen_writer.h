// Writes to a terminal whose cursor and pen are known, with as few bytes as it can. Internal to
// lib/vt: the hands of renderer.h.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "vt/canvas.h"
#include "vt/capabilities.h"

namespace berth::vt {

class ScreenWriter {
  public:
    std::string out;

    void set_size(Size size) { size_ = size; }
    void set_capabilities(const Capabilities& capabilities);
    // The tables that cells refer to from now on.
    void set_tables(const std::shared_ptr<CanvasTables>& tables);
    // Nothing is known of the cursor, the pen is the default.
    void forget();
    void forget_position() { row_ = column_ = kUnknown; }

    // Moves the cursor; `row_cells` are the cells that the target row shows up to the target, so
    // that printing them again can take the place of a motion. nullptr: they are not known.
    void move_to(int row, int column, const Cell* row_cells);
    // Bytes that move_to() takes.
    [[nodiscard]] int cost_to(int row, int column, const Cell* row_cells) const {
        return cheapest(row, column, row_cells).cost;
    }
    // Prints `count` equal cells (one if it is wide), the cursor being where they belong.
    void print(Cell cell, int count);
    // Prints one cell that may be part of a cluster, or a cluster, as it is, whatever `before`, the
    // cell on its left, is.
    void print_cluster(Cell before, Cell cell);
    // Prints narrow cells of one code point, style and link each.
    void print_text(const Cell* cells, int count);
    // Erases `count` cells from the cursor on (ECH), or all to the end of the row (EL).
    void erase(Cell cell, int count);
    void erase_to_end(Cell cell);
    // Can erasing produce this cell?
    [[nodiscard]] bool erasable(Cell cell) const;
    // Moves the rows [top, bottom] up by `lines` (down if negative), in the columns [left, right].
    void scroll(const Rect& area, int lines);
    void plain_pen();
    void clear_screen();

  private:
    static constexpr int kUnknown = -1;

    struct Motion {
        enum class Kind : std::uint8_t {
            none,
            absolute,
            column,
            row,
            forward,
            back,
            backspaces,
            start,
            lines,
            start_lines,
            print
        };
        Kind kind = Kind::none;
        int cost = 0;
    };

    [[nodiscard]] Motion cheapest(int row, int column, const Cell* row_cells) const;
    [[nodiscard]] int cost_of_printing(int from, int to, const Cell* row_cells) const;
    void move(Motion::Kind kind, int row, int column, const Cell* row_cells);
    [[nodiscard]] std::string_view text_of(Cell cell, std::string& scratch) const;
    [[nodiscard]] bool joins(std::string_view before, std::string_view text) const;
    void set_style(Cell cell);
    [[nodiscard]] const Style& lowered_style(std::uint32_t style);
    void append_text(Cell cell);

    Size size_;
    Capabilities can_;
    std::shared_ptr<CanvasTables> tables_;
    std::vector<Style> lowered_; // by style number; as many as were asked for
    int row_ = kUnknown;
    int column_ = kUnknown;
    Style pen_;
    std::uint32_t pen_style_ = 0; // the number that pen_ was made from
    Hyperlink link_;
    std::uint32_t link_number_ = 0; // that link_ was made from
};

} // namespace berth::vt
