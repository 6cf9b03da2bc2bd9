#include "client/conversation.h"

#include "base/event.h"
#include "base/socket.h"
#include "client/aside.h"
#include "client/files.h"
#include "client/terminal.h"
#include "protocol/channel.h"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <memory>
#include <unistd.h>

extern char** environ;

namespace berth::client {
namespace {

constexpr int kReturnMs =
    5000; // how long a client tries to come back to a session whose mux was restarted
// The same, while berthd says that it waits before it starts the next one. Longer than that a plain
// shell is of more use.
constexpr int kBackOffMs = 20'000;
constexpr std::uint64_t kRetryUs = 20'000;
constexpr std::uint64_t kTurnedAwayUs = 200'000; // until berthd is asked again

// Whoever listens gets the terminal: root, or the caller; on the system's socket root alone. Root
// may ask for anybody's private server.
Result<Fd> connect_to_server(const std::string& path) {
    auto socket = connect_to(path);
    if (!socket)
        return socket;
    const auto server = peer_of(socket->get());
    if (!server)
        return std::unexpected(server.error());
    const bool own = path != kSystemSocket && (server->uid == geteuid() || geteuid() == 0);
    if (server->uid != 0 && !own)
        return fail(EACCES, "another account listens on " + path);
    return socket;
}

class Conversation {
  public:
    Conversation(const Place& place, const Wish& wish) : place_(place), wish_(wish) {}
    Result<Outcome> run();

  private:
    Result<void> begin();
    Result<void> ask(Fd socket);
    void send_environment();
    [[nodiscard]] protocol::Texts files_named() const;
    bool on_packet(protocol::Packet& packet);
    void on_refused(const protocol::Refused& refused);
    bool on_terminal_packet(protocol::Packet& packet);
    void step_aside(const protocol::StepAside& message);
    void on_closed();
    void try_to_return();
    void finish(Outcome outcome);
    void watch_signals();

    const Place& place_;
    const Wish& wish_;
    Loop loop_;
    std::unique_ptr<protocol::Channel> channel_;
    std::unique_ptr<Files> files_;
    std::optional<Terminal> terminal_;
    std::vector<Source> signals_;
    Source deadline_;
    Source retry_;
    std::uint64_t lost_ = 0; // since when there is no mux; 0: there is one
    std::uint64_t return_until_ = 0;
    std::string turned_away_; // why berthd would not let it return just now
    bool asked_again_ = false;
    bool runs_commands_ = false; // for whoever is at the other end
    bool finished_ = false;
    bool mux_gave_up_ = false;
    std::string session_; // attached to it
    std::optional<protocol::Leave> leave_;
    Outcome outcome_;
    std::optional<Error> error_;
};

void Conversation::finish(Outcome outcome) {
    outcome.attached = !session_.empty();
    outcome.finished = finished_;
    outcome.leave = std::move(leave_);
    outcome_ = std::move(outcome);
    loop_.exit(0);
}

void Conversation::send_environment() {
    protocol::Environment part;
    std::size_t bytes = 0;
    std::size_t total = 0;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string text(*entry);
        if (text.size() > protocol::kMaxChunk / 2 ||
            total + text.size() > protocol::kMaxEnvironment / 2)
            continue; // the kernel's limit for one entry is 128 KiB; nothing that a shell needs is
                      // that long
        if (bytes + text.size() > protocol::kMaxChunk / 2 ||
            part.entries.size() + 1 >= protocol::kMaxEntries) {
            channel_->send(part);
            part.entries.clear();
            bytes = 0;
        }
        bytes += text.size();
        total += text.size();
        part.entries.push_back(text);
    }
    channel_->send(part);
}

protocol::Texts Conversation::files_named() const {
    protocol::Texts named = wish_.command.words;
    if (wish_.command.control != 0)
        named.emplace_back("-");
    return named;
}

Result<void> Conversation::ask(Fd socket) {
    protocol::Command command = wish_.command;
    std::vector<Fd> descriptors;
    if (terminal_) {
        auto fd = terminal_->open_again();
        if (!fd)
            return std::unexpected(fd.error());
        descriptors.push_back(std::move(*fd));
        command.tty = terminal_->name();
    }
    if (!session_.empty()) {
        command.again = 1;
        command.session = session_;
    }
    // What a server asks to be run is run as the caller: only for the caller's own.
    const auto peer = peer_of(socket.get());
    runs_commands_ = peer && (peer->uid == 0 || peer->uid == geteuid());
    channel_ = std::make_unique<protocol::Channel>(
        loop_, std::move(socket), [this](protocol::Packet& packet) { return on_packet(packet); },
        [this](std::string_view) { on_closed(); });
    std::optional<protocol::Texts> named;
    if (geteuid() == 0) {
        named = files_named();
        named->insert(named->end(), wish_.command.files.begin(), wish_.command.files.end());
    }
    files_ = std::make_unique<Files>(loop_, *channel_, std::move(named));
    channel_->send(wish_.open);
    if (wish_.open.purpose == protocol::Purpose::admin)
        return {};
    if (!wish_.no_environment)
        send_environment();
    channel_->send(command, std::move(descriptors));
    return {};
}

bool Conversation::on_packet(protocol::Packet& packet) {
    switch (packet.id) {
    case protocol::Id::refused: {
        protocol::Refused refused;
        if (!decode(packet, refused))
            return false;
        on_refused(refused);
        return true;
    }
    case protocol::Id::reply: {
        protocol::Reply reply;
        if (!decode(packet, reply))
            return false;
        print(reply.status == 0 ? 1 : 2, reply.text);
        if (reply.last != 0)
            finish({reply.status, "", false, false, false});
        return true;
    }
    case protocol::Id::attached: {
        protocol::Attached attached;
        if (!decode(packet, attached))
            return false;
        session_ = attached.session;
        deadline_.reset();
        lost_ = 0;
        turned_away_.clear();
        return true;
    }
    case protocol::Id::output: {
        protocol::Output output;
        if (!decode(packet, output))
            return false;
        print(output.stream == protocol::Stream::out ? 1 : 2, output.bytes);
        return true;
    }
    case protocol::Id::finish: {
        protocol::Finish message;
        if (!decode(packet, message))
            return false;
        finished_ = true;
        mux_gave_up_ = message.fallback != 0;
        finish({message.status, message.text, mux_gave_up_, false, false});
        return true;
    }
    default: // a guest has no files for the owner of what it is shown, and runs nothing
        return wish_.open.purpose != protocol::Purpose::guest &&
               (on_terminal_packet(packet) || files_->on_packet(packet));
    }
}

// A session's server may still be coming up; berthd closes next.
void Conversation::on_refused(const protocol::Refused& refused) {
    if (refused.code == EAGAIN && lost_ != 0)
        return_until_ = lost_ + std::uint64_t{kBackOffMs} * 1000;
    if (session_.empty() || lost_ == 0 || now_us() >= return_until_) {
        finish({1, refused.text, true, false, false});
        return;
    }
    turned_away_ = refused.text;
    if (terminal_ && refused.code == EAGAIN)
        terminal_->show_line("[" + refused.text + "]");
}

// False: it is something else, or wrong.
bool Conversation::on_terminal_packet(protocol::Packet& packet) {
    if (session_.empty() || !terminal_ || !runs_commands_)
        return false;
    if (packet.id == protocol::Id::step_aside) {
        protocol::StepAside message;
        if (!decode(packet, message))
            return false;
        step_aside(message);
        return true;
    }
    if (packet.id != protocol::Id::leave)
        return false;
    leave_.emplace();
    return decode(packet, *leave_);
}

// Nothing else is done meanwhile: whatever the mux says, or should it die, what it showed stays
// hidden until the lock is open.
void Conversation::step_aside(const protocol::StepAside& message) {
    if (message.command.empty()) {
        terminal_->restore(false);
        stop();
    } else {
        terminal_->lend();
        run_on_terminal(message.command);
    }
    terminal_->take_back(!message.command.empty());
    channel_->send(protocol::Back{});
}

void Conversation::on_closed() {
    files_.reset();
    channel_.reset();
    const bool attaches = wish_.open.purpose == protocol::Purpose::attach ||
                          wish_.open.purpose == protocol::Purpose::guest;
    if (session_.empty() && (asked_again_ || !attaches)) {
        finish({1, "server exited unexpectedly", true, false, false});
        return;
    }
    asked_again_ = true; // a mux that died before it answered a login is replaced at once
    if (lost_ == 0) {
        lost_ = now_us();
        return_until_ = lost_ + std::uint64_t{kReturnMs} * 1000;
    }
    if (turned_away_.empty())
        try_to_return();
    else
        retry_ = loop_.after(kTurnedAwayUs, [this] { try_to_return(); });
}

void Conversation::try_to_return() {
    if (terminal_ && !terminal_->open_again()) // it was hung up: nobody is there to come back
        return finish({128 + SIGHUP, "", false, false, false});
    if (auto socket = connect_to_server(place_.socket); socket && ask(std::move(*socket)))
        return;
    if (place_.is_private && keeper_lives(place_) && !start_private(place_))
        return_until_ = 0; // nothing to come back to
    if (now_us() >= return_until_) {
        finish({1, turned_away_.empty() ? "lost server" : turned_away_, true, false, false});
        return;
    }
    retry_ = loop_.after(kRetryUs, [this] { try_to_return(); });
}

void Conversation::watch_signals() {
    signals_.push_back(loop_.signal(SIGWINCH, [this] {
        if (channel_ && !session_.empty())
            channel_->send(protocol::Resized{});
    }));
    signals_.push_back(loop_.signal(SIGCONT, [this] {
        if (channel_ && !session_.empty())
            channel_->send(protocol::Resized{});
    }));
    for (const int number : {SIGTERM, SIGHUP})
        signals_.push_back(loop_.signal(
            number, [this, number] { finish({128 + number, "", false, false, false}); }));
}

Result<void> Conversation::begin() {
    auto socket = connect_within(place_.socket, wish_.attach_within_ms.value_or(kReturnMs));
    if (!socket)
        return std::unexpected(socket.error());
    if (wish_.use_terminal) {
        auto terminal = Terminal::open();
        if (!terminal)
            return std::unexpected(terminal.error());
        terminal_ = std::move(*terminal);
    }
    return ask(std::move(*socket));
}

Result<Outcome> Conversation::run() {
    block_signals({SIGWINCH, SIGTERM, SIGHUP, SIGCONT, SIGPIPE});
    if (const auto begun = begin(); !begun)
        return std::unexpected(begun.error());
    watch_signals();
    if (wish_.attach_within_ms)
        deadline_ = loop_.after(static_cast<std::uint64_t>(*wish_.attach_within_ms) * 1000, [this] {
            error_ = Error{ETIMEDOUT, "the session's server"};
            loop_.exit(1);
        });
    loop_.run();
    if (terminal_ && mux_gave_up_)
        terminal_->discard_answers();
    if (terminal_ && (!session_.empty() || error_ || mux_gave_up_))
        terminal_->restore((!session_.empty() && outcome_.fallback) || error_ ||
                           outcome_.status > 128);
    if (error_)
        return std::unexpected(*error_);
    return outcome_;
}

} // namespace

Result<Fd> connect_within(const std::string& path, int timeout_ms) {
    const std::uint64_t deadline = now_us() + static_cast<std::uint64_t>(timeout_ms) * 1000;
    for (;;) {
        auto socket = connect_to_server(path);
        if (socket || socket.error().code != EAGAIN || now_us() >= deadline)
            return socket;
        usleep(kRetryUs / 2);
    }
}

Result<Outcome> converse(const Place& place, const Wish& wish) {
    return Conversation(place, wish).run();
}

Result<Outcome> converse_or_start(const Place& place, Wish wish) {
    auto outcome = converse(place, wish);
    const bool nobody =
        !outcome && (outcome.error().code == ENOENT || outcome.error().code == ECONNREFUSED);
    if (!nobody || !place.is_private || (wish.open.start == 0 && !keeper_lives(place)))
        return outcome;
    wish.open.start = 1;
    if (const auto started = start_private(place); !started)
        return std::unexpected(started.error());
    return converse(place, wish);
}

} // namespace berth::client
