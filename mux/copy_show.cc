// How copy mode looks, and what it says in formats.
#include "copy_mode.h"
#include "formats.h"
#include "server.h"
#include "status.h"
#include "style.h"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace berth::mux {
namespace {

std::string number(int value) {
    return std::to_string(value);
}
std::string flag(bool value) {
    return value ? "1" : "0";
}

struct Variable {
    std::string_view name;
    std::string (*value)(const copy::Copy&);
    bool selection = false; // only while something is selected
};
constexpr std::array kVariables = {
    Variable{"copy_cursor_line", [](const copy::Copy& c) { return c.line(); }},
    Variable{"copy_cursor_word", [](const copy::Copy& c) { return c.word(); }},
    Variable{"copy_cursor_x", [](const copy::Copy& c) { return number(c.cursor_column()); }},
    Variable{"copy_cursor_y", [](const copy::Copy& c) { return number(c.cursor_row()); }},
    Variable{"copy_position", [](const copy::Copy& c) { return number(c.scroll_position()); }},
    Variable{"copy_position_limit",
             [](const copy::Copy& c) { return number(c.top() + c.scroll_position()); }},
    Variable{"rectangle_toggle", [](const copy::Copy& c) { return flag(c.rectangle()); }},
    Variable{"scroll_position", [](const copy::Copy& c) { return number(c.scroll_position()); }},
    Variable{"search_count",
             [](const copy::Copy& c) {
                 return c.search_present() ? number(c.search_count()) : std::string();
             }},
    Variable{"search_count_partial", [](const copy::Copy&) { return flag(false); }},
    Variable{"search_match", [](const copy::Copy& c) { return c.search_match(); }},
    Variable{"search_present", [](const copy::Copy& c) { return flag(c.search_present()); }},
    Variable{"search_timed_out", [](const copy::Copy& c) { return flag(c.timed_out()); }},
    Variable{"selection_active", [](const copy::Copy& c) { return flag(c.selection_active()); }},
    Variable{"selection_end_x",
             [](const copy::Copy& c) { return number(c.selection_end().column); }, true},
    Variable{"selection_end_y", [](const copy::Copy& c) { return number(c.selection_end().line); },
             true},
    Variable{"selection_mode", [](const copy::Copy& c) { return std::string(c.selection_mode()); }},
    Variable{"selection_present", [](const copy::Copy& c) { return flag(c.selection_present()); }},
    Variable{"selection_start_x",
             [](const copy::Copy& c) { return number(c.selection_start().column); }, true},
    Variable{"selection_start_y",
             [](const copy::Copy& c) { return number(c.selection_start().line); }, true},
};
static_assert(std::ranges::is_sorted(kVariables, {}, &Variable::name));

} // namespace

std::optional<std::string> CopyMode::variable(std::string_view name) const {
    if (name == "copy_line_numbers")
        return flag(numbered());
    if (name == "refresh_active")
        return flag(refreshing_);
    const auto row = std::ranges::lower_bound(kVariables, name, {}, &Variable::name);
    if (row == kVariables.end() || row->name != name ||
        (row->selection && !copy_.selection_present()))
        return std::nullopt;
    return row->value(copy_);
}

std::optional<vt::Cursor> CopyMode::draw(vt::Canvas& canvas, vt::Rect box) {
    canvas.add_region(box);
    const Looks looks{style("copy-mode-selection-style"), style("copy-mode-match-style"),
                      style("copy-mode-current-match-style"), style("copy-mode-mark-style")};
    const vt::Rect text = draw_lines(canvas, box, looks);
    if (copy_.position_shown() && lines_.rows() > 1)
        draw_position(canvas, box);
    vt::Cursor cursor = backing_.cursor();
    const int right = std::min(text.columns, lines_.columns()) - 1;
    const int column = copy_.cursor_column() - first_column();
    cursor.visible = true;
    cursor.row = box.row + copy_.cursor_row();
    cursor.column = text.column + std::min(column, right);
    if (copy_.cursor_row() >= box.rows)
        return std::nullopt;
    if (column > right && right + 1 == lines_.columns())
        canvas.text(cursor.row, cursor.column, 1, "$", {});
    return cursor;
}

// Gives where their text is: right of the numbers.
vt::Rect CopyMode::draw_lines(vt::Canvas& canvas, vt::Rect box, const Looks& looks) {
    const int taken = std::min(number_columns(), box.columns - 1);
    const vt::Rect text{box.row, box.column + taken, box.rows, box.columns - taken};
    const vt::Style current = style("copy-mode-current-line-style");
    for (int row = 0; row < std::min(box.rows, lines_.rows()); ++row) {
        const vt::Rect place{text.row + row, text.column, 1, text.columns};
        draw_line(canvas, place, copy_.top() + row, looks);
        if (row == copy_.cursor_row())
            canvas.tint(place, current.foreground, current.background);
    }
    if (taken > 0)
        draw_numbers(canvas, {box.row, box.column, box.rows, taken});
    return text;
}

void CopyMode::draw_line(vt::Canvas& canvas, vt::Rect place, int number, const Looks& looks) {
    const int first = first_column();
    canvas.draw(lines_.line(number), place.row, place.column, place.columns, first);
    const auto dress = [&](copy::Range range, const vt::Style& style) {
        const int begin = std::max(range.begin - first, 0);
        const int end = std::min(range.end - first, place.columns);
        if (begin < end)
            canvas.restyle({place.row, place.column + begin, 1, end - begin}, style);
    };
    if (const auto mark = copy_.mark(); mark && mark->line == number)
        dress({first, first + place.columns}, looks.mark);
    const auto current = copy_.current_match(number);
    for (const copy::Range& match : copy_.matches(number))
        dress(match, current && match.begin == current->begin ? looks.current_match : looks.match);
    if (const auto selected = copy_.selected(number))
        dress(*selected, looks.selection);
}

// ---- line numbers

namespace {

// The choices of copy-mode-line-numbers, in the table's order.
enum class Numbers { off, usual, absolute, relative, hybrid };

} // namespace

bool CopyMode::numbered() const {
    return kind_ == Kind::copy &&
           line_numbers_.value_or(pane().window->options.number("copy-mode-line-numbers") != 0);
}

// As wide as the last line's number, and a blank.
int CopyMode::number_columns() const {
    return numbered() ? static_cast<int>(number(lines_.lines()).size()) + 1 : 0;
}

// Of what is shown: the cursor stays in sight in what the numbers leave of the pane.
int CopyMode::first_column() const {
    const int room = lines_.columns() - number_columns();
    return room > 0 && room < lines_.columns() ? std::max(0, copy_.cursor_column() + 1 - room) : 0;
}

copy::Point CopyMode::at(PanePlace place) const {
    const int taken = number_columns();
    return {taken == 0 ? place.column : std::max(0, place.column - taken) + first_column(),
            place.row};
}

void CopyMode::draw_numbers(vt::Canvas& canvas, vt::Rect box) const {
    const auto kind = static_cast<Numbers>(pane().window->options.number("copy-mode-line-numbers"));
    const bool relative = kind == Numbers::relative || kind == Numbers::hybrid;
    const vt::Style usual = style("copy-mode-line-number-style");
    const vt::Style current = style("copy-mode-current-line-number-style");
    for (int row = 0; row < std::min(box.rows, lines_.rows()); ++row) {
        const bool here = row == copy_.cursor_row();
        const int shown = relative && !(here && kind == Numbers::hybrid)
                              ? std::abs(row - copy_.cursor_row())
                              : copy_.top() + row + 1;
        const std::string text = number(shown);
        const vt::Style& look = here ? current : usual;
        canvas.fill({box.row + row, box.column, 1, box.columns}, look);
        const int free = box.columns - 1 - static_cast<int>(text.size());
        canvas.text(box.row + row, box.column + std::max(0, free), box.columns, text, look);
    }
}

// The format, as much of it as it fills.
void CopyMode::draw_position(vt::Canvas& canvas, vt::Rect box) {
    const FormatAbout here = about(server(), pane());
    const format::Pen base =
        option_style(server(), here, pane().window->options, "copy-mode-position-style");
    const std::string text =
        expand(server(), here, pane().options.text("copy-mode-position-format"));
    const auto drawing = format::draw(text, static_cast<unsigned>(box.columns), base);
    const auto blank = [&](const format::DrawnCell& cell) {
        return cell.text == " " && cell.pen == base;
    };
    int begin = 0;
    int end = box.columns;
    while (begin < end && blank(drawing.cells[static_cast<std::size_t>(begin)]))
        ++begin;
    while (end > begin && blank(drawing.cells[static_cast<std::size_t>(end - 1)]))
        --end;
    for (int column = begin; column < end; ++column) {
        const format::DrawnCell& cell = drawing.cells[static_cast<std::size_t>(column)];
        if (cell.width > 0)
            canvas.text(box.row, box.column + column, cell.width, cell.text,
                        cell_style(themed(server(), here, cell.pen)));
    }
}

vt::Style CopyMode::style(std::string_view option) const {
    return cell_style(
        option_style(server(), about(server(), pane()), pane().window->options, option));
}

} // namespace berth::mux
