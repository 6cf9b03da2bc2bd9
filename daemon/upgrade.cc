#include "upgrade.h"

#include "base/fd.h"
#include "base/log.h"
#include "base/program.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <fstream>
#include <unistd.h>

namespace berth::daemon {
namespace {

std::string version_text(const Build& build) {
    return build.version.empty() ? "of an unknown version" : build.version;
}

} // namespace

Upgrade::Upgrade(Loop& loop, const Launcher& launcher, const std::string& folder, List servers)
    : loop_(loop), launcher_(launcher), mark_(folder.empty() ? "" : folder + "/" + kRefusedMark),
      servers_(std::move(servers)) {
    read_mark();
}

// A stamp, and why the file with that stamp is not used.
void Upgrade::read_mark() {
    std::ifstream file(mark_);
    std::string stamp;
    std::string text;
    if (!mark_.empty() && std::getline(file, stamp) && std::getline(file, text) &&
        stamp == program_stamp(launcher_.program(Part::mux, Edition::installed)))
        refused_ = text;
}

// Whole or not at all: a later berthd, and the package's scripts, read it.
void Upgrade::write_mark(const std::string& stamp) {
    if (mark_.empty())
        return;
    if (refused_.empty()) {
        if (unlink(mark_.c_str()) < 0 && errno != ENOENT)
            log::error(fail_errno("unlink " + mark_).error().text());
        return;
    }
    const std::string draft = mark_ + ".new";
    const std::string text = stamp + "\n" + refused_ + "\n";
    const Fd file(open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644));
    if (!file || write(file.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()) ||
        rename(draft.c_str(), mark_.c_str()) < 0)
        log::error(fail_errno("write " + mark_).error().text());
}

Edition Upgrade::edition() const {
    return refused_.empty() ? Edition::installed : Edition::previous;
}

bool Upgrade::is_current(const Server& server, Part part) const {
    return server.build(part).stamp == program_stamp(launcher_.program(part, Edition::installed));
}

void Upgrade::run(Part part, Done done) {
    if (run_) {
        done({"an upgrade is under way\n", 1});
        return;
    }
    run_.emplace();
    run_->part = part;
    run_->done = std::move(done);
    run_->deadline = now_us() + kReadyBound;
    if (part == Part::mux && !refused_.empty()) {
        log::info("the installed berth-mux is tried again");
        refused_.clear();
    }
    next();
}

// One that runs another file than the installed one: root's last, so that an administrator's
// session is not the trial.
Server* Upgrade::choose(bool& may_come) {
    Server* found = nullptr;
    may_come = now_us() < begun_ + kIntroductions;
    for (Server* server : servers_()) {
        const uid_t uid = server->account().uid;
        if (run_->tried.contains(uid))
            continue;
        may_come = may_come || !server->ready();
        if (!server->ready() || server->build(run_->part).version.empty())
            continue;
        if (!is_current(*server, run_->part) && (found == nullptr || uid != 0))
            found = server;
        if (found != nullptr && found->account().uid != 0)
            break;
    }
    return found;
}

void Upgrade::next() {
    bool may_come = false;
    if (Server* server = choose(may_come)) {
        replace(*server);
        return;
    }
    if (may_come && now_us() < run_->deadline) {
        step_ = loop_.after(kUpgradeLook, [this] { next(); });
        return;
    }
    if (run_->part == Part::mux)
        write_mark("");
    finish(0);
}

void Upgrade::replace(Server& server) {
    const uid_t uid = server.account().uid;
    const std::string before = version_text(server.build(run_->part));
    run_->tried.insert(uid);
    if (run_->part == Part::mux) {
        server.replace_mux(Edition::installed, [this, uid, before](Result<std::uint64_t> took) {
            replaced(uid, before, std::move(took));
        });
        return;
    }
    const std::uint64_t begin = now_us();
    server.renew_keeper([this, uid, before, begin](Result<void> result) {
        if (result)
            replaced(uid, before, now_us() - begin);
        else
            replaced(uid, before, std::unexpected(result.error()));
    });
}

// Called by the server, which is told nothing before it is done.
void Upgrade::replaced(uid_t uid, const std::string& before, Result<std::uint64_t> took) {
    step_ = loop_.defer([this, uid, before, took = std::move(took)] {
        const Server* server = find(uid);
        const std::string user = server != nullptr ? server->user() : std::to_string(uid);
        if (!took && took.error().code != EAGAIN) {
            refuse(server, user, took.error());
            return;
        }
        if (took && server != nullptr && server->running()) {
            const std::string line = user + ": " + program_of(run_->part) + " " + before + " to " +
                                     version_text(server->build(run_->part)) + ", " +
                                     std::to_string(*took / 1000) + " ms";
            log::info(line);
            run_->text += line + "\n";
        }
        next();
    });
}

void Upgrade::refuse(const Server* server, const std::string& user, const Error& error) {
    const std::string stamp = program_stamp(launcher_.program(run_->part, Edition::installed));
    std::string text = "the installed " + std::string(program_of(run_->part)) +
                       " did not take over for " + user + " (" + error.operation + ")";
    const bool is_mux = run_->part == Part::mux;
    const bool has_previous =
        access(launcher_.program(Part::mux, Edition::previous).c_str(), X_OK) == 0;
    if (!is_mux || has_previous)
        text += "; the one before goes on";
    log::error(text);
    run_->text += text + "\n";
    if (is_mux && has_previous) {
        refused_ = text;
        write_mark(stamp);
        for (Server* other : servers_())
            if (other != server && !is_current(*other, Part::mux))
                other->set_edition(Edition::previous);
    }
    finish(1);
}

void Upgrade::finish(int status) {
    Answer answer{std::move(run_->text), status};
    if (answer.text.empty())
        answer.text =
            std::string("every ") + program_of(run_->part) + " is of the installed version\n";
    Done done = std::move(run_->done);
    run_.reset();
    done(answer);
}

Server* Upgrade::find(uid_t uid) const {
    for (Server* server : servers_())
        if (server->account().uid == uid)
            return server;
    return nullptr;
}

} // namespace berth::daemon
