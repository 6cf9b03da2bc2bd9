// Sharing in the mux: the shares of the account as berthd told them, and its guests. A guest is a
// Client with a Guest (guest.h); here it is decided, for every message and key of one, what comes
// of it. A guest's keys never reach a key table or a command; what may type reaches its pane.
// Owned by the Server.
#pragma once

#include "execution.h"
#include "guest.h"
#include "keys/decode.h"
#include "protocol/channel.h"
#include "share_words.h"
#include "vt/canvas.h"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace berth::mux {

class Client;
class Pane;
class Server;
struct Session;
struct Window;

inline constexpr std::uint64_t kKnockUs = 60'000'000;      // that the owner has to answer
inline constexpr std::uint64_t kAttributionUs = 1'000'000; // between two events of one guest
inline constexpr std::uint64_t kFloorUs = 30'000'000;      // without a key, then the floor is free
inline constexpr std::size_t kMaxProposal = 200;           // bytes
inline constexpr std::size_t kMaxAsked = 2000;       // guests and floors kept for the next mux
inline constexpr std::size_t kMaxShareRequests = 64; // that berthd has not answered

class Guests {
  public:
    explicit Guests(Server& server);
    ~Guests();

    // ---- from berthd; false: malformed
    bool on_packet(protocol::Packet& packet);
    void berthd_lost();

    // ---- told by Server and Client
    void arrived(Client& client); // its Command came
    void left(Client& client);
    void key(Client& client, const keys::Event& event);
    void compose(vt::Canvas& canvas, Client& client, const std::string& message);
    void session_ended(const Session& session);
    void prune(); // windows or panes have gone

    // ---- for the status line and formats
    [[nodiscard]] bool shared(const Session& session) const;
    [[nodiscard]] std::string presence(const Session& session) const;
    [[nodiscard]] std::optional<std::string> variable(std::string_view name,
                                                      const Session* session) const;

    // ---- for commands
    // The answer comes once.
    using MadeCall = std::move_only_function<void(const protocol::ShareMade&)>;
    void make(protocol::ShareMake wish, MadeCall call);
    void end(protocol::EndWhat what, std::uint32_t id);
    [[nodiscard]] const std::map<std::uint32_t, protocol::ShareState>& shares() const {
        return shares_;
    }
    [[nodiscard]] std::vector<Client*> guests() const;
    [[nodiscard]] Client* find(std::string_view name) const; // by number or name
    void set_role(Client& client, protocol::Role role);
    void set_paused(Client& client, bool paused);
    // Those who are here, and those who come until it is taken back.
    void set_all_paused(bool paused);
    [[nodiscard]] bool all_paused() const { return all_paused_; }
    void kick(Client& client);
    void admit(Client& client, std::optional<protocol::Role> role);
    void refuse(Client& client);
    void set_private(Pane& pane, bool on);
    // What an earlier mux left with the keeper: a byte, if the pane was private.
    void was_private(std::uint32_t pane, const Fd& kept);
    void was_paused(const Fd& kept);
    void was_asked(const std::string& kept);
    [[nodiscard]] bool is_private(const Pane& pane) const;
    // Types what the guest proposes into the pane. False: nothing is proposed, or it cannot be now.
    bool accept(Client& client);
    // The guest alone types now, of the guests of its share; nullptr: whoever types first.
    void give_floor(std::uint32_t share, Client* client);
    [[nodiscard]] bool has_floor(const Client& client) const;
    // What guests do not see: marked, or a password is being typed.
    [[nodiscard]] bool masked(const Pane& pane) const;
    // What the pane's program gives to clipboards is the guest's business: the pane is shown to it.
    [[nodiscard]] bool sees(const Client& client, const Pane& pane) const;
    // "ssh ro-…@host", or empty.
    [[nodiscard]] std::string link(std::uint32_t share, protocol::Role role) const;
    // What is needed for `berth wait berth-ready`: a share with a token is there.
    [[nodiscard]] bool has_link() const { return !links_.empty(); }

  private:
    struct Links {
        std::string read, write;
    };
    bool on_adopt(protocol::Packet& packet);
    bool on_made(const protocol::Packet& packet);
    bool on_state(const protocol::Packet& packet);
    void knock(Client& client);
    void let_in(Client& client);
    void tell(Client& client, protocol::GuestKind kind);
    void type(Client& client, Pane& pane, const keys::Event& event);
    void raise_hand(Client& client);
    void write_proposal(Client& client, const keys::Event& event);
    void propose(Client& client, std::string line);
    void run_errand(Client& client);
    void remember_asked(); // for the next mux
    void recall_asked(Guest& guest);
    [[nodiscard]] bool may_type(const Client& client) const;
    bool take_floor(Client& client); // false: another has it
    void watch_floor(std::uint32_t share);
    void count(Client& client, const Pane& pane, std::size_t bytes);
    void own_key(Client& client, const keys::Event& event);
    void say(const Session* session, const std::string& text); // to the owner's terminals
    void refresh_all();
    [[nodiscard]] Session* session_of(const Guest& guest) const;
    [[nodiscard]] Window* window_of(const Guest& guest) const;
    [[nodiscard]] Pane* pane_of(const Guest& guest) const;

    Server& server_;
    std::map<std::uint32_t, protocol::ShareState> shares_; // that live
    std::map<std::uint32_t, Links> links_;                 // by share
    std::map<std::uint64_t, MadeCall> requests_;
    std::uint64_t next_request_ = 1;
    std::set<std::uint32_t> private_;
    bool all_paused_ = false;
    struct Floor {
        std::uint32_t guest = 0;
        std::uint64_t typed_us = 0; // CLOCK_MONOTONIC, the last key
        Source idle;
    };
    std::map<std::uint32_t, Floor> floors_; // by share, while somebody has it
    struct Asked {
        bool hand = false;
        std::string proposal;
    };
    std::map<std::uint32_t, Asked> asked_; // of guests who have not come back to this mux yet
};

// "bob (192.0.2.1)"
[[nodiscard]] std::string guest_text(const Guest& guest);
[[nodiscard]] const char* role_text(protocol::Role role);

} // namespace berth::mux
