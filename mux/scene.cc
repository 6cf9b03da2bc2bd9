#include "scene.h"

#include "client.h"
#include "formats.h"
#include "mode.h"
#include "server.h"
#include "status.h"

#include <algorithm>

namespace berth::mux {
namespace {

// The option's choices, in the table's order.
enum class Status { off, on, two, three, four, five, automatic };

void draw_panes(vt::Canvas& canvas, const Window& window, int top, int rows) {
    const vt::Size screen = canvas.size();
    const Pane* only = window.only();
    for (const auto& pane : window.panes) {
        if (only != nullptr && pane.get() != only)
            continue;
        const auto box = only != nullptr
                             ? layout::Box{0, 0, static_cast<unsigned>(window.size.columns),
                                           static_cast<unsigned>(window.size.rows)}
                             : window.layout->box(pane->id).value_or(layout::Box{});
        const int row = static_cast<int>(box.y);
        const int column = static_cast<int>(box.x);
        const int height = std::min(static_cast<int>(box.height), rows - row);
        const int width = std::min(static_cast<int>(box.width), screen.columns - column);
        if (height <= 0 || width <= 0)
            continue;
        const vt::Rect box_seen{top + row, column, height, width};
        if (PaneMode* mode = pane->mode(); mode != nullptr) {
            const auto cursor = mode->draw(canvas, box_seen);
            if (cursor && pane.get() == window.active)
                canvas.cursor = *cursor;
            continue;
        }
        canvas.draw(pane->terminal, box_seen);
        if (pane.get() != window.active)
            continue;
        const vt::Cursor cursor = pane->terminal.cursor();
        if (cursor.row < height && cursor.column < width) {
            canvas.cursor = cursor;
            canvas.cursor.row += top + row;
            canvas.cursor.column += column;
        }
    }
}

vt::Style border_style(const Window& window, bool active) {
    (void)window;
    vt::Style style;
    if (active)
        style.foreground = vt::Color::indexed(2);
    return style;
}

// The lines right of and below each pane; where they meet the canvas joins them.
void draw_borders(vt::Canvas& canvas, const Window& window, int top, int rows) {
    if (window.only() != nullptr)
        return;
    const int right = std::min(window.size.columns, canvas.size().columns);
    const int bottom = std::min(window.size.rows, rows);
    const auto draw = [&](const Pane& pane, bool active) {
        const auto box = window.layout->box(pane.id).value_or(layout::Box{});
        const int x = static_cast<int>(box.x);
        const int y = static_cast<int>(box.y);
        const int x_end = x + static_cast<int>(box.width);
        const int y_end = y + static_cast<int>(box.height);
        const vt::Style style = border_style(window, active);
        const auto line = [&](int row, int column, unsigned edges) {
            if (row >= 0 && column >= 0 && row < bottom && column < right)
                canvas.border(top + row, column, edges, vt::BorderLines::single, style);
        };
        for (int row = std::max(0, y - 1); row <= y_end; ++row) {
            const unsigned edges =
                (row > y - 1 ? vt::kEdgeUp : 0U) | (row < y_end ? vt::kEdgeDown : 0U);
            if (x > 0)
                line(row, x - 1, edges);
            if (x_end < window.size.columns)
                line(row, x_end, edges);
        }
        for (int column = std::max(0, x - 1); column <= x_end; ++column) {
            const unsigned edges =
                (column > x - 1 ? vt::kEdgeLeft : 0U) | (column < x_end ? vt::kEdgeRight : 0U);
            if (y > 0)
                line(y - 1, column, edges);
            if (y_end < window.size.rows)
                line(y_end, column, edges);
        }
    };
    for (const auto& pane : window.panes)
        if (pane.get() != window.active)
            draw(*pane, false);
    draw(*window.active, true);
}

} // namespace

int status_lines(const Server& server, const Session& session) {
    (void)server;
    switch (static_cast<Status>(session.options.number("status"))) {
    case Status::off:
        return 0;
    case Status::on:
        return 1;
    case Status::two:
        return 2;
    case Status::three:
        return 3;
    case Status::four:
        return 4;
    case Status::five:
        return 5;
    case Status::automatic:
        return session.windows.size() > 1 ||
                       (session.window() != nullptr && session.window()->panes.size() > 1)
                   ? 1
                   : 0;
    }
    return 0;
}

Rows rows_of(const Server& server, const Client& client) {
    Rows rows;
    const Session& session = *client.session;
    rows.lines = std::min(status_lines(server, session), client.size().rows - 1);
    const bool at_top = rows.lines > 0 && session.options.text("status-position") == "top";
    rows.rows = client.size().rows - rows.lines;
    rows.top = at_top ? rows.lines : 0;
    rows.status = at_top ? 0 : rows.rows;
    rows.message = rows.lines > 0 ? rows.status : client.size().rows - 1;
    return rows;
}

void compose(vt::Canvas& canvas, Server& server, Client& client, const std::string& message) {
    canvas.clear(client.size());
    canvas.modes = {};
    const Session& session = *client.session;
    const Rows rows = rows_of(server, client);
    const auto& overlay = client.overlay();
    if (overlay != nullptr && overlay->covers()) {
        overlay->draw(canvas);
        return;
    }
    const Window& window = *session.window();
    draw_panes(canvas, window, rows.top, rows.rows);
    draw_borders(canvas, window, rows.top, rows.rows);
    if (rows.lines > 0)
        draw_status(canvas, server, client, rows.status, rows.lines);
    if (window.active != nullptr) {
        const vt::Modes& modes = window.active->terminal.modes();
        canvas.modes.mouse = modes.mouse;
        if (session.options.flag("mouse") && canvas.modes.mouse == vt::MouseTracking::none)
            canvas.modes.mouse = vt::MouseTracking::button;
        canvas.modes.bracketed_paste = modes.bracketed_paste;
        canvas.modes.focus_events = modes.focus_events;
        canvas.modes.kitty_flags = window.active->terminal.kitty_flags();
        canvas.modes.modify_other_keys = modes.modify_other_keys;
        canvas.modes.title = session.options.flag("set-titles")
                                 ? expand(server,
                                          {.session = client.session,
                                           .index = session.current,
                                           .window = session.window(),
                                           .pane = window.active,
                                           .client = &client},
                                          session.options.text("set-titles-string"), true)
                                 : window.active->terminal.title();
    }
    if (overlay != nullptr)
        overlay->draw(canvas);
    if (!message.empty())
        draw_message(canvas, session, rows.message, message);
}

} // namespace berth::mux
