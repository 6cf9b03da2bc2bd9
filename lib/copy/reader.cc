#include "copy/reader.h"

namespace berth::copy {

void Lines::forget() {
    for (Kept& kept : kept_)
        kept.line = -1;
}

const Lines::Kept& Lines::kept(int line) const {
    Kept& kept = kept_[static_cast<std::size_t>(line) % kept_.size()];
    if (kept.line == line)
        return kept;
    kept.row.cells.clear(); // but not their memory
    kept.row.wrapped = kept.row.prompt = kept.row.output = false;
    view_->read(line, kept.row);
    kept.line = line;
    kept.length = static_cast<int>(kept.row.cells.size());
    while (kept.length > 0) {
        const Cell& cell = kept.row.cells[static_cast<std::size_t>(kept.length) - 1];
        if (cell.width == 0 || cell.text != " ")
            break;
        --kept.length;
    }
    return kept;
}

const Row& Lines::row(int line) const {
    return kept(line).row;
}

int Lines::length(int line) const {
    return kept(line).length;
}

bool Lines::tail(int column, int line) const {
    const Row& cells = row(line);
    return column < static_cast<int>(cells.cells.size()) &&
           cells.cells[static_cast<std::size_t>(column)].width == 0;
}

std::string_view Lines::text(int column, int line) const {
    const Row& cells = row(line);
    if (column >= static_cast<int>(cells.cells.size()))
        return " ";
    return cells.cells[static_cast<std::size_t>(column)].text;
}

bool Lines::one_of(int column, int line, std::string_view set) const {
    return !tail(column, line) && set.contains(text(column, line));
}

void Reader::left(bool wrap) {
    while (x > 0 && lines.tail(x, y))
        --x;
    if (x == 0 && y > 0 && (wrap || lines.wrapped(y - 1))) {
        up();
        end_of_line(false, false);
    } else if (x > 0) {
        --x;
    }
}

void Reader::right(bool wrap, bool all) {
    const int last_x = all ? lines.columns() : lines.length(y);
    if (wrap && x >= last_x && y < lines.last()) {
        start_of_line(false);
        down();
    } else if (x < last_x) {
        do
            ++x;
        while (x < last_x && lines.tail(x, y));
    }
}

void Reader::up() {
    if (y > 0)
        --y;
    while (x > 0 && lines.tail(x, y))
        --x;
}

void Reader::down() {
    if (y < lines.last())
        ++y;
    while (x > 0 && lines.tail(x, y))
        --x;
}

void Reader::start_of_line(bool wrap) {
    if (wrap)
        while (y > 0 && lines.wrapped(y - 1))
            --y;
    x = 0;
}

void Reader::end_of_line(bool wrap, bool all) {
    if (wrap)
        while (y < lines.last() && lines.wrapped(y))
            ++y;
    x = all ? lines.columns() : lines.length(y);
}

void Reader::back_to_indentation() {
    const int old_x = x;
    const int old_y = y;
    start_of_line(true);
    for (; y <= lines.last(); ++y) {
        for (x = 0; x < lines.length(y); ++x)
            if (!on(kBlanks))
                return;
        if (!lines.wrapped(y))
            break;
    }
    x = old_x;
    y = old_y;
}

// The last column that a motion may stand on: a wrapped line is read on without a break.
int Reader::edge() const {
    return lines.wrapped(y) ? lines.columns() - 1 : lines.length(y);
}

// Goes on to the next line as long as the cursor is behind the end of its own; false at the end of
// everything.
bool Reader::inside(int& last_x, int last_y) {
    while (x > last_x) {
        if (y == last_y)
            return false;
        start_of_line(false);
        down();
        last_x = edge();
    }
    return true;
}

void Reader::next_word(std::string_view separators) {
    int last_x = edge();
    const int last_y = lines.last();
    if (!inside(last_x, last_y))
        return;
    if (!on(kBlanks)) {
        const bool in_separators = on(separators);
        do
            ++x;
        while (inside(last_x, last_y) && !on(kBlanks) && on(separators) == in_separators);
    }
    while (inside(last_x, last_y) && on(kBlanks))
        ++x;
}

void Reader::next_word_end(std::string_view separators) {
    int last_x = edge();
    const int last_y = lines.last();
    while (inside(last_x, last_y)) {
        if (on(kBlanks)) {
            ++x;
            continue;
        }
        const bool in_separators = on(separators);
        do
            ++x;
        while (inside(last_x, last_y) && !on(kBlanks) && on(separators) == in_separators);
        return;
    }
}

void Reader::previous_word(std::string_view separators, bool already, bool stop_at_end) {
    bool letters = false;
    if (already || on(kBlanks)) {
        for (;;) {
            if (x > 0) {
                --x;
                if (!on(kBlanks)) {
                    letters = !on(separators);
                    break;
                }
                continue;
            }
            if (y == 0)
                return;
            up();
            end_of_line(false, false);
            if (stop_at_end && x > 0) {
                --x;
                const bool blank = on(kBlanks);
                ++x;
                if (blank)
                    break;
            }
        }
    } else {
        letters = !on(separators);
    }
    int old_x = x;
    int old_y = y;
    do {
        old_x = x;
        old_y = y;
        if (x == 0) {
            if (y == 0 || !lines.wrapped(y - 1))
                break;
            up();
            end_of_line(false, true);
        }
        if (x > 0)
            --x;
    } while (!on(kBlanks) && letters != on(separators));
    x = old_x;
    y = old_y;
}

bool Reader::jump(std::string_view character) {
    int column = x;
    for (int line = y;; ++line, column = 0) {
        for (; column < lines.length(line); ++column) {
            if (lines.tail(column, line) || lines.text(column, line) != character)
                continue;
            x = column;
            y = line;
            return true;
        }
        if (line == lines.last() || !lines.wrapped(line))
            return false;
    }
}

bool Reader::jump_back(std::string_view character) {
    int column = x;
    for (int line = y;; --line, column = lines.length(line) - 1) {
        for (; column >= 0; --column) {
            if (lines.tail(column, line) || lines.text(column, line) != character)
                continue;
            x = column;
            y = line;
            return true;
        }
        if (line == 0 || !lines.wrapped(line - 1))
            return false;
    }
}

} // namespace berth::copy
