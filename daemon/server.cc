#include "server.h"

#include "base/close.h"
#include "base/log.h"
#include "base/socket.h"
#include "process.h"
#include "shares.h"

#include <algorithm>
#include <cerrno>
#include <sys/socket.h>
#include <sys/wait.h>
#include <utility>

namespace berth::daemon {
namespace {

using namespace protocol;

std::string name_of(const Account& account) {
    return account.name.empty() ? "uid " + std::to_string(account.uid) : account.name;
}

void log_about(const Account& account, log::Level level, log::Event event,
               const std::string& text) {
    log::write(level, event, text, {{"BERTH_USER", name_of(account)}});
}

std::string end_text(int status) {
    if (WIFSIGNALED(status))
        return "killed by signal " + std::to_string(WTERMSIG(status));
    return "exit status " + std::to_string(WEXITSTATUS(status));
}

} // namespace

void refuse(const Fd& connection, int code, const std::string& text) {
    const std::string bytes = encode(Refused{code, text.substr(0, kMaxLine)});
    // A peer whose queue is full does not read and learns nothing; the caller closes.
    send(connection.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
}

Server::Server(Loop& loop, Account account, Launcher& launcher, Shares& shares,
               std::move_only_function<void()> on_end)
    : loop_(loop), account_(std::move(account)), launcher_(launcher), shares_(shares),
      on_end_(std::move(on_end)) {}

Server::~Server() = default;

std::string Server::user() const {
    return name_of(account_);
}

void Server::serve(Client client) {
    if (takes_clients()) {
        adopt(std::move(client));
        return;
    }
    if (now_us() < mux_not_before_) {
        refuse(client.connection, EAGAIN, back_off_text());
        return;
    }
    if (waiting_.size() >= kMaxWaiting) {
        refuse(client.connection, EAGAIN, "too many clients wait for the server to start");
        return;
    }
    waiting_.push_back(std::move(client));
    if (!ending_)
        start_missing();
}

void Server::start_missing() {
    if (!keeper_.channel && !keeper_.starting)
        start(Part::keeper);
    // A keeper that is still there from an earlier berthd may have its mux.
    if (!mux_.channel && !mux_.starting && !introducing_ && busy_since_ == 0)
        start(Part::mux);
}

void Server::start(Part part) {
    if (part == Part::mux && now_us() < mux_not_before_)
        return; // retry_ is under way
    const bool anew = part == Part::mux && (replacement_ || std::exchange(anew_, false));
    const std::uint64_t turn = ++side(part).turn;
    side(part).starting = true;
    side(part).bound = loop_.after(kStartBound, [this, part] {
        start_failed(part, Error{ETIMEDOUT, std::string("start ") + program_of(part)});
    });
    Launcher::Done done = [this, part, turn, here = std::weak_ptr(here_)](Result<Started> result) {
        if (!here.expired() && side(part).turn == turn)
            started(part, std::move(result));
    };
    const Edition edition = part == Part::mux ? edition_ : Edition::installed;
    if (anew)
        launcher_.start_anew(part, account_, edition, std::move(done));
    else
        launcher_.start(part, account_, edition, std::move(done));
}

void Server::started(Part part, Result<Started> result) {
    Side& target = side(part);
    if (!target.starting)
        return; // it was too slow, or has connected already
    if (!result) {
        start_failed(part, result.error());
        return;
    }
    if (part == Part::keeper)
        busy_since_ = 0;
    if (const pid_t pid = result->pid; pid > 0)
        children_[pid] = loop_.child(pid, [this, part, pid](int status) {
            if (status != 0)
                log_about(account_, log::Level::warning, log::Event::none,
                          std::string(program_of(part)) + ": " + end_text(status));
            children_.erase(pid);
            check_end();
        });
    if (result->channel)
        use(part, std::move(result->channel), result->pid);
}

void Server::start_failed(Part part, const Error& error) {
    Side& target = side(part);
    target.starting = false;
    target.bound.reset();
    if (wait_for_old_keeper(part, error))
        return;
    if (part == Part::mux && replacement_)
        return replacement_failed({error.code, error.text()});
    busy_since_ = 0;
    log_about(account_, log::Level::error, log::Event::none, error.text());
    if (error.code ==
        ETIMEDOUT) // it hangs, or is an old one's: the next start shall be a fresh one
        launcher_.stop(part, account_, edition_, child_of(part));
    refuse_waiting(error.code, error.text());
    if (part == Part::mux && has_sessions_)
        back_off();
    else
        begin_end();
}

bool Server::wait_for_old_keeper(Part part, const Error& error) {
    if (part != Part::keeper || error.code != EBUSY)
        return false;
    const std::uint64_t now = now_us();
    busy_since_ = busy_since_ == 0 ? now : busy_since_;
    if (now - busy_since_ >= kStartBound)
        return false;
    retry_ = loop_.after(kBusyDelay, [this] {
        if (!ending_)
            start_missing();
    });
    return true;
}

void Server::take_keeper(Fd connection, pid_t pid, const Open& open) {
    // Its MuxLink, if it has a mux, comes before its answer to this.
    introducing_ = !mux_.channel;
    has_sessions_ = true; // of an earlier berthd, for all that is known
    use(Part::keeper, std::move(connection), pid);
    asked_ = introducing_;
    if (!introduced(Part::keeper, open)) // the ranges met when the broker let it in
        return;
    if (asked_)
        keeper_.channel->send(Ping{});
}

bool Server::take_mux(Fd connection, pid_t pid, Edition edition, const Open& open) {
    if (mux_.channel || ending_ || (mux_.starting && edition != edition_))
        return false;
    edition_ = edition;
    use(Part::mux, std::move(connection), pid);
    return introduced(Part::mux, open);
}

void Server::use(Part part, Fd connection, pid_t pid, std::uint64_t first_number) {
    Side& target = side(part);
    target.starting = false;
    target.bound.reset();
    target.pid = pid;
    target.known = false;
    target.build = {};
    if (part == Part::keeper) {
        busy_since_ = 0;
        retry_.reset();
    } else {
        told_rules_.clear();
        first_number_ = first_number;
        number_ = first_number;
        has_sessions_ = true;
    }
    target.channel = std::make_unique<Channel>(
        loop_, std::move(connection),
        [this, part](Packet& received) { return packet(part, received); },
        [this, part](std::string_view reason) { gone(part, reason); });
    start_missing();
}

// What it speaks is known: others may be told of it, and it may be told of others.
void Server::known(Part part) {
    side(part).known = true;
    link();
    if (part == Part::mux && mux_.channel)
        shares_.mux_linked(account_);
    serve_waiting();
}

void Server::link() {
    if (!keeper_.channel || !mux_.channel || introducing_ || !keeper_.known || !mux_.known)
        return;
    if (!ranges_meet())
        return;
    auto ends = socket_pair();
    if (!ends) {
        log_about(account_, log::Level::error, log::Event::none, ends.error().text());
        begin_end();
        return;
    }
    std::vector<Fd> for_keeper;
    std::vector<Fd> for_mux;
    for_keeper.push_back(std::move(ends->first));
    for_mux.push_back(std::move(ends->second));
    const Range keeper = keeper_.build.range;
    const Range mux = mux_.build.range;
    keeper_.channel->send(KeeperLink{mux.oldest, mux.newest}, std::move(for_keeper));
    const std::uint8_t strict = replacement_ ? 1 : 0;
    mux_.channel->send(KeeperLink{keeper.oldest, keeper.newest, strict}, std::move(for_mux));
}

bool Server::ready() const {
    return !ending_ && keeper_.channel && mux_.channel && mux_.channel->fd() >= 0 &&
           keeper_.known && mux_.known;
}

// A mux that goes, or has gone unnoticed so far, would lose whoever it is handed.
bool Server::takes_clients() const {
    const bool retiring = replacement_ && !replacement_->retired;
    return ready() && !retiring && !mux_.channel->hung_up() && !is_ending(mux_.pid);
}

void Server::adopt(Client client) {
    client.adopt.number = ++number_;
    if (client.restore)
        if (std::string rules = encode(*client.restore); rules != told_rules_) {
            mux_.channel->send(*client.restore);
            told_rules_ = std::move(rules);
        }
    std::vector<Fd> connection;
    connection.push_back(std::move(client.connection));
    if (!client.guest) {
        mux_.channel->send(client.adopt, std::move(connection));
        return;
    }
    client.guest->number = number_;
    mux_.channel->send(*client.guest, std::move(connection));
}

void Server::serve_waiting() {
    while (!waiting_.empty() && takes_clients()) {
        Client client = std::move(waiting_.front());
        waiting_.pop_front();
        adopt(std::move(client));
    }
}

void Server::refuse_waiting(int code, const std::string& text) {
    for (const Client& client : waiting_)
        refuse(client.connection, code, text);
    waiting_.clear();
}

void Server::shut_down() {
    begin_end();
}

void Server::begin_end() {
    if (!ending_) {
        ending_ = true;
        replacement_ended(0);
        renewal_ended({});
        retry_.reset();
        for (const Part part : {Part::mux, Part::keeper})
            if (side(part).channel)
                side(part).channel->send(Shutdown{});
        end_bound_ = loop_.after(kEndBound, [this] { force_end(); });
    }
    check_end();
}

void Server::force_end() {
    for (const Part part : {Part::mux, Part::keeper}) {
        if (side(part).channel || !children_.empty())
            launcher_.stop(part, account_, edition_, child_of(part));
        side(part).channel.reset();
    }
    check_end();
}

// 0: it is no child of this berthd.
pid_t Server::child_of(Part part) const {
    return children_.contains(side(part).pid) ? side(part).pid : 0;
}

// The end is reported through the loop: the caller may be one of our channels.
void Server::check_end() {
    if (!ending_ || keeper_.channel || mux_.channel || !children_.empty())
        return;
    end_report_ = loop_.defer([this] {
        ending_ = false;
        end_bound_.reset();
        keeper_ = {};
        mux_ = {};
        if (waiting_.empty()) {
            auto on_end = std::move(on_end_);
            on_end();
        } else {
            start_missing();
        }
    });
}

void Server::gone(Part part, std::string_view reason) {
    Side& target = side(part);
    const bool dropped = reason != "closed by the peer";
    if (dropped)
        log_about(account_, log::Level::warning, log::Event::peer_dropped,
                  std::string("dropped ") + program_of(part) + ": " + std::string(reason));
    target.channel.reset();
    if (dropped && part == Part::mux)
        launcher_.kill_mux(account_, edition_, child_of(part));
    if (ending_)
        check_end();
    else if (part == Part::keeper)
        keeper_gone();
    else
        mux_gone();
}

void Server::keeper_gone() {
    log_about(account_, log::Level::error, log::Event::session_ended,
              "berth-keeper ended; the sessions of " + user() + " are gone");
    begin_end();
}

void Server::mux_gone() {
    if (replacement_)
        return mux_retired();
    const std::uint64_t now = now_us();
    mux_deaths_.push_back(now);
    while (now - mux_deaths_.front() > kDeathWindow)
        mux_deaths_.pop_front();
    if (mux_deaths_.size() <= kFreeMuxDeaths) {
        delay_ = 0;
        log_about(account_, log::Level::warning, log::Event::mux_restarted,
                  "berth-mux ended; a new one takes over");
        start_missing();
        return;
    }
    back_off();
    log_about(account_, log::Level::error, log::Event::mux_restarted,
              "berth-mux ended " + std::to_string(mux_deaths_.size()) +
                  " times within a minute; a new one takes over in " +
                  std::to_string(delay_ / 1'000'000) + " s");
    refuse_waiting(EAGAIN, back_off_text());
}

std::string Server::back_off_text() const {
    const std::uint64_t now = now_us();
    const std::uint64_t left = mux_not_before_ > now ? mux_not_before_ - now : 0;
    return "berth-mux of " + user() + " ended " + std::to_string(mux_deaths_.size()) +
           " times within a minute; it is started again in " +
           std::to_string(left / 1'000'000 + 1) + " s";
}

void Server::back_off() {
    delay_ = delay_ == 0 ? kFirstBackOff : std::min(delay_ * 2, kMostBackOff);
    mux_not_before_ = now_us() + delay_;
    retry_ = loop_.after(delay_, [this] { start_missing(); });
}

// A mux that the keeper brought is known when it speaks.
void Server::note_sender(Part part, const Packet& received) {
    Side& from = side(part);
    if (received.sender == 0 || from.pid != 0)
        return;
    from.pid = received.sender;
    if (part == Part::mux)
        edition_ = launcher_.mux_edition(account_, received.sender).value_or(edition_);
    if (const auto told = tell_sender(from.channel->fd(), false); !told)
        log_about(account_, log::Level::warning, log::Event::none, told.error().text());
}

bool Server::packet(Part part, Packet& received) {
    note_sender(part, received);
    if (received.id == Id::open)
        return on_open(part, received);
    Ping ping;
    if (received.id == Id::ping) {
        if (!decode(received, ping))
            return false;
        side(part).channel->send(Pong{ping.number});
        return true;
    }
    if (part == Part::keeper) {
        if (received.id == Id::mux_link)
            return on_mux_link(received);
        if (received.id == Id::renew_failed)
            return on_renew_failed(received);
        return received.id == Id::pong && on_pong(received);
    }
    if (received.id == Id::recovered)
        return on_recovered(received);
    if (received.id == Id::pong)
        return on_mux_pong(received);
    if (received.id == Id::idle)
        return on_idle(received);
    if (received.id == Id::event)
        return on_event(received);
    return shares_.on_packet(account_, received);
}

bool Server::on_mux_link(Packet& received) {
    MuxLink message;
    const bool right = decode(received, message) && introducing_ && !mux_.channel &&
                       received.descriptors.size() == 1 &&
                       is_seqpacket(received.descriptors[0].get());
    if (!right) {
        close_apart(std::move(received.descriptors));
        return false;
    }
    // The two are linked already. The mux has seen Adopts of an earlier berthd; all their numbers
    // are below this one.
    use(Part::mux, std::move(received.descriptors[0]), 0, now_us());
    mux_.build.range = {message.oldest, message.version};
    const auto version = agree({}, mux_.build.range);
    if (!version)
        return false;
    mux_.channel->set_version(*version);
    mux_.channel->send(Hello{});
    known(Part::mux);
    introducing_ = false;
    return true;
}

bool Server::on_pong(const Packet& received) {
    Pong message;
    if (!decode(received, message) || !std::exchange(asked_, false))
        return false;
    if (introducing_) {
        introducing_ = false;
        link();
        start_missing();
    }
    return true;
}

bool Server::on_idle(const Packet& received) {
    Idle message;
    if (!decode(received, message))
        return false;
    if ((message.number == number_ || number_ == first_number_) && !ending_)
        begin_end();
    return true;
}

bool Server::on_event(const Packet& received) {
    Event message;
    if (!decode(received, message))
        return false;
    struct Row {
        log::Event event;
        const char* text;
    };
    constexpr Row rows[] = {{log::Event::session_created, "session created"},
                            {log::Event::session_attached, "client attached"},
                            {log::Event::session_detached, "client detached"},
                            {log::Event::session_ended, "session ended"},
                            {log::Event::refused, "client refused"}};
    const Row& row = rows[static_cast<std::size_t>(message.kind)];
    log::write(
        log::Level::info, row.event,
        message.detail.empty() ? row.text : std::string(row.text) + ": " + message.detail,
        {{"BERTH_USER", user()}, {"BERTH_SESSION", message.session}, {"PEER", message.peer}});
    return true;
}

} // namespace berth::daemon
