// What a guest sees, and what the guest's keys do.
#include "borders.h"
#include "client.h"
#include "format/text.h"
#include "guests.h"
#include "prompt/editor.h"
#include "scene.h"
#include "server.h"
#include "status.h"

#include <algorithm>
#include <array>

namespace berth::mux {
namespace {

using protocol::ShareScope;

// Where a pane is in its window.
vt::Rect box_of(const Window& window, const Pane& pane) {
    const layout::Box box = window.only() == &pane ? window.box(pane) : window.unzoomed_box(pane);
    return {static_cast<int>(box.y), static_cast<int>(box.x), static_cast<int>(box.height),
            static_cast<int>(box.width)};
}

// So that the cell at `cursor` is on a terminal of `room` cells that shows `all`.
int corner(int wish, int cursor, int room, int all) {
    const int most = std::max(0, all - room);
    return std::clamp(wish >= 0 ? wish : cursor - room + 1, 0, most);
}

void centre(vt::Canvas& canvas, vt::Rect area, std::string_view text, const vt::Style& style) {
    const int column = std::max(0, (area.columns - static_cast<int>(text.size())) / 2);
    canvas.text(area.row + area.rows / 2, area.column + column, area.columns - column, text, style);
}

void cover(vt::Canvas& canvas, vt::Rect area, std::string_view text) {
    vt::Style style;
    style.attributes |= vt::kFaint;
    canvas.fill(area, {}, U' ');
    centre(canvas, area, text, style);
}

constexpr std::array<std::string_view, 9> kHelp = {
    "prefix d      leave",
    "prefix ?      this help",
    "prefix h      raise a hand, or take it down",
    "prefix Enter  propose a line, which the owner may run",
    "prefix f      give the floor away, where one types at a time",
    "prefix arrow  move over a window that is larger than your terminal",
    "prefix 0      follow the cursor again",
    "prefix prefix sends the prefix, if you may type",
    "any other key goes to the pane, if you may type",
};

void draw_help(vt::Canvas& canvas) {
    const int width = std::min(canvas.size().columns, 72);
    const int height = std::min(canvas.size().rows, static_cast<int>(kHelp.size()) + 2);
    const vt::Rect box{(canvas.size().rows - height) / 2, (canvas.size().columns - width) / 2,
                       height, width};
    canvas.fill(box, {}, U' ');
    canvas.box(box, vt::BorderLines::single, {});
    for (int i = 0; i < height - 2; ++i)
        canvas.text(box.row + 1 + i, box.column + 2, width - 4, kHelp[static_cast<std::size_t>(i)],
                    {});
    canvas.cursor.visible = false;
}

// Its end, if it is longer than the terminal is wide.
void draw_writing(vt::Canvas& canvas, const std::string& line) {
    vt::Style style;
    style.attributes |= vt::kInverse;
    const int row = canvas.size().rows - 1;
    canvas.fill({row, 0, 1, canvas.size().columns}, style, U' ');
    auto characters = prompt::split("propose: " + line);
    int width = 0;
    auto from = characters.end();
    while (from != characters.begin() && width + 3 < canvas.size().columns) {
        --from;
        width += static_cast<int>(format::text_columns(*from, format::default_width));
    }
    std::string text;
    for (; from != characters.end(); ++from)
        text += *from;
    canvas.text(row, 0, canvas.size().columns, text + "_", style);
    canvas.cursor.visible = false;
}

bool is_prefix(const Session& session, keys::Key key) {
    for (const char* option : {"prefix", "prefix2"})
        if (const auto wanted = keys::parse_key(session.options.text(option));
            wanted && !wanted->none() && *wanted == key)
            return true;
    return false;
}

} // namespace

void Guests::compose(vt::Canvas& canvas, Client& client, const std::string& message) {
    canvas.clear(client.size());
    canvas.modes = {};
    const Guest& guest = *client.guest;
    const Window* window = window_of(guest);
    const Pane* target = pane_of(guest);
    if (window == nullptr || target == nullptr)
        return; // prune() ends it
    if (guest.paused) {
        cover(canvas, {0, 0, canvas.size().rows, canvas.size().columns}, "paused by the owner");
        return;
    }
    const bool one = guest.adopt.scope == ShareScope::pane;
    const vt::Rect whole =
        one ? box_of(*window, *target) : vt::Rect{0, 0, window->size.rows, window->size.columns};
    const vt::Rect at = box_of(*window, *target);
    const vt::Cursor cursor = target->terminal.cursor();
    const int rows = std::min(canvas.size().rows, whole.rows);
    const int columns = std::min(canvas.size().columns, whole.columns);
    const int top = corner(guest.top, at.row - whole.row + cursor.row, rows, whole.rows);
    const int left =
        corner(guest.left, at.column - whole.column + cursor.column, columns, whole.columns);
    for (const auto& pane : window->panes) {
        if ((one && pane.get() != target) ||
            (window->only() != nullptr && window->only() != pane.get()))
            continue;
        const vt::Rect box = box_of(*window, *pane);
        const int skip_rows = std::max(0, top - (box.row - whole.row));
        const int skip_columns = std::max(0, left - (box.column - whole.column));
        const int row = box.row - whole.row - top + skip_rows;
        const int column = box.column - whole.column - left + skip_columns;
        const vt::Rect seen{row, column, std::min(box.rows - skip_rows, rows - row),
                            std::min(box.columns - skip_columns, columns - column)};
        if (seen.rows <= 0 || seen.columns <= 0)
            continue;
        if (masked(*pane)) {
            cover(canvas, seen, is_private(*pane) ? "private" : "a password is being typed");
            continue;
        }
        canvas.draw(pane->terminal, seen, skip_rows, skip_columns);
        const int cursor_row = row + cursor.row - skip_rows;
        const int cursor_column = column + cursor.column - skip_columns;
        if (pane.get() == target && cursor_row >= row && cursor_row < row + seen.rows &&
            cursor_column >= column && cursor_column < column + seen.columns) {
            canvas.cursor = cursor;
            canvas.cursor.row = cursor_row;
            canvas.cursor.column = cursor_column;
        }
    }
    if (!one && top == 0 && left == 0)
        draw_borders(canvas, server_, client, *window, 0, rows);
    if (may_type(client) && !masked(*target)) {
        const vt::Modes& modes = target->terminal.modes();
        canvas.modes.bracketed_paste = modes.bracketed_paste;
        canvas.modes.mouse = modes.mouse;
        canvas.modes.kitty_flags = target->terminal.kitty_flags();
        canvas.modes.modify_other_keys = modes.modify_other_keys;
    }
    if (!masked(*target))
        canvas.modes.title = target->terminal.title();
    if (canvas.size().rows > whole.rows) {
        vt::Style style;
        style.attributes |= vt::kInverse;
        const int row = canvas.size().rows - 1;
        canvas.fill({row, 0, 1, canvas.size().columns}, style, U' ');
        canvas.text(row, 0, canvas.size().columns,
                    " " + server_.user().user + ": " + presence(*client.session), style);
    }
    if (guest.help)
        draw_help(canvas);
    if (guest.writing)
        draw_writing(canvas, *guest.writing);
    else if (!message.empty())
        draw_message(canvas, *client.session, canvas.size().rows - 1, message);
}

// The guest's own keys first; of the rest, what one who may type types. Everything else ends here.
void Guests::key(Client& client, const keys::Event& event) {
    Guest& guest = *client.guest;
    const bool pressed =
        event.kind == keys::EventKind::Key && event.action != keys::Action::Release;
    if (pressed)
        client.display.key_pressed();
    if (pressed && guest.help) {
        guest.help = false;
        client.display.refresh();
        return;
    }
    if (guest.writing) {
        write_proposal(client, event);
        return;
    }
    const bool prefix = pressed && is_prefix(*client.session, event.key);
    if (pressed && guest.prefixed) {
        guest.prefixed = false;
        if (!prefix) {
            own_key(client, event);
            return;
        }
    } else if (prefix) {
        guest.prefixed = true;
        return;
    }
    Pane* pane = pane_of(guest);
    if (pane == nullptr || !guest.has_keyboard() || is_private(*pane) || pane->mode() != nullptr)
        return;
    const bool types = event.kind == keys::EventKind::Key ||
                       event.kind == keys::EventKind::PasteData ||
                       event.kind == keys::EventKind::Mouse;
    if (!may_type(client) || (types && !take_floor(client))) {
        if (pressed)
            client.show_message("Another guest has the floor; prefix h raises your hand.");
        return;
    }
    type(client, *pane, event);
}

void Guests::type(Client& client, Pane& pane, const keys::Event& event) {
    Guest& guest = *client.guest;
    if (event.kind == keys::EventKind::Mouse) {
        const Window& window = *window_of(guest);
        const vt::Rect box = box_of(window, pane);
        const bool whole =
            window.size.rows <= client.size().rows && window.size.columns <= client.size().columns;
        if (!whole || guest.adopt.scope == ShareScope::pane)
            return; // what the guest points at is not where it seems to be
        server_.guest_mouse(pane, event,
                            {static_cast<unsigned>(box.column), static_cast<unsigned>(box.row),
                             static_cast<unsigned>(box.columns), static_cast<unsigned>(box.rows)});
    } else if (event.kind == keys::EventKind::PasteData) {
        std::string text(
            event.raw); // a paste ends where its terminal says, not where its text does
        std::erase_if(text, [](char c) {
            return (static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\r' && c != '\n') ||
                   c == 0x7f;
        });
        pane.input(text);
    } else if (event.kind == keys::EventKind::PasteBegin ||
               event.kind == keys::EventKind::PasteEnd) {
        if (pane.terminal.modes().bracketed_paste)
            pane.input(event.raw);
    } else if (event.kind == keys::EventKind::Key) {
        server_.guest_key(pane, event);
    } else {
        return; // focus, answers of the guest's terminal, what is not known
    }
    count(client, pane, event.raw.size());
}

void Guests::count(Client& client, const Pane& pane, std::size_t bytes) {
    Guest& guest = *client.guest;
    if (guest.adopt.attribution == 0)
        return;
    if (guest.typed != 0 && guest.typed_pane != pane.id)
        tell(client, protocol::GuestKind::input);
    guest.typed += bytes;
    guest.typed_pane = pane.id;
    if (!guest.attribution)
        guest.attribution = server_.loop().after(kAttributionUs, [this, &client] {
            if (client.guest->typed != 0)
                tell(client, protocol::GuestKind::input);
            client.guest->attribution.reset();
        });
}

void Guests::own_key(Client& client, const keys::Event& event) {
    Guest& guest = *client.guest;
    const std::string name = keys::key_name(event.key);
    const auto move = [](int& corner, int step) { corner = std::max(0, corner + step); };
    if (name == "d") {
        client.finish(0, "[left " + server_.user().user + "'s session]");
        return;
    }
    if (name == "?")
        guest.help = true;
    else if (name == "h")
        raise_hand(client);
    else if (name == "f" && has_floor(client))
        give_floor(guest.adopt.share, nullptr);
    else if (name == "Enter" || name == "C-m")
        guest.writing.emplace();
    else if (name == "0")
        guest.top = guest.left = -1;
    else if (name == "Up" || name == "Down")
        move(guest.top, name == "Up" ? -5 : 5);
    else if (name == "Left" || name == "Right")
        move(guest.left, name == "Left" ? -10 : 10);
    client.display.refresh();
}

} // namespace berth::mux
