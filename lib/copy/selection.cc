// The selection, and the text that it means.
#include "copy/machine.h"

#include <algorithm>
#include <utility>

namespace berth::copy {

void Copy::Machine::begin_selection() {
    start = end = cursor();
    follow = Follow::kEnd;
    selecting = true;
    update_selection();
}

void Copy::Machine::stop_selection() {
    follow = Follow::kNone;
    side = LineSide::kNone;
    unit = Unit::kChar;
}

void Copy::Machine::clear_selection() {
    stop_selection();
    selecting = false;
    cx = std::min(cx, lines.length(line()));
}

// Lets the selection follow the cursor. With `keep`, words and lines are not completed.
void Copy::Machine::update_selection(bool keep) {
    if (!selecting || follow == Follow::kNone)
        return;
    sync_end(follow == Follow::kStart, keep);
}

// Whether the character after this one is of another kind (a blank, a separator, a letter); a blank
// does not end before a word.
bool Copy::Machine::ends_word(Point at) const {
    if (at.column >= lines.length(at.line))
        return false;
    Point next{at.column + 1, at.line};
    while (lines.tail(next.column, next.line))
        ++next.column;
    if (next.column >= lines.columns() && lines.wrapped(next.line))
        next = {0, next.line + 1};
    if (lines.one_of(next.column, next.line, kBlanks))
        return true;
    if (lines.one_of(at.column, at.line, kBlanks))
        return false;
    return lines.one_of(at.column, at.line, word_set) !=
           lines.one_of(next.column, next.line, word_set);
}

void Copy::Machine::sync_end(bool begin, bool keep) {
    Point at = cursor();
    if (unit == Unit::kWord && !keep) {
        begin = origin.line > at.line || (origin.line == at.line && origin.column > at.column);
        if (begin) {
            at = word_start_from(at, word_set);
            end = origin_end;
        } else {
            if (!ends_word(at))
                at = word_end_from(at, word_set);
            start = origin_start;
        }
    } else if (unit == Unit::kLine && !keep) {
        begin = origin.line > at.line;
        if (begin) {
            at.column = 0;
            end = origin_end;
        } else {
            at.line = std::max(at.line, origin_end.line);
            at.column = lines.length(at.line);
            start = origin_start;
        }
    }
    at.column = std::min(at.column, lines.columns());
    (begin ? start : end) = at;
}

void Copy::Machine::other_end() {
    if (!selecting)
        return;
    if (side != LineSide::kNone)
        side = side == LineSide::kLeftToRight ? LineSide::kRightToLeft : LineSide::kLeftToRight;
    follow = follow == Follow::kEnd ? Follow::kStart : Follow::kEnd;
    const Point to = follow == Follow::kStart ? start : end;
    cx = to.column;
    if (to.line < top) {
        top = std::min(to.line, history());
        cy = to.line - top;
    } else if (to.line >= top + rows()) {
        top = std::min(to.line - rows() + 1, history());
        cy = to.line - top;
    } else {
        cy = to.line - top;
    }
    update_selection(true);
}

void Copy::Machine::select_word() {
    side = LineSide::kLeftToRight;
    rectangle = false;
    unit = Unit::kWord;
    origin = cursor();
    word_set = settings.word_separators;
    const Point first = word_start_from(origin, word_set);
    go_to(first);
    origin_start = first;
    begin_selection();
    if (!ends_word(first)) {
        next_word_end(word_set, true);
    } else {
        move(first.column, first.line - top);
        update_selection(true);
    }
    origin_end = cursor();
    if (origin.line > origin_end.line)
        origin = origin_end;
    else if (origin.line == origin_end.line)
        origin.column = std::min(origin.column, origin_end.column);
}

void Copy::Machine::select_line(int count) {
    side = LineSide::kLeftToRight;
    rectangle = false;
    unit = Unit::kLine;
    origin = cursor();
    start_of_line();
    origin_start = cursor();
    origin_end = {lines.length(line()), line()};
    begin_selection();
    end_of_line();
    while (--count > 0) {
        cursor_down(false);
        end_of_line();
    }
    origin_end = cursor();
}

void Copy::Machine::set_unit(std::string_view name) {
    if (name == "word" || name == "w")
        unit = Unit::kWord;
    else if (name == "line" || name == "l")
        unit = Unit::kLine;
    else if (name == "char" || name == "c" || name.empty())
        unit = Unit::kChar;
    else
        return;
    word_set = settings.word_separators;
    origin = origin_start = origin_end = cursor();
}

void Copy::Machine::set_rectangle(bool on) {
    rectangle = on;
    cx = std::min(cx, lines.length(line()));
    update_selection();
}

namespace {

struct Span {
    Point first, last;
    int first_begin, other_begin, other_end, last_end;
};

// The columns of the first, the last and the other lines. vi's selection has the column of the
// cursor, emacs' has not; a rectangle always has the column that it began in if the cursor is left
// of it.
Span span_of(const Copy::Machine& machine) {
    Point first = machine.start;
    Point last = machine.end;
    if (std::pair(last.line, last.column) < std::pair(first.line, first.column))
        std::swap(first, last);
    const int extra = machine.settings.vi ? 1 : 0;
    const int columns = machine.lines.columns();
    if (machine.rectangle) {
        const bool at_start = machine.follow == Follow::kStart;
        const int fixed = at_start ? machine.end.column : machine.start.column;
        const int moving = at_start ? machine.start.column : machine.end.column;
        if (fixed < moving)
            return {first, last, fixed, fixed, moving + extra, moving + extra};
        return {first, last, moving, moving, fixed + 1, fixed + 1};
    }
    last.column = std::min(last.column, machine.lines.length(last.line));
    return {first, last, first.column, 0, columns, last.column + extra};
}

// Appends columns of one line, and a newline unless the line goes on in the next one.
void append_line(const Lines& lines, int y, int begin, int end, std::string& out) {
    if (begin > end)
        return;
    const bool wrapped = lines.wrapped(y) && lines.written(y) <= lines.columns();
    const int limit = wrapped ? lines.written(y) : lines.length(y);
    end = std::min(end, limit);
    for (int x = std::min(begin, limit); x < end; ++x)
        if (!lines.tail(x, y))
            out.append(lines.text(x, y));
    if (!wrapped || end != limit)
        out.push_back('\n');
}

} // namespace

std::optional<std::string> Copy::Machine::selected_text() const {
    if (!selecting) {
        const auto match = match_at_cursor();
        if (!match)
            return std::nullopt;
        std::string text;
        for (int y = match->begin.line; y <= match->end.line; ++y)
            text += text_of(y, y == match->begin.line ? match->begin.column : 0,
                            y == match->end.line ? match->end.column : lines.columns());
        return text;
    }
    const Span span = span_of(*this);
    std::string text;
    for (int y = span.first.line; y <= span.last.line; ++y)
        append_line(lines, y, y == span.first.line ? span.first_begin : span.other_begin,
                    y == span.last.line ? span.last_end : span.other_end, text);
    if (text.empty())
        return std::nullopt;
    const int last_length = lines.length(span.last.line);
    if ((!settings.vi || span.last_end <= last_length) &&
        (!lines.wrapped(span.last.line) || span.last_end != last_length))
        text.pop_back();
    if (text.empty())
        return std::nullopt;
    return text;
}

std::optional<Range> Copy::Machine::selected(int y) const {
    if (!selecting)
        return std::nullopt;
    const Span span = span_of(*this);
    if (y < span.first.line || y > span.last.line)
        return std::nullopt;
    const Range range{y == span.first.line ? span.first_begin : span.other_begin,
                      y == span.last.line ? span.last_end : span.other_end};
    return range.begin < range.end ? std::optional(range) : std::nullopt;
}

} // namespace berth::copy
