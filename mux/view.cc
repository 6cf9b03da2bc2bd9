#include "view.h"

#include "client.h"
#include "scene.h"
#include "server.h"

#include <algorithm>

namespace berth::mux {
namespace {

vt::Size shown_by(const Server& server, const Client& client) {
    return {rows_of(server, client).rows, client.size().columns};
}

// One direction of it, as tmux(1) has it: the start as long as the cursor is seen there, then with
// the cursor in the middle.
int follow(int cursor, int shown, int all) {
    if (cursor < shown)
        return 0;
    return cursor > all - shown ? all - shown : cursor - shown / 2;
}

int within(int at, int shown, int all) {
    return std::clamp(at, 0, std::max(0, all - shown));
}

} // namespace

bool window_is_bigger(const Server& server, const Client& client) {
    const Window* window = client.session != nullptr ? client.session->window() : nullptr;
    if (window == nullptr || client.tty() == nullptr)
        return false;
    const vt::Size shown = shown_by(server, client);
    return window->size.rows > shown.rows || window->size.columns > shown.columns;
}

Corner choose_corner(Client& client, const Window& window, vt::Size shown,
                     const vt::Cursor& cursor) {
    if (client.pan && client.pan->window == window.id) {
        Corner& corner = client.pan->corner;
        corner.row = within(corner.row, shown.rows, window.size.rows);
        corner.column = within(corner.column, shown.columns, window.size.columns);
        client.corner = corner;
        return corner;
    }
    client.pan.reset();
    client.corner = {};
    if (cursor.visible)
        client.corner = {follow(cursor.row, shown.rows, window.size.rows),
                         follow(cursor.column, shown.columns, window.size.columns)};
    return client.corner;
}

void pan(const Server& server, Client& client, int rows, int columns) {
    const Window* window = client.session != nullptr ? client.session->window() : nullptr;
    if (window == nullptr)
        return;
    if (!client.pan || client.pan->window != window->id)
        client.pan = Pan{window->id, client.corner};
    const vt::Size shown = shown_by(server, client);
    Corner& corner = client.pan->corner;
    corner.row = within(corner.row + rows, shown.rows, window->size.rows);
    corner.column = within(corner.column + columns, shown.columns, window->size.columns);
}

} // namespace berth::mux
