// How copy mode looks, and what it says in formats.
#include "copy_mode.h"
#include "formats.h"
#include "server.h"
#include "status.h"
#include "style.h"

#include <algorithm>
#include <array>

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
    for (int row = 0; row < std::min(box.rows, lines_.rows()); ++row)
        draw_line(canvas, {box.row + row, box.column, 1, box.columns}, copy_.top() + row, looks);
    if (copy_.position_shown() && lines_.rows() > 1)
        draw_position(canvas, box);
    vt::Cursor cursor = backing_.cursor();
    const int right = std::min(box.columns, lines_.columns()) - 1;
    cursor.visible = true;
    cursor.row = box.row + copy_.cursor_row();
    cursor.column = box.column + std::min(copy_.cursor_column(), right);
    if (copy_.cursor_row() >= box.rows)
        return std::nullopt;
    if (copy_.cursor_column() > right && right + 1 == lines_.columns())
        canvas.text(cursor.row, cursor.column, 1, "$", {});
    return cursor;
}

void CopyMode::draw_line(vt::Canvas& canvas, vt::Rect place, int number, const Looks& looks) {
    canvas.draw(lines_.line(number), place.row, place.column, place.columns);
    const auto dress = [&](copy::Range range, const vt::Style& style) {
        const int end = std::min(range.end, place.columns);
        if (range.begin < end)
            canvas.restyle({place.row, place.column + range.begin, 1, end - range.begin}, style);
    };
    if (const auto mark = copy_.mark(); mark && mark->line == number)
        dress({0, place.columns}, looks.mark);
    const auto current = copy_.current_match(number);
    for (const copy::Range& match : copy_.matches(number))
        dress(match, current && match.begin == current->begin ? looks.current_match : looks.match);
    if (const auto selected = copy_.selected(number))
        dress(*selected, looks.selection);
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
