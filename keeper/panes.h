// What the keeper holds: the programs that it started, the masters of their terminals, and the
// memfds that the mux keeps here for its successor. Talks to the mux over the link of the moment.
#pragma once

#include "base/account.h"
#include "protocol/channel.h"
#include "spawn.h"
#include "state.h"

#include <map>
#include <memory>
#include <unordered_map>

namespace berth::keeper {

inline constexpr std::size_t kMaxPanes = 10'000; // panes and jobs at a time
inline constexpr std::size_t kMaxSlots = kMaxPanes * protocol::kSlotsPerPane;
inline constexpr std::size_t kMaxJobQueue = 256 * 1024; // bytes of jobs' output waiting for the mux

class Panes {
  public:
    Panes(Loop& loop, const Account& account, rlimit files);

    // A new mux: tells it everything that is held. Jobs of the old one go on unheard.
    void link(protocol::Channel* mux);
    // Goes on with what another program of this keeper held; the link of then is still there.
    void resume(const State& state, protocol::Channel* mux);
    void collect(State& state) const;
    // The link is gone.
    void unlink();
    // One packet of the mux; false: it is malformed or out of order.
    [[nodiscard]] bool packet(protocol::Packet& packet);
    // Children have ended (SIGCHLD).
    void reap();
    // Closes every terminal and sends SIGHUP to what runs there; jobs get SIGTERM.
    void hang_up();
    // SIGKILL for what a hangup did not end.
    void kill_rest();
    [[nodiscard]] bool running() const { return !by_pid_.empty(); }

  private:
    struct Pane {
        std::uint64_t id = 0;
        protocol::SpawnKind kind = protocol::SpawnKind::pane;
        Child child;
        Source report_watch, output_watch;
        bool started = false; // exec succeeded
        bool ended = false;
        int status = 0;
    };
    using Table = std::map<std::uint64_t, std::unique_ptr<Pane>>;

    bool on_environment(const protocol::Packet& packet);
    bool on_spawn(protocol::Packet& packet);
    bool on_forget(const protocol::Packet& packet);
    bool on_signal(const protocol::Packet& packet);
    bool on_keep(protocol::Packet& packet);
    bool on_drop(const protocol::Packet& packet);
    bool on_query(const protocol::Packet& packet);
    bool on_pong(const protocol::Packet& packet);

    void start(protocol::Spawn& request, Fd input);
    void watch_report(Pane& pane);
    void watch_output(Pane& pane);
    void exec_reported(Pane& pane);
    void announce(const Pane& pane, bool with_end);
    void job_output(Pane& pane);
    void pause_jobs();
    void ended(Pane& pane, int status);
    void finish_job(Pane& pane);
    void failed(std::uint64_t pane, const Error& error);
    void forget(Table::iterator where);

    Loop& loop_;
    const Account& account_;
    rlimit files_;
    protocol::Texts base_environment_;
    protocol::Texts environment_; // for the next Spawn
    std::size_t environment_bytes_ = 0;
    protocol::Channel* mux_ = nullptr;
    Table panes_;
    std::unordered_map<pid_t, std::uint64_t> by_pid_; // children not yet reaped; 0: of nobody
    std::map<std::uint64_t, Fd> slots_;
    bool jobs_paused_ = false;
};

} // namespace berth::keeper
