// The server's channels: berthd, who sends clients and takes events; the keeper, who starts
// programs, keeps descriptors, and after a mux died tells the next one what there is.
#include "base/failpoints.h"
#include "base/log.h"
#include "base/socket.h"
#include "dropped.h"
#include "guests.h"
#include "journal/records.h"
#include "mode.h"
#include "restore.h"
#include "server.h"
#include "slots.h"

#include <algorithm>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace berth::mux {
namespace {

constexpr std::uint64_t kTypedUs = 10'000'000; // what was typed is for a client that comes back
constexpr off_t kMaxRecords = 128 << 20;

static_assert(kTransitSlot + journal::Transit::kParts <= kAskedSlot);
static_assert(kShelfSlot == journal::Journal::kParts && kPrivateSlot < protocol::kSlotsPerPane);

std::string contents_of(int fd) {
    struct stat info{};
    if (fstat(fd, &info) < 0 || info.st_size > kMaxRecords)
        return {};
    std::string bytes(static_cast<std::size_t>(info.st_size), '\0');
    if (pread(fd, bytes.data(), bytes.size(), 0) != info.st_size)
        return {};
    return bytes;
}

} // namespace

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

bool Server::on_held(protocol::Packet& packet) {
    switch (packet.id) {
    case protocol::Id::ready:
        if (!decode(packet, user_))
            return false;
        global_session_options.put(*options::find_row("default-shell"), {0, user_.shell});
        return true;
    case protocol::Id::kept: {
        protocol::Kept kept;
        if (!decode(packet, kept) || packet.descriptors.size() != 1)
            return false;
        Fd fd = std::move(packet.descriptors.front());
        if (kept.slot == kRecordsSlot) {
            records_ = contents_of(fd.get());
            return true;
        }
        if (kept.slot == kSettingsSlot) {
            settings_.held_settings(contents_of(fd.get()));
            return true;
        }
        if (kept.slot == kRestoreSlot) {
            restorer->held(contents_of(fd.get()));
            return true;
        }
        if (kept.slot == kOffersSlot) {
            restorer->offers.held(contents_of(fd.get()));
            return true;
        }
        if (kept.slot == kBuffersSlot) {
            settings_.held_buffers(contents_of(fd.get()));
            return true;
        }
        if (kept.slot == kPausedSlot) {
            guests->was_paused(fd);
            return true;
        }
        if (kept.slot == kAskedSlot) {
            guests->was_asked(contents_of(fd.get()));
            return true;
        }
        if (kept.slot < protocol::kSlotsPerPane) {
            const std::uint64_t part = kept.slot - kTransitSlot;
            if (part < held_transit_.size())
                held_transit_[part] = std::move(fd);
            return true; // or of a newer version
        }
        Held& held = held_[kept.slot / protocol::kSlotsPerPane];
        switch (kept.slot % protocol::kSlotsPerPane) {
        case kPrivateSlot:
            guests->was_private(static_cast<PaneId>(kept.slot / protocol::kSlotsPerPane - 1), fd);
            break;
        case kRingSlot:
            held.journal.ring = std::move(fd);
            break;
        case kFirstCheckpointSlot:
            held.journal.checkpoints[0] = std::move(fd);
            break;
        case kSecondCheckpointSlot:
            held.journal.checkpoints[1] = std::move(fd);
            break;
        case kShelfSlot:
            held.journal.shelf = std::move(fd);
            break;
        default:
            break; // of a newer version
        }
        return true;
    }
    case protocol::Id::spawned: {
        protocol::Spawned spawned;
        if (!decode(packet, spawned) || packet.descriptors.size() != 1)
            return false;
        if (spawned.pane >= kFirstJob) { // a terminal's, whose mux has gone
            forget(spawned.pane);
            return true;
        }
        Held& held = held_[spawned.pane];
        held.master = std::move(packet.descriptors.front());
        held.spawned = std::move(spawned);
        return true;
    }
    case protocol::Id::exited: {
        protocol::Exited exited;
        if (!decode(packet, exited))
            return false;
        if (const auto found = held_.find(exited.pane);
            found != held_.end() && found->second.spawned) {
            found->second.spawned->ended = 1;
            found->second.spawned->wait_status = exited.wait_status;
        }
        return true;
    }
    case protocol::Id::held_end: {
        protocol::HeldEnd end;
        if (!decode(packet, end))
            return false;
        recover();
        return true;
    }
    default:
        return false;
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

void Server::write_records() {
    records::Record record;
    record.next_session = next_session_;
    record.next_window = next_window_;
    record.next_pane = next_pane_;
    for (const auto& [id, window] : windows_) {
        records::WindowRecord& item = record.windows.emplace_back();
        item.id = id;
        item.name = window->name;
        item.rows = static_cast<std::uint32_t>(window->size.rows);
        item.columns = static_cast<std::uint32_t>(window->size.columns);
        item.layout = window->layout_text();
        item.active = window->active != nullptr ? window->active->id : 0;
        item.zoomed = window->zoomed ? 1 : 0;
        item.created = window->created;
        item.activity = window->activity;
        for (const auto& pane : window->panes)
            item.panes.push_back({pane->id, pane->start_command, pane->start_path});
    }
    for (const auto& [id, session] : sessions_) {
        records::SessionRecord& item = record.sessions.emplace_back();
        item.id = id;
        item.name = session->name;
        item.directory = session->directory;
        item.group = session->group;
        item.current = static_cast<std::uint32_t>(session->current);
        item.created = session->created;
        item.activity = session->activity;
        item.last_attached = session->last_attached;
        item.by_login = session->by_login ? 1 : 0;
        for (const auto& [index, window] : session->windows)
            item.links.push_back({static_cast<std::uint32_t>(index), window->id});
        for (const auto& [name, variable] : session->environment.variables())
            item.environment.push_back(variable.value ? name + "=" + *variable.value : name);
    }
    record.config_files = config.files();
    record.tmux = flavour == options::Flavour::kTmux ? 1 : 0;
    const std::string bytes = records::encode(std::move(record));
    if (bytes.empty()) {
        log::error("the records for the next mux are beyond their limits");
        return;
    }
    auto fd = memory_file_of(bytes);
    if (!fd) {
        log::error(fd.error().text());
        return;
    }
    fail_here(Failpoint::records_written);
    keep(0, kRecordsSlot, std::move(*fd));
    fail_here(Failpoint::records_kept);
}

// An earlier mux's, for what it was doing when it died; else a new one.
void Server::open_transit() {
    if (held_transit_.front()) {
        auto opened = journal::Transit::open(std::move(held_transit_));
        if (opened) {
            transit_.emplace(std::move(*opened));
            return;
        }
        log::warning(opened.error().text());
    }
    auto created = journal::Transit::create();
    if (!created) {
        log::warning(created.error().text());
        return;
    }
    transit_.emplace(std::move(*created));
    for (int part = 0; part < journal::Transit::kParts; ++part)
        if (auto copy = transit_->duplicate(part))
            keep(0, kTransitSlot + static_cast<std::uint64_t>(part), std::move(*copy));
}

// What an earlier mux left: windows and sessions by its records, panes by the keeper's word. A pane
// that no record knows gets a session of its own; a record without a pane is dropped.
void Server::recover() {
    ready_ = true;
    fail_here(Failpoint::recovery_begun);
    open_transit();
    records::Record record;
    if (!records_.empty() && !records::decode(records_, record)) {
        cannot_read("the records of the mux before this one make no sense; its panes get sessions "
                    "of their own");
        record = {};
    }
    records_.clear();
    const auto known = settings_.take_held() ? Config::Settings::known : Config::Settings::lost;
    if (!record.windows.empty())
        config.begin_again(record.config_files, record.tmux != 0, known);
    settings_.restore_globals();
    restore_windows(record);
    fail_here(Failpoint::recovery_panes);
    restore_sessions(record);
    settings_.restore_items();
    adopt_strays();
    if (transit_)
        transit_->clear();
    fail_here(Failpoint::recovery_done);
    held_.clear();
    if (berthd_)
        berthd_->send(protocol::Recovered{static_cast<std::uint32_t>(sessions_.size()),
                                          static_cast<std::uint32_t>(panes_.size())});
    if (!sessions_.empty())
        log::info("took over " + std::to_string(sessions_.size()) + " sessions with " +
                  std::to_string(panes_.size()) + " panes");
    changed();
    for (std::size_t i = 0; i < clients_.size(); ++i)
        if (clients_[i]->waiting_for_server())
            run(*clients_[i]);
    if (transit_ && transit_->has_left_over())
        typed_bound_ = loop_.after(kTypedUs, [this] {
            if (transit_)
                transit_->forget_left_over();
        });
    check_idle();
}

void Server::restore_pane(Window& window, Held& held, PaneId id, std::string command,
                          std::string path) {
    auto pane =
        std::make_unique<Pane>(*this, id, window.size, history_limits(global_session_options));
    pane->window = &window;
    pane->options.set_parent(&window.options);
    pane->start_command = std::move(command);
    pane->start_path = std::move(path);
    Pane& live = *pane;
    panes_[id] = pane.get();
    window.panes.push_back(std::move(pane));
    next_pane_ = std::max(next_pane_, id + 1);
    const protocol::Spawned spawned = *held.spawned;
    live.start(std::move(held.master), spawned.tty, spawned.pid, std::move(held.journal));
    if (spawned.ended != 0)
        late_exits_.emplace_back(id, spawned.wait_status);
    held.spawned.reset();
}

void Server::restore_windows(const records::Record& record) {
    for (const records::WindowRecord& item : record.windows) {
        if (windows_.contains(item.id))
            continue;
        auto window = std::make_unique<Window>();
        window->id = item.id;
        window->name = item.name;
        window->manual = window->size;
        window->size = vt::clamped(
            {static_cast<int>(item.rows & 0xffff), static_cast<int>(item.columns & 0xffff)});
        window->created = item.created;
        window->activity = item.activity;
        window->options.set_parent(&global_window_options);
        for (const records::PaneRecord& part : item.panes) {
            const auto held = held_.find(std::uint64_t{part.id} + 1);
            if (held == held_.end() || !held->second.spawned || panes_.contains(part.id))
                continue;
            restore_pane(*window, held->second, part.id, part.start_command, part.start_path);
            if (part.id == item.active)
                window->active = window->panes.back().get();
        }
        if (window->panes.empty())
            continue;
        if (window->active == nullptr)
            window->active = window->panes.front().get();
        window->restore_layout(item.layout);
        window->zoomed = item.zoomed != 0 && window->panes.size() > 1;
        window->apply_layout();
        next_window_ = std::max(next_window_, item.id + 1);
        windows_[item.id] = std::move(window);
    }
}

void Server::restore_sessions(const records::Record& record) {
    for (const records::SessionRecord& item : record.sessions) {
        if (sessions_.contains(item.id) || session_named(item.name) != nullptr)
            continue;
        auto session = std::make_unique<Session>();
        session->id = item.id;
        session->name = item.name;
        session->directory = item.directory;
        session->group = item.group;
        session->created = item.created;
        session->activity = item.activity;
        session->last_attached = item.last_attached;
        session->by_login = item.by_login != 0;
        session->options.set_parent(&global_session_options);
        for (const records::LinkRecord& link : item.links)
            if (const auto window = windows_.find(link.window); window != windows_.end())
                session->windows[static_cast<int>(link.index)] = window->second.get();
        if (session->windows.empty())
            continue;
        session->current = static_cast<int>(item.current);
        if (session->window() == nullptr)
            session->current = session->windows.begin()->first;
        for (const std::string& entry : item.environment) {
            if (entry.find('=') == std::string::npos)
                session->environment.mark_removed(entry);
            else
                session->environment.put(entry);
        }
        next_session_ = std::max(next_session_, item.id + 1);
        sessions_[item.id] = std::move(session);
    }
}

void Server::adopt_strays() {
    next_session_ = std::max(next_session_, std::uint32_t{0});
    for (auto& [number, held] : held_) {
        if (!held.spawned || number == 0)
            continue;
        const PaneId id = static_cast<PaneId>(number - 1);
        auto window = std::make_unique<Window>();
        window->id = next_window_++;
        window->created = window->activity = epoch_seconds();
        window->options.set_parent(&global_window_options);
        restore_pane(*window, held, id, "", "");
        window->active = window->panes.front().get();
        window->size = window->active->terminal.size();
        window->restore_layout("");
        auto session = std::make_unique<Session>();
        session->id = next_session_++;
        session->name = free_name("main");
        session->created = session->activity = epoch_seconds();
        session->options.set_parent(&global_session_options);
        session->windows[0] = window.get();
        windows_[window->id] = std::move(window);
        sessions_[session->id] = std::move(session);
    }
    // A window in no session would never be seen again.
    for (const auto& [id, window] : windows_)
        if (sessions_of(*window).empty()) {
            auto session = std::make_unique<Session>();
            session->id = next_session_++;
            session->name = free_name("main");
            session->created = session->activity = epoch_seconds();
            session->options.set_parent(&global_session_options);
            session->windows[0] = window.get();
            sessions_[session->id] = std::move(session);
        }
    const auto exits = std::exchange(late_exits_, {});
    for (const auto& [id, status] : exits)
        if (Pane* pane = find_pane(id))
            pane->exited(status);
}

} // namespace berth::mux
