// `berth admin upgrade` and `berth admin upgrade-keepers`: after another version was installed,
// every mux, or keeper, of an earlier one is replaced in place, one account after the other. The
// first one is the trial: should it not come up, nothing else is touched, the edition before goes
// on, and a mark says so until another version is installed or the trial is repeated. Owned by the
// Broker.
#pragma once

#include "admin.h"
#include "base/event.h"
#include "launcher.h"
#include "server.h"

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace berth::daemon {

// Microseconds from berthd's start in which keepers of an earlier berthd introduce themselves.
inline constexpr std::uint64_t kIntroductions = 2'500'000;
inline constexpr std::uint64_t kUpgradeLook = 50'000;      // between looks at who is ready
inline constexpr std::uint64_t kReadyBound = 15'000'000;   // for servers that are being started
inline constexpr const char* kRefusedMark = "mux-refused"; // in berthd's folder

class Upgrade {
  public:
    using Done = std::move_only_function<void(const Answer&)>;
    using List = std::function<std::vector<Server*>()>;

    // `folder`: where the mark is left for a later berthd, and for packages; empty: nowhere.
    Upgrade(Loop& loop, const Launcher& launcher, const std::string& folder, List servers);

    // One at a time; answers when it is over.
    void run(Part part, Done done);
    [[nodiscard]] bool running() const { return run_.has_value(); }
    // Of a mux that is to be started.
    [[nodiscard]] Edition edition() const;
    // Why the installed mux is not used; empty: it is.
    [[nodiscard]] const std::string& refused() const { return refused_; }
    // Whether it runs the file that is installed.
    [[nodiscard]] bool is_current(const Server& server, Part part) const;

  private:
    struct Run {
        Part part = Part::mux;
        std::set<uid_t> tried;
        std::string text;
        std::uint64_t deadline = 0;
        Done done;
    };
    void read_mark();
    void write_mark(const std::string& stamp);
    void next();
    [[nodiscard]] Server* choose(bool& may_come);
    void replace(Server& server);
    void replaced(uid_t uid, const std::string& before, Result<std::uint64_t> took);
    void refuse(const Server* server, const std::string& user, const Error& error);
    void finish(int status);
    [[nodiscard]] Server* find(uid_t uid) const;

    Loop& loop_;
    const Launcher& launcher_;
    std::string mark_;
    List servers_;
    std::uint64_t begun_ = now_us();
    std::string refused_;
    std::optional<Run> run_;
    Source step_;
};

} // namespace berth::daemon
