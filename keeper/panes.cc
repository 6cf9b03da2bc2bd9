#include "panes.h"

#include "base/close.h"
#include "base/log.h"
#include "inspect.h"

#include <array>
#include <csignal>
#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/wait.h>
#include <unistd.h>

namespace berth::keeper {
namespace {

using namespace protocol;

constexpr rlim_t kSpareDescriptors = 32; // to be free before a program is started

Fd duplicate(const Fd& fd) {
    Fd copy(fcntl(fd.get(), F_DUPFD_CLOEXEC, 0));
    if (!copy)
        log::error(fail_errno("duplicate a descriptor").error().text());
    return copy;
}

std::vector<Fd> one(Fd fd) {
    std::vector<Fd> list;
    if (fd)
        list.push_back(std::move(fd));
    return list;
}

// The lowest free number is used first, so a free one near the limit means that many are free.
bool descriptors_left() {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur < 2 * kSpareDescriptors)
        return false;
    const Fd probe(fcntl(0, F_DUPFD_CLOEXEC, static_cast<int>(limit.rlim_cur - kSpareDescriptors)));
    return static_cast<bool>(probe);
}

Texts own_environment() {
    Texts result;
    for (char** entry = environ; *entry != nullptr; ++entry)
        result.emplace_back(*entry);
    return result;
}

} // namespace

Panes::Panes(Loop& loop, const Account& account, rlimit files)
    : loop_(loop), account_(account), files_(files), base_environment_(own_environment()) {}

void Panes::link(Channel* mux) {
    unlink();
    mux_ = mux;
    for (const auto& [slot, fd] : slots_)
        mux_->send(Kept{slot}, one(duplicate(fd)));
    for (const auto& [id, pane] : panes_)
        if (pane->started)
            announce(*pane, pane->ended);
    mux_->send(HeldEnd{});
}

void Panes::resume(const State& state, Channel* mux) {
    mux_ = mux;
    environment_ = state.environment;
    environment_bytes_ = 0;
    for (const std::string& entry : environment_)
        environment_bytes_ += entry.size();
    jobs_paused_ = state.jobs_paused != 0;
    for (const PidState& orphan : state.orphans)
        by_pid_[static_cast<pid_t>(orphan.pid)] = 0;
    for (const SlotState& slot : state.slots)
        slots_[slot.slot] = Fd(slot.fd);
    for (const PaneState& held : state.panes) {
        auto pane = std::make_unique<Pane>();
        pane->id = held.id;
        pane->kind = held.kind;
        pane->child = {static_cast<pid_t>(held.pid), Fd(held.report), Fd(held.master),
                       Fd(held.output), held.tty};
        pane->started = held.started != 0;
        pane->ended = held.ended != 0;
        pane->status = held.status;
        if (!pane->ended)
            by_pid_[pane->child.pid] = pane->id;
        if (pane->child.report)
            watch_report(*pane);
        else if (pane->child.output)
            watch_output(*pane);
        panes_.emplace(held.id, std::move(pane));
    }
}

void Panes::collect(State& state) const {
    state.files_now = files_.rlim_cur;
    state.files_most = files_.rlim_max;
    state.environment = environment_;
    state.jobs_paused = jobs_paused_ ? 1 : 0;
    for (const auto& [slot, fd] : slots_)
        state.slots.push_back({slot, fd.get()});
    for (const auto& [pid, id] : by_pid_)
        if (id == 0)
            state.orphans.push_back({static_cast<std::uint32_t>(pid)});
    for (const auto& [id, pane] : panes_) {
        PaneState& held = state.panes.emplace_back();
        held.id = id;
        held.kind = pane->kind;
        held.pid = static_cast<std::uint32_t>(pane->child.pid);
        held.report = pane->child.report.get();
        held.master = pane->child.master.get();
        held.output = pane->child.output.get();
        held.tty = pane->child.tty;
        held.started = pane->started ? 1 : 0;
        held.ended = pane->ended ? 1 : 0;
        held.status = pane->status;
    }
}

void Panes::unlink() {
    mux_ = nullptr;
    environment_.clear();
    environment_bytes_ = 0;
    jobs_paused_ = false;
    for (auto at = panes_.begin(); at != panes_.end();) {
        const auto here = at++;
        if (here->second->kind == SpawnKind::pane)
            continue;
        if (!here->second->ended)
            by_pid_[here->second->child.pid] = 0;
        panes_.erase(here);
    }
}

bool Panes::packet(Packet& packet) {
    switch (packet.id) {
    case Id::environment:
        return on_environment(packet);
    case Id::spawn:
        return on_spawn(packet);
    case Id::forget:
        return on_forget(packet);
    case Id::signal:
        return on_signal(packet);
    case Id::keep:
        return on_keep(packet);
    case Id::drop:
        return on_drop(packet);
    case Id::query:
        return on_query(packet);
    case Id::pong:
        return on_pong(packet);
    default:
        return false;
    }
}

bool Panes::on_environment(const Packet& packet) {
    Environment message;
    if (!decode(packet, message))
        return false;
    for (std::string& entry : message.entries) {
        if (entry.find('\0') != std::string::npos)
            return false;
        environment_bytes_ += entry.size() + 1;
        environment_.push_back(std::move(entry));
    }
    return environment_bytes_ <= kMaxEnvironment;
}

bool Panes::on_spawn(Packet& packet) {
    Spawn request;
    if (!decode(packet, request) || request.pane == 0 || panes_.contains(request.pane))
        return false;
    if (request.kind == SpawnKind::pane && !packet.descriptors.empty())
        return false;
    for (const std::string& word : request.words)
        if (word.find('\0') != std::string::npos)
            return false;
    Fd input = packet.descriptors.empty() ? Fd() : std::move(packet.descriptors[0]);
    start(request, std::move(input));
    environment_.clear();
    environment_bytes_ = 0;
    return true;
}

void Panes::start(Spawn& request, Fd input) {
    if (panes_.size() >= kMaxPanes)
        return failed(request.pane,
                      {EAGAIN, "a limit of " + std::to_string(kMaxPanes) + " panes and jobs"});
    if (!descriptors_left())
        return failed(request.pane, {EMFILE, "start a program"});
    auto child = spawn(request, account_, environment_of(base_environment_, environment_),
                       std::move(input), files_);
    if (!child)
        return failed(request.pane, child.error());
    auto pane = std::make_unique<Pane>();
    pane->id = request.pane;
    pane->kind = request.kind;
    pane->child = std::move(*child);
    by_pid_[pane->child.pid] = pane->id;
    watch_report(*pane);
    panes_.emplace(request.pane, std::move(pane));
}

void Panes::watch_report(Pane& pane) {
    pane.report_watch = loop_.watch(pane.child.report.get(), EPOLLIN,
                                    [this, &pane](std::uint32_t) { exec_reported(pane); });
}

void Panes::watch_output(Pane& pane) {
    pane.output_watch =
        loop_.watch(pane.child.output.get(), jobs_paused_ ? 0U : std::uint32_t{EPOLLIN},
                    [this, &pane](std::uint32_t) { job_output(pane); });
}

void Panes::exec_reported(Pane& pane) {
    int code = 0;
    const ssize_t size = read(pane.child.report.get(), &code, sizeof code);
    if (size < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    pane.report_watch.reset();
    pane.child.report.reset();
    if (size == sizeof code) {
        failed(pane.id, {code, "start the program"});
        forget(panes_.find(pane.id));
        return;
    }
    pane.started = true;
    announce(pane, false);
    if (pane.kind != SpawnKind::pane) {
        watch_output(pane);
    } else if (pane.ended && mux_ != nullptr) {
        mux_->send(Exited{pane.id, pane.status});
    }
}

void Panes::announce(const Pane& pane, bool with_end) {
    if (mux_ == nullptr)
        return;
    Spawned message;
    message.pane = pane.id;
    message.pid = static_cast<std::uint32_t>(pane.child.pid);
    message.tty = pane.child.tty;
    message.ended = with_end ? 1 : 0;
    message.wait_status = with_end ? pane.status : 0;
    mux_->send(message, pane.child.master ? one(duplicate(pane.child.master)) : std::vector<Fd>());
}

void Panes::job_output(Pane& pane) {
    JobOutput message;
    message.pane = pane.id;
    message.bytes.resize(kMaxChunk / 4);
    const ssize_t size = read(pane.child.output.get(), message.bytes.data(), message.bytes.size());
    if (size < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (size <= 0) {
        pane.output_watch.reset();
        pane.child.output.reset();
        finish_job(pane);
        return;
    }
    message.bytes.resize(static_cast<std::size_t>(size));
    mux_->send(message);
    if (mux_->queued() > kMaxJobQueue && !jobs_paused_)
        pause_jobs();
}

// The mux does not take what jobs print: they wait until it has read all that is queued, which its
// Pong tells.
void Panes::pause_jobs() {
    jobs_paused_ = true;
    for (const auto& [id, pane] : panes_)
        pane->output_watch.set_events(0);
    mux_->send(Ping{});
}

bool Panes::on_pong(const Packet& packet) {
    Pong message;
    if (!decode(packet, message) || !jobs_paused_)
        return false;
    jobs_paused_ = false;
    for (const auto& [id, pane] : panes_)
        pane->output_watch.set_events(EPOLLIN);
    return true;
}

void Panes::reap() {
    int status = 0;
    for (pid_t pid = 0; (pid = waitpid(-1, &status, WNOHANG)) > 0;) {
        const auto found = by_pid_.find(pid);
        if (found == by_pid_.end())
            continue;
        const std::uint64_t id = found->second;
        by_pid_.erase(found);
        if (const auto pane = panes_.find(id); pane != panes_.end())
            ended(*pane->second, status);
    }
}

void Panes::ended(Pane& pane, int status) {
    pane.ended = true;
    pane.status = status;
    if (!pane.started)
        return; // the report says first what became of it
    if (pane.kind != SpawnKind::pane)
        finish_job(pane);
    else if (mux_ != nullptr)
        mux_->send(Exited{pane.id, status});
}

// A job is over when its process has ended and its pipe is closed, in whatever order.
void Panes::finish_job(Pane& pane) {
    if (!pane.ended || pane.child.output)
        return;
    mux_->send(Exited{pane.id, pane.status});
    forget(panes_.find(pane.id));
}

void Panes::failed(std::uint64_t pane, const Error& error) {
    if (mux_ != nullptr)
        mux_->send(SpawnFailed{pane, error.code, error.text().substr(0, kMaxLine)});
}

bool Panes::on_forget(const Packet& packet) {
    Forget message;
    if (!decode(packet, message))
        return false;
    // A job that has just ended is forgotten already.
    if (const auto pane = panes_.find(message.pane); pane != panes_.end()) {
        if (pane->second->kind != SpawnKind::pane && !pane->second->ended)
            kill(-pane->second->child.pid, SIGTERM);
        forget(pane);
    }
    return true;
}

void Panes::forget(Table::iterator where) {
    Pane& pane = *where->second;
    if (!pane.ended)
        by_pid_[pane.child.pid] = 0;
    const std::uint64_t first = pane.id * kSlotsPerPane;
    slots_.erase(slots_.lower_bound(first), slots_.lower_bound(first + kSlotsPerPane));
    panes_.erase(where);
}

bool Panes::on_signal(const Packet& packet) {
    Signal message;
    if (!decode(packet, message) || message.number < 1 || message.number >= NSIG)
        return false;
    const auto pane = panes_.find(message.pane);
    if (pane != panes_.end() && !pane->second->ended)
        kill(-pane->second->child.pid, message.number);
    return true;
}

bool Panes::on_keep(Packet& packet) {
    Keep message;
    if (!decode(packet, message) || packet.descriptors.size() != 1)
        return false;
    const std::uint64_t pane = message.slot / kSlotsPerPane;
    if (slots_.size() >= kMaxSlots && !slots_.contains(message.slot))
        return false;
    // What arrives for a pane that has gone meanwhile is not kept.
    if (pane == 0 || panes_.contains(pane))
        slots_[message.slot] = std::move(packet.descriptors[0]);
    return true;
}

bool Panes::on_drop(const Packet& packet) {
    Drop message;
    if (!decode(packet, message))
        return false;
    slots_.erase(message.slot);
    return true;
}

bool Panes::on_query(const Packet& packet) {
    Query message;
    if (!decode(packet, message))
        return false;
    Info answer;
    answer.pane = message.pane;
    if (const auto pane = panes_.find(message.pane); pane != panes_.end() && !pane->second->ended) {
        const Child& child = pane->second->child;
        Foreground foreground = foreground_of(child.master.get(), child.pid);
        answer.program = std::move(foreground.program);
        answer.directory = std::move(foreground.directory);
        answer.words = std::move(foreground.words);
    }
    mux_->send(answer);
    return true;
}

void Panes::hang_up() {
    for (const auto& [id, pane] : panes_) {
        if (pane->ended)
            continue;
        const pid_t group = pane->child.master ? tcgetpgrp(pane->child.master.get()) : -1;
        const int number = pane->kind != SpawnKind::pane ? SIGTERM : SIGHUP;
        kill(-pane->child.pid, number);
        kill(-pane->child.pid, SIGCONT);
        if (group > 0 && group != pane->child.pid)
            kill(-group, number);
        by_pid_[pane->child.pid] = 0;
    }
    panes_.clear();
    slots_.clear();
}

void Panes::kill_rest() {
    for (const auto& [pid, id] : by_pid_)
        kill(-pid, SIGKILL);
}

} // namespace berth::keeper
