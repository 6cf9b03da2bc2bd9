// The stable SSH_AUTH_SOCK of a user's sessions: a socket whose connections are relayed to the
// first agent of the list that can be reached; where none can, the answer is a failure. Bounded:
// kMaxRelays connections, kRelayBytes waiting in each direction.
#pragma once

#include "base/event.h"
#include "base/fd.h"
#include "base/result.h"
#include "state.h"

#include <list>
#include <memory>
#include <string>

namespace berth::keeper {

inline constexpr std::size_t kMaxRelays = 64;
inline constexpr std::size_t kRelayBytes = 16 * 1024;

class AgentProxy {
  public:
    // Listens at the path (mode 0600), in the place of what was there.
    [[nodiscard]] static Result<std::unique_ptr<AgentProxy>> listen(Loop& loop,
                                                                    const std::string& path);
    // Goes on with what another program of this keeper held.
    [[nodiscard]] static std::unique_ptr<AgentProxy> resume(Loop& loop, const State& state);
    ~AgentProxy();

    void collect(State& state) const;
    // Most recently active first.
    void set_agents(protocol::Texts paths) { agents_ = std::move(paths); }
    [[nodiscard]] const std::string& path() const { return path_; }

  private:
    struct Relay;
    AgentProxy(Loop& loop, std::string path, Fd listener);
    void accept_one();
    void watch_relay(std::list<std::unique_ptr<Relay>>::iterator relay);
    [[nodiscard]] Fd reach() const;

    Loop& loop_;
    std::string path_;
    Fd listener_;
    Source watch_, pause_;
    protocol::Texts agents_;
    std::list<std::unique_ptr<Relay>> relays_;
};

} // namespace berth::keeper
