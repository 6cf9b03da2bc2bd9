#include "copy/copy.h"

#include "copy/machine.h"

#include <algorithm>

namespace berth::copy {

Copy::Machine::Machine(const View& view, Settings wanted, int column, int row)
    : lines(view), settings(std::move(wanted)) {
    top = history();
    move(std::clamp(column, 0, lines.columns()), std::clamp(row, 0, rows() - 1));
    mark = cursor();
}

std::string Copy::Machine::text_of(int y, int begin, int end_column) const {
    std::string text;
    for (int x = begin; x < std::min(end_column, lines.written(y)); ++x)
        if (!lines.tail(x, y))
            text.append(lines.text(x, y));
    return text;
}

void Copy::Machine::fit() {
    top = std::clamp(top, 0, history());
    cy = std::clamp(cy, 0, rows() - 1);
    cx = std::clamp(cx, 0, lines.columns());
    for (Point* point : {&start, &end, &mark, &origin, &origin_start, &origin_end}) {
        point->line = std::clamp(point->line, 0, lines.last());
        point->column = std::clamp(point->column, 0, lines.columns());
    }
    counted.reset();
    if (search_start) {
        search_start->top = std::clamp(search_start->top, 0, history());
        search_start->cy = std::clamp(search_start->cy, 0, rows() - 1);
    }
}

Copy::Copy(const View& view, Settings settings, int column, int row)
    : machine_(std::make_unique<Machine>(view, std::move(settings), column, row)) {}
Copy::~Copy() = default;
Copy::Copy(Copy&&) noexcept = default;
Copy& Copy::operator=(Copy&&) noexcept = default;

void Copy::set_settings(Settings settings) {
    machine_->settings = std::move(settings);
}

void Copy::view_changed(int dropped) {
    machine_->lines.forget();
    machine_->top -= dropped;
    for (Point* point : {&machine_->start, &machine_->end, &machine_->mark, &machine_->origin,
                         &machine_->origin_start, &machine_->origin_end}) {
        point->line -= dropped;
        if (point->line < 0)
            *point = {};
    }
    machine_->fit();
}

void Copy::resized() {
    machine_->lines.forget();
    machine_->fit();
}

void Copy::resized(Point cursor) {
    Machine& machine = *machine_;
    machine.lines.forget();
    machine.clear_selection();
    machine.fit();
    const int line = std::clamp(cursor.line, 0, machine.lines.last());
    machine.top = std::min(line, machine.history());
    machine.cy = line - machine.top;
    machine.cx = std::clamp(cursor.column, 0, machine.lines.columns());
}

void Copy::move_to(Point at) {
    machine_->lines.forget();
    machine_->fit();
    machine_->move(std::clamp(at.column, 0, machine_->lines.columns() - 1),
                   std::clamp(at.line, 0, machine_->rows() - 1));
    machine_->update_selection();
}

void Copy::remember_search(std::string text, bool regex) {
    machine_->search_text = std::move(text);
    machine_->search_regex = regex;
    machine_->search_way = Way::kUp;
    machine_->searched = !machine_->search_text.empty();
}

void Copy::drag_begin(Point at) {
    machine_->lines.forget();
    machine_->fit();
    machine_->clear_selection();
    machine_->move(std::clamp(at.column, 0, machine_->lines.columns() - 1),
                   std::clamp(at.line, 0, machine_->rows() - 1));
    machine_->begin_selection();
}

void Copy::drag_to(Point at) {
    machine_->lines.forget();
    machine_->fit();
    if (at.line < 0)
        machine_->set_top(machine_->top - 1);
    if (at.line >= machine_->rows())
        machine_->set_top(machine_->top + 1);
    machine_->move(std::clamp(at.column, 0, machine_->lines.columns() - 1),
                   std::clamp(at.line, 0, machine_->rows() - 1));
    machine_->update_selection();
}

void Copy::drag_end() {
    machine_->stop_selection();
}

int Copy::top() const {
    return machine_->top;
}
int Copy::scroll_position() const {
    return machine_->scrolled();
}
int Copy::cursor_column() const {
    return machine_->cx;
}
int Copy::cursor_row() const {
    return machine_->cy;
}
bool Copy::selection_present() const {
    return machine_->selecting;
}
bool Copy::selection_active() const {
    return machine_->selecting && machine_->follow != Follow::kNone;
}
Point Copy::selection_start() const {
    return machine_->start;
}
Point Copy::selection_end() const {
    return machine_->end;
}
bool Copy::rectangle() const {
    return machine_->rectangle;
}
std::string_view Copy::selection_mode() const {
    constexpr std::string_view kNames[] = {"char", "word", "line"};
    return kNames[static_cast<std::size_t>(machine_->unit)];
}
bool Copy::position_shown() const {
    return machine_->position_shown;
}
void Copy::set_position_shown(bool shown) {
    machine_->position_shown = shown;
}
bool Copy::scroll_exit() const {
    return machine_->scroll_exit;
}
void Copy::set_scroll_exit(bool exit) {
    machine_->scroll_exit = exit;
}

std::optional<Point> Copy::mark() const {
    return machine_->mark_shown ? std::optional(machine_->mark) : std::nullopt;
}

std::string Copy::word() const {
    const Machine& machine = *machine_;
    const std::string& separators = machine.settings.word_separators;
    Point at = machine.cursor();
    const auto ends = [&](int x, int y) {
        return machine.lines.one_of(x, y, separators) || machine.lines.one_of(x, y, kBlanks);
    };
    Reader first{machine.lines, at.column, at.line};
    if (ends(at.column, at.line)) // tmux tells the word that begins beside it
        ++first.x;
    else
        first.previous_word(separators, false, false);
    if (first.x >= machine.lines.columns())
        return {};
    std::string word;
    for (Reader reader = first; !ends(reader.x, reader.y);) {
        word.append(machine.lines.text(reader.x, reader.y));
        const int y = reader.y;
        ++reader.x;
        if (reader.x < machine.lines.columns())
            continue;
        if (!machine.lines.wrapped(y) || y == machine.lines.last())
            break;
        reader.x = 0;
        ++reader.y;
    }
    return word;
}

std::string Copy::line() const {
    const Lines& lines = machine_->lines;
    Reader reader{lines, machine_->cx, machine_->line()};
    reader.start_of_line(true);
    std::string text;
    for (int y = reader.y;; ++y) {
        text += machine_->text_of(y, 0, lines.wrapped(y) ? lines.columns() : lines.length(y));
        if (!lines.wrapped(y) || y == lines.last())
            return text;
    }
}

bool Copy::search_present() const {
    return machine_->shown != nullptr;
}
bool Copy::timed_out() const {
    return machine_->timed_out;
}
const std::string& Copy::search_string() const {
    return machine_->search_text;
}

bool Copy::search_regex() const {
    return machine_->search_regex;
}

std::string Copy::search_match() const {
    const auto match = machine_->match_at_cursor();
    std::string text;
    if (match)
        for (int y = match->begin.line; y <= match->end.line; ++y)
            text += machine_->text_of(y, y == match->begin.line ? match->begin.column : 0,
                                      y == match->end.line ? match->end.column
                                                           : machine_->lines.columns());
    return text;
}

int Copy::search_count() const {
    return machine_->search_count();
}

std::optional<Range> Copy::selected(int line) const {
    return machine_->selected(line);
}
std::vector<Range> Copy::matches(int line) const {
    return machine_->matches(line);
}

std::optional<Range> Copy::current_match(int line) const {
    const auto match = machine_->match_at_cursor();
    if (!match || line < match->begin.line || line > match->end.line)
        return std::nullopt;
    return Range{line == match->begin.line ? match->begin.column : 0,
                 line == match->end.line ? match->end.column : machine_->lines.columns()};
}

} // namespace berth::copy
