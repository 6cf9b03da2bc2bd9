// A server's keeper and mux of different ages: what each says of itself, and how one takes the
// place of another.
#include "base/log.h"
#include "server.h"

#include <cerrno>
#include <unistd.h>
#include <utility>

namespace berth::daemon {

using namespace protocol;

namespace {

std::string range_text(Range range) {
    return std::to_string(range.oldest) + " to " + std::to_string(range.newest);
}

} // namespace

bool Server::introduced(Part part, const Open& open) {
    Side& who = side(part);
    const Range range{open.oldest, open.version};
    const auto version = agree({}, range);
    if (!version) {
        log::error(std::string(program_of(part)) + " of " + user() + " speaks protocol " +
                   range_text(range) + ", berthd " + range_text({}));
        return false;
    }
    who.channel->set_version(*version);
    who.channel->send(Hello{});
    who.build.range = range;
    if (!open.words.empty())
        who.build.version = open.words[0].substr(0, kMaxBuild);
    if (open.words.size() > 1)
        who.build.stamp = open.words[1].substr(0, kMaxBuild);
    if (!who.known)
        known(part);
    return true;
}

// Of one that inherited its channel, that was renewed, or that a keeper brought.
bool Server::on_open(Part part, const Packet& received) {
    Open open;
    const Purpose right = part == Part::keeper ? Purpose::keeper : Purpose::mux;
    const std::string before = side(part).build.stamp;
    if (!decode(received, open) || open.purpose != right || !introduced(part, open))
        return false;
    if (part == Part::keeper && renewal_ && keeper_.build.stamp != before)
        renewal_ended({}); // else it is the one before, which says why next
    return true;
}

// A mux that does not speak what the keeper speaks is of no use.
bool Server::ranges_meet() {
    if (agree(keeper_.build.range, mux_.build.range))
        return true;
    const std::string text = "berth-mux of " + user() + " speaks protocol " +
                             range_text(mux_.build.range) + ", its berth-keeper " +
                             range_text(keeper_.build.range);
    log::error(text);
    launcher_.kill_mux(account_, edition_, child_of(Part::mux));
    mux_.channel.reset();
    if (replacement_)
        replacement_failed({EPROTONOSUPPORT, text});
    else
        mux_gone();
    return false;
}

void Server::replace_mux(Edition edition, Replaced done) {
    if (!ready() || replacement_) {
        done(fail(EAGAIN, "berth-mux is just being started"));
        return;
    }
    replacement_ = std::make_unique<Replacement>();
    replacement_->edition = edition;
    replacement_->done = std::move(done);
    replacement_->bound = loop_.after(
        kRetireBound, [this] { launcher_.kill_mux(account_, edition_, child_of(Part::mux)); });
    mux_.channel->send(Retire{});
}

// The old one has gone, or the new one.
void Server::mux_retired() {
    if (replacement_->retired)
        return replacement_failed({ECHILD, "the new berth-mux ended"});
    replacement_->retired = true;
    replacement_->begin = now_us();
    replacement_->bound = loop_.after(kComeUpBound, [this] {
        replacement_failed({ETIMEDOUT, "the new berth-mux does not answer"});
    });
    edition_ = replacement_->edition;
    mux_not_before_ = 0;
    start_missing();
}

bool Server::on_recovered(const Packet& received) {
    Recovered message;
    if (!decode(received, message))
        return false;
    if (replacement_ && replacement_->retired && !std::exchange(replacement_->asked, true))
        mux_.channel->send(Ping{});
    return true;
}

bool Server::on_mux_pong(const Packet& received) {
    Pong message;
    if (!decode(received, message) || !replacement_ || !replacement_->asked)
        return false;
    replacement_ended(now_us() - replacement_->begin);
    return true;
}

void Server::replacement_ended(Result<std::uint64_t> result) {
    const auto ended = std::exchange(replacement_, nullptr);
    if (ended)
        ended->done(std::move(result));
}

// The previous edition can read what the new one has not changed.
void Server::replacement_failed(const Error& error) {
    launcher_.stop(Part::mux, account_, edition_, child_of(Part::mux));
    mux_.channel.reset();
    mux_.starting = false;
    mux_.bound.reset();
    if (access(launcher_.program(Part::mux, Edition::previous).c_str(), X_OK) == 0)
        edition_ = Edition::previous;
    anew_ = true;
    const auto failed = std::exchange(replacement_, nullptr);
    start_missing();
    failed->done(std::unexpected(error));
}

void Server::renew_keeper(Renewed done) {
    if (!keeper_.channel || !keeper_.known || ending_ || renewal_) {
        done(fail(EAGAIN, "berth-keeper is just being started"));
        return;
    }
    renewal_ = std::make_unique<Renewal>();
    renewal_->done = std::move(done);
    renewal_->bound = loop_.after(
        kRenewBound, [this] { renewal_ended(fail(ETIMEDOUT, "berth-keeper does not answer")); });
    keeper_.channel->send(Renew{});
}

bool Server::on_renew_failed(const Packet& received) {
    RenewFailed message;
    if (!decode(received, message))
        return false;
    renewal_ended(fail(ENOEXEC, message.text));
    return true;
}

void Server::renewal_ended(Result<void> result) {
    const auto ended = std::exchange(renewal_, nullptr);
    if (ended)
        ended->done(std::move(result));
}

} // namespace berth::daemon
