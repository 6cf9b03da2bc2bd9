// A frame for one client: the cells of its whole terminal, its cursor, and what the terminal shall
// report. The mux draws panes, borders and status lines into it; renderer.h turns the difference to
// the frame before into bytes. Meant to be kept and drawn anew: cells refer to interned styles,
// which stay from frame to frame.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "vt/line.h"
#include "vt/size.h"
#include "vt/terminal.h"
#include "vt/unicode.h"

namespace berth::vt {

struct Rect {
    int row = 0;
    int column = 0;
    int rows = 0;
    int columns = 0;

    bool operator==(const Rect&) const = default;
};

// What a client's terminal is told besides cells.
struct ClientModes {
    MouseTracking mouse = MouseTracking::none; // reported as 1006
    bool focus_events = false;
    bool bracketed_paste = false;
    std::uint8_t kitty_flags = 0;
    std::uint8_t modify_other_keys = 0;
    std::string title;

    bool operator==(const ClientModes&) const = default;
};

// The lines of a border cell lead to these neighbours.
enum Edge : unsigned { kEdgeUp = 1, kEdgeDown = 2, kEdgeLeft = 4, kEdgeRight = 8 };

enum class BorderLines : std::uint8_t {
    single,
    twice,
    heavy,
    rounded,
    simple /* + - | */,
    none /* blanks */
};

// The interned contents of cells, shared by a Canvas and the frames that a Renderer remembers. Only
// grows; a Canvas that finds it large takes a new one.
class CanvasTables {
  public:
    CanvasTables();
    ~CanvasTables();
    CanvasTables(const CanvasTables&) = delete;
    CanvasTables& operator=(const CanvasTables&) = delete;

    [[nodiscard]] const Tables& tables() const;
    [[nodiscard]] std::uint32_t style(const Style& style);
    [[nodiscard]] std::uint32_t cluster(std::string_view text);
    [[nodiscard]] std::uint32_t link(const Hyperlink& link);
    // The style of a blank that looks the same: without a foreground where none is seen.
    [[nodiscard]] std::uint32_t blank_style(std::uint32_t style);
    // The same cell of other tables, by value.
    [[nodiscard]] Cell adopt(Cell cell, const Tables& from);
    [[nodiscard]] bool large() const;

  private:
    struct Maps;
    std::unique_ptr<Maps> maps_;
};

class Canvas {
  public:
    explicit Canvas(Size size);

    [[nodiscard]] Size size() const { return size_; }
    [[nodiscard]] LineView line(int row) const;
    [[nodiscard]] const Cell* cells(int row) const { return &cells_[index(row, 0)]; }
    [[nodiscard]] const std::shared_ptr<CanvasTables>& tables() const { return tables_; }
    // Rectangles whose contents may have scrolled since the frame before: every pane that was
    // drawn, and what else add_region() names (copy mode). The renderer looks there, and only
    // there.
    [[nodiscard]] const std::vector<Rect>& regions() const { return regions_; }
    void add_region(Rect area);

    Cursor cursor{.visible = false};
    ClientModes modes;

    // Blank cells, a hidden cursor, no regions. With a size, takes that size.
    void clear();
    void clear(Size size);
    // What is there stays and has not scrolled; the cursor is hidden. False: clear() is due, for
    // the tables have grown too large.
    [[nodiscard]] bool keep();

    // The screen of a terminal from `source_row`, `source_column` on, cropped to the target; what
    // the terminal does not reach is blank. Colours that the program changed in its palette are
    // drawn as they are, reverse video too.
    void draw(const Terminal& terminal, Rect target, int source_row = 0, int source_column = 0);
    // One line (of a history, for copy mode) into a row, from its column `source_column` on.
    void draw(const LineView& line, int row, int column, int columns, int source_column = 0);
    // UTF-8 text, clipped after `columns`; control characters are left out. Gives the columns used.
    int text(int row, int column, int columns, std::string_view text, const Style& style,
             Ambiguous ambiguous = Ambiguous::narrow);
    void fill(Rect area, const Style& style, char32_t character = U' ');
    // A border cell of Edge bits, joined with the lines that are already there.
    void border(int row, int column, unsigned edges, BorderLines lines, const Style& style);
    void box(Rect area, BorderLines lines, const Style& style);
    // Changes how cells look: attributes are toggled, and the colours replaced that are not the
    // default.
    void highlight(Rect area, std::uint32_t toggled_attributes, Color foreground = {},
                   Color background = {});
    // Other colours in place of the default ones.
    void tint(Rect area, Color foreground, Color background);
    // Gives cells another style altogether.
    void restyle(Rect area, const Style& style);

  private:
    class StyleMap;

    [[nodiscard]] std::size_t index(int row, int column) const {
        return static_cast<std::size_t>(row) * static_cast<std::size_t>(size_.columns) +
               static_cast<std::size_t>(column);
    }
    [[nodiscard]] Rect clipped(Rect area) const;
    [[nodiscard]] Cell make(char32_t code_point, std::uint32_t style, Width width);
    void draw(const LineView& line, Rect target, int source_column, StyleMap& styles);
    void draw_double(const LineView& line, Rect target, int source_column, StyleMap& styles);
    int ascii(int row, int column, int columns, std::string_view text, std::uint32_t style);
    void open(int row, int begin, int end);
    template <class Change> void change_styles(Rect area, Change&& change);

    Size size_;
    std::vector<Cell> cells_;
    std::shared_ptr<CanvasTables> tables_;
    std::vector<Rect> regions_;
};

} // namespace berth::vt
