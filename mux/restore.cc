// What is kept for the time after a reboot, and when; restore_sessions.cc makes sessions of it
// again.
#include "restore.h"

#include "base/log.h"
#include "client.h"
#include "restore/store.h"
#include "server.h"
#include "slots.h"
#include "vt/replay.h"

#include <algorithm>
#include <cerrno>
#include <fnmatch.h>
#include <sys/stat.h>
#include <unistd.h>

namespace berth::mux {
namespace {

constexpr std::uint64_t kHour = 3600; // seconds

std::string contents_of(const Fd& file) {
    struct stat info{};
    if (fstat(file.get(), &info) < 0 ||
        static_cast<std::uint64_t>(info.st_size) > restore::kMaxState)
        return {};
    std::string bytes(static_cast<std::size_t>(info.st_size), '\0');
    if (pread(file.get(), bytes.data(), bytes.size(), 0) != info.st_size)
        return {};
    return bytes;
}

// Not those that each login brings anew.
protocol::Texts asked_for(const Session& session) {
    protocol::Texts result;
    for (const auto& [name, variable] : session.environment.variables()) {
        const auto& patterns = session.options.items("update-environment");
        const bool brought = std::ranges::any_of(patterns, [&name](const auto& item) {
            return fnmatch(item.second.text.c_str(), name.c_str(), 0) == 0;
        });
        if (!brought && !variable.hidden)
            result.push_back(variable.value ? name + "=" + *variable.value : name);
    }
    return result;
}

restore::SessionState state_of(const Session& session) {
    restore::SessionState item;
    item.name = session.name;
    item.directory = session.directory;
    item.group = session.group;
    item.current = static_cast<std::uint32_t>(session.current);
    item.created = session.created;
    item.activity = session.activity / kHour * kHour; // each key would be a change
    item.last_attached = session.last_attached;
    item.by_login = session.by_login ? 1 : 0;
    for (const auto& [index, window] : session.windows)
        item.links.push_back({static_cast<std::uint32_t>(index), window->id});
    item.environment = asked_for(session);
    return item;
}

restore::WindowState state_of(const Window& window, bool follows) {
    restore::WindowState item;
    item.id = window.id;
    item.name = window.name;
    item.named = follows && !window.options.flag("automatic-rename") ? 1 : 0;
    item.rows = static_cast<std::uint32_t>(window.size.rows);
    item.columns = static_cast<std::uint32_t>(window.size.columns);
    item.layout = window.layout_text();
    item.active = window.active != nullptr ? window.active->id : 0;
    item.zoomed = window.zoomed ? 1 : 0;
    for (const auto& pane : window.panes) {
        restore::PaneState& part = item.panes.emplace_back();
        part.id = pane->id;
        part.directory = pane->directory.empty() ? pane->start_path : pane->directory;
        part.title = pane->terminal.title();
        part.ran = pane->ran;
        part.words = pane->start_words;
    }
    return item;
}

} // namespace

bool Restorer::keeps() const {
    return rules_.level != protocol::RestoreLevel::off;
}

bool Restorer::on_rules(const protocol::Packet& packet) {
    if (!decode(packet, rules_))
        return false;
    if (rules_.level != protocol::RestoreLevel::full) {
        contents_due_.reset();
        contents_.clear();
        printed_.clear();
    }
    note();
    changed();
    return true;
}

// For a mux after this one, which must not ask for what is there already.
void Restorer::note() const {
    if (!server_.ready())
        return;
    std::string bytes;
    protocol::Encoder encoder(bytes);
    protocol::RestoreRules rules = rules_;
    rules.fields(encoder);
    encoder.number(static_cast<std::uint8_t>(phase_ == Phase::done ? 1 : 0));
    if (auto file = memory_file_of(bytes))
        server_.keep(0, kRestoreSlot, std::move(*file));
    else
        log::warning(file.error().text());
}

void Restorer::held(const std::string& bytes) {
    protocol::Decoder decoder(bytes);
    protocol::RestoreRules rules;
    std::uint8_t done = 0;
    rules.fields(decoder);
    decoder.number(done);
    if (!decoder.complete())
        return;
    rules_ = std::move(rules);
    phase_ = done != 0 ? Phase::done : Phase::fresh;
}

void Restorer::relinked() {
    unanswered_ = 0;
    again_ = false;
    sent_ = 0;
    if (phase_ == Phase::loading) {
        phase_ = Phase::fresh;
        patience_.reset();
        release();
    }
    changed();
}

bool Restorer::holds(Client& client) {
    if (!keeps() || phase_ == Phase::done || impatient_ || client.request.login == 0 ||
        client.request.again != 0 || server_.keeper() == nullptr)
        return false;
    waiting_.push_back(client.id);
    if (phase_ == Phase::loading)
        return true;
    phase_ = Phase::loading;
    server_.keeper()->send(protocol::LoadState{});
    patience_ = server_.loop().after(kRestorePatienceUs, [this] {
        patience_.reset();
        impatient_ = true; // what comes later comes beside
        release();
    });
    return true;
}

void Restorer::release() {
    for (const std::uint64_t id : std::exchange(waiting_, {}))
        if (Client* client = server_.client_by_id(id))
            server_.run(*client);
}

bool Restorer::on_keeper(protocol::Packet& packet) {
    protocol::StateSaved saved;
    if (packet.id == protocol::Id::state_loaded) {
        protocol::StateLoaded answer;
        if (!decode(packet, answer))
            return false;
        Fd contents = packet.descriptors.empty() ? Fd() : std::move(packet.descriptors.front());
        loaded(answer, std::move(contents));
        return true;
    }
    if (!decode(packet, saved))
        return false;
    // What the mux before asked for: keepers of earlier versions tell the next one.
    if (unanswered_ == 0)
        return true;
    --unanswered_;
    if (saved.code != 0) {
        sent_ = 0;
        warn("what comes back after a reboot is not kept: " + saved.text);
    } else {
        warned_.clear();
    }
    if (unanswered_ == 0 && std::exchange(ending_, false)) {
        end_bound_.reset();
        server_.check_idle();
    }
    if (std::exchange(again_, false))
        changed();
    return true;
}

void Restorer::loaded(const protocol::StateLoaded& answer, Fd contents) {
    patience_.reset();
    if (phase_ != Phase::loading) // another home directory, in place of what was sent
        unanswered_ -= unanswered_ > 0 ? 1 : 0;
    sent_ = 0;
    // A file that makes no sense never will; a directory that cannot be read may be there later.
    const bool lost = answer.code == EBADMSG || answer.code == EINVAL;
    phase_ = answer.code == 0 || lost ? Phase::done : Phase::fresh;
    impatient_ = false;
    if (answer.code != 0)
        warn("what was to come back after the reboot cannot be read: " + answer.text);
    if (contents)
        bring_back(contents_of(contents));
    note();
    release();
    changed();
}

// To whoever is there, once.
void Restorer::warn(const std::string& text) {
    if (std::exchange(warned_, text) == text)
        return;
    log::warning(text);
    server_.add_message(text);
    for (const auto& client : server_.clients())
        if (client->attached() && !client->ended() && client->guest == nullptr)
            client->show_message(text);
}

std::uint64_t Restorer::delay() const {
    const std::uint64_t now = now_us();
    const auto recent = std::ranges::count_if(
        saves_, [now](std::uint64_t when) { return now - when < kFreeWindowUs; });
    return static_cast<std::size_t>(recent) < kFreeSaves ? kSaveSoonUs : kSaveSeldomUs;
}

void Restorer::changed() {
    if (!keeps() || phase_ != Phase::done || !server_.ready() || server_.sessions().empty())
        return;
    ended_ = false;
    if (!save_due_)
        save_due_ = server_.loop().after(delay(), [this] {
            save_due_.reset();
            save();
        });
}

void Restorer::printed(const Pane& pane) {
    if (rules_.level != protocol::RestoreLevel::full || phase_ != Phase::done)
        return;
    printed_.insert(pane.id);
    if (!contents_due_)
        contents_due_ = server_.loop().after(kSaveSeldomUs, [this] {
            contents_due_.reset();
            save();
        });
}

// What the user has not run since the last reboot is offered after the next as well.
void Restorer::offer_again(restore::PaneState& part) const {
    const Offer* offer = offers.of(static_cast<PaneId>(part.id));
    if (offer == nullptr || offer->past != 0 || !part.ran.empty() || !part.words.empty())
        return;
    (offer->own != 0 ? part.words : part.ran) = offer->words;
}

restore::State Restorer::collect() const {
    restore::State state;
    const bool follows = server_.global_window_options.flag("automatic-rename");
    for (const auto& [id, window] : server_.windows()) {
        state.windows.push_back(state_of(*window, follows));
        for (restore::PaneState& part : state.windows.back().panes)
            offer_again(part);
    }
    for (const auto& [id, session] : server_.sessions())
        state.sessions.push_back(state_of(*session));
    return state;
}

// As much of each pane as its share of the room allows: whole lines, the newest.
void Restorer::add_contents(restore::State& state) {
    contents_due_.reset();
    for (const PaneId id : std::exchange(printed_, {}))
        contents_.erase(id);
    std::size_t panes = 0;
    for (const restore::WindowState& window : state.windows)
        panes += window.panes.size();
    const std::size_t room = std::size_t{rules_.size} * 1024;
    const std::size_t used = restore::encode(state).size();
    const std::size_t share = used < room && panes > 0 ? (room - used) / panes : 0;
    std::map<PaneId, std::string> kept;
    for (restore::WindowState& window : state.windows)
        for (restore::PaneState& part : window.panes) {
            const Pane* pane = server_.find_pane(part.id);
            if (pane == nullptr)
                continue;
            std::string& bytes = kept[part.id];
            if (const auto found = contents_.find(part.id); found != contents_.end())
                bytes = std::move(found->second);
            else
                bytes = vt::replay(
                    pane->terminal,
                    {.history_lines = rules_.lines, .max_bytes = share / 2, .synchronized = false});
            if (bytes.size() > std::min(share, restore::kMaxContents))
                bytes.clear();
            part.contents = bytes;
        }
    contents_ = std::move(kept);
}

void Restorer::save() {
    if (!keeps() || phase_ != Phase::done || server_.sessions().empty() ||
        server_.keeper() == nullptr)
        return;
    if (unanswered_ > 0) {
        again_ = true;
        return;
    }
    restore::State state = collect();
    if (rules_.level == protocol::RestoreLevel::full)
        add_contents(state);
    const std::uint64_t now = epoch_seconds();
    state.saved = now / kHour; // an old one that is used is written again, too
    const std::uint64_t sum = restore::checksum(restore::encode(state)) | 1;
    if (sum == sent_)
        return;
    state.saved = now;
    const std::string bytes = restore::encode(std::move(state));
    if (bytes.empty() || bytes.size() > std::size_t{rules_.size} * 1024) {
        warn("what comes back after a reboot is not kept: it is larger than the policy allows");
        return;
    }
    auto file = memory_file_of(bytes);
    if (!file) {
        warn(file.error().text());
        return;
    }
    std::vector<Fd> descriptors;
    descriptors.push_back(std::move(*file));
    server_.keeper()->send(protocol::SaveState{}, std::move(descriptors));
    ++unanswered_;
    sent_ = sum;
    const std::uint64_t when = now_us();
    std::erase_if(saves_, [when](std::uint64_t old) { return when - old >= kFreeWindowUs; });
    saves_.push_back(when);
}

bool Restorer::ends() {
    if (!keeps() || phase_ != Phase::done || server_.keeper() == nullptr)
        return false;
    if (std::exchange(ended_, true))
        return ending_;
    save_due_.reset();
    contents_due_.reset();
    again_ = false;
    sent_ = 0;
    ending_ = true;
    ++unanswered_;
    server_.keeper()->send(protocol::SaveState{});
    end_bound_ = server_.loop().after(kForgetUs, [this] {
        ending_ = false;
        server_.check_idle();
    });
    return true;
}

} // namespace berth::mux
