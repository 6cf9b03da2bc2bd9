// Moving the cursor and what is shown.
#include "copy/machine.h"

#include <algorithm>
#include <charconv>

namespace berth::copy {

void Copy::Machine::move(int column, int row) {
    cx = std::min(column, lines.columns()); // words end one column behind a full last line
    cy = row;
}

void Copy::Machine::set_top(int value) {
    top = std::clamp(value, 0, history());
    update_selection();
}

// Moving from line to line keeps the column of where the cursor last was by itself.
void Copy::Machine::keep_column(Point before) {
    const int length = lines.length(before.line);
    if (cx != length) {
        kept_cx = cx;
        kept_length = length;
    }
}

// A cursor that was at the end of its line goes to the end of the next one; none stands behind an
// end.
bool Copy::Machine::behind_end() const {
    const int length = lines.length(line());
    return (cx >= kept_length && cx != length) || cx > length;
}

void Copy::Machine::stick_to_end() {
    if (!behind_end())
        return;
    cx = lines.length(line());
    update_selection();
}

void Copy::Machine::cursor_up(bool scroll_only) {
    const bool keep = !rectangular();
    if (keep)
        keep_column(cursor());
    if (side == LineSide::kLeftToRight && line() == start.line)
        other_end();
    if (keep)
        cx = kept_cx;
    if (scroll_only || cy == 0)
        set_top(top - 1);
    else
        --cy;
    while (cx > 0 && lines.tail(cx, line()))
        --cx;
    update_selection();
    if (keep)
        stick_to_end();
    if (side != LineSide::kNone) {
        cx = side == LineSide::kRightToLeft ? 0
             : rectangle                    ? lines.columns()
                                            : lines.length(line());
        update_selection();
    }
}

void Copy::Machine::cursor_down(bool scroll_only) {
    const bool keep = !rectangular();
    if (keep)
        keep_column(cursor());
    if (side == LineSide::kRightToLeft && line() == end.line)
        other_end();
    if (keep)
        cx = kept_cx;
    if (scroll_only || cy == rows() - 1)
        set_top(top + 1);
    else
        ++cy;
    while (cx > 0 && lines.tail(cx, line()))
        --cx;
    update_selection();
    if (keep)
        stick_to_end();
    if (side != LineSide::kNone) {
        cx = side == LineSide::kRightToLeft ? 0
             : rectangle                    ? lines.columns()
                                            : lines.length(line());
        update_selection();
    }
}

bool Copy::Machine::page_up(bool half) {
    keep_column(cursor());
    cx = kept_cx;
    const int count = rows() <= 2 ? 1 : half ? rows() / 2 : rows() - 2;
    if (count > top) {
        cy = std::max(cy - count, 0);
        top = 0;
    } else {
        top -= count;
    }
    if (!rectangular() && behind_end())
        end_of_line();
    update_selection();
    return false;
}

bool Copy::Machine::page_down(bool half) {
    keep_column(cursor());
    cx = kept_cx;
    const int count = rows() <= 2 ? 1 : half ? rows() / 2 : rows() - 2;
    if (scrolled() < count) {
        cy = std::min(cy + count, rows() - 1);
        top = history();
    } else {
        top += count;
    }
    if (!rectangular() && behind_end())
        end_of_line();
    update_selection();
    return scroll_exit && scrolled() == 0;
}

// Shows a line away from the edges unless it is shown already.
void Copy::Machine::scroll_to(Point at) {
    cx = at.column;
    if (at.line < top || at.line >= top + rows()) {
        const int gap = std::max(rows() / 4, 1);
        if (at.line < rows())
            top = 0;
        else if (at.line > history() + rows() - gap)
            top = history();
        else
            top = std::min(at.line + gap - rows(), history());
    }
    cy = at.line - top;
    update_selection();
}

// Either way, since a jump backward may lead down (to what is right of the last column).
void Copy::Machine::go_to(Point at) {
    while (at.line < top)
        cursor_up(true);
    while (at.line >= top + rows())
        cursor_down(true);
    move(at.column, at.line - top);
    update_selection();
}

void Copy::Machine::cursor_left() {
    Reader reader{lines, cx, line()};
    reader.left(true);
    go_to({reader.x, reader.y});
}

void Copy::Machine::cursor_right(bool all) {
    Reader reader{lines, cx, line()};
    reader.right(true, all);
    go_to({reader.x, reader.y});
}

void Copy::Machine::start_of_line() {
    Reader reader{lines, cx, line()};
    reader.start_of_line(true);
    go_to({reader.x, reader.y});
}

void Copy::Machine::end_of_line() {
    Reader reader{lines, cx, line()};
    reader.end_of_line(true, rectangular());
    go_to({reader.x, reader.y});
}

void Copy::Machine::back_to_indentation() {
    Reader reader{lines, cx, line()};
    reader.back_to_indentation();
    go_to({reader.x, reader.y});
}

void Copy::Machine::next_word(std::string_view separators) {
    Reader reader{lines, cx, line()};
    reader.next_word(separators);
    go_to({reader.x, reader.y});
}

// vi stands on the last character of a word, emacs behind it.
Point Copy::Machine::word_end_from(Point at, std::string_view separators) const {
    Reader reader{lines, at.column, at.line};
    if (!settings.vi) {
        reader.next_word_end(separators);
        return {reader.x, reader.y};
    }
    if (!reader.on(kBlanks))
        reader.right(false, false);
    reader.next_word_end(separators);
    reader.left(true);
    return {reader.x, reader.y};
}

Point Copy::Machine::word_start_from(Point at, std::string_view separators) const {
    Reader reader{lines, at.column, at.line};
    reader.previous_word(separators, false, settings.vi);
    return {reader.x, reader.y};
}

void Copy::Machine::next_word_end(std::string_view separators, bool keep) {
    const Point at = word_end_from(cursor(), separators);
    while (at.line >= top + rows())
        cursor_down(true);
    move(at.column, at.line - top);
    update_selection(keep);
}

void Copy::Machine::previous_word(std::string_view separators, bool already) {
    Reader reader{lines, cx, line()};
    reader.previous_word(separators, already, !settings.vi);
    go_to({reader.x, reader.y});
}

void Copy::Machine::history_top() {
    if (side == LineSide::kLeftToRight && line() == start.line)
        other_end();
    move(0, 0);
    top = 0;
    update_selection();
}

void Copy::Machine::history_bottom() {
    if (side == LineSide::kRightToLeft && line() == end.line)
        other_end();
    top = history();
    move(lines.length(lines.last()), rows() - 1);
    update_selection();
}

void Copy::Machine::jump_once(Jump kind) {
    Reader reader{lines, cx, line()};
    switch (kind) {
    case Jump::kNone:
        return;
    case Jump::kForward:
    case Jump::kToForward:
        reader.x += kind == Jump::kForward ? 1 : 2;
        if (!reader.jump(jump_character))
            return;
        if (kind == Jump::kToForward)
            reader.left(true);
        go_to({reader.x, reader.y});
        return;
    case Jump::kBackward:
    case Jump::kToBackward:
        reader.left(false);
        if (kind == Jump::kToBackward)
            reader.left(false);
        if (!reader.jump_back(jump_character))
            return;
        if (kind == Jump::kToBackward)
            reader.right(true, false);
        go_to({reader.x, reader.y});
        return;
    }
}

void Copy::Machine::jump_to_mark() {
    const Point back = cursor();
    cx = mark.column;
    if (mark.line < history()) {
        top = mark.line;
        cy = 0;
    } else {
        top = history();
        cy = mark.line - top;
    }
    mark = back;
    mark_shown = true;
    update_selection();
}

void Copy::Machine::next_paragraph() {
    int y = line();
    while (y < lines.last() && lines.length(y) == 0)
        ++y;
    while (y < lines.last() && lines.length(y) > 0)
        ++y;
    scroll_to({lines.length(y), y});
}

void Copy::Machine::previous_paragraph() {
    int y = line();
    while (y > 0 && lines.length(y) == 0)
        --y;
    while (y > 0 && lines.length(y) > 0)
        --y;
    scroll_to({0, y});
}

// The next line, above or below, where a shell's prompt or a command's output begins.
void Copy::Machine::next_prompt(bool output, Way way) {
    const int step = way == Way::kUp ? -1 : 1;
    for (int y = line() + step; y >= 0 && y <= lines.last(); y += step) {
        if (output ? !lines.row(y).output : !lines.row(y).prompt)
            continue;
        scroll_to({0, y});
        return;
    }
}

// A number of lines above the end; what is out of range means the top.
void Copy::Machine::goto_line(std::string_view text) {
    int number = 0;
    const auto [last, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || last != text.data() + text.size() || number < -1)
        return;
    if (number < 0 || number > history())
        number = history();
    set_top(history() - number);
}

// Emacs' C-l: the cursor's line to the middle, then to the top, then to the bottom.
void Copy::Machine::recentre_next() {
    const int places[] = {rows() / 2, 0, rows() - 1};
    const int y = line();
    top = std::clamp(y - places[recentre % 3], 0, history());
    cy = y - top;
    ++recentre;
    update_selection();
}

} // namespace berth::copy
