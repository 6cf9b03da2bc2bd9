// What berthd answers itself (Purpose::admin): users, status, policy. Pure: a request and a view
// in, text and an exit status out. `shutdown` is the broker's, who checks it with may_see().
#pragma once

#include "base/account.h"
#include "base/socket.h"
#include "policy/policy.h"
#include "protocol/codec.h"
#include "share_book.h"

#include <optional>
#include <string>
#include <vector>

namespace berth::daemon {

struct ProcessView {
    pid_t pid = 0;       // 0: not known
    std::string version; // empty: not known
    bool current = true; // it runs the file that is installed
};

struct ServerView {
    std::string user;
    uid_t uid = 0;
    std::optional<ProcessView> keeper; // none: not running
    std::optional<ProcessView> mux;
};

struct Answer {
    std::string text;
    int status = 0;
};

enum class Verb {
    users,
    status,
    policy_show,
    policy_check,
    shares,
    guests,
    unshare,
    shutdown,
    upgrade,
    upgrade_keepers,
    unknown
};

struct Request {
    Verb verb = Verb::unknown;
    bool json = false;
    std::string argument; // USER, FILE or ID; empty: none
};

// Words beyond those that a verb takes make it unknown.
[[nodiscard]] Request parse_request(const protocol::Texts& words);
// Root sees everybody, others themselves.
[[nodiscard]] inline bool may_see(const Peer& peer, uid_t uid) {
    return peer.uid == 0 || peer.uid == uid;
}

[[nodiscard]] Answer users(const std::vector<ServerView>& servers, const Request& request);
// `refused`: why the installed berth-mux is not used, or empty.
[[nodiscard]] Answer status(const std::vector<ServerView>& servers, const Request& request,
                            const std::string& socket, const std::string& refused);
[[nodiscard]] Answer policy_show(const policy::Settings& settings, const Account& account,
                                 const Request& request);

// Those that live; of the peer's account, or all for root.
[[nodiscard]] Answer shares(const std::vector<Share>& all, const Peer& peer,
                            const Request& request);
[[nodiscard]] Answer guests(const std::vector<Share>& all, const Peer& peer,
                            const Request& request);

} // namespace berth::daemon
