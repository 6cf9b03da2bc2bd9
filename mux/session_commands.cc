// Commands of sessions and clients: new-session, attach-session, detach-client, list-sessions and
// their kin.
#include "client.h"
#include "commands.h"
#include "control.h"
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
        if (client.tty() == nullptr && client.control() == nullptr)
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

void detach_others(const Call& call, const Session& session, Departure how) {
    for (Client* other : call.server.clients_of(session))
        if (other != call.client())
            call.server.detach(*other, how);
}

Departure departure(bool hang_up) {
    return hang_up ? Departure::hang_up : Departure::plain;
}

Flow attach_to(const Call& call, Session& session) {
    if (call.client() == nullptr)
        return Flow::done;
    if (call.arguments().has('r')) {
        call.client()->read_only = true;
        call.client()->flags.ignore_size = true;
    }
    if (const auto flags = call.arguments().value('f'))
        set_client_flags(*call.client(), *flags);
    if (call.arguments().has('d') || call.arguments().has('x'))
        detach_others(call, session, departure(call.arguments().has('x')));
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
    std::sscanf(call.server.global_session_options.text("default-size").c_str(), "%dx%d",
                &size.columns, &size.rows);
    if (client != nullptr && client->tty() != nullptr && !call.arguments().has('d'))
        return client->size(); // -x and -y are of detached sessions
    if (width)
        size.columns = static_cast<int>(*width);
    if (height)
        size.rows = static_cast<int>(*height);
    return vt::clamped(size);
}

// A group, or the session whose group it is, or the name of a new one.
Result<std::string> group_for(const Call& call, std::string_view target) {
    if (!call.server.group_named(target).empty())
        return std::string(target);
    const auto found =
        find_target(call.server, call.execution.origin(), target, {'t', command::Kind::session, 0});
    if (!found) {
        if (const auto good = Server::check_name(target); !good)
            return std::unexpected(good.error());
        return std::string(target);
    }
    return found->session->group.empty() ? found->session->name : found->session->group;
}

bool name_taken(Server& server, std::string_view name) {
    return !name.empty() && server.session_named(name) != nullptr;
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
                detach_others(call, *session, departure(arguments.has('X')));
            return put_on(call, *session);
        }
    const auto width = dimension(call, 'x', "width");
    const auto height = dimension(call, 'y', "height");
    if ((width && *width == 0) || (height && *height == 0))
        return Flow::failed;
    const bool detached = arguments.has('d');
    if (!detached && client != nullptr && !client->attached()) {
        if (client->tty() == nullptr && client->control() == nullptr)
            return call.fail("open terminal failed: not a terminal");
        if (client->environment_value("TMUX") != "" && !call.server.nested_ok(*client))
            return call.fail("sessions should be nested with care, unset $TMUX to force");
    }
    if (arguments.has('t') && (arguments.size() > 0 || arguments.has('n')))
        return call.fail("command or window name given with target");
    std::string group;
    if (const auto target = arguments.value('t')) {
        const auto wanted = group_for(call, *target);
        if (!wanted)
            return call.fail(wanted.error().operation);
        group = *wanted;
        if (name.empty())
            name = call.server.name_in_group(group);
    }
    PaneWish wish;
    wish.words = words_of(arguments);
    wish.directory = arguments.has('c')
                         ? expand(call.server, {.client = client}, *arguments.value('c'))
                     : client != nullptr ? client->request.directory
                                         : "";
    for (const std::string& entry : arguments.values('e'))
        wish.environment.push_back(entry);
    // A session that is joined becomes the first of its group.
    if (Session* first = call.server.session_named(group);
        first != nullptr && first->group.empty() && !name_taken(call.server, name))
        first->group = group;
    const vt::Size size = size_for(call, width, height);
    const auto made = call.server.new_session(
        name, client, size, std::move(wish),
        expand(call.server, {.client = client}, arguments.value('n').value_or("")), group);
    if (!made)
        return call.fail(made.error().operation);
    Session& session = **made;
    if (arguments.has('n'))
        session.window()->options.put(*options::find_row("automatic-rename"), {0, ""});
    for (const std::string& entry : arguments.values('e'))
        session.environment.put(entry);
    if (width || height)
        session.options.put(*options::find_row("default-size"),
                            {0, std::to_string(size.columns) + "x" + std::to_string(size.rows)});
    if (client != nullptr && arguments.has('f'))
        set_client_flags(*client, *arguments.value('f'));
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
    if (!call.arguments().has('a') && !call.arguments().has('g')) {
        call.server.kill_session(*found->session);
        return Flow::done;
    }
    const bool of_group = call.arguments().has('g');
    std::vector<SessionId> others;
    for (const auto& [id, session] : call.server.sessions())
        if (of_group ? session.get() == found->session ||
                           (!session->group.empty() && session->group == found->session->group)
                     : session.get() != found->session)
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
    call.server.notices.add(
        {.event = Event::session_renamed, .session = found->session->id, .name = name});
    call.server.hooks.of_session("session-renamed", *found->session);
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
    for (Session* session : call.server.by_name()) {
        const FormatAbout item{session, session->current, session->window(),
                               session->window() != nullptr ? session->window()->active : nullptr,
                               nullptr};
        if (passes(call, item))
            call.print(
                expand(call.server, item, call.arguments().value('F').value_or(kSessionLine)));
    }
    return Flow::done;
}

constexpr std::array kRows = {
    CommandRow{"attach-session", attach_session},
    CommandRow{"has-session", has_session},
    CommandRow{"kill-server", kill_server},
    CommandRow{"kill-session", kill_session},
    CommandRow{"list-sessions", list_sessions},
    CommandRow{"new-session", new_session},
    CommandRow{"rename-session", rename_session},
    CommandRow{"start-server", [](const Call&) { return Flow::done; }},
};

} // namespace

std::span<const CommandRow> session_commands() {
    return kRows;
}

} // namespace berth::mux
