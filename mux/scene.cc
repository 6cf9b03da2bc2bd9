#include "scene.h"

#include "borders.h"
#include "client.h"
#include "formats.h"
#include "guests.h"
#include "mode.h"
#include "server.h"
#include "status.h"
#include "style.h"

#include <algorithm>

namespace berth::mux {
namespace {

// The option's choices, in the table's order.
enum class Status { off, on, two, three, four, five, automatic };

// What the pane leaves in the default colours is in those of window-style, window-active-style.
void tint(vt::Canvas& canvas, Server& server, const Client& client, const Window& window,
          Pane& pane, vt::Rect box) {
    Session* session = client.session;
    const FormatAbout here{.session = session,
                           .index = session->current,
                           .window = session->window(),
                           .pane = &pane,
                           .client = &client};
    const bool active = window.active == &pane;
    const format::Pen base = option_style(server, here, pane.options, "window-style");
    const vt::Style style = cell_style(
        active ? option_style(server, here, pane.options, "window-active-style", base) : base);
    if (!style.foreground.is_default() || !style.background.is_default())
        canvas.tint(box, style.foreground, style.background);
}

void draw_panes(vt::Canvas& canvas, Server& server, const Client& client, const Window& window,
                int top, int rows) {
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
        tint(canvas, server, client, window, *pane, box_seen);
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

} // namespace

int status_lines(const Server& server, const Session& session) {
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
        return session.windows.size() > 1 || server.guests->shared(session) ||
                       (session.window() != nullptr && session.window()->panes.size() > 1)
                   ? 1
                   : 0;
    }
    return 0;
}

namespace {

// With the option mouse: clicks and drags, and all motion when a program wants that; else what the
// active pane's program wants.
vt::MouseTracking mouse_mode(const Session& session, const Window& window) {
    if (!session.options.flag("mouse"))
        return window.active->mode() != nullptr ? vt::MouseTracking::none
                                                : window.active->terminal.modes().mouse;
    const bool any = std::ranges::any_of(window.panes, [](const auto& pane) {
        return pane->terminal.modes().mouse == vt::MouseTracking::any;
    });
    return any ? vt::MouseTracking::any : vt::MouseTracking::button;
}

} // namespace

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
    if (client.guest != nullptr) {
        server.guests->compose(canvas, client, message);
        return;
    }
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
    draw_panes(canvas, server, client, window, rows.top, rows.rows);
    draw_borders(canvas, server, client, window, rows.top, rows.rows);
    if (rows.lines > 0)
        draw_status(canvas, server, client, rows.status, rows.lines);
    if (window.active != nullptr) {
        const vt::Modes& modes = window.active->terminal.modes();
        canvas.modes.mouse = mouse_mode(session, window);
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
