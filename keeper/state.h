// All that a keeper holds, as bytes in a memfd: what another program of it goes on with when it is
// executed in its place (`berth admin upgrade-keepers`). Descriptors are by number and stay open;
// children stay children. Whoever gives the keeper something new to hold adds it here, and raises
// kStateVersion.
#pragma once

#include "base/fd.h"
#include "base/result.h"
#include "protocol/messages.h"

#include <array>
#include <string>
#include <vector>

namespace berth::keeper {

inline constexpr std::uint32_t kStateVersion = 2;
inline constexpr std::uint32_t kOldestState = 1; // that is understood
inline constexpr std::size_t kMaxStatePanes = 10'000;
inline constexpr std::size_t kMaxStateSlots = kMaxStatePanes * protocol::kSlotsPerPane;
inline constexpr std::size_t kMaxStatePids = 100'000;
inline constexpr std::size_t kMaxStateRelays = 64;
inline constexpr std::size_t kMaxStateBytes = 16 * 1024; // on their way in a relay
inline constexpr std::size_t kMaxState = 64 * 1024 * 1024;

inline constexpr std::int32_t kNoFd = -1;

struct PaneState {
    std::uint64_t id = 0;
    protocol::SpawnKind kind = protocol::SpawnKind::pane;
    std::uint32_t pid = 0;
    std::int32_t report = kNoFd, master = kNoFd, output = kNoFd;
    std::string tty;
    std::uint8_t started = 0, ended = 0;
    std::int32_t status = 0;
    template <class V> void fields(V& v) {
        v.number(id);
        v.choice(kind, protocol::SpawnKind::quiet_job);
        v.number(pid);
        v.number(report);
        v.number(master);
        v.number(output);
        v.text(tty, protocol::kMaxTerm);
        v.number(started);
        v.number(ended);
        v.number(status);
    }
};

struct SlotState {
    std::uint64_t slot = 0;
    std::int32_t fd = kNoFd;
    template <class V> void fields(V& v) {
        v.number(slot);
        v.number(fd);
    }
};

struct PidState {
    std::uint32_t pid = 0; // of a child that nobody asks for any more
    template <class V> void fields(V& v) { v.number(pid); }
};

struct RelayState {
    std::array<std::int32_t, 2> sockets{kNoFd, kNoFd};
    std::array<std::string, 2> bytes; // read there, not yet written to the other
    std::array<std::uint8_t, 2> ended{}, told{}, gone{};
    template <class V> void fields(V& v) {
        for (std::size_t i = 0; i < 2; ++i) {
            v.number(sockets[i]);
            v.text(bytes[i], kMaxStateBytes);
            v.number(ended[i]);
            v.number(told[i]);
            v.number(gone[i]);
        }
    }
};

struct State {
    std::uint32_t version = kStateVersion;
    std::string socket; // berthd's
    std::string user, home, shell;
    std::uint32_t gid = 0;
    std::uint64_t files_now = 0, files_most = 0; // the limit of descriptors for programs
    std::int32_t berthd = kNoFd, mux = kNoFd;
    std::uint16_t mux_oldest = 0, mux_newest = 0; // what it speaks
    std::string agent;                            // the agent socket's path
    std::int32_t agent_listener = kNoFd;
    protocol::Texts agents;
    std::vector<RelayState> relays;
    std::vector<PaneState> panes;
    std::vector<SlotState> slots;
    std::vector<PidState> orphans;
    protocol::Texts environment; // for the next Spawn
    std::uint8_t jobs_paused = 0;
    std::int32_t lock = kNoFd; // that says that this keeper lives (base/keeper_lock.h); since 2
    template <class V> void fields(V& v) {
        v.number(version);
        v.text(socket, protocol::kMaxPath);
        v.text(user, protocol::kMaxUser);
        v.text(home, protocol::kMaxPath);
        v.text(shell, protocol::kMaxPath);
        v.number(gid);
        v.number(files_now);
        v.number(files_most);
        v.number(berthd);
        v.number(mux);
        v.number(mux_oldest);
        v.number(mux_newest);
        v.text(agent, protocol::kMaxPath);
        v.number(agent_listener);
        v.texts(agents, protocol::kMaxEntries, protocol::kMaxChunk);
        v.list(relays, kMaxStateRelays);
        v.list(panes, kMaxStatePanes);
        v.list(slots, kMaxStateSlots);
        v.list(orphans, kMaxStatePids);
        v.texts(environment, protocol::kMaxEnvironment, protocol::kMaxEnvironment);
        v.number(jobs_paused);
        if (version >= 2)
            v.number(lock);
    }
    // Of every descriptor that is open.
    [[nodiscard]] std::vector<int> descriptors() const;
};

// A memfd with the state.
[[nodiscard]] Result<Fd> write_state(const State& state);
// EPROTO: it is of another version, or makes no sense.
[[nodiscard]] Result<State> read_state(int fd);

} // namespace berth::keeper
