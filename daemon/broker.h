// The broker: berthd's socket, what each new connection wants and may, and the accounts' servers.
// Every connection says what it is for in its first packet (Open), within kOpenBound; then it is
// handed to a mux, becomes a keeper's or mux's channel, is answered, or is refused. No peer can
// make berthd wait.
#pragma once

#include "admin.h"
#include "base/account.h"
#include "base/event.h"
#include "base/socket.h"
#include "launcher.h"
#include "protocol/channel.h"
#include "rules.h"
#include "server.h"
#include "shares.h"
#include "upgrade.h"

#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace berth::daemon {

inline constexpr std::uint64_t kOpenBound = 5'000'000; // microseconds for a peer to send Open
inline constexpr std::size_t kMaxGreetings = 512;      // connections without an Open yet, of all
inline constexpr std::size_t kMaxGreetingsOfUid = 64;  // and of one uid but root
inline constexpr std::size_t kMaxAnswering = 64;       // admins whose answer is under way
inline constexpr std::uint64_t kAcceptPause = 100'000; // microseconds, when descriptors run out

struct BrokerOptions {
    std::string socket;
    std::string config;      // folder of the policy; empty: the defaults
    bool is_private = false; // one account alone; ends when its server has ended
};

class Broker {
  public:
    Broker(Loop& loop, BrokerOptions options, Fd listener, std::unique_ptr<Launcher> launcher);
    ~Broker();

    // Ends the loop; keepers and muxes go on.
    void leave();
    // Reads the policy anew; false: it stays as it was.
    bool reload();

  private:
    // A connection whose Open is awaited, or whose account is being looked up.
    struct Greeting {
        Fd connection;
        Peer peer;
        std::uint64_t deadline = 0;
        Source watch;
        std::unique_ptr<AccountLookup> lookup;
        protocol::Open open;
    };
    using Greetings = std::list<Greeting>;

    void listen(Fd listener);
    bool accept_one();
    void greet(Fd connection, const Peer& peer);
    void watch_deadlines();
    void drop_late();
    void receive_open(Greetings::iterator who);
    void opened(Greetings::iterator who);
    void find_and_serve(Greetings::iterator who);
    void serve_account(Greetings::iterator who, Account account);
    void serve_client(Greetings::iterator who, const Account& account);
    void serve_guest(Greetings::iterator who, Result<Admitted> admitted);
    [[nodiscard]] Answer unshare(const Peer& peer, const Request& request);
    void admin(Greetings::iterator who, const Account& account);
    void shut_down(Greetings::iterator who, const Request& request);
    void upgrade(Greetings::iterator who, Part part);
    void answer(Fd connection, const Answer& text);
    [[nodiscard]] std::vector<ServerView> visible_to(const Peer& peer) const;
    void complete(const Account& account);
    void look_up(Greetings::iterator who, const AccountKey& key, const Server* known);
    void take_keeper(Greetings::iterator who, const Account& account);
    void take_mux(Greetings::iterator who);
    void refuse_and_forget(Greetings::iterator who, int code, const std::string& text);
    void drop(Greetings::iterator who, const std::string& reason);
    void forget(Greetings::iterator who);
    [[nodiscard]] Server* server_of(uid_t uid);
    [[nodiscard]] Server* server_of(const std::string& name);
    [[nodiscard]] std::vector<Server*> all_servers() const;
    Server& new_server(const Account& account);
    void server_ended(uid_t uid);
    void leave_if_unused();

    Loop& loop_;
    BrokerOptions options_;
    Fd listener_;
    std::unique_ptr<Launcher> launcher_;
    Rules rules_;
    Shares shares_;
    Upgrade upgrade_;
    Source accept_, accept_pause_, deadlines_, unused_;
    std::uint64_t deadline_ = 0; // that deadlines_ waits for
    Greetings greetings_;        // by age
    std::map<uid_t, std::unique_ptr<Server>> servers_;
    std::multimap<uid_t, Fd> await_end_; // admins who asked for the end of that server
    std::list<std::unique_ptr<protocol::Channel>> answering_;
    std::string buffer_;
};

} // namespace berth::daemon
