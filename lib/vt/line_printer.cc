#include "vt/line_printer.h"

#include <algorithm>

#include "vt/encode.h"
#include "vt/unicode.h"

namespace berth::vt {

namespace {

// Can ECH leave an erased cell of this style? (It takes the background and nothing else.)
bool erasable(const Style& style) {
    return style == Style{.foreground = {}, .background = style.background, .underline_color = {}};
}

bool erased(Cell cell) {
    return cell.empty() && cell.width() != Width::tail;
}

// Columns of the line up to the last cell that is not simply erased.
int contents(const LineView& line, int columns) {
    int end = std::min(line.used, columns);
    while (end > 0 && erased(line.cell(end - 1)) && line.style(end - 1) == Style{})
        --end;
    return end;
}

// Did mode 2027 join these code points? Without it only such of no width join.
bool needs_graphemes(const LineView& line, int column) {
    if (!line.cell(column).is_cluster())
        return false;
    std::string text;
    line.append_text(column, text);
    std::string_view rest = text;
    const int first = width(take_code_point(rest));
    if (line.cell(column).width() == Width::wide && first != 2)
        return true;
    while (!rest.empty())
        if (width(take_code_point(rest)) != 0)
            return true;
    return false;
}

} // namespace

void LinePrinter::set_pen(const Style& style, const Hyperlink* link, bool protect) {
    static const Hyperlink kNone;
    const Hyperlink& wanted = link == nullptr ? kNone : *link;
    if (wanted != at_.link) {
        append_link(out_, wanted);
        at_.link = wanted;
    }
    if (protect != at_.protect) {
        out_ += protect ? "\x1b[1\"q" : "\x1b[0\"q";
        at_.protect = protect;
    }
    append_sgr(out_, at_.style, style);
    at_.style = style;
}

void LinePrinter::restart() {
    at_ = {};
}

void LinePrinter::set_mark(Mark mark) {
    if (mark == at_.mark)
        return;
    constexpr const char* kMarks[] = {"133;D", "133;P", "133;B", "133;C"};
    append_osc(out_, kMarks[static_cast<std::size_t>(mark)]);
    at_.mark = mark;
}

void LinePrinter::move_to(int column) {
    if (at_.doubtful || column < at_.column || at_.column == columns_)
        append_csi(out_, column + 1, 'G');
    else if (column > at_.column)
        append_csi(out_, column - at_.column, 'C');
    at_.column = column;
    at_.doubtful = false;
}

void LinePrinter::set_graphemes(bool wanted) {
    if (graphemes_ && wanted != at_.clustering)
        append_mode(out_, 2027, wanted);
    at_.clustering = graphemes_ && wanted;
}

void LinePrinter::print_cell(const LineView& line, int column) {
    const Cell cell = line.cell(column);
    set_mark(cell.mark());
    set_pen(line.style(column), line.link(column), cell.is_protected());
    if (graphemes_)
        set_graphemes(needs_graphemes(line, column));
    line.append_text(column, out_);
    at_.column = column + (cell.width() == Width::wide ? 2 : 1);
    at_.doubtful = at_.doubtful || cell.is_cluster();
}

// The run of erased cells of one style that starts here; gives its end.
int LinePrinter::print_erased(const LineView& line, int column, int end) {
    const Style& style = line.style(column);
    int after = column + 1;
    while (after < end && erased(line.cell(after)) && line.style(after) == style)
        ++after;
    if (style == Style{})
        return after;
    move_to(column);
    set_pen(style, nullptr, false);
    if (erasable(style)) {
        append_csi(out_, after - column, 'X');
    } else {
        out_.append(static_cast<std::size_t>(after - column), ' ');
        at_.column = after;
    }
    return after;
}

void LinePrinter::print_range(const LineView& line, int begin, int end) {
    for (int column = begin; column < end;) {
        const Cell cell = line.cell(column);
        if (cell.width() == Width::tail) {
            ++column;
        } else if (erased(cell)) {
            column = print_erased(line, column, end);
        } else {
            if (column != at_.column || at_.doubtful)
                move_to(column);
            print_cell(line, column);
            column = at_.column;
        }
    }
}

void LinePrinter::print_again(const LineView& line, int column) {
    at_.column = column;
    at_.doubtful = false;
    print_cell(line, column);
}

// The rest of a wrapped line of `end` columns, so that the next character wraps. Erasing its end
// would have made it a line that is not wrapped, so blanks there were printed.
void LinePrinter::print_to_wrap(const LineView& line, int end) {
    at_.spacer = line.cell(end - 1).width() == Width::spacer;
    const int blanks_from = std::max(at_.column, contents(line, at_.spacer ? end - 1 : end));
    print_range(line, at_.column, blanks_from);
    if (at_.spacer) {
        at_.spacer_style = line.style(end - 1);
        move_to(end - 1);
        return;
    }
    if (blanks_from < end) {
        move_to(blanks_from);
        reset_pen();
        out_.append(static_cast<std::size_t>(end - blanks_from), ' ');
    } else if (erased(line.cell(end - 1))) {
        move_to(end - 1);
        out_ += ' ';
    }
    at_.column = columns_;
    at_.doubtful = false;
}

// The first character of a continued line: it makes the terminal wrap.
void LinePrinter::join(const LineView& line) {
    const Cell first = line.cell(0);
    // A wide character leaves a spacer of its background when it wraps.
    const Style& style = line.style(0);
    const Style left{.foreground = {}, .background = style.background, .underline_color = {}};
    if (at_.spacer && (first.width() != Width::wide || at_.spacer_style != left)) {
        set_pen(at_.spacer_style, nullptr, false);
        out_ += ' ';
    }
    if (erased(first)) {
        reset_pen();
        out_ += " \r\x1b[X";
        at_.column = 0;
    } else {
        print_cell(line, 0);
        // A row that a wrap scrolls in takes the background of the pen.
        if (!at_.style.background.is_default() && at_.column < columns_) {
            set_pen(Style{}, nullptr, at_.protect);
            out_ += "\x1b[K";
        }
    }
}

void LinePrinter::start_row(const LineView& line) {
    if (line.mark == Mark::prompt) {
        append_osc(out_, "133;A");
        at_.mark = Mark::prompt;
    }
    if (at_.continued)
        join(line);
    else
        at_.column = 0;
    constexpr const char* kSizes[] = {"", "\x1b#6", "\x1b#3", "\x1b#4"};
    out_ += kSizes[static_cast<std::size_t>(line.size)];
}

void LinePrinter::print(const LineView& line, bool last) {
    const int end = line.size == LineSize::single ? columns_ : std::max(1, columns_ / 2);
    start_row(line);
    at_.continued = line.wrapped && !last;
    if (at_.continued) {
        print_to_wrap(line, end);
        return;
    }
    print_range(line, at_.column == columns_ ? end : at_.column, contents(line, end));
    reset_pen();
    at_.doubtful = false;
    if (!last)
        out_ += "\r\n";
}

} // namespace berth::vt
