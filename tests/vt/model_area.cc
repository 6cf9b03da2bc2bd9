// Rectangles: DECCRA, DECFRA, DECERA, DECCARA, DECRARA (VT420).
#include "model.h"

#include <algorithm>

namespace berth::model {

// Top, left, bottom, right as DECOM counts; nothing if the area is empty. A stream of text may end
// left of where it begins.
std::optional<Area> Model::area(const Sequence& of, std::size_t first, bool stream) const {
    const int top = on.origin ? margins.top : 0;
    const int left = on.origin ? margins.left : 0;
    const int last_row = on.origin ? margins.bottom : rows - 1;
    const int last_column = on.origin ? margins.right : columns - 1;
    const auto from = [&](std::size_t index, int begin) {
        return begin + std::max(of.number(first + index, 1), 1) - 1;
    };
    const auto to = [&](std::size_t index, int begin, int last) {
        const int value = of.number(first + index, 0);
        return value == 0 ? last : std::min(begin + value - 1, last);
    };
    const Area found{from(0, top), from(1, left), to(2, top, last_row), to(3, left, last_column)};
    const bool backwards = found.left > found.right && !(stream && found.top < found.bottom);
    if (found.top > found.bottom || backwards || found.left > last_column)
        return std::nullopt;
    return found;
}

void Model::fill_area() {
    const int character = sequence_.number(0, 32);
    const bool graphic =
        (character >= 32 && character <= 126) || (character >= 160 && character <= 255);
    const std::optional<Area> where = area(sequence_, 1);
    if (!graphic || !where)
        return;
    auto with = static_cast<char32_t>(character);
    if (character <= 126) // of the set that GL is
        with = translated(with);
    for (int row = where->top; row <= where->bottom; ++row) {
        cut(row, where->left);
        cut(row, where->right + 1);
        for (int column = where->left; column <= where->right; ++column)
            line(row).cells[at(column)] = {std::u32string(1, with), Part::whole, pen.look,
                                           pen.guarded, pen.link};
        touched(row, where->right);
    }
}

void Model::copy_area() {
    const std::optional<Area> from = area(sequence_, 0);
    if (!from)
        return;
    const int top = std::max(sequence_.number(5, 1), 1) - 1 + (on.origin ? margins.top : 0);
    const int left = std::max(sequence_.number(6, 1), 1) - 1 + (on.origin ? margins.left : 0);
    const int height =
        std::min(from->bottom - from->top, (on.origin ? margins.bottom : rows - 1) - top);
    const int width =
        std::min(from->right - from->left, (on.origin ? margins.right : columns - 1) - left);
    if (height < 0 || width < 0)
        return;
    Page source = pages[at(shown)];
    for (Row& row : source.rows) { // halves are not copied
        cut(row, from->left);
        cut(row, from->left + width + 1);
    }
    for (int row = 0; row <= height; ++row) {
        cut(top + row, left);
        cut(top + row, left + width + 1);
        for (int column = 0; column <= width; ++column)
            line(top + row).cells[at(left + column)] =
                source.rows[at(from->top + row)].cells[at(from->left + column)];
        touched(top + row, left + width);
    }
}

void Model::change_cell(Cell& cell, std::size_t first, bool reversing) const {
    Look& look = cell.look;
    for (std::size_t index = first; index < std::max(sequence_.numbers.size(), first + 1);
         ++index) {
        const int value = sequence_.number(index, 0);
        const bool all = value == 0;
        if (reversing) {
            look.bold ^= all || value == 1;
            if (all || value == 4)
                look.underline = look.underline == Line::none ? Line::single : Line::none;
            look.blink ^= all || value == 5;
            look.inverse ^= all || value == 7;
            continue;
        }
        if (value == 1 || value == 22 || all)
            look.bold = value == 1;
        if (value == 4 || value == 24 || all)
            look.underline = value == 4 ? Line::single : Line::none;
        if (value == 5 || value == 25 || all)
            look.blink = value == 5;
        if (value == 7 || value == 27 || all)
            look.inverse = value == 7;
    }
}

// DECSACE: a stream is whole lines between its first and its last cell.
void Model::change_attributes(bool reversing) {
    const std::optional<Area> where = area(sequence_, 0, !rectangles_);
    if (!where)
        return;
    for (int row = where->top; row <= where->bottom; ++row) {
        const int from = rectangles_ || row == where->top ? where->left : 0;
        const int to = rectangles_ || row == where->bottom ? where->right : columns - 1;
        for (int column = from; column <= to; ++column)
            change_cell(line(row).cells[at(column)], 4, reversing);
    }
}

} // namespace berth::model
