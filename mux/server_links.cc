// The server's channels: berthd, who sends clients and takes events; the keeper, who starts
// programs and keeps descriptors.
#include "base/log.h"
#include "dropped.h"
#include "guests.h"
#include "mode.h"
#include "restore.h"
#include "server.h"

#include <algorithm>

namespace berth::mux {

Server::Server(Loop& loop, Fd berthd, protocol::Open introduction)
    : bindings(keys::Bindings::with_defaults()), guests(std::make_unique<Guests>(*this)),
      restorer(std::make_unique<Restorer>(*this)), started(epoch_seconds()), loop_(loop),
      introduction_(std::move(introduction)) {
    options::fill_defaults(server_options, options::kServer, options::Flavour::kBerth);
    options::fill_defaults(global_session_options, options::kSession, options::Flavour::kBerth);
    options::fill_defaults(global_window_options, options::kWindow, options::Flavour::kBerth);
    link_berthd(std::move(berthd), {});
}

Server::~Server() = default;

void Server::link_berthd(Fd socket, protocol::Range speaks) {
    if (berthd_) { // whose end has not been seen yet, and is not the new one's
        berthd_.reset();
        guests->berthd_lost();
    }
    berthd_ = std::make_unique<protocol::Channel>(
        loop_, std::move(socket), [this](protocol::Packet& packet) { return on_berthd(packet); },
        [this](std::string_view reason) {
            log_dropped("berthd", reason);
            on_berthd_closed();
        });
    berthd_->set_version(protocol::agree({}, speaks).value_or(protocol::kVersion));
}

// berthd links nobody whose ranges do not meet.
void Server::link_keeper(Fd socket, protocol::Range speaks) {
    if (keeper_) {
        keeper_.reset();
        queries_lost();
        jobs.lost();
    }
    keeper_ = std::make_unique<protocol::Channel>(
        loop_, std::move(socket), [this](protocol::Packet& packet) { return on_keeper(packet); },
        [this](std::string_view reason) {
            log_dropped("berth-keeper", reason);
            on_keeper_closed();
        });
    keeper_->set_version(protocol::agree({}, speaks).value_or(protocol::kVersion));
    restorer->relinked();
}

// The server was started by a client that calls itself tmux.
void Server::use_tmux_defaults() {
    flavour = options::Flavour::kTmux;
    options::fill_defaults(server_options, options::kServer, flavour);
    options::fill_defaults(global_session_options, options::kSession, flavour);
    options::fill_defaults(global_window_options, options::kWindow, flavour);
    global_session_options.put(*options::find_row("default-shell"), {0, user_.shell});
}

// berthd comes back through the keeper (MuxLink); the sessions do not need it until then. Without a
// keeper there is no way back, and nothing to hold.
void Server::on_berthd_closed() {
    berthd_.reset();
    guests->berthd_lost();
    if (!keeper_)
        loop_.exit(0);
}

void Server::on_keeper_closed() {
    keeper_.reset();
    queries_lost();
    jobs.lost();
    end_all("server exited");
}

bool Server::on_berthd(protocol::Packet& packet) {
    switch (packet.id) {
    case protocol::Id::adopt: {
        protocol::Adopt adopt;
        if (!decode(packet, adopt) || packet.descriptors.size() != 1)
            return false;
        adopted_ = adopt.number;
        if (history_limit != adopt.history_limit) {
            history_limit = adopt.history_limit;
            global_session_options.put(*options::find_row("history-limit"),
                                       {static_cast<long long>(history_limit), ""});
        }
        const std::uint64_t number = adopt.number;
        clients_.push_back(std::make_unique<Client>(*this, number, std::move(adopt),
                                                    std::move(packet.descriptors.front())));
        return true;
    }
    case protocol::Id::keeper_link: {
        protocol::KeeperLink link;
        if (!decode(packet, link) || packet.descriptors.size() != 1)
            return false;
        strict_ = link.strict != 0;
        link_keeper(std::move(packet.descriptors.front()), {link.oldest, link.version});
        return true;
    }
    case protocol::Id::hello:
        return on_hello(packet);
    case protocol::Id::retire: {
        protocol::Retire message;
        if (!decode(packet, message))
            return false;
        retire();
        return true;
    }
    case protocol::Id::shutdown: {
        protocol::Shutdown message;
        if (!decode(packet, message))
            return false;
        end_all("server exited");
        return true;
    }
    case protocol::Id::ping: {
        protocol::Ping ping;
        if (!decode(packet, ping))
            return false;
        berthd_->send(protocol::Pong{ping.number});
        return true;
    }
    case protocol::Id::pong: {
        protocol::Pong pong;
        return decode(packet, pong);
    }
    case protocol::Id::restore_rules:
        return restorer->on_rules(packet);
    default:
        return guests->on_packet(packet);
    }
}

bool Server::on_keeper(protocol::Packet& packet) {
    if (!ready_)
        return on_held(packet);
    switch (packet.id) {
    case protocol::Id::spawned: {
        protocol::Spawned spawned;
        if (!decode(packet, spawned) || packet.descriptors.size() > 1 || spawned.pane == 0)
            return false;
        if (jobs.spawned(spawned, packet.descriptors))
            return true;
        if (Pane* pane = find_pane(static_cast<PaneId>(spawned.pane - 1));
            pane != nullptr && !packet.descriptors.empty())
            pane->start(std::move(packet.descriptors.front()), spawned.tty, spawned.pid,
                        std::nullopt);
        return true;
    }
    case protocol::Id::spawn_failed: {
        protocol::SpawnFailed failed;
        if (!decode(packet, failed) || failed.pane == 0)
            return false;
        if (jobs.failed(failed))
            return true;
        if (Pane* pane = find_pane(static_cast<PaneId>(failed.pane - 1))) {
            log::warning("a program could not be started: " + failed.text);
            spawn_failed(*pane, failed.text);
        }
        return true;
    }
    case protocol::Id::exited: {
        protocol::Exited exited;
        if (!decode(packet, exited) || exited.pane == 0)
            return false;
        if (jobs.exited(exited))
            return true;
        if (Pane* pane = find_pane(static_cast<PaneId>(exited.pane - 1)))
            pane->exited(exited.wait_status);
        return true;
    }
    case protocol::Id::mux_link: {
        protocol::MuxLink link;
        if (!decode(packet, link) || packet.descriptors.size() != 1)
            return false;
        adopted_ = 0;
        link_berthd(std::move(packet.descriptors.front()), {link.oldest, link.version});
        berthd_->send(introduction_); // so that it sees who is at the other end
        check_idle();
        return true;
    }
    case protocol::Id::ready: // a new link to the same keeper: everything is known already
    case protocol::Id::kept:
    case protocol::Id::held_end:
        return true;
    case protocol::Id::info: {
        protocol::Info info;
        if (!decode(packet, info) || info.pane == 0)
            return false;
        if (Pane* pane = find_pane(static_cast<PaneId>(info.pane - 1))) {
            if (pane->ran != info.words || pane->directory != info.directory)
                restorer->changed();
            pane->ran = std::move(info.words);
            if (!pane->ran.empty())
                restorer->offers.runs(*pane);
            pane_info(*pane, info.program, info.directory);
        }
        query_answered();
        return true;
    }
    case protocol::Id::job_output: {
        protocol::JobOutput output;
        if (!decode(packet, output))
            return false;
        jobs.output(output);
        return true;
    }
    case protocol::Id::state_saved:
    case protocol::Id::state_loaded:
        return restorer->on_keeper(packet);
    case protocol::Id::ping: {
        protocol::Ping ping;
        if (!decode(packet, ping))
            return false;
        keeper_->send(protocol::Pong{ping.number});
        return true;
    }
    default:
        return false;
    }
}

void Server::keep(std::uint64_t slot_owner, std::uint64_t kind, Fd fd) {
    if (!keeper_)
        return;
    std::vector<Fd> descriptors;
    descriptors.push_back(std::move(fd));
    keeper_->send(protocol::Keep{slot_owner * protocol::kSlotsPerPane + kind},
                  std::move(descriptors));
}

void Server::set_aside(const std::string& name, std::string_view bytes) {
    if (keeper_)
        keeper_->send(protocol::SetAside{name, std::string(bytes.substr(0, protocol::kMaxChunk))});
}

void Server::tell(protocol::EventKind kind, std::string_view session, std::string_view peer,
                  std::string_view detail) {
    if (!berthd_)
        return;
    protocol::Event event;
    event.kind = kind;
    event.session = std::string(session.substr(0, protocol::kMaxName));
    event.peer = std::string(peer.substr(0, protocol::kMaxLine));
    event.detail = std::string(detail.substr(0, protocol::kMaxLine));
    berthd_->send(event);
}

// The stable agent socket leads to the client that was active last.
void Server::agents_changed() {
    if (!keeper_)
        return;
    std::vector<const Client*> order;
    for (const auto& client : clients_)
        if (client->attached() && !client->ended() && client->adopt.role == protocol::Role::owner)
            order.push_back(client.get());
    std::ranges::sort(order, std::ranges::greater{}, &Client::activity_us);
    protocol::Agent agent;
    for (const Client* client : order) {
        const options::Variable* variable = client->environment.find("SSH_AUTH_SOCK");
        if (variable != nullptr && variable->value && *variable->value != user_.agent &&
            agent.paths.size() < 16)
            agent.paths.push_back(*variable->value);
    }
    keeper_->send(agent);
}

void Server::changed() {
    restorer->changed();
    if (!ready_ || records_due_)
        return;
    records_due_ = loop_.defer([this] {
        records_due_.reset();
        write_records();
        settings_.write();
    });
}

void Server::write_down() {
    if (!ready_)
        return;
    restorer->changed();
    if (records_due_) {
        records_due_.reset();
        write_records();
    }
    settings_.write();
}

// No session and no client: berthd ends both processes, unless another client is on its way.
void Server::check_idle() {
    if (!ready_ || !sessions_.empty() || idle_due_ || !server_options.flag("exit-empty"))
        return;
    idle_due_ = loop_.defer([this] {
        idle_due_.reset();
        if (sessions_.empty() && clients_.empty() && berthd_ && !restorer->ends())
            berthd_->send(protocol::Idle{adopted_});
    });
}

void Server::end_all(std::string_view reason) {
    for (const auto& client : clients_)
        if (!client->ended())
            client->finish(client->attached() ? 1 : 0,
                           client->attached() ? "[" + std::string(reason) + "]" : "");
    exit_timer_ = loop_.after(kEndUs, [this] { loop_.exit(0); });
    ending_ = true;
    reap_later();
}

} // namespace berth::mux
