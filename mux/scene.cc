#include "scene.h"

#include "borders.h"
#include "client.h"
#include "formats.h"
#include "guests.h"
#include "mode.h"
#include "scrollbars.h"
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

// Where a pane is on the client's terminal; nothing of it may be seen.
vt::Rect rect_of(const Window& window, const Pane& pane, const Rows& rows, int columns) {
    const layout::Box box = window.box(pane);
    const int row = static_cast<int>(box.y);
    const int column = static_cast<int>(box.x);
    return {rows.top + row, column, std::min(static_cast<int>(box.height), rows.rows - row),
            std::min(static_cast<int>(box.width), columns - column)};
}

void draw_pane(vt::Canvas& canvas, Server& server, const Client& client, const Window& window,
               Pane& pane, vt::Rect box) {
    if (PaneMode* mode = pane.mode(); mode != nullptr) {
        const auto cursor = mode->draw(canvas, box);
        if (cursor && &pane == window.active)
            canvas.cursor = *cursor;
        return;
    }
    canvas.draw(pane.terminal, box);
    tint(canvas, server, client, window, pane, box);
}

void draw_cursor(vt::Canvas& canvas, const Window& window, const Rows& rows) {
    if (window.active == nullptr || window.active->mode() != nullptr)
        return;
    const vt::Rect box = rect_of(window, *window.active, rows, canvas.size().columns);
    const vt::Cursor cursor = window.active->terminal.cursor();
    if (cursor.row >= box.rows || cursor.column >= box.columns)
        return;
    canvas.cursor = cursor;
    canvas.cursor.row += box.row;
    canvas.cursor.column += box.column;
}

void draw_panes(vt::Canvas& canvas, Server& server, const Client& client, const Window& window,
                const Rows& rows) {
    for (const auto& pane : window.panes) {
        const vt::Rect box = rect_of(window, *pane, rows, canvas.size().columns);
        if (box.rows > 0 && box.columns > 0)
            draw_pane(canvas, server, client, window, *pane, box);
    }
    draw_cursor(canvas, window, rows);
}

// Of a window that is larger than the terminal, the part that the client looks at.
void draw_part(vt::Canvas& canvas, Server& server, Client& client, const Window& window,
               const Rows& rows) {
    vt::Canvas whole(window.size);
    draw_panes(whole, server, client, window, {.rows = window.size.rows});
    draw_scrollbars(whole, server, client, window, 0);
    draw_borders(whole, server, client, window, 0, window.size.rows);
    fill_outside(canvas, window, rows.top, rows.rows);
    const int columns = std::min(canvas.size().columns, window.size.columns);
    const Corner corner =
        choose_corner(client, window, {rows.rows, canvas.size().columns}, whole.cursor);
    for (int row = 0; row < std::min(rows.rows, window.size.rows); ++row)
        canvas.draw(whole.line(corner.row + row), rows.top + row, 0, columns, corner.column);
    canvas.cursor = whole.cursor;
    canvas.cursor.row += rows.top - corner.row;
    canvas.cursor.column -= corner.column;
    if (canvas.cursor.row < rows.top || canvas.cursor.row >= rows.top + rows.rows ||
        canvas.cursor.column < 0 || canvas.cursor.column >= columns)
        canvas.cursor.visible = false;
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

void tell_modes(vt::Canvas& canvas, const Server& server, const Session& session,
                const Window& window) {
    if (window.active == nullptr)
        return;
    const vt::Modes& modes = window.active->terminal.modes();
    canvas.modes.mouse = mouse_mode(session, window);
    canvas.modes.bracketed_paste = modes.bracketed_paste;
    canvas.modes.focus_events = modes.focus_events || server.server_options.flag("focus-events");
    canvas.modes.kitty_flags = window.active->terminal.kitty_flags();
    canvas.modes.modify_other_keys = modes.modify_other_keys;
}

std::string title_of(Server& server, Client& client, const Window& window) {
    const Session& session = *client.session;
    if (!session.options.flag("set-titles"))
        return window.active->terminal.title();
    return expand(server,
                  {.session = client.session,
                   .index = session.current,
                   .window = session.window(),
                   .pane = window.active,
                   .client = &client},
                  session.options.text("set-titles-string"), true);
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
    const int line = static_cast<int>(session.options.number("message-line"));
    rows.message =
        rows.lines > 0 ? rows.status + std::min(line, rows.lines - 1) : client.size().rows - 1;
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
    if (window_is_bigger(server, client)) {
        draw_part(canvas, server, client, window, rows);
    } else {
        client.corner = {};
        client.pan.reset();
        draw_panes(canvas, server, client, window, rows);
        draw_scrollbars(canvas, server, client, window, rows.top);
        draw_borders(canvas, server, client, window, rows.top, rows.rows);
    }
    if (rows.lines > 0)
        draw_status(canvas, server, client, rows.status, rows.lines);
    tell_modes(canvas, server, session, window);
    if (window.active != nullptr)
        canvas.modes.title = title_of(server, client, window);
    if (overlay != nullptr)
        overlay->draw(canvas);
    if (!message.empty())
        draw_message(canvas, session, rows.message, message);
}

bool compose_panes(vt::Canvas& canvas, Server& server, Client& client,
                   std::span<const std::uint32_t> printed) {
    if (client.guest != nullptr || client.overlay() != nullptr || canvas.size() != client.size() ||
        window_is_bigger(server, client) || !canvas.keep())
        return false;
    const Session& session = *client.session;
    const Window& window = *session.window();
    const Rows rows = rows_of(server, client);
    for (const auto& pane : window.panes) {
        if (pane->mode() != nullptr)
            return false;
        const vt::Rect box = rect_of(window, *pane, rows, canvas.size().columns);
        if (std::ranges::find(printed, pane->id) != printed.end() && box.rows > 0 &&
            box.columns > 0)
            draw_pane(canvas, server, client, window, *pane, box);
    }
    draw_cursor(canvas, window, rows);
    tell_modes(canvas, server, session, window);
    return true;
}

} // namespace berth::mux
