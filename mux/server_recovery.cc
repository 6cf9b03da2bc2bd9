// What the next mux needs, as records that the keeper holds, and what this one takes over from the
// mux before it: what was held, panes, windows, sessions.
#include "base/failpoints.h"
#include "base/log.h"
#include "guests.h"
#include "journal/records.h"
#include "mode.h"
#include "restore.h"
#include "server.h"
#include "slots.h"

#include <algorithm>
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
            item.panes.push_back({pane->id, pane->start_command, pane->start_path,
                                  static_cast<std::uint8_t>(pane->input_off ? 1 : 0)});
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
            window->panes.back()->input_off = part.input_off != 0;
            if (part.id == item.active)
                window->active = window->panes.back().get();
        }
        if (window->panes.empty())
            continue;
        if (window->active == nullptr)
            window->active = window->panes.front().get();
        window->restore_layout(item.layout);
        window->zoomed = window->told_zoomed = item.zoomed != 0 && window->panes.size() > 1;
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
