// berth-keeper: one for each user, with nothing to crash on. It starts every program of the user's
// sessions and holds their terminals and the mux's state, so that the mux can be killed and started
// anew; relays the agent socket; and outlives berthd.
#pragma once

#include "agent.h"
#include "broker.h"
#include "panes.h"
#include "renewal.h"
#include "restore.h"
#include "state.h"

#include <memory>
#include <optional>
#include <string>

namespace berth::keeper {

inline constexpr std::uint64_t kHangUpBound = 2'000'000; // microseconds for programs to end

struct Options {
    std::string socket; // berthd's
    std::string agent;  // where the stable agent socket shall be; empty: nowhere
    Fd channel;         // to berthd, if it was inherited
    Fd lock;            // held while this keeper lives, where berthd inherits that to it
    // Of the program before this one in the same process, if there was one.
    std::optional<State> state;
    bool returned = false; // and the one after it could not go on
};

class Keeper {
  public:
    Keeper(Loop& loop, Options options, Account account, rlimit files);

    // Hangs everything up, waits for it and for the disk at most kHangUpBound, kills what is left,
    // ends the loop.
    void end();
    // The same, for the machine or who runs it: what ends now comes back after the next login.
    void stop();

  private:
    bool berthd_packet(protocol::Packet& packet);
    bool mux_packet(protocol::Packet& packet);
    bool on_link(protocol::Packet& packet);
    void use_mux(Fd socket, protocol::Range speaks);
    void resume(const State& state);
    [[nodiscard]] State collect() const;
    void renew();
    void mux_lost(std::string_view reason);
    void introduce_mux();
    void reap();
    void check_end();

    Loop& loop_;
    Options options_;
    Account account_;
    Panes panes_;
    Restore restore_;
    std::unique_ptr<AgentProxy> agent_;
    Broker broker_;
    std::unique_ptr<protocol::Channel> mux_;
    protocol::Range mux_speaks_;
    std::unique_ptr<Renewal> renewal_;
    Source child_signal_, bound_, look_;
    bool introduce_ = false; // berthd is a new one
    bool ending_ = false;
};

} // namespace berth::keeper
