// Commands of sessions and clients: new-session, attach-session, detach-client, list-sessions and
// their kin.
#include "client.h"
#include "commands.h"
#include "formats.h"
#include "options/number.h"
#include "server.h"

#include <algorithm>
#include <array>

namespace berth::mux {
namespace {

constexpr std::string_view kSessionLine =
    "#{session_name}: #{session_windows} windows (created #{t:session_created})"
    "#{?session_grouped, (group ,}#{session_group}#{?session_grouped,),}"
    "#{?session_attached, (attached),}";
constexpr std::string_view kClientLine =
    "#{client_name}: #{session_name} [#{client_width}x#{client_height} #{client_termname}] "
    "#{?#{!=:#{client_uid},#{uid}},[user #{?client_user,#{client_user},#{client_uid},}] ,}"
    "#{?client_flags,(,}#{client_flags}#{?client_flags,),}";
constexpr std::string_view kNewPrint = "#{session_name}:";

std::vector<std::string> words_of(const command::Arguments& arguments, std::size_t from = 0) {
    std::vector<std::string> words;
    for (std::size_t i = from; i < arguments.size(); ++i)
        words.emplace_back(arguments.text(i));
    return words;
}

std::optional<unsigned> dimension(const Call& call, char flag, std::string_view name) {
    const auto text = call.arguments().value(flag);
    if (!text)
        return std::nullopt;
    const auto value = options::read_number(*text, 1, 65535);
    if (!value) {
        (void)call.fail(std::string(name) + " " + std::string(value.error()));
        return 0;
    }
    return static_cast<unsigned>(*value);
}

// Puts the session on the terminal of whoever asked.
Flow put_on(const Call& call, Session& session) {
    Client& client = *call.client();
    if (!client.attached()) {
        if (client.tty() == nullptr)
            return call.fail("open terminal failed: not a terminal");
        if (client.environment_value("TMUX") != "" && !call.server.nested_ok(client))
            return call.fail("sessions should be nested with care, unset $TMUX to force");
    }
    if (!call.arguments().has('E'))
        call.server.update_environment(session, client);
    client.attach(session);
    call.server.tell(protocol::EventKind::attached, session.name, client.address());
    return Flow::done;
}

void detach_others(const Call& call, const Session& session) {
    for (Client* other : call.server.clients_of(session))
        if (other != call.client())
            call.server.detach(*other, "[detached (from session " + session.name + ")]");
}

Flow attach_to(const Call& call, Session& session) {
    if (call.client() == nullptr)
        return Flow::done;
    if (call.arguments().has('r'))
        call.client()->read_only = true;
    if (call.arguments().has('d') || call.arguments().has('x'))
        detach_others(call, session);
    return put_on(call, session);
}

Flow attach_session(const Call& call) {
    if (call.server.sessions().empty())
        return call.fail("no sessions");
    const auto found = call.target();
    if (!found)
        return Flow::failed;
    if (const auto directory = call.arguments().value('c'))
        found->session->directory = expand(call.server, about(*found, call.client()), *directory);
    if (found->window != nullptr && found->session->current != found->index)
        call.server.select_window(*found->session, found->index);
    return attach_to(call, *found->session);
}

vt::Size size_for(const Call& call, std::optional<unsigned> width, std::optional<unsigned> height) {
    vt::Size size{24, 80};
    Client* client = call.client();
    if (client != nullptr && client->tty() != nullptr && !call.arguments().has('d'))
        size = client->size();
    else
        std::sscanf(call.server.global_session_options.text("default-size").c_str(), "%dx%d",
                    &size.columns, &size.rows);
    if (width)
        size.columns = static_cast<int>(*width);
    if (height)
        size.rows = static_cast<int>(*height);
    return vt::clamped(size);
}

Flow new_session(const Call& call) {
    const command::Arguments& arguments = call.arguments();
    Client* client = call.client();
    std::string name(arguments.value('s').value_or(""));
    if (arguments.has('s')) {
        name = expand(call.server, {.client = client}, name);
        if (const auto good = Server::check_name(name); !good)
            return call.fail(good.error().operation);
    }
    if (arguments.has('A') && !name.empty())
        if (Session* session = call.server.session_named(name)) {
            if (arguments.has('D') || arguments.has('X'))
                detach_others(call, *session);
            return put_on(call, *session);
        }
    const auto width = dimension(call, 'x', "width");
    const auto height = dimension(call, 'y', "height");
    if ((width && *width == 0) || (height && *height == 0))
        return Flow::failed;
    const bool detached = arguments.has('d');
    if (!detached && client != nullptr && !client->attached()) {
        if (client->tty() == nullptr)
            return call.fail("open terminal failed: not a terminal");
        if (client->environment_value("TMUX") != "" && !call.server.nested_ok(*client))
            return call.fail("sessions should be nested with care, unset $TMUX to force");
    }
    PaneWish wish;
    wish.words = words_of(arguments);
    wish.directory = arguments.has('c')
                         ? expand(call.server, {.client = client}, *arguments.value('c'))
                     : client != nullptr ? client->request.directory
                                         : "";
    for (const std::string& entry : arguments.values('e'))
        wish.environment.push_back(entry);
    const auto made =
        call.server.new_session(name, client, size_for(call, width, height), std::move(wish),
                                std::string(arguments.value('n').value_or("")));
    if (!made)
        return call.fail(made.error().operation);
    Session& session = **made;
    if (arguments.has('n'))
        session.window()->options.put(*options::find_row("automatic-rename"), {0, ""});
    for (const std::string& entry : arguments.values('e'))
        session.environment.put(entry);
    if (arguments.has('P'))
        call.print(
            expand(call.server,
                   {&session, session.current, session.window(), session.window()->active, client},
                   arguments.value('F').value_or(kNewPrint)));
    return detached ? Flow::done : put_on(call, session);
}

Flow has_session(const Call& call) {
    return call.target() ? Flow::done : Flow::failed;
}

Flow kill_session(const Call& call) {
    const auto found = call.target();
    if (!found)
        return Flow::failed;
    if (!call.arguments().has('a')) {
        call.server.kill_session(*found->session);
        return Flow::done;
    }
    std::vector<SessionId> others;
    for (const auto& [id, session] : call.server.sessions())
        if (session.get() != found->session)
            others.push_back(id);
    for (const SessionId id : others)
        if (Session* session = call.server.find_session(id))
            call.server.kill_session(*session);
    return Flow::done;
}

Flow kill_server(const Call& call) {
    std::vector<SessionId> all;
    for (const auto& [id, session] : call.server.sessions())
        all.push_back(id);
    for (const SessionId id : all)
        if (Session* session = call.server.find_session(id))
            call.server.kill_session(*session);
    return Flow::done;
}

Flow rename_session(const Call& call) {
    const auto found = call.target();
    if (!found)
        return Flow::failed;
    const std::string name =
        expand(call.server, about(*found, call.client()), call.arguments().text(0));
    if (name == found->session->name)
        return Flow::done;
    if (const auto good = Server::check_name(name); !good)
        return call.fail(good.error().operation);
    if (call.server.session_named(name) != nullptr)
        return call.fail("duplicate session: " + name);
    found->session->name = name;
    call.server.changed();
    call.server.refresh(*found->session);
    return Flow::done;
}

bool passes(const Call& call, const FormatAbout& item) {
    const auto filter = call.arguments().value('f');
    if (!filter)
        return true;
    const std::string value = expand(call.server, item, *filter);
    return !value.empty() && value != "0";
}

Flow list_sessions(const Call& call) {
    if (call.client() != nullptr && call.client()->request.json != 0) {
        call.print(call.server.sessions_json());
        return Flow::done;
    }
    std::vector<Session*> order;
    for (const auto& [id, session] : call.server.sessions())
        order.push_back(session.get());
    std::ranges::sort(order, {}, &Session::name);
    for (Session* session : order) {
        const FormatAbout item{session, session->current, session->window(),
                               session->window() != nullptr ? session->window()->active : nullptr,
                               nullptr};
        if (passes(call, item))
            call.print(
                expand(call.server, item, call.arguments().value('F').value_or(kSessionLine)));
    }
    return Flow::done;
}

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
        if (passes(call, item))
            call.print(
                expand(call.server, item, call.arguments().value('F').value_or(kClientLine)));
    }
    return Flow::done;
}

Flow detach_client(const Call& call) {
    const auto leave = [&](Client& client) {
        call.server.detach(client, "[detached (from session " + client.session->name + ")]");
    };
    if (call.arguments().has('s')) {
        const auto found = call.target('s');
        if (!found)
            return Flow::failed;
        for (Client* client : call.server.clients_of(*found->session))
            leave(*client);
        return Flow::done;
    }
    const auto client =
        find_client(call.server, call.execution.origin(), call.arguments().value('t'));
    if (!client)
        return call.fail(client.error().operation);
    if (!call.arguments().has('a')) {
        leave(**client);
        return Flow::done;
    }
    for (Client* other : call.server.clients_of(*(*client)->session))
        if (other != *client)
            leave(*other);
    return Flow::done;
}

Flow switch_client(const Call& call) {
    const auto client =
        find_client(call.server, call.execution.origin(), call.arguments().value('c'));
    if (!client)
        return call.fail(client.error().operation);
    if (const auto table = call.arguments().value('T')) {
        call.server.start_key_table(**client, *table);
        return Flow::done;
    }
    if (call.arguments().has('r')) {
        (*client)->read_only = !(*client)->read_only;
        return Flow::done;
    }
    Session* target = nullptr;
    if (call.arguments().has('n') || call.arguments().has('p')) {
        target =
            call.server.session_beside(*(*client)->session, call.arguments().has('n') ? 1 : -1);
        if (target == nullptr)
            return call.fail(call.arguments().has('n') ? "can't find next session"
                                                       : "can't find previous session");
    } else if (call.arguments().has('l')) {
        target =
            call.server.find_session((*client)->last_session.value_or(static_cast<SessionId>(-1)));
        if (target == nullptr)
            return call.fail("can't find last session");
    } else {
        const auto found = call.target();
        if (!found)
            return Flow::failed;
        target = found->session;
        if (found->window != nullptr) {
            call.server.select_window(*target, found->index);
            if (found->pane != nullptr && call.arguments().value('t').value_or("").find_first_of(
                                              ".%") != std::string_view::npos)
                call.server.select_pane(*found->pane);
        }
    }
    if (target != (*client)->session) {
        (*client)->last_session = (*client)->session->id;
        (*client)->attach(*target);
    }
    return Flow::done;
}

Flow refresh_client(const Call& call) {
    const auto client =
        find_client(call.server, call.execution.origin(), call.arguments().value('t'));
    if (!client)
        return call.fail(client.error().operation);
    (*client)->display.redraw();
    return Flow::done;
}

constexpr std::array kRows = {
    CommandRow{"attach-session", attach_session},
    CommandRow{"detach-client", detach_client},
    CommandRow{"has-session", has_session},
    CommandRow{"kill-server", kill_server},
    CommandRow{"kill-session", kill_session},
    CommandRow{"list-clients", list_clients},
    CommandRow{"list-sessions", list_sessions},
    CommandRow{"new-session", new_session},
    CommandRow{"refresh-client", refresh_client},
    CommandRow{"rename-session", rename_session},
    CommandRow{"switch-client", switch_client},
    CommandRow{"start-server", [](const Call&) { return Flow::done; }},
};

} // namespace

std::span<const CommandRow> session_commands() {
    return kRows;
}

} // namespace berth::mux
