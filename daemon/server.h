// One account's server: its keeper and its mux, the link between them, and the clients that wait
// for them. Starts what is missing, starts a mux that died anew (with back-off), ends both when the
// mux says that nothing is left. Owned by Broker.
#pragma once

#include "base/account.h"
#include "base/event.h"
#include "base/slow.h"
#include "launcher.h"
#include "protocol/channel.h"

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace berth::daemon {

inline constexpr std::size_t kMaxWaiting = 128;  // clients of one account that wait for its server
inline constexpr std::size_t kFreeMuxDeaths = 5; // within kDeathWindow without back-off
inline constexpr std::uint64_t kDeathWindow = 60'000'000; // microseconds
inline constexpr std::uint64_t kFirstBackOff = 1'000'000; // doubles with every further death
inline constexpr std::uint64_t kMostBackOff = 60'000'000;
inline constexpr std::uint64_t kStartBound = 5'000'000; // for a keeper or mux to connect
inline constexpr std::uint64_t kEndBound = 5'000'000;   // for both to end after Shutdown
inline constexpr std::uint64_t kRetireBound =
    2'000'000 * kSlowness; // for a mux to write all down and end
inline constexpr std::uint64_t kComeUpBound =
    4'000'000 * kSlowness; // for the one after it to answer
inline constexpr std::uint64_t kRenewBound =
    10'000'000 * kSlowness; // for a keeper to go on as a new program
inline constexpr std::uint64_t kBusyDelay =
    20'000; // between looks at a keeper of an earlier berthd

class Shares;

// A client's connection, to be handed to the mux.
struct Client {
    Fd connection;
    protocol::Adopt adopt;                           // all but the number
    std::optional<protocol::AdoptGuest> guest;       // of a share: instead
    std::optional<protocol::RestoreRules> restore{}; // for the mux to know before
};

// What a keeper or mux says of itself.
struct Build {
    std::string version; // for people; empty: it has not said
    std::string stamp;   // of its program's file (base/program.h)
    protocol::Range range;
};

// Ends a client's connection with an explanation; never blocks.
void refuse(const Fd& connection, int code, const std::string& text);

class Server {
  public:
    // on_end: nothing of the server is left and nobody waits; destroys it.
    Server(Loop& loop, Account account, Launcher& launcher, Shares& shares,
           std::move_only_function<void()> on_end);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    void serve(Client client);
    // A keeper that berthd did not start, or a unit; only if wants_keeper().
    [[nodiscard]] bool wants_keeper() const { return !keeper_.channel && !ending_; }
    void take_keeper(Fd connection, pid_t pid, const protocol::Open& open);
    [[nodiscard]] bool take_mux(Fd connection, pid_t pid, Edition edition,
                                const protocol::Open& open);
    void shut_down();

    // ---- upgrades (server_upgrade.cc). Each answers once; what has ended meanwhile is a success.
    // The time that the account was without a mux, in microseconds, or why the one before goes on
    // (the operation of the error says all).
    using Replaced = std::move_only_function<void(Result<std::uint64_t>)>;
    // Another mux takes over; one that does not come up within kComeUpBound, or cannot read what is
    // held, is replaced by the previous edition.
    void replace_mux(Edition edition, Replaced done);
    // The keeper goes on as the program that is installed.
    using Renewed = std::move_only_function<void(Result<void>)>;
    void renew_keeper(Renewed done);
    [[nodiscard]] const Build& build(Part part) const { return side(part).build; }
    [[nodiscard]] bool ready() const;
    // What the next mux is to be.
    void set_edition(Edition edition) { edition_ = edition; }
    [[nodiscard]] Edition edition() const { return edition_; }
    [[nodiscard]] protocol::Channel* mux() const { return mux_.channel.get(); }

    // Without a name when a keeper came while the name services did not know, or did not answer.
    [[nodiscard]] const Account& account() const { return account_; }
    void set_account(Account account) { account_ = std::move(account); }
    [[nodiscard]] std::string user() const;
    [[nodiscard]] bool running() const { return keeper_.channel || mux_.channel; }
    // Nothing: it does not run; 0: it runs, with a pid that is not known.
    [[nodiscard]] std::optional<pid_t> process(Part part) const {
        return side(part).channel ? std::optional(side(part).pid) : std::nullopt;
    }

  private:
    struct Side {
        std::unique_ptr<protocol::Channel> channel;
        pid_t pid = 0;
        bool starting = false;  // asked for, not yet connected
        std::uint64_t turn = 0; // counts what was asked for
        bool known = false;     // it has said what it speaks
        Build build;
        Source bound; // while starting
    };

    Side& side(Part part) { return part == Part::keeper ? keeper_ : mux_; }
    [[nodiscard]] const Side& side(Part part) const {
        return part == Part::keeper ? keeper_ : mux_;
    }
    void start_missing();
    void start(Part part);
    void started(Part part, Result<Started> result);
    void start_failed(Part part, const Error& error);
    [[nodiscard]] bool wait_for_old_keeper(Part part, const Error& error);
    void use(Part part, Fd connection, pid_t pid, std::uint64_t first_number = 0);
    void gone(Part part, std::string_view reason);
    void keeper_gone();
    void mux_gone();
    void link();
    [[nodiscard]] bool ranges_meet();
    void back_off();
    [[nodiscard]] std::string back_off_text() const;
    [[nodiscard]] bool takes_clients() const;
    void adopt(Client client);
    void serve_waiting();
    void refuse_waiting(int code, const std::string& text);
    void begin_end();
    void force_end();
    void check_end();
    [[nodiscard]] pid_t child_of(Part part) const;

    void known(Part part);
    [[nodiscard]] bool introduced(Part part, const protocol::Open& open);
    [[nodiscard]] bool on_open(Part part, const protocol::Packet& packet);
    [[nodiscard]] bool on_recovered(const protocol::Packet& packet);
    [[nodiscard]] bool on_renew_failed(const protocol::Packet& packet);
    [[nodiscard]] bool on_mux_pong(const protocol::Packet& packet);
    void mux_retired();
    void replacement_ended(Result<std::uint64_t> result);
    void replacement_failed(const Error& error);
    void renewal_ended(Result<void> result);
    void note_sender(Part part, const protocol::Packet& packet);
    bool packet(Part part, protocol::Packet& packet);
    bool on_idle(const protocol::Packet& packet);
    bool on_event(const protocol::Packet& packet);
    bool on_mux_link(protocol::Packet& packet);
    bool on_pong(const protocol::Packet& packet);

    Loop& loop_;
    Account account_;
    Launcher& launcher_;
    Shares& shares_;
    std::move_only_function<void()> on_end_;
    Side keeper_, mux_;
    std::map<pid_t, Source> children_; // not yet reaped
    std::deque<Client> waiting_;
    std::string told_rules_;         // that the mux has, encoded
    std::uint64_t number_ = 0;       // of the last Adopt
    std::uint64_t first_number_ = 0; // number_ before the first Adopt to this mux
    bool has_sessions_ = false;      // a mux has run with this keeper: it is worth keeping
    bool ending_ = false;
    bool introducing_ = false; // a keeper came by itself: it may bring its mux
    bool asked_ = false;       // and owes a Pong
    std::uint64_t busy_since_ = 0;
    std::deque<std::uint64_t> mux_deaths_; // times of the last ones
    std::uint64_t delay_ = 0;              // the delay now; 0: none
    std::uint64_t mux_not_before_ = 0;
    Source retry_, end_bound_, end_report_;
    struct Replacement {
        Edition edition = Edition::installed;
        Replaced done;
        bool retired = false;    // the old one has gone
        bool asked = false;      // the new one has taken over, and owes a Pong
        std::uint64_t begin = 0; // when the old one went
        Source bound;
    };
    std::unique_ptr<Replacement> replacement_;
    struct Renewal {
        Renewed done;
        Source bound;
    };
    std::unique_ptr<Renewal> renewal_;
    bool anew_ = false;                    // the next mux: one that failed may still run
    Edition edition_ = Edition::installed; // of the mux
    std::shared_ptr<bool> here_ = std::make_shared<bool>(true); // ends with the server
};

} // namespace berth::daemon
