#include "client.h"

#include "base/log.h"
#include "control.h"
#include "copy_mode.h"
#include "dropped.h"
#include "server.h"
#include "vt/replay.h"

#include <algorithm>
#include <cstdio>
#include <unistd.h>
#include <utility>

namespace berth::mux {
namespace {

constexpr std::uint64_t kProbeUs = 300'000;          // what a terminal may take to say what it is
constexpr std::size_t kMaxClipboardAsked = 8;        // answers that may be missing
constexpr std::string_view kAskPosition = "\033[6n"; // CPR: understood where DECXCPR is not

} // namespace

Client::Client(Server& server, std::uint64_t client_id, protocol::Adopt adopted, Fd connection)
    : id(client_id), adopt(std::move(adopted)), display(server, *this), server_(server) {
    created = activity = epoch_seconds();
    activity_us = now_us();
    read_only = adopt.role == protocol::Role::read;
    channel_ = std::make_unique<protocol::Channel>(
        server.loop(), std::move(connection),
        [this](protocol::Packet& packet) { return on_packet(packet); },
        [this](std::string_view reason) {
            log_dropped("a client of uid " + std::to_string(adopt.uid), reason);
            close();
        });
}

Client::~Client() = default;

bool Client::on_packet(protocol::Packet& packet) {
    switch (packet.id) {
    case protocol::Id::environment: {
        protocol::Environment part;
        if (has_command_ || guest != nullptr || !decode(packet, part))
            return false;
        for (const std::string& entry : part.entries) {
            environment_bytes_ += entry.size();
            environment.put(entry);
        }
        return environment_bytes_ <= protocol::kMaxEnvironment;
    }
    case protocol::Id::command: {
        if (has_command_ || !decode(packet, request))
            return false;
        if (!packet.descriptors.empty() && channel_->hung_up())
            return true; // whoever asked has given up: the terminal is the plain shell's now
        has_command_ = true;
        typist_ = std::hash<std::string>{}(request.tty + ' ' + std::to_string(adopt.uid)) | 1;
        if (guest != nullptr) { // who runs nothing
            if (request.words.size() == 2 && request.words[0] == "propose")
                guest->errand = std::move(request.words[1]);
            request.words.clear();
        }
        read_only = read_only || request.read_only != 0;
        if (!packet.descriptors.empty()) {
            tty_ = std::make_unique<Tty>(
                server_.loop(), std::move(packet.descriptors.front()),
                Tty::Calls{
                    .read = [this](int fd, std::span<char> buffer,
                                   std::string_view& bytes) { return read_tty(fd, buffer, bytes); },
                    .input = [this](std::string_view bytes) { on_typed(bytes); },
                    .drained = [this] { on_drained(); },
                    .closed = [this] { close(); }});
            tty_->read_input(false);
            size_ = tty_->size();
        }
        if (request.control != 0 && !tty_ && adopt.role == protocol::Role::owner) {
            control_ = std::make_unique<Control>(server_, *this);
            size_ = {24, 80};
            alive = true; // as long as its connection is
            control_->start();
        }
        if (server_.ready())
            server_.run(*this);
        else
            waiting_ = true;
        return true;
    }
    case protocol::Id::resized: {
        protocol::Resized resized;
        if (!decode(packet, resized))
            return false;
        if (tty_ && session != nullptr && !away_ && tty_->size() != size_) {
            size_ = tty_->size();
            server_.client_resized(*this);
        }
        return true;
    }
    case protocol::Id::back: {
        protocol::Back back;
        return decode(packet, back) && on_back();
    }
    case protocol::Id::file_data: {
        protocol::FileData data;
        return guest == nullptr && decode(packet, data) && on_file(std::move(data));
    }
    default:
        return false;
    }
}

void Client::print(std::string_view text) {
    if (control_)
        return control_->line(text);
    send_output(protocol::Stream::out, std::string(text) + "\n");
}
void Client::error(std::string_view text) {
    if (control_)
        return control_->line(text);
    send_output(protocol::Stream::error, std::string(text) + "\n");
}
void Client::write(std::string_view bytes) {
    if (control_)
        return control_->line(bytes.ends_with('\n') ? bytes.substr(0, bytes.size() - 1) : bytes);
    send_output(protocol::Stream::out, bytes);
}
void Client::write_out(std::string_view bytes) {
    send_output(protocol::Stream::out, bytes);
}

std::size_t Client::queued() const {
    return channel_ ? channel_->queued() : 0;
}

void Client::send_output(protocol::Stream stream, std::string_view bytes) {
    if (!channel_)
        return;
    for (std::size_t at = 0; at < bytes.size(); at += protocol::kMaxChunk)
        channel_->send(
            protocol::Output{stream, std::string(bytes.substr(at, protocol::kMaxChunk))});
}

std::string Client::address() const {
    const std::string connection = environment_value("SSH_CONNECTION");
    return connection.substr(0, connection.find(' '));
}

void Client::attach(Session& target) {
    if (!tty_ && !control_)
        return;
    const bool first = session == nullptr;
    if (guest != nullptr && !first)
        return; // nobody moves a guest to what is not shared
    if (!first && session != &target)
        last_session = session->id;
    session = &target;
    activity_us = now_us();
    if (guest == nullptr) {
        target.last_attached = target.activity = epoch_seconds();
        target.activity_us = activity_us;
    }
    if (channel_)
        channel_->send(protocol::Attached{"$" + std::to_string(target.id)});
    server_.notices.add(
        {.event = Event::client_session_changed, .session = target.id, .name = name()});
    if (first && tty_) {
        tty_->set_raw();
        tty_->read_input(true);
        use_user_keys();
        capabilities_ = vt::capabilities_for(request.term, environment_value("COLORTERM"));
    }
    Server::used_by(*this);
    server_.resize_windows(target);
    // Nothing of a session was seen below a menu of sessions.
    const bool fresh = first || (overlay_ != nullptr && overlay_->covers());
    display.begin(request.again != 0 || !fresh ? 0 : adopt.replay_lines);
    if (first && tty_)
        start_probe();
    server_.alerts.seen(*target.window());
    if (first) {
        server_.hooks.of_client("client-created", *this);
        server_.hooks.of_client("client-attached", *this);
    }
    server_.hooks.of_client("client-session-changed", *this);
    server_.agents_changed();
    server_.locks.watch(target);
    if (guest == nullptr)
        server_.config.show_causes(*this);
}

void Client::ask_position() {
    position_asked_ = true;
    if (tty_)
        tty_->write(kAskPosition);
}

void Client::ask_alive() {
    if (control_)
        return;
    alive = false;
    alive_asked = true;
    if (tty_ && !away_)
        tty_->write(vt::kLivenessQuery);
}

void Client::use_user_keys() {
    std::vector<std::string> sequences;
    for (const auto& [index, value] : server_.server_options.items("user-keys")) {
        if (index >= keys::kUserKeys)
            break;
        sequences.resize(index + 1);
        sequences[index] = value.text;
    }
    decoder_.set_user_keys(std::move(sequences));
}

void Client::ask_clipboard(std::optional<PaneId> pane) {
    if (!tty_ || away_ || clipboard_asked_.size() >= kMaxClipboardAsked)
        return;
    clipboard_asked_.push_back(pane);
    tty_->write("\033]52;c;?\033\\");
}

void Client::start_probe() {
    probe_.emplace(vt::ProbeOptions{.term = request.term});
    tty_->write(probe_->query());
    probe_timer_ = server_.loop().after(kProbeUs, [this] {
        if (server_.transit() != nullptr)
            server_.transit()->type(typist());
        if (!probe_->done()) {
            std::string user = probe_->expire();
            take_position(user);
            on_user_input(user);
        }
        typed();
    });
}

ssize_t Client::read_tty(int fd, std::span<char> buffer, std::string_view& bytes) {
    if (journal::Transit* transit = server_.transit())
        return transit->read_typed(typist(), fd, bytes);
    const ssize_t size = ::read(fd, buffer.data(), buffer.size());
    bytes = {buffer.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0))};
    return size;
}

void Client::on_typed(std::string_view bytes) {
    on_input(bytes);
    typed();
}

// What was typed is done, unless some of it waits for the rest of a key or for the terminal to say
// what it is.
void Client::typed() {
    journal::Transit* transit = server_.transit();
    if (transit == nullptr)
        return;
    const bool waits =
        probe_ && (!probe_->done() || probe_->pending() || decoder_.pending()) && !ended();
    if (!waits)
        transit->typed_done(typist());
    transit->pause();
}

// The mux before this one had read this and not done all of it.
void Client::type_again() {
    if (journal::Transit* transit = server_.transit())
        if (const auto bytes = transit->typed_before(typist()); !bytes.empty())
            on_typed(bytes);
}

void Client::on_input(std::string_view bytes) {
    activity = epoch_seconds();
    if (!probe_)
        return;
    const bool was_done = probe_->done();
    std::string user = probe_->feed(bytes);
    on_replies(probe_->take_replies());
    take_position(user);
    if (!was_done && probe_->done()) {
        probe_timer_.reset();
        vt::refine(capabilities_, probe_->result());
        decoder_.set_kitty(probe_->result().keyboard.has_value());
    }
    on_user_input(user);
}

void Client::on_user_input(std::string_view bytes) {
    if (!bytes.empty() && session != nullptr) {
        activity_us = now_us();
        if (guest == nullptr) {
            session->activity_us = activity_us;
            session->activity = activity;
            server_.client_active(*this);
        }
        decoder_.feed(bytes);
        handle_keys();
    }
    if (!probe_->pending() && !decoder_.pending()) {
        escape_timer_.reset();
        return;
    }
    const auto escape_us =
        static_cast<std::uint64_t>(server_.server_options.number("escape-time")) * 1000;
    escape_timer_ = server_.loop().after(escape_us, [this] {
        if (server_.transit() != nullptr)
            server_.transit()->type(typist());
        decoder_.feed(probe_->flush());
        handle_keys();
        decoder_.flush();
        handle_keys();
        typed();
    });
}

void Client::on_replies(const std::vector<vt::Reply>& replies) {
    for (const vt::Reply& reply : replies) {
        if (reply.kind == vt::ReplyKind::status && alive_asked) {
            alive_asked = false;
            alive = true;
            server_.client_answered(*this);
        } else if (reply.kind == vt::ReplyKind::clipboard && !clipboard_asked_.empty()) {
            const auto pane = clipboard_asked_.front();
            clipboard_asked_.erase(clipboard_asked_.begin());
            server_.clipboard_told(pane, reply.text);
        }
    }
}

// The answer to kAskPosition comes before the probe's fence, with whatever was typed until then:
// CSI row ; column R. From a terminal that is far away it comes when the probe's time is over, and
// the user may have typed before; no fence, and it still may.
void Client::take_position(std::string& user) {
    if (!position_asked_ || !probe_->done())
        return;
    position_asked_ = !probe_->result().complete;
    int row = 0;
    int column = 0;
    int size = 0;
    for (auto at = user.find("\033["); at != std::string::npos; at = user.find("\033[", at + 1)) {
        if (std::sscanf(user.c_str() + at, "\033[%5d;%5dR%n", &row, &column, &size) != 2 ||
            size == 0)
            continue;
        user.erase(at, static_cast<std::size_t>(size));
        position_asked_ = false;
        Pane* pane = session != nullptr && session->window() != nullptr ? session->window()->only()
                                                                        : nullptr;
        if (pane != nullptr)
            pane->begin_at(row - 1, column - 1);
        return;
    }
}

std::string Client::environment_value(std::string_view variable_name) const {
    const options::Variable* variable = environment.find(variable_name);
    return variable != nullptr && variable->value ? *variable->value : "";
}

std::string Client::name() const {
    return request.tty.empty() ? "client-" + std::to_string(adopt.pid) : request.tty;
}

void Client::show_message(std::string_view text) {
    if (control_)
        return control_->line("%message " + std::string(text));
    display.message(std::string(text),
                    session != nullptr
                        ? static_cast<std::uint64_t>(session->options.number("display-time")) * 1000
                        : 0);
}

void Client::show_text(std::string_view text) {
    Window* window = session != nullptr ? session->window() : nullptr;
    if (window != nullptr && window->active != nullptr)
        show_in_view(server_, *window->active, text);
}

bool Client::on_file(protocol::FileData data) {
    return server_.file_arrived(*this, std::move(data));
}

void Client::read_file(std::uint32_t number, std::string_view path) {
    if (channel_)
        channel_->send(protocol::ReadFile{number, std::string(path)});
}

void Client::write_file(std::uint32_t number, std::string_view path, std::string_view bytes,
                        bool append) {
    if (!channel_)
        return;
    do {
        const std::string_view part = bytes.substr(0, protocol::kMaxChunk);
        bytes.remove_prefix(part.size());
        channel_->send(protocol::WriteFile{
            number, std::string(path), static_cast<std::uint8_t>(append ? 1 : 0),
            static_cast<std::uint8_t>(bytes.empty() ? 1 : 0), std::string(part)});
    } while (!bytes.empty());
}

void Client::show_overlay(std::shared_ptr<Overlay> shown) {
    drop_overlay();
    overlay_ = std::move(shown);
    display.refresh();
}

void Client::close_overlay(const Overlay& overlay) {
    if (overlay_.get() != &overlay)
        return;
    drop_overlay();
    display.refresh();
}

void Client::drop_overlay() {
    if (const auto dropped = std::exchange(overlay_, nullptr))
        dropped->closed();
}

void Client::handle_keys() {
    while (session != nullptr && !ended_) {
        const auto event = decoder_.next();
        if (!event)
            break;
        server_.key_arrived(*this, *event);
    }
    const Window* window = session != nullptr ? session->window() : nullptr;
    if (guest == nullptr && tty_ && window != nullptr && window->active != nullptr &&
        window->active->busy())
        tty_->read_input(false);
}

void Client::resume_input() {
    if (tty_ && !ended_ && !away_)
        tty_->read_input(true);
}

void Client::on_drained() {
    if (finish_)
        send_finish();
    else if (aside_)
        send_aside();
    else
        display.drained();
}

void Client::finish(int status, std::string_view text, bool fallback) {
    if (ended_)
        return;
    ended_ = true;
    finish_ = protocol::Finish{status, std::string(text.substr(0, protocol::kMaxLine)),
                               static_cast<std::uint8_t>(fallback ? 1 : 0)};
    if (session != nullptr) {
        display.end();
        leave_session();
    }
    if (control_)
        return control_->finish(status != 0 ? text : "");
    if (tty_ && tty_->queued() > 0)
        finish_timer_ = server_.loop().after(kFinishUs, [this] { send_finish(); });
    else
        send_finish();
}

void Client::leave_session() {
    session = nullptr;
    drop_overlay();
    server_.notices.add({.event = Event::client_detached, .name = name()});
    server_.client_left(*this);
}

void Client::control_finished() {
    if (finish_)
        finish_->text.clear(); // %exit said it
    send_finish();
}

void Client::send_finish() {
    finish_timer_.reset();
    if (channel_ && finish_) {
        if (leave_)
            channel_->send(*leave_);
        channel_->send(*finish_);
        channel_->close_after_sending();
    }
    finish_.reset();
    if (!channel_)
        gone_ = true;
}

// The connection or the terminal is gone: nothing can be told any more.
void Client::close() {
    channel_.reset();
    finish_.reset();
    finish_timer_.reset();
    escape_timer_.reset();
    ended_ = true;
    gone_ = true;
    typed();
    if (session != nullptr)
        leave_session();
    drop_overlay();
    server_.files_lost(*this);
    server_.reap_later();
}

} // namespace berth::mux
