// What a client's key means: a binding of its table, or input of the active pane.
#include "commands.h"
#include "keys/encode.h"
#include "server.h"

namespace berth::mux {
namespace {

constexpr std::string_view kPrefix = "prefix";
constexpr std::string_view kRoot = "root";

keys::PaneModes modes_of(const Pane& pane) {
    const vt::Modes& modes = pane.terminal.modes();
    keys::PaneModes result;
    result.cursor_keys = modes.application_cursor;
    result.keypad = modes.application_keypad;
    result.modify_other_keys = modes.modify_other_keys;
    result.csi_u = modes.format_other_keys != 0;
    result.kitty = pane.terminal.kitty_flags();
    result.mouse = static_cast<keys::MouseProtocol>(modes.mouse == vt::MouseTracking::none     ? 0
                                                    : modes.mouse == vt::MouseTracking::x10    ? 1
                                                    : modes.mouse == vt::MouseTracking::normal ? 2
                                                    : modes.mouse == vt::MouseTracking::button ? 3
                                                    : modes.mouse == vt::MouseTracking::any    ? 4
                                                                                               : 2);
    return result;
}

bool is_prefix(const Session& session, keys::Key key) {
    for (const char* option : {"prefix", "prefix2"})
        if (const auto wanted = keys::parse_key(session.options.text(option));
            wanted && !wanted->none() && *wanted == key)
            return true;
    return false;
}

} // namespace

void Server::send_key(Pane& pane, keys::Key key) {
    for (Pane* each : synchronized_with(pane))
        each->input(keys::encode_key(key, modes_of(*each)));
}

void Server::send_text(Pane& pane, std::string_view bytes) {
    for (Pane* each : synchronized_with(pane))
        each->input(bytes);
}

// What is no binding goes to the program: as it came when the terminal is the pane's own, else as
// the pane's modes want it.
void Server::pass_on(Client& client, const keys::Event& event) {
    if (client.read_only || client.session == nullptr)
        return;
    Window* window = client.session->window();
    Pane* pane = window != nullptr ? window->active : nullptr;
    if (pane == nullptr)
        return;
    if (client.display.transparent()) {
        pane->input(event.raw);
        return;
    }
    const vt::Modes& modes = pane->terminal.modes();
    switch (event.kind) {
    case keys::EventKind::Key:
        for (Pane* each : synchronized_with(*pane))
            each->input(keys::encode_key(keys::key_input(event), modes_of(*each)));
        break;
    case keys::EventKind::PasteBegin:
    case keys::EventKind::PasteEnd:
        if (modes.bracketed_paste)
            pane->input(event.raw);
        break;
    case keys::EventKind::FocusIn:
    case keys::EventKind::FocusOut:
        if (modes.focus_events)
            pane->input(event.raw);
        break;
    case keys::EventKind::PasteData:
    case keys::EventKind::Unknown:
        send_text(*pane, event.raw);
        break;
    case keys::EventKind::Mouse:
        mouse_arrived(client, event);
        break;
    case keys::EventKind::Reply:
        break;
    }
}

void Server::end_key_table(Client& client) {
    client.key_table.clear();
    client.repeating = false;
    client.key_timer.reset();
    client.display.refresh();
}

void Server::start_key_table(Client& client, std::string_view table) {
    client.key_table = table;
    client.repeating = false;
    const long long timeout = server_options.number("prefix-timeout");
    if (timeout > 0 && table == kPrefix)
        client.key_timer =
            loop_.after(static_cast<std::uint64_t>(timeout) * 1000, [this, id = client.id] {
                if (Client* waiting = client_by_id(id))
                    end_key_table(*waiting);
            });
    client.display.refresh();
}

void Server::run_binding(Client& client, const keys::Binding& binding) {
    const std::string command = binding.command;
    const long long repeat_ms = client.session->options.number("repeat-time");
    if (binding.repeat && repeat_ms > 0 && client.key_table == kPrefix) {
        client.repeating = true;
        client.key_timer =
            loop_.after(static_cast<std::uint64_t>(repeat_ms) * 1000, [this, id = client.id] {
                if (Client* waiting = client_by_id(id))
                    end_key_table(*waiting);
            });
    } else if (!client.key_table.empty()) {
        end_key_table(client);
    }
    run_text(*this, client, command);
}

void Server::key_arrived(Client& client, const keys::Event& event) {
    if (client.session == nullptr)
        return;
    if (event.kind == keys::EventKind::Key && event.action != keys::Action::Release)
        client.display.key_pressed();
    if (const auto overlay = client.overlay(); // it may close itself meanwhile
        overlay != nullptr && overlay->event(event) == Overlay::Took::yes)
        return;
    if (client.read_only && event.kind != keys::EventKind::Key)
        return;
    if (event.kind != keys::EventKind::Key || event.action == keys::Action::Release) {
        pass_on(client, event);
        return;
    }
    const std::string table =
        client.key_table.empty() ? client.session->options.text("key-table") : client.key_table;
    if (client.key_table.empty() && is_prefix(*client.session, event.key)) {
        start_key_table(client, kPrefix);
        return;
    }
    const keys::Binding* binding = bindings.lookup(table, event.key);
    if (binding != nullptr) {
        run_binding(client, *binding);
        return;
    }
    if (client.key_table.empty()) {
        pass_on(client, event);
        return;
    }
    // A key that the table lacks ends it; after a repeat it counts as the first key again.
    const bool again = client.repeating;
    end_key_table(client);
    if (again)
        key_arrived(client, event);
}

// Without bindings of its own the mouse is the program's, at its place in the pane.
void Server::mouse_arrived(Client& client, const keys::Event& event) {
    Window* window = client.session->window();
    Pane* pane = window->active;
    const auto box = window->only() != nullptr
                         ? layout::Box{0, 0, static_cast<unsigned>(window->size.columns),
                                       static_cast<unsigned>(window->size.rows)}
                         : window->layout->box(pane->id).value_or(layout::Box{});
    const unsigned x = event.mouse.x;
    const unsigned y = event.mouse.y;
    if (x < box.x || y < box.y || x >= box.x + box.width || y >= box.y + box.height)
        return;
    keys::MouseReport report = event.mouse;
    report.x -= box.x;
    report.y -= box.y;
    pane->input(keys::encode_mouse(report, modes_of(*pane)));
}

} // namespace berth::mux
