// How berthd starts an account's keeper and mux: as units of the service manager, or by forking.
#pragma once

#include "base/account.h"
#include "base/event.h"
#include "base/fd.h"
#include "base/result.h"

#include <functional>
#include <memory>
#include <string>

namespace berth::daemon {

enum class Part { keeper, mux };
[[nodiscard]] const char* program_of(Part part); // "berth-keeper", "berth-mux"

struct Started {
    Fd channel;    // none: it connects by itself
    pid_t pid = 0; // a child of berthd, or 0
};

class Launcher {
  public:
    using Done = std::move_only_function<void(Result<Started>)>;

    virtual ~Launcher() = default;
    // The callback comes once, at once or through the loop. EBUSY: one of an earlier berthd runs,
    // and will connect. Error texts are shown to clients.
    virtual void start(Part part, const Account& account, Done done) = 0;
    // Ends it when it did not do so by itself; `pid` is what start() gave.
    virtual void stop(Part part, const Account& account, pid_t pid) = 0;
    // A mux that misbehaves: its successor is to take over.
    virtual void kill_mux(const Account& account, pid_t pid) = 0;
    // Whether the process at the other end of a connection is the account's mux.
    [[nodiscard]] virtual bool is_mux(const Account& account, pid_t peer) = 0;
};

struct ForkOptions {
    std::string socket;   // berthd's
    std::string folder;   // of berth-keeper and berth-mux
    bool as_root = false; // any account, in a PAM session; otherwise berthd's own account
};

[[nodiscard]] std::unique_ptr<Launcher> fork_launcher(ForkOptions options);
// Takes away the file that a keeper holds locked, unless one does.
void remove_keeper_lock(const std::string& socket, uid_t uid);

// Units berth@NAME.service and berth-mux@UID.service of systemd.
[[nodiscard]] std::unique_ptr<Launcher> unit_launcher(Loop& loop);

} // namespace berth::daemon
