#include "mouse.h"

#include "client.h"
#include "copy_mode.h"
#include "server.h"

#include <algorithm>

namespace berth::mux {
namespace {

unsigned column_of(const MouseAt& mouse, MouseMoment moment) {
    return moment == MouseMoment::now ? mouse.report.x : mouse.last_x;
}
unsigned row_of(const MouseAt& mouse, MouseMoment moment) {
    return moment == MouseMoment::now ? mouse.report.y : mouse.last_y;
}

} // namespace

PanePlace place_in_window(const MouseAt& mouse, MouseMoment moment) {
    const int row = static_cast<int>(row_of(mouse, moment)) - mouse.top;
    return {static_cast<int>(column_of(mouse, moment)) + mouse.corner.column,
            std::clamp(row, 0, std::max(mouse.rows - 1, 0)) + mouse.corner.row};
}

std::optional<PanePlace> place_in(Server& server, const MouseAt& mouse, const Pane& pane,
                                  MouseMoment moment) {
    const Client* client = server.client_by_id(mouse.client);
    if (client == nullptr || client->session == nullptr || client->session->window() != pane.window)
        return std::nullopt;
    const int shown_row = static_cast<int>(row_of(mouse, moment)) - mouse.top;
    const int row = shown_row + mouse.corner.row;
    const int column = static_cast<int>(column_of(mouse, moment)) + mouse.corner.column;
    const layout::Box box = pane.window->box(pane);
    const int x = column - static_cast<int>(box.x);
    const int y = row - static_cast<int>(box.y);
    if (shown_row < 0 || shown_row >= mouse.rows || x < 0 || y < 0 ||
        x >= static_cast<int>(box.width) || y >= static_cast<int>(box.height))
        return std::nullopt;
    return PanePlace{x, y};
}

namespace {

// The word and the line are of the pane's own lines, or of its copy mode's.
std::optional<std::string> text_at(Server& server, const MouseAt& mouse, std::string_view name) {
    Pane* pane = mouse.pane ? server.find_pane(*mouse.pane) : nullptr;
    const auto place = pane != nullptr ? place_in(server, mouse, *pane) : std::nullopt;
    if (!place)
        return std::nullopt;
    const CopyMode* copying = copy_mode_of(*pane);
    const vt::Terminal& shown = copying != nullptr ? copying->backing() : pane->terminal;
    const TerminalLines lines(shown);
    copy::Copy cursor(lines, copy_settings(server, *pane), place->column, 0);
    const int line =
        (copying != nullptr ? copying->state().top() : lines.lines() - lines.rows()) + place->row;
    cursor.resized({place->column, line});
    return name == "mouse_word" ? cursor.word() : cursor.line();
}

} // namespace

std::optional<std::string> mouse_variable(Server& server, const MouseAt& mouse,
                                          std::string_view name) {
    if (name == "mouse_word" || name == "mouse_line")
        return text_at(server, mouse, name);
    if (name == "mouse_status_line")
        return mouse.status_line ? std::optional(std::to_string(*mouse.status_line)) : std::nullopt;
    if (name == "mouse_status_range")
        return mouse.range.empty() ? std::nullopt : std::optional(mouse.range);
    if (name == "mouse_pane")
        return mouse.pane ? std::optional("%" + std::to_string(*mouse.pane)) : std::nullopt;
    if (name != "mouse_x" && name != "mouse_y")
        return std::nullopt;
    const Pane* pane = mouse.pane ? server.find_pane(*mouse.pane) : nullptr;
    const auto place = pane != nullptr ? place_in(server, mouse, *pane) : std::nullopt;
    if (place)
        return std::to_string(name == "mouse_x" ? place->column : place->row);
    if (mouse.status_line)
        return std::to_string(name == "mouse_x" ? static_cast<int>(mouse.report.x)
                                                : *mouse.status_line);
    return std::nullopt;
}

void start_drag(Server& server, const MouseAt& mouse, MouseDrag drag) {
    if (Client* client = server.client_by_id(mouse.client))
        client->mouse.drag = std::move(drag);
}

} // namespace berth::mux
