// Commands of clients: list-clients, switch-client, refresh-client, detach-client, suspend-client,
// server-access.
#include "client.h"
#include "commands.h"
#include "control.h"
#include "formats.h"
#include "options/number.h"
#include "server.h"

#include <algorithm>
#include <array>
#include <climits>
#include <cstdio>

namespace berth::mux {
namespace {

constexpr std::string_view kClientLine =
    "#{client_name}: #{session_name} [#{client_width}x#{client_height} #{client_termname}] "
    "#{?#{!=:#{client_uid},#{uid}},[user #{?client_user,#{client_user},#{client_uid},}] ,}"
    "#{?client_flags,(,}#{client_flags}#{?client_flags,),}";
constexpr int kMostCells = 10'000; // of a control client, each way

Flow list_clients(const Call& call) {
    std::optional<Found> found;
    if (call.arguments().has('t')) {
        found = call.target();
        if (!found)
            return Flow::failed;
    }
    for (const auto& client : call.server.clients()) {
        if (!client->attached() || (found && client->session != found->session))
            continue;
        Session* session = client->session;
        const FormatAbout item{session, session->current, session->window(),
                               session->window() != nullptr ? session->window()->active : nullptr,
                               client.get()};
        if (const auto filter = call.arguments().value('f'))
            if (const std::string value = expand(call.server, item, *filter);
                value.empty() || value == "0")
                continue;
        call.print(expand(call.server, item, call.arguments().value('F').value_or(kClientLine)));
    }
    return Flow::done;
}

// ---- detach-client

// -E: it becomes the command; -P: its parent gets a SIGHUP.
void leave(const Call& call, Client& client) {
    const Session& session = *client.session;
    if (const auto command = call.arguments().value('E')) {
        client.leave_as({protocol::LeaveHow::become, session.options.text("default-shell"),
                         std::string(*command)});
        call.server.detach(client, "");
        return;
    }
    call.server.detach(client, call.arguments().has('P') ? Departure::hang_up : Departure::plain);
}

Flow detach_client(const Call& call) {
    if (call.arguments().has('s')) {
        const auto found = find_target(call.server, call.execution.origin(),
                                       call.arguments().value('s'), call.command.row->source);
        if (!found)
            return Flow::done; // as tmux: nobody is attached there
        for (Client* client : call.server.clients_of(*found->session))
            leave(call, *client);
        return Flow::done;
    }
    const auto client =
        find_client(call.server, call.execution.origin(), call.arguments().value('t'));
    if (!client)
        return call.fail(client.error().operation);
    if (!call.arguments().has('a')) {
        leave(call, **client);
        return Flow::done;
    }
    for (const auto& other : call.server.clients())
        if (other.get() != *client && other->attached())
            leave(call, *other);
    return Flow::done;
}

// ---- lock-*, suspend-client

Flow lock_server(const Call& call) {
    call.server.locks.lock_all();
    return Flow::done;
}

Flow lock_session(const Call& call) {
    const auto found = call.target();
    if (!found)
        return Flow::failed;
    call.server.locks.lock(*found->session);
    return Flow::done;
}

Flow lock_client(const Call& call) {
    const auto client =
        find_client(call.server, call.execution.origin(), call.arguments().value('t'));
    if (!client)
        return call.fail(client.error().operation);
    Locks::lock(**client);
    return Flow::done;
}

Flow suspend_client(const Call& call) {
    const auto client =
        find_client(call.server, call.execution.origin(), call.arguments().value('t'));
    if (!client)
        return call.fail(client.error().operation);
    (*client)->step_aside("");
    return Flow::done;
}

// ---- switch-client

// -r: both flags together, as tmux has it. A guest who may only read stays so.
void toggle_read_only(Client& client) {
    const bool on = !client.read_only;
    client.flags.ignore_size = on;
    client.read_only = on || client.adopt.role == protocol::Role::read;
}

Session* session_by_flag(const Call& call, const Client& client, std::string& error) {
    const command::Arguments& arguments = call.arguments();
    if (arguments.has('l')) {
        error = "can't find last session";
        return client.last_session ? call.server.find_session(*client.last_session) : nullptr;
    }
    error = arguments.has('n') ? "can't find next session" : "can't find previous session";
    return call.server.session_beside(*client.session, arguments.has('n') ? 1 : -1);
}

// -t names a session, or with '.', ':' or '%' also a window and a pane of it.
Session* session_by_target(const Call& call) {
    const auto found = call.target();
    if (!found)
        return nullptr;
    const std::string_view text = call.arguments().value('t').value_or("");
    if (found->window != nullptr && text.find_first_of(":.%") != text.npos) {
        call.server.select_window(*found->session, found->index);
        if (found->pane != nullptr) {
            const bool zoomed = found->window->zoomed;
            call.server.select_pane(*found->pane);
            if (zoomed && call.arguments().has('Z'))
                call.server.zoom(*found->window);
        }
    }
    return found->session;
}

Flow switch_client(const Call& call) {
    const command::Arguments& arguments = call.arguments();
    const auto asked = find_client(call.server, call.execution.origin(), arguments.value('c'));
    if (!asked)
        return call.fail(asked.error().operation);
    Client& client = **asked;
    if (arguments.has('r'))
        toggle_read_only(client);
    if (const auto table = arguments.value('T')) {
        if (!call.server.bindings.has_table(*table))
            return call.fail("table " + std::string(*table) + " doesn't exist");
        call.server.start_key_table(client, *table);
        return Flow::done;
    }
    std::string error;
    const bool by_flag = arguments.has('n') || arguments.has('p') || arguments.has('l');
    Session* target = by_flag ? session_by_flag(call, client, error) : session_by_target(call);
    if (target == nullptr)
        return by_flag ? call.fail(error) : Flow::failed;
    if (!arguments.has('E'))
        call.server.update_environment(*target, client);
    if (target != client.session || client.control() != nullptr)
        client.attach(*target);
    return Flow::done;
}

// ---- refresh-client

// "80x24" or "80,24"; what is left of the text is not looked at, as in tmux.
std::optional<vt::Size> size_of(std::string_view text) {
    const std::string copy(text);
    vt::Size size{0, 0};
    if (std::sscanf(copy.c_str(), "%6d,%6d", &size.columns, &size.rows) == 2 ||
        std::sscanf(copy.c_str(), "%6dx%6d", &size.columns, &size.rows) == 2)
        return size;
    return std::nullopt;
}

bool good(vt::Size size) {
    return size.columns >= 1 && size.columns <= kMostCells && size.rows >= 1 &&
           size.rows <= kMostCells;
}

Flow set_window_size(const Call& call, Control& control, std::string_view text) {
    const auto colon = text.find(':');
    const auto id = static_cast<WindowId>(
        std::strtoul(std::string(text.substr(1, colon - 1)).c_str(), nullptr, 10));
    const auto size = size_of(text.substr(colon + 1));
    if (size && !good(*size))
        return call.fail("size too small or too big");
    if (call.server.windows().contains(id))
        control.set_window_size(id, size);
    call.server.resize_all();
    return Flow::done;
}

Flow set_size(const Call& call, Client& client, std::string_view text) {
    Control& control = *client.control();
    if (text.starts_with('@') && text.find(':') != text.npos)
        return set_window_size(call, control, text);
    const auto size = size_of(text);
    if (!size)
        return call.fail("bad size argument");
    if (!good(*size))
        return call.fail("size too small or too big");
    client.set_size(*size);
    control.set_size(*size);
    call.server.resize_all();
    return Flow::done;
}

// pane:state; what is neither is passed over, as in tmux.
void set_pane_state(Server& server, Control& control, std::string_view text) {
    struct Row {
        std::string_view name;
        Control::PaneState state;
    };
    constexpr std::array rows = {
        Row{"on", Control::PaneState::on}, Row{"off", Control::PaneState::off},
        Row{"continue", Control::PaneState::go_on}, Row{"pause", Control::PaneState::pause}};
    const auto colon = text.find(':');
    if (!text.starts_with('%') || colon == text.npos)
        return;
    const Pane* pane = server.find_pane(static_cast<PaneId>(
        std::strtoul(std::string(text.substr(1, colon - 1)).c_str(), nullptr, 10)));
    const auto row = std::ranges::find(rows, text.substr(colon + 1), &Row::name);
    if (pane != nullptr && row != rows.end())
        control.set_pane(*pane, row->state);
}

// name, or name:what:format.
void set_subscription(Control& control, std::string_view text) {
    const auto first = text.find(':');
    if (first == text.npos)
        return control.unsubscribe(std::string(text));
    const auto second = text.find(':', first + 1);
    if (second != text.npos)
        control.subscribe(std::string(text.substr(0, first)),
                          text.substr(first + 1, second - first - 1),
                          std::string(text.substr(second + 1)));
}

// pane:report, of a client in control mode: what its terminal says that its colours are (OSC 10 and
// 11), for programs in the pane that ask. What is neither is passed over, as in tmux.
void take_report(Server& server, std::string_view text) {
    struct Row {
        std::string_view begin;
        vt::DynamicColor which;
    };
    constexpr std::array rows = {Row{"\033]10;", vt::DynamicColor::foreground},
                                 Row{"\033]11;", vt::DynamicColor::background}};
    const auto colon = text.find(':');
    if (!text.starts_with('%') || colon == text.npos)
        return;
    Pane* pane = server.find_pane(static_cast<PaneId>(
        std::strtoul(std::string(text.substr(1, colon - 1)).c_str(), nullptr, 10)));
    if (pane == nullptr)
        return;
    const std::string_view report = text.substr(colon + 1);
    vt::Palette palette = pane->terminal.default_palette();
    for (const Row& row : rows) {
        if (!report.starts_with(row.begin))
            continue;
        const std::string_view colour = report.substr(row.begin.size());
        if (const auto rgb = vt::parse_rgb_reply(colour.substr(0, colour.find_first_of("\033\a"))))
            palette.dynamic[static_cast<std::size_t>(row.which)] = *rgb;
    }
    pane->terminal.set_default_palette(palette);
    pane->checkpoint();
}

struct Move {
    char flag;
    int rows;
    int columns;
};
constexpr std::array kMoves = {Move{'L', 0, -1}, Move{'R', 0, 1}, Move{'U', -1, 0},
                               Move{'D', 1, 0}};

// Which part of a window that is larger than the terminal is seen.
Flow move_view(const Call& call, Client& client) {
    int by = 1;
    if (call.arguments().size() > 0) {
        const auto number = options::read_number(call.arguments().text(0), 1, INT_MAX);
        if (!number)
            return call.fail("adjustment " + std::string(number.error()));
        by = static_cast<int>(std::min<long long>(*number, kMostCells));
    }
    if (call.arguments().has('c')) {
        client.pan.reset();
    } else {
        const auto move = std::ranges::find_if(
            kMoves, [&](const Move& each) { return call.arguments().has(each.flag); });
        pan(call.server, client, move->rows * by, move->columns * by);
    }
    client.display.redraw();
    return Flow::done;
}

bool moves_view(const command::Arguments& arguments) {
    return arguments.has('c') ||
           std::ranges::any_of(kMoves, [&](const Move& move) { return arguments.has(move.flag); });
}

Flow refresh_client(const Call& call) {
    const command::Arguments& arguments = call.arguments();
    const auto asked = find_client(call.server, call.execution.origin(), arguments.value('t'));
    if (!asked)
        return call.fail(asked.error().operation);
    Client& client = **asked;
    if (moves_view(arguments))
        return move_view(call, client);
    if (arguments.has('l')) {
        client.ask_clipboard(std::nullopt);
        return Flow::done;
    }
    if (const auto report = arguments.value('r')) {
        take_report(call.server, *report);
        return Flow::done;
    }
    const bool for_control = arguments.has('A') || arguments.has('B') || arguments.has('C');
    if (for_control && client.control() == nullptr)
        return call.fail("not a control client");
    for (const std::string& text : arguments.values('A'))
        set_pane_state(call.server, *client.control(), text);
    for (const std::string& text : arguments.values('B'))
        set_subscription(*client.control(), text);
    if (const auto flags = arguments.value('f')) {
        set_client_flags(client, *flags);
        call.server.resize_all();
    }
    if (const auto size = arguments.value('C'))
        return set_size(call, client, *size);
    if (for_control || arguments.has('f'))
        return Flow::done;
    if (arguments.has('S'))
        client.display.refresh();
    else
        client.display.redraw();
    return Flow::done;
}

// ---- who else may come in

// tmux lets accounts into the whole server through its socket. Here berthd decides who may join, a
// share at a time.
Flow server_access(const Call& call) {
    if (call.arguments().has('l'))
        return Flow::done; // nobody, ever
    const std::string_view user = call.arguments().text(0);
    if (user.empty())
        return call.fail("missing user argument");
    if (user == "root" || user == call.server.user().user)
        return call.fail(std::string(user) + " owns the server, can't change access");
    return call.fail("access to the whole server is not given; share a session instead");
}

constexpr std::array kRows = {
    CommandRow{"detach-client", detach_client}, CommandRow{"list-clients", list_clients},
    CommandRow{"lock-client", lock_client},     CommandRow{"lock-server", lock_server},
    CommandRow{"lock-session", lock_session},   CommandRow{"refresh-client", refresh_client},
    CommandRow{"server-access", server_access}, CommandRow{"suspend-client", suspend_client},
    CommandRow{"switch-client", switch_client},
};

} // namespace

std::span<const CommandRow> client_commands() {
    return kRows;
}

} // namespace berth::mux
