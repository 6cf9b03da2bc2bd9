// What comes back after a reboot. Sends what the policy wants kept to the keeper, soon after it has
// changed; asks the keeper for it when the first login of the keeper's life comes, and makes
// sessions of it: new shells, with a line in each that says so. Until that was answered nothing is
// sent, so that what is on the disk is not written over unseen. Owned by the Server.
#pragma once

#include "base/event.h"
#include "base/fd.h"
#include "pane.h"
#include "protocol/channel.h"
#include "rerun.h"
#include "restore/state.h"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace berth::mux {

class Client;
class Server;
struct Session;
struct Window;

inline constexpr std::uint64_t kRestorePatienceUs = 700'000; // of a login for a slow disk
inline constexpr std::uint64_t kSaveSoonUs = 1'000'000;      // after a change
inline constexpr std::uint64_t kSaveSeldomUs = 30'000'000;   // when there are many, and of contents
inline constexpr std::size_t kFreeSaves = 5;                 // within a minute, soon after a change
inline constexpr std::uint64_t kFreeWindowUs = 60'000'000;
inline constexpr std::uint64_t kForgetUs =
    1'000'000; // that the last session's end waits for the disk
inline constexpr std::size_t kMaxShownCommand = 512; // bytes

class Restorer {
  public:
    explicit Restorer(Server& server) : offers(server), server_(server) {}

    [[nodiscard]] bool on_rules(const protocol::Packet& packet);
    [[nodiscard]] bool on_keeper(protocol::Packet& packet);
    // Another link to the keeper: nobody answers what was asked over the one before.
    void relinked();
    // What an earlier mux of this keeper knew.
    void held(const std::string& bytes);

    // A login that has to wait until what comes back is there; it is run again.
    [[nodiscard]] bool holds(Client& client);
    // Something of what is kept, for all that is known.
    void changed();
    void printed(const Pane& pane);
    // No session is left: nothing shall come back. True: the keeper has not said yet that it is so.
    [[nodiscard]] bool ends();

    Offers offers;

  private:
    enum class Phase : std::uint8_t { fresh, loading, done };

    [[nodiscard]] bool keeps() const;
    void note() const;
    void release();
    void loaded(const protocol::StateLoaded& answer, Fd contents);
    void warn(const std::string& text);

    void save();
    [[nodiscard]] std::uint64_t delay() const;
    [[nodiscard]] restore::State collect() const;
    void offer_again(restore::PaneState& part) const;
    void add_contents(restore::State& state);

    void bring_back(std::string_view bytes);
    [[nodiscard]] bool bring_back(const restore::SessionState& item, const restore::State& state,
                                  std::map<std::uint32_t, Window*>& made);
    [[nodiscard]] Window* make_window(const Session& session, const restore::WindowState& item,
                                      std::uint64_t saved);
    void begin_pane(Pane& pane, const Session& session, const restore::PaneState& item,
                    std::uint64_t saved);
    [[nodiscard]] bool runs_again(std::string_view word) const;

    Server& server_;
    protocol::RestoreRules rules_;
    Phase phase_ = Phase::fresh;
    std::vector<std::uint64_t> waiting_; // logins
    bool impatient_ = false;             // they do not wait any more
    unsigned unanswered_ = 0;            // SaveStates
    bool again_ = false;                 // something has changed meanwhile
    bool ended_ = false;                 // and the keeper was told
    bool ending_ = false;                // is waited for
    std::uint64_t sent_ = 0;             // a sum of what the keeper was sent last; 0: nothing
    std::vector<std::uint64_t> saves_;   // when, within kFreeWindowUs
    std::set<PaneId> printed_;           // that are to be written anew
    std::map<PaneId, std::string> contents_;
    std::set<std::uint64_t> before_; // when the sessions were made that were there already
    std::string warned_;
    Source patience_, save_due_, contents_due_, end_bound_;
};

} // namespace berth::mux
