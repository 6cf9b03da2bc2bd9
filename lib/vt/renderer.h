// Composed output for one client: remembers what the client's terminal shows and turns the next
// Canvas into the cheapest bytes that lead there. Owned by the mux's client. No I/O, no clock: the
// caller decides when a frame is due, and that the bytes before were taken.
//
// From transparent to composed: reset_sequence(terminal, {.leave_below = false, .clear_title =
// false}), then enter(). Back: leave(), then replay(terminal, {.history_lines = what scrolled
// meanwhile}).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "vt/canvas.h"
#include "vt/capabilities.h"
#include "vt/screen_writer.h"

namespace berth::vt {

class Renderer {
  public:
    // Composed mode begins: the alternate screen, no autowrap, an unknown screen. The terminal must
    // be as after a reset.
    [[nodiscard]] std::string enter(const Capabilities& capabilities);
    // Undoes enter() and every mode that frames set.
    [[nodiscard]] std::string leave();
    // The terminal shows something else (another program wrote, output was dropped): the next frame
    // paints everything.
    void invalidate() { valid_ = false; }

    // The bytes from the frame before to this one; empty when nothing changed. A change of the size
    // or of the capabilities paints everything. With mode 2026, the bytes are one update.
    [[nodiscard]] std::string frame(const Canvas& canvas, const Capabilities& capabilities);

  private:
    void prepare(const Canvas& canvas, const Capabilities& capabilities);
    void adopt(const Canvas& canvas);
    void set_modes(const ClientModes& wanted);
    void set_keyboard(const ClientModes& wanted);
    void scroll(const Canvas& canvas);
    void scroll_region(const Canvas& canvas, const Rect& region);
    void apply_scroll(const Rect& area, int lines);
    void paint(const Canvas& canvas);
    void paint_row(int row, const Cell* next);
    void paint_cells(int row, const Cell* next, int begin, int end);
    int paint_text(const Cell* next, int column, int end);
    int paint_blanks(const Cell* next, int column, int end);
    void set_cursor(const Canvas& canvas);
    [[nodiscard]] Cell* shown(int row) {
        return &cells_[static_cast<std::size_t>(row) * static_cast<std::size_t>(size_.columns)];
    }

    Capabilities can_;
    Size size_{0, 0};
    std::vector<Cell> cells_; // what the terminal shows, by the numbers of tables_
    std::shared_ptr<CanvasTables> tables_;
    ScreenWriter writer_;
    ClientModes modes_; // as the terminal has them
    Cursor cursor_;     // shape and visibility
    bool keyboard_pushed_ = false;
    bool entered_ = false;
    bool valid_ = false;
    std::vector<std::uint64_t> before_; // scratch: hashes of rows
    std::vector<std::uint64_t> after_;
};

} // namespace berth::vt
