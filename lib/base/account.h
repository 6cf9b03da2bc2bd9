// Accounts as the system's name services know them (getpwnam(3), getpwuid(3), getgrouplist(3)).
// Directories behind them may hang, so every lookup runs in a thread of its own and is waited for
// at most kAccountBound.
#pragma once

#include "base/event.h"
#include "base/result.h"

#include <functional>
#include <memory>
#include <string>
#include <sys/types.h>
#include <variant>
#include <vector>

namespace berth {

inline constexpr std::uint64_t kAccountBound = 2'000'000; // microseconds
inline constexpr int kMaxLookups = 64;                    // that hang at a time

struct Account {
    uid_t uid = 0;
    gid_t gid = 0;
    std::string name; // as the name services spell it
    std::string home;
    std::string shell;
    std::vector<std::string> groups; // names; only if they were asked for
    bool has_groups = false;         // they were
};

enum class Groups { leave, find };
using AccountKey = std::variant<uid_t, std::string>;

// Waits. ENOENT: no such account; ETIMEDOUT; EAGAIN: too many lookups hang.
[[nodiscard]] Result<Account> find_account(const AccountKey& key, Groups groups = Groups::leave);

// A lookup under way; the callback comes through the loop, once, unless the object ends before.
class AccountLookup {
  public:
    using Done = std::move_only_function<void(Result<Account>)>;
    AccountLookup(Loop& loop, const AccountKey& key, Groups groups, Done done);
    ~AccountLookup();

    struct Work;

  private:
    void finish(Result<Account> result);
    Done done_;
    std::shared_ptr<Work> work_;
    Source ready_, bound_;
};

} // namespace berth
