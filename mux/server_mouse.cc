// A client's mouse: what is where it points, which key that is, and who gets it: a drag that goes
// on, a binding, a pane's mode or its program.
#include "client.h"
#include "input_modes.h"
#include "keys/encode.h"
#include "mode.h"
#include "mouse.h"
#include "scrollbars.h"
#include "server.h"
#include "status.h"

#include <algorithm>
#include <array>
#include <chrono>

namespace berth::mux {
namespace {

using keys::MousePlace;

constexpr keys::CellPixels kCell{10, 20}; // what vt::Terminal reports

// Right of the pane, or below it; the corner belongs to both.
bool borders(const layout::Box& box, unsigned x, unsigned y) {
    return (box.x + box.width == x && box.y <= y + 1 && box.y + box.height >= y) ||
           (box.y + box.height == y && box.x <= x + 1 && box.x + box.width >= x);
}

bool holds(const layout::Box& box, unsigned x, unsigned y) {
    return x >= box.x && y >= box.y && x < box.x + box.width && y < box.y + box.height;
}

constexpr std::array kBarPlaces = {MousePlace::Empty, MousePlace::ScrollbarUp,
                                   MousePlace::ScrollbarSlider, MousePlace::ScrollbarDown};

struct Located {
    MouseAt at;
    keys::MouseTarget target;
};

void locate_in_window(Located& found, const Window& window) {
    const unsigned x = found.at.report.x + static_cast<unsigned>(found.at.corner.column);
    const unsigned y = found.at.report.y - static_cast<unsigned>(found.at.top) +
                       static_cast<unsigned>(found.at.corner.row);
    const Pane* pane = nullptr;
    found.target.place = MousePlace::Empty;
    for (const auto& each : window.panes)
        if (const BarPart part = scrollbar_at(window, *each, x, y); part != BarPart::none) {
            pane = each.get();
            found.target.place = kBarPlaces[static_cast<std::size_t>(part)];
        }
    for (const auto& each : window.panes)
        if (pane == nullptr && window.only() == nullptr &&
            borders(box_with_scrollbar(window, *each), x, y)) {
            pane = each.get();
            found.target.place = MousePlace::Border;
        }
    for (const auto& each : window.panes)
        if (pane == nullptr && holds(window.box(*each), x, y)) {
            pane = each.get();
            found.target.place = MousePlace::Pane;
        }
    if (pane != nullptr) {
        found.at.pane = pane->id;
        found.target.id = pane->id;
    }
}

void locate_in_status(Server& server, Client& client, Located& found) {
    const format::Range range =
        status_range(server, client, *found.at.status_line, found.at.report.x);
    using Kind = format::Range::Kind;
    found.target.id = range.number;
    switch (range.kind) {
    case Kind::left:
        found.target.place = MousePlace::StatusLeft;
        found.at.range = "left";
        break;
    case Kind::right:
        found.target.place = MousePlace::StatusRight;
        found.at.range = "right";
        break;
    case Kind::window:
        found.target.place = MousePlace::Status;
        found.at.range = "window";
        found.at.index = static_cast<int>(range.number);
        break;
    case Kind::pane:
        found.target.place = MousePlace::Status;
        found.at.range = "pane";
        found.at.pane = range.number;
        break;
    case Kind::session:
        found.target.place = MousePlace::Status;
        found.at.range = "session";
        found.at.session = range.number;
        break;
    case Kind::user:
        found.target.place = MousePlace::Status;
        found.at.range = range.name;
        break;
    case Kind::none:
    case Kind::control:
        found.target.place = MousePlace::StatusDefault;
        break;
    }
}

Located locate(Server& server, Client& client, const keys::MouseReport& report) {
    Located found;
    const Session& session = *client.session;
    const int lines =
        std::min(client.display.status_lines(session), std::max(client.size().rows - 1, 0));
    const bool above = lines > 0 && session.options.text("status-position") == "top";
    found.at.report = report;
    found.at.client = client.id;
    found.at.session = session.id;
    found.at.rows = client.size().rows - lines;
    found.at.top = above ? lines : 0;
    found.at.corner = client.corner;
    const int status_row = static_cast<int>(report.y) - (above ? 0 : found.at.rows);
    if (status_row >= 0 && status_row < lines) {
        found.at.status_line = status_row;
        locate_in_status(server, client, found);
    } else {
        locate_in_window(found, *session.window());
    }
    return found;
}

// A drag's first event is where its button went down.
void take_target(MouseAt& at, const keys::MouseTarget& target) {
    at.pane.reset();
    at.index.reset();
    const bool of_pane = std::ranges::find(kBarPlaces, target.place) != kBarPlaces.end() &&
                         target.place != MousePlace::Empty;
    if (target.place == MousePlace::Pane || target.place == MousePlace::Border || of_pane)
        at.pane = static_cast<PaneId>(target.id);
    else if (target.place == MousePlace::Status)
        at.index = static_cast<int>(target.id);
}

} // namespace

void Server::mouse_arrived(Client& client, const keys::Event& event) {
    if (client.session->window() == nullptr)
        return;
    MouseState& mouse = client.mouse;
    const auto now = std::chrono::steady_clock::now();
    Located here = locate(*this, client, event.mouse);
    here.at.last_x = mouse.last.x;
    here.at.last_y = mouse.last.y;
    const auto made = mouse.clicks.feed(event.mouse, here.target, now);
    mouse.last = event.mouse;
    mouse.second_click.reset();
    if (const auto due = mouse.clicks.deadline(); due && *due > now) {
        const auto left = std::chrono::duration_cast<std::chrono::microseconds>(*due - now);
        mouse.second_click =
            loop_.after(static_cast<std::uint64_t>(left.count()) + 1000,
                        [this, id = client.id, at = here.at] { double_click(id, at); });
    }
    if (!made)
        return;
    if (made->target != here.target)
        take_target(here.at, made->target);
    here.at.key = made->key;
    here.at.report = made->report;
    mouse_key(client, std::move(here.at));
}

void Server::double_click(std::uint64_t client_id, MouseAt at) {
    Client* client = client_by_id(client_id);
    if (client == nullptr || client->session == nullptr)
        return;
    const auto made = client->mouse.clicks.expire(std::chrono::steady_clock::now());
    if (!made)
        return;
    at.key = made->key;
    at.by_time = true;
    mouse_key(*client, std::move(at));
}

void Server::mouse_key(Client& client, MouseAt at) {
    MouseState& mouse = client.mouse;
    const keys::MouseType type = at.key.mouse().type;
    if (mouse.drag && type == keys::MouseType::Drag) {
        mouse.drag->moved(at);
        return;
    }
    if (mouse.drag && type == keys::MouseType::DragEnd) {
        MouseDrag drag = std::move(*mouse.drag);
        mouse.drag.reset();
        drag.ended();
    }
    const Pane* pane = at.pane ? find_pane(*at.pane) : nullptr;
    if (client.session->options.flag("mouse") &&
        run_key(client, at.key, pane, std::make_shared<const MouseAt>(at)))
        return;
    send_mouse(client, at);
}

// To the mode or the program of the pane that it is in.
void Server::send_mouse(Client& client, const MouseAt& at) {
    Pane* pane = at.pane ? find_pane(*at.pane) : nullptr;
    if (pane == nullptr || client.read_only)
        return;
    if (PaneMode* mode = pane->mode()) {
        if (mode->key_table().empty())
            mode->key(client, at.key, &at);
        return;
    }
    const auto place = place_in(*this, at, *pane);
    if (!place || at.by_time)
        return;
    keys::MouseReport report = at.report;
    report.x = static_cast<unsigned>(place->column);
    report.y = static_cast<unsigned>(place->row);
    pane->input(keys::encode_mouse(report, input_modes(pane->terminal), kCell));
}

} // namespace berth::mux
