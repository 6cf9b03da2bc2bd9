// Characters: charsets, widths, autowrap, insertion, combining, REP.
#include "model.h"

#include <algorithm>
#include <iterator>

namespace berth::model {

namespace {

// VT100's special graphics, from 0x5f.
constexpr char32_t kGraphics[] = {
    U'\u00a0', U'\u25c6', U'\u2592', U'\u2409', U'\u240c', U'\u240d', U'\u240a', U'\u00b0',
    U'\u00b1', U'\u2424', U'\u240b', U'\u2518', U'\u2510', U'\u250c', U'\u2514', U'\u253c',
    U'\u23ba', U'\u23bb', U'\u2500', U'\u23bc', U'\u23bd', U'\u251c', U'\u2524', U'\u2534',
    U'\u252c', U'\u2502', U'\u2264', U'\u2265', U'\u03c0', U'\u2260', U'\u00a3', U'\u00b7'};
static_assert(std::size(kGraphics) == 32);

} // namespace

int width_of(char32_t code) {
    if ((code >= 0x300 && code <= 0x36f) || code == 0x200b)
        return 0;
    return (code >= 0x1100 && code <= 0x115f) || (code >= 0x2e80 && code <= 0xd7a3) ||
                   (code >= 0xff01 && code <= 0xff60) || (code >= 0x1f300 && code <= 0x1f64f)
               ? 2
               : 1;
}

char32_t Model::translated(char32_t code) {
    const char set = sets.g[at(single.value_or(sets.left))];
    single.reset();
    if (set == '0' && code >= 0x5f && code < 0x7f)
        return kGraphics[code - 0x5f];
    return set == 'A' && code == '#' ? U'\u00a3' : code;
}

void Model::print(char32_t code) {
    if (width_of(code) == 0)
        return combine(code);
    code = translated(code);
    const int width = width_of(code);
    last_ = std::u32string(1, code);
    last_width_ = width;
    put(last_, width);
}

void Model::wrap() {
    line().wrapped = margins.left == 0 && cursor.column == columns - 1;
    index();
    move_to(cursor.row, margins.left);
}

void Model::put(const std::u32string& shows, int width) {
    if (cursor.wraps && on.autowrap)
        wrap();
    cursor.wraps = false;
    if (cursor.column + width - 1 > edge() && on.autowrap) {
        cut(cursor.row, cursor.column);
        cut(cursor.row, cursor.column + 1);
        line().cells[at(cursor.column)] = blank();
        line().cells[at(cursor.column)].part = Part::skipped;
        wrap();
    }
    const int last_column = edge();
    cursor.column = std::min(cursor.column, last_column - width + 1);
    if (on.insert && cursor.column >= margins.left && cursor.column <= margins.right)
        insert_cells(cursor.row, cursor.column, width);
    draw(shows, width);
    cursor.wraps = cursor.column + width > last_column;
    cursor.column = std::min(cursor.column + width, last_column);
}

void Model::draw(const std::u32string& shows, int width) {
    const int last = cursor.column + width - 1;
    cut(cursor.row, cursor.column);
    cut(cursor.row, last + 1);
    Cell cell{shows, width == 1 ? Part::whole : Part::first, pen.look, pen.guarded, pen.link};
    line().cells[at(cursor.column)] = cell;
    if (width == 2) {
        cell.shows.clear();
        cell.part = Part::second;
        line().cells[at(last)] = cell;
    }
    touched(cursor.row, last);
}

// A combining character belongs to the one before the cursor, or under it while the wrap waits.
void Model::combine(char32_t code) {
    int column = cursor.wraps ? cursor.column : cursor.column - 1;
    if (column >= 0 && line().cells[at(column)].part == Part::second)
        --column;
    if (column < 0 || line().cells[at(column)].shows.empty())
        return;
    line().cells[at(column)].shows += code;
}

void Model::repeat(int count) {
    if (last_.empty())
        return;
    single.reset();
    for (count = std::min(count, rows * columns); count > 0; --count)
        put(last_, last_width_);
}

} // namespace berth::model
