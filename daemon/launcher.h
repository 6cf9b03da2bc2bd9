// How berthd starts an account's keeper and mux: as units of the service manager, or by forking.
#pragma once

#include "base/account.h"
#include "base/event.h"
#include "base/fd.h"
#include "base/result.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace berth::daemon {

enum class Part { keeper, mux };
// Which program a mux runs: the installed one, or the one before it, which a package's upgrade puts
// aside. Keepers run the installed one.
enum class Edition { installed, previous };
[[nodiscard]] const char* program_of(Part part);            // "berth-keeper", "berth-mux"
inline constexpr const char* kPreviousFolder = "/previous"; // in the programs' folder

[[nodiscard]] std::string program_in(const std::string& folder, Part part, Edition edition);

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
    virtual void start(Part part, const Account& account, Edition edition, Done done) = 0;
    // The same, where another has just ended and may not be known to have.
    virtual void start_anew(Part part, const Account& account, Edition edition, Done done) = 0;
    // Ends it when it did not do so by itself; `pid` is what start() gave.
    virtual void stop(Part part, const Account& account, Edition edition, pid_t pid) = 0;
    // A mux that misbehaves: its successor is to take over.
    virtual void kill_mux(const Account& account, Edition edition, pid_t pid) = 0;
    // Whether the process at the other end of a connection is the account's mux, and which.
    [[nodiscard]] virtual std::optional<Edition> mux_edition(const Account& account,
                                                             pid_t peer) = 0;
    // berth-webhook, with a channel for packets of events. A `pid` is berthd's to reap.
    [[nodiscard]] virtual Result<Started> start_webhook() = 0;
    // The file of a program.
    [[nodiscard]] virtual std::string program(Part part, Edition edition) const = 0;
};

struct ForkOptions {
    std::string socket;   // berthd's
    std::string folder;   // of berth-keeper and berth-mux
    bool as_root = false; // any account, in a PAM session; otherwise berthd's own account
};

[[nodiscard]] std::unique_ptr<Launcher> fork_launcher(ForkOptions options);
// Takes away the file that a keeper holds locked, unless one does.
void remove_keeper_lock(const std::string& socket, uid_t uid);

// Units berth@NAME.service, berth-mux@UID.service and berth-mux-previous@UID.service of systemd,
// whose programs are in that folder.
[[nodiscard]] std::unique_ptr<Launcher> unit_launcher(Loop& loop, std::string folder);

} // namespace berth::daemon
