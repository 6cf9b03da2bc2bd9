// Clients of the server: what they came for, which session a login lands in, what their keys mean,
// how they leave.
#include "base/log.h"
#include "commands.h"
#include "control.h"
#include "guests.h"
#include "picker.h"
#include "restore.h"
#include "server.h"

#include <algorithm>
#include <fnmatch.h>

namespace berth::mux {
namespace {

constexpr std::uint64_t kAliveUs =
    1'000'000; // a client that does not answer a status query by then is not live
constexpr std::string_view kLoginName = "main";

// What sshd took over from the ssh client (AcceptEnv), for the shells of a session made for a
// login.
bool is_locale(std::string_view name) {
    return name == "LANG" || (name.starts_with("LC_") && name != "LC_BERTH");
}

} // namespace

std::vector<Client*> Server::clients_of(const Session& session) const {
    std::vector<Client*> result;
    for (const auto& client : clients_)
        if (client->session == &session && client->guest == nullptr)
            result.push_back(client.get());
    return result;
}

void Server::run(Client& client) {
    if (client.guest != nullptr) {
        guests->arrived(client);
        return;
    }
    if (config.holds(client) || restorer->holds(client))
        return;
    if (client.request.again != 0) {
        come_back(client);
    } else if (client.request.login != 0) {
        login(client);
    } else {
        run_words(*this, client);
    }
}

// The mux was restarted under an attached client.
void Server::come_back(Client& client) {
    Session* session = nullptr;
    const std::string& name = client.request.session;
    if (name.size() > 1 && name[0] == '$')
        session = find_session(static_cast<SessionId>(std::strtoul(name.c_str() + 1, nullptr, 10)));
    if (session == nullptr) {
        client.finish(0, "[exited]");
    } else {
        client.attach(*session);
        client.type_again();
        if (client.control() != nullptr)
            client.control()->idle(); // what it came with has been run by the mux before
    }
}

void Server::login(Client& client) {
    if (client.tty() == nullptr) {
        client.finish(1, "no terminal", true);
        return;
    }
    const std::string& name = client.request.session;
    if (!name.empty()) {
        if (Session* session = session_named(name)) {
            attach_login(client, *session);
            return;
        }
        login_anew(client, name);
        return;
    }
    if (client.adopt.on_login == protocol::OnLogin::fresh) {
        login_anew(client, free_name(kLoginName));
        return;
    }
    if (client.adopt.on_login == protocol::OnLogin::mirror) {
        const auto order = by_activity();
        if (order.empty())
            login_anew(client, free_name(kLoginName));
        else
            attach_login(client, *order.front());
        return;
    }
    if (client.adopt.on_login == protocol::OnLogin::menu && sessions_.size() > 1) {
        Picker::show(*this, client);
        return;
    }
    for (const auto& other : clients_)
        if (other->attached() && other->guest == nullptr && !other->alive_asked)
            other->ask_alive();
    const std::uint64_t id = client.id;
    logins_[id] = loop_.after(kAliveUs, [this, id] {
        Client* waiting = client_by_id(id);
        if (waiting != nullptr)
            choose(*waiting, Patience::over);
        else
            logins_.erase(id);
    });
    choose(client, Patience::waiting);
}

std::vector<Session*> Server::by_activity() const {
    std::vector<Session*> order;
    for (const auto& [id, session] : sessions_)
        order.push_back(session.get());
    std::ranges::stable_sort(order, std::ranges::greater{}, [](const Session* session) {
        return std::pair(session->activity_us, session->activity);
    });
    return order;
}

std::vector<Session*> Server::by_name() const {
    std::vector<Session*> order;
    for (const auto& [id, session] : sessions_)
        order.push_back(session.get());
    std::ranges::sort(order, {}, &Session::name);
    return order;
}

void Server::add_guest(std::uint64_t id, protocol::Adopt adopt, Fd connection,
                       std::unique_ptr<Guest> guest) {
    clients_.push_back(
        std::make_unique<Client>(*this, id, std::move(adopt), std::move(connection)));
    clients_.back()->guest = std::move(guest);
    adopted_ = id;
}

Client* Server::client_by_id(std::uint64_t id) {
    const auto found = std::ranges::find_if(
        clients_, [&](const auto& client) { return client->id == id && !client->ended(); });
    return found == clients_.end() ? nullptr : found->get();
}

// on_login = resume: the session used last that has no live client, else a new one.
void Server::choose(Client& client, Patience patience) {
    for (Session* session : by_activity()) {
        const auto others = clients_of(*session);
        if (std::ranges::any_of(others, &Client::alive))
            continue;
        if (!others.empty() && patience == Patience::waiting)
            return; // still to be heard of
        logins_.erase(client.id);
        for (Client* dead : others) {
            const std::string from = client.address();
            dead->finish(0, "[taken over from " +
                                (from.empty() ? std::string("another terminal") : from) + "]");
        }
        attach_login(client, *session);
        return;
    }
    logins_.erase(client.id);
    login_anew(client, free_name(kLoginName));
}

void Server::client_answered(Client&) {
    std::vector<std::uint64_t> waiting;
    for (const auto& [id, timer] : logins_)
        waiting.push_back(id);
    for (const std::uint64_t id : waiting)
        if (Client* client = client_by_id(id))
            choose(*client, Patience::waiting);
}

void Server::used_by(const Client& client) {
    if (client.session != nullptr && client.session->window() != nullptr)
        client.session->window()->latest = client.id;
}

void Server::client_active(const Client& client) {
    if (client.session != nullptr && client.session->window() != nullptr &&
        client.session->window()->latest != client.id) {
        used_by(client);
        resize_windows(*client.session);
    }
    if (active_client_ == client.id)
        return;
    active_client_ = client.id;
    hooks.of_client("client-active", client);
    agents_changed();
    if (client.session != nullptr)
        resize_windows(*client.session);
}

void Server::login_anew(Client& client, std::string name) {
    PaneWish wish;
    wish.directory = user_.home;
    const auto made = new_session(std::move(name), &client, client.size(), std::move(wish));
    if (!made) {
        tell(protocol::EventKind::refused, "", client.address(), made.error().operation);
        client.finish(1, made.error().operation, true);
        return;
    }
    (*made)->by_login = true;
    attach_login(client, **made);
}

void Server::attach_login(Client& client, Session& session) {
    update_environment(session, client);
    client.attach(session);
    restorer->changed();
    tell(protocol::EventKind::attached, session.name, client.address());
}

// Locale variables are taken when the session is made: its first program needs them already.
void Server::take_locale(Session& session, const Client& client) {
    for (const auto& [name, variable] : client.environment.variables())
        if (is_locale(name) && variable.value)
            session.environment.set(name, *variable.value);
}

void Server::detach(Client& client, std::string_view text, int status) {
    if (client.session != nullptr)
        tell(protocol::EventKind::detached, client.session->name, client.address());
    client.finish(status, text);
}

void Server::detach(Client& client, Departure how) {
    const bool hang_up = how == Departure::hang_up;
    if (hang_up)
        client.leave_as({.how = protocol::LeaveHow::hang_up, .shell = {}, .command = {}});
    detach(client, std::string(hang_up ? "[detached and SIGHUP" : "[detached") + " (from session " +
                       client.session->name + ")]");
}

// Its terminal shows no session any more.
void Server::client_left(Client& client) {
    logins_.erase(client.id);
    if (client.guest != nullptr)
        guests->left(client);
    agents_changed();
    for (const auto& [id, session] : sessions_)
        resize_windows(*session);
    client_answered(client);
    format_jobs.forget(client);
    hooks.of_client("client-detached", client);
    hooks.of_client("client-closed", client);
    reap_later();
}

// exit-unattached and destroy-unattached.
void Server::check_unattached() {
    if (ending_)
        return;
    const auto attached = [](const auto& client) { return client->session != nullptr; };
    const bool all =
        server_options.flag("exit-unattached") && std::ranges::none_of(clients_, attached);
    std::vector<SessionId> lone;
    for (const auto& [id, session] : sessions_) {
        const std::string how = session->options.text("destroy-unattached");
        if (all || ((how == "on" || how == "keep-group") && clients_of(*session).empty()))
            lone.push_back(id);
    }
    for (const SessionId id : lone)
        if (Session* session = find_session(id))
            kill_session(*session);
}

void Server::client_resized(Client& client) {
    if (client.session == nullptr)
        return;
    if (client.guest == nullptr) {
        client.session->activity_us = client.activity_us = now_us();
        used_by(client);
        hooks.of_client("client-resized", client);
        resize_windows(*client.session);
    }
    if (client.overlay() != nullptr)
        client.overlay()->resized();
    client.display.resized();
}

void Server::read_file(Client& client, std::string_view path, FileCall call) {
    const std::uint32_t number = next_file_++;
    files_[number] = {client.id, "", std::move(call), {}};
    client.read_file(number, path);
}

void Server::read_stream(Client& client, std::string_view path, StreamCall call) {
    const std::uint32_t number = next_file_++;
    files_[number] = {client.id, "", {}, std::move(call)};
    client.read_file(number, path);
}

void Server::write_file(Client& client, std::string_view path, std::string_view bytes, bool append,
                        FileCall call) {
    const std::uint32_t number = next_file_++;
    files_[number] = {client.id, "", std::move(call), {}};
    client.write_file(number, path, bytes, append);
}

void Server::files_lost(const Client& client) {
    std::vector<FileCall> calls;
    for (auto at = files_.begin(); at != files_.end();) {
        const auto here = at++;
        if (here->second.client != client.id)
            continue;
        if (!here->second.stream)
            calls.push_back(std::move(here->second.call));
        files_.erase(here);
    }
    for (FileCall& call : calls)
        call({}, ECANCELED);
}

bool Server::file_arrived(Client& client, protocol::FileData data) {
    const auto found = files_.find(data.request);
    if (found == files_.end() || found->second.client != client.id)
        return false;
    if (found->second.stream) {
        StreamCall call = std::move(found->second.stream);
        const bool last = data.last != 0;
        if (last)
            files_.erase(found);
        call(data.bytes, last);
        if (const auto again = files_.find(data.request); again != files_.end())
            again->second.stream = std::move(call);
        return true;
    }
    if (found->second.contents.size() + data.bytes.size() > kMaxBufferBytes) {
        data.last = 1;
        data.error = EFBIG;
    }
    found->second.contents += data.bytes;
    if (data.last == 0)
        return true;
    FileRequest request = std::move(found->second);
    files_.erase(found);
    request.call(std::move(request.contents), data.error);
    return true;
}

void Server::refresh(const Window& window) {
    for (Session* session : sessions_of(window))
        resize_windows(*session); // a status line may have come or gone
    for (const auto& client : clients_)
        if (client->session != nullptr &&
            std::ranges::any_of(client->session->windows,
                                [&](const auto& link) { return link.second == &window; }))
            client->display.refresh();
}

void Server::refresh(Session& session) {
    resize_windows(session);
    for (Client* client : clients_of(session))
        client->display.refresh();
}

} // namespace berth::mux
