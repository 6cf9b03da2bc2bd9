// What a client's key means: a binding of its table, or input of the active pane.
#include "commands.h"
#include "guests.h"
#include "input_modes.h"
#include "keys/encode.h"
#include "mode.h"
#include "mouse.h"
#include "server.h"

namespace berth::mux {
namespace {

constexpr std::string_view kPrefix = "prefix";
constexpr std::string_view kRoot = "root";

// Looked up anew when an option has changed.
const Session::KeyOptions& key_options(Session& session) {
    Session::KeyOptions& known = session.key_options;
    unsigned long long seen = 1;
    for (const options::Set* set = &session.options; set != nullptr; set = set->parent())
        seen += set->generation();
    if (known.seen != seen) {
        const auto parsed = [&](const char* option) {
            return keys::parse_key(session.options.text(option)).value_or(keys::Key{});
        };
        known = {seen, parsed("prefix"), parsed("prefix2"), session.options.text("key-table")};
    }
    return known;
}

bool is_prefix(const Session::KeyOptions& options, keys::Key key) {
    return (!options.prefix.none() && options.prefix == key) ||
           (!options.prefix2.none() && options.prefix2 == key);
}

// What a key may do for a client that only looks on: attach-session -r, and guests that may not
// write.
bool allowed_to_readers(std::string_view command) {
    const std::string_view name = command.substr(0, command.find(' '));
    return (name == "detach-client" || name == "switch-client") &&
           command.find(';') == command.npos;
}

} // namespace

void Server::send_key(Pane& pane, keys::Key key) {
    for (Pane* each : synchronized_with(pane))
        each->input(keys::encode_key(key, input_modes(each->terminal)));
}

void Server::send_text(Pane& pane, std::string_view bytes) {
    for (Pane* each : synchronized_with(pane))
        each->input(bytes);
}

// What is no binding goes to the program: as it came when the terminal is the pane's own, else as
// the pane's modes want it.
void Server::pass_on(Client& client, const keys::Event& event) {
    const bool focus =
        event.kind == keys::EventKind::FocusIn || event.kind == keys::EventKind::FocusOut;
    if (focus && server_options.flag("focus-events"))
        return focus_arrived(client, event.kind == keys::EventKind::FocusIn);
    if (client.read_only || client.session == nullptr)
        return;
    Window* window = client.session->window();
    Pane* pane = window != nullptr ? window->active : nullptr;
    if (pane == nullptr)
        return;
    if (PaneMode* mode = pane->mode(); mode != nullptr) {
        if (event.kind == keys::EventKind::Key && event.action != keys::Action::Release &&
            mode->key_table().empty())
            mode->key(client, event.key, nullptr);
        return;
    }
    if (client.display.transparent()) {
        pane->input(event.raw);
        return;
    }
    const vt::Modes& modes = pane->terminal.modes();
    switch (event.kind) {
    case keys::EventKind::Key:
        for (Pane* each : synchronized_with(*pane))
            each->input(keys::encode_key(keys::key_input(event), input_modes(each->terminal)));
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
    case keys::EventKind::Reply:
        break;
    }
}

void Server::guest_key(Pane& pane, const keys::Event& event) {
    pane.input(keys::encode_key(keys::key_input(event), input_modes(pane.terminal)));
}

void Server::guest_mouse(Pane& pane, const keys::Event& event, layout::Box box) {
    keys::MouseReport report = event.mouse;
    if (report.x < box.x || report.y < box.y || report.x >= box.x + box.width ||
        report.y >= box.y + box.height)
        return;
    report.x -= box.x;
    report.y -= box.y;
    pane.input(keys::encode_mouse(report, input_modes(pane.terminal)));
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

void Server::run_binding(Client& client, const keys::Binding& binding,
                         std::shared_ptr<const MouseAt> mouse) {
    const std::string command = binding.command;
    if (client.read_only && !allowed_to_readers(command)) {
        if (!client.key_table.empty())
            end_key_table(client);
        client.show_message("Client is read-only");
        return;
    }
    const long long usual_ms = client.session->options.number("repeat-time");
    const long long first_ms = client.session->options.number("initial-repeat-time");
    const long long repeat_ms = client.repeating || first_ms == 0 ? usual_ms : first_ms;
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
    run_text(*this, client, command, std::move(mouse));
}

// The binding of a key that the client presses where `pane` is: of its table, of the pane's mode,
// else of the session's; then of the session's. True: it was one, or is swallowed.
bool Server::run_key(Client& client, keys::Key key, const Pane* pane,
                     std::shared_ptr<const MouseAt> mouse) {
    const Session::KeyOptions& options = key_options(*client.session);
    const std::string of_mode =
        pane != nullptr && pane->mode() != nullptr ? pane->mode()->key_table() : "";
    if (client.key_table.empty() && is_prefix(options, key)) {
        start_key_table(client, kPrefix);
        return true;
    }
    const bool own = !client.key_table.empty();
    const std::string root = options.table; // a binding may change the option
    const std::string first = own ? client.key_table : of_mode.empty() ? root : of_mode;
    if (const keys::Binding* binding = bindings.lookup(first, key)) {
        run_binding(client, *binding, std::move(mouse));
        return true;
    }
    if (first == root)
        return false;
    // A key that the table lacks ends it; after a repeat it counts as the first key again.
    const bool again = client.repeating;
    if (own)
        end_key_table(client);
    if (again)
        return run_key(client, key, pane, std::move(mouse));
    if (const keys::Binding* binding = bindings.lookup(root, key))
        run_binding(client, *binding, std::move(mouse));
    return true;
}

void Server::key_arrived(Client& client, const keys::Event& event) {
    if (client.session == nullptr)
        return;
    if (client.guest != nullptr) {
        guests->key(client, event);
        return;
    }
    if (event.kind == keys::EventKind::Key && event.action != keys::Action::Release)
        client.display.key_pressed();
    if (const auto overlay = client.overlay(); // it may close itself meanwhile
        overlay != nullptr && overlay->event(event) == Overlay::Took::yes)
        return;
    if (client.session == nullptr) // what the overlay did ended it
        return;
    if (client.read_only && event.kind != keys::EventKind::Key)
        return;
    if (event.kind == keys::EventKind::Mouse && !client.display.transparent()) {
        mouse_arrived(client, event);
        return;
    }
    if (event.kind != keys::EventKind::Key || event.action == keys::Action::Release) {
        pass_on(client, event);
        return;
    }
    const Window* window = client.session->window();
    if (!run_key(client, event.key, window != nullptr ? window->active : nullptr, {}))
        pass_on(client, event);
}

} // namespace berth::mux
