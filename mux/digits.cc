#include "digits.h"

#include <algorithm>
#include <array>
#include <utility>

namespace berth::mux {
namespace {

constexpr int kGlyph = kDigitRows;

struct Glyph {
    char character;
    std::array<std::string_view, kGlyph> rows;
};
constexpr std::array kGlyphs = {
    Glyph{'0', {"#####", "#   #", "#   #", "#   #", "#####"}},
    Glyph{'1', {"    #", "    #", "    #", "    #", "    #"}},
    Glyph{'2', {"#####", "    #", "#####", "#    ", "#####"}},
    Glyph{'3', {"#####", "    #", "#####", "    #", "#####"}},
    Glyph{'4', {"#   #", "#   #", "#####", "    #", "    #"}},
    Glyph{'5', {"#####", "#    ", "#####", "    #", "#####"}},
    Glyph{'6', {"#####", "#    ", "#####", "#   #", "#####"}},
    Glyph{'7', {"#####", "    #", "    #", "    #", "    #"}},
    Glyph{'8', {"#####", "#   #", "#####", "#   #", "#####"}},
    Glyph{'9', {"#####", "#   #", "#####", "    #", "#####"}},
    Glyph{':', {"     ", "  #  ", "     ", "  #  ", "     "}},
    Glyph{'A', {"#####", "#   #", "#####", "#   #", "#   #"}},
    Glyph{'P', {"#####", "#   #", "#####", "#    ", "#    "}},
    Glyph{'M', {"#   #", "## ##", "# # #", "#   #", "#   #"}},
};

} // namespace

void draw_digits(vt::Canvas& canvas, vt::Rect box, int row, int column, std::string_view text,
                 vt::Style style) {
    style.background = std::exchange(style.foreground, {});
    for (const char character : text) {
        const auto glyph = std::ranges::find(kGlyphs, character, &Glyph::character);
        for (int y = 0; glyph != kGlyphs.end() && y < kGlyph; ++y)
            for (int x = 0; x < kGlyph; ++x)
                if (glyph->rows[static_cast<std::size_t>(y)][static_cast<std::size_t>(x)] == '#' &&
                    row + y >= 0 && row + y < box.rows && column + x >= 0 &&
                    column + x < box.columns)
                    canvas.fill({box.row + row + y, box.column + column + x, 1, 1}, style);
        column += kDigitColumns;
    }
}

} // namespace berth::mux
