#include "preview.h"

#include "server.h"
#include "status.h"
#include "style.h"

#include <algorithm>
#include <functional>

namespace berth::mux {
namespace {

constexpr int kLeast = 24; // columns of each when all have space
constexpr int kArrow = 3;  // columns of a mark that there is more

struct Part {
    const Pane* pane = nullptr;
    std::string label;       // with its name
    std::string short_label; // if that is too long
};

// As many of the parts as there is space for, around the current one.
struct Cut {
    int begin = 0;
    int end = 0;
    bool left = false; // there is more
    bool right = false;
    int each = 0; // columns of one with the line after it
    int spare = 0;
};

Cut cut_of(int columns, int total, int current, int& scroll) {
    const int visible = columns / total < kLeast ? std::max(1, columns / kLeast) : total;
    Cut cut;
    if (current < visible)
        cut.begin = 0;
    else if (current >= total - visible)
        cut.begin = total - visible;
    else
        cut.begin = current - visible / 2;
    cut.end = cut.begin + visible;
    scroll = std::clamp(scroll, -cut.begin, total - cut.end);
    cut.begin += scroll;
    cut.end += scroll;
    cut.left = cut.begin != 0;
    cut.right = cut.end != total;
    const int marks = (cut.left ? kArrow : 0) + (cut.right ? kArrow : 0);
    if (columns <= marks)
        cut.left = cut.right = false;
    const int room = columns - (cut.left ? kArrow : 0) - (cut.right ? kArrow : 0);
    cut.each = room / visible;
    cut.spare = room - visible * cut.each;
    return cut;
}

void line_down(vt::Canvas& canvas, vt::Rect area, int column) {
    for (int row = 0; row < area.rows; ++row)
        canvas.text(area.row + row, area.column + column, 1, "│", {});
}

void draw_label(vt::Canvas& canvas, vt::Rect area, std::string_view label, const vt::Style& style) {
    const int length = static_cast<int>(format::plain_columns(label, format::default_width));
    if (area.columns == 0 || area.rows == 1 || length > area.columns)
        return;
    const int column = (area.columns - length + 1) / 2;
    const int row = (area.rows + 1) / 2;
    if (column > 1 && column + length < area.columns - 1 && area.rows >= 3)
        canvas.box({area.row + row - 1, area.column + column - 1, 3, length + 2},
                   vt::BorderLines::single, {});
    canvas.text(area.row + row, area.column + column, length, label, style);
}

void draw_parts(vt::Canvas& canvas, vt::Rect area, const std::vector<Part>& parts, int current,
                int& scroll, const vt::Style& style, const vt::Style& active) {
    if (parts.empty() || area.columns <= 0 || area.rows <= 0)
        return;
    const Cut cut = cut_of(area.columns, static_cast<int>(parts.size()), current, scroll);
    if (cut.each == 0)
        return;
    if (cut.left) {
        line_down(canvas, area, 2);
        canvas.text(area.row + area.rows / 2, area.column, 1, "<", {});
    }
    if (cut.right) {
        line_down(canvas, area, area.columns - kArrow);
        canvas.text(area.row + area.rows / 2, area.column + area.columns - 1, 1, ">", {});
    }
    for (int index = cut.begin; index < cut.end; ++index) {
        const Part& part = parts[static_cast<std::size_t>(index)];
        const int column = (cut.left ? kArrow : 0) + (index - cut.begin) * cut.each;
        const bool last = index == cut.end - 1;
        const int width = last ? cut.each + cut.spare : cut.each - 1;
        const vt::Rect place{area.row, area.column + column, area.rows, width};
        if (width > 0)
            preview_pane(canvas, place, *part.pane);
        const bool fits = static_cast<int>(part.label.size()) <= width;
        draw_label(canvas, place, fits ? part.label : part.short_label,
                   index == current ? active : style);
        if (!last)
            line_down(canvas, area, column + width);
    }
}

vt::Style number_style(Server& server, const Window& window, std::string_view option) {
    return cell_style(style_pen(server, {}, "fg=" + window.options.text(option)));
}

} // namespace

void preview_pane(vt::Canvas& canvas, vt::Rect area, const Pane& pane) {
    const vt::Size size = pane.terminal.size();
    const vt::Cursor cursor = pane.terminal.cursor();
    const auto begin = [&](int at, int seen, int all) {
        if (!cursor.visible)
            return 0;
        const int from = std::max(0, at - seen / 3);
        return from + seen > all ? std::max(0, all - seen) : from;
    };
    const int row = begin(cursor.row, area.rows, size.rows);
    const int column = begin(cursor.column, area.columns, size.columns);
    const vt::Rect seen{area.row, area.column, std::min(area.rows, size.rows - row),
                        std::min(area.columns, size.columns - column)};
    canvas.draw(pane.terminal, seen, row, column);
    if (cursor.visible && cursor.row >= row && cursor.row - row < seen.rows &&
        cursor.column >= column && cursor.column - column < seen.columns)
        canvas.highlight({area.row + cursor.row - row, area.column + cursor.column - column, 1, 1},
                         vt::kInverse);
}

void preview_window(vt::Canvas& canvas, vt::Rect area, Server& server, const Window& window,
                    int& scroll) {
    std::vector<Part> parts;
    int current = 0;
    for (const auto& pane : window.panes) {
        if (pane.get() == window.active)
            current = static_cast<int>(parts.size());
        const std::string label =
            " " +
            std::to_string(window.index_of(*pane) + window.options.number("pane-base-index")) + " ";
        parts.push_back({pane.get(), label, label});
    }
    draw_parts(canvas, area, parts, current, scroll,
               number_style(server, window, "display-panes-colour"),
               number_style(server, window, "display-panes-active-colour"));
}

void preview_session(vt::Canvas& canvas, vt::Rect area, Server& server, const Session& session,
                     int& scroll) {
    std::vector<Part> parts;
    int current = 0;
    for (const auto& [index, window] : session.windows) {
        if (index == session.current)
            current = static_cast<int>(parts.size());
        const std::string number = std::to_string(index);
        parts.push_back(
            {window->active, " " + number + ":" + window->name + " ", " " + number + " "});
    }
    if (session.window() != nullptr)
        draw_parts(canvas, area, parts, current, scroll,
                   number_style(server, *session.window(), "display-panes-colour"),
                   number_style(server, *session.window(), "display-panes-active-colour"));
}

} // namespace berth::mux
