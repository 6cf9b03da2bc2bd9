#include "base/account.h"

#include "base/fd.h"
#include "base/thread.h"

#include <atomic>
#include <cstring>
#include <grp.h>
#include <mutex>
#include <poll.h>
#include <pwd.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

namespace berth {

// Shared by the asker and the thread, which may outlive it.
struct AccountLookup::Work {
    AccountKey key;
    Groups groups = Groups::leave;
    Fd ready{eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
    std::mutex mutex;
    Result<Account> result = fail(ETIMEDOUT, "account");
};

namespace {

constexpr std::size_t kMaxRecord = 1024 * 1024; // bytes of one passwd or group entry
std::atomic<int> lookups{0};

std::string shown(const AccountKey& key) {
    if (const auto* name = std::get_if<std::string>(&key))
        return "account " + *name;
    return "account of uid " + std::to_string(std::get<uid_t>(key));
}

// Calls `get(record, buffer, found)` with a buffer that grows on ERANGE.
template <class Record, class Get> int read_record(Record& record, std::string& buffer, Get get) {
    buffer.resize(1024);
    for (;;) {
        Record* found = nullptr;
        const int error = get(&record, buffer.data(), buffer.size(), &found);
        if (error != ERANGE || buffer.size() >= kMaxRecord)
            return found != nullptr ? 0 : (error != 0 ? error : ENOENT);
        buffer.resize(buffer.size() * 2);
    }
}

void add_groups(Account& account) {
    account.has_groups = true;
    int count = 64;
    std::vector<gid_t> ids(static_cast<std::size_t>(count));
    while (getgrouplist(account.name.c_str(), account.gid, ids.data(), &count) < 0)
        ids.resize(static_cast<std::size_t>(count));
    ids.resize(static_cast<std::size_t>(count));
    std::string buffer;
    for (const gid_t id : ids) {
        struct group record{};
        const int error =
            read_record(record, buffer, [id](auto... rest) { return getgrgid_r(id, rest...); });
        if (error == 0)
            account.groups.emplace_back(record.gr_name);
    }
}

Result<Account> look_up(const AccountKey& key, Groups groups) {
    passwd record{};
    std::string buffer;
    const int error = read_record(record, buffer, [&key](auto... rest) {
        if (const auto* name = std::get_if<std::string>(&key))
            return getpwnam_r(name->c_str(), rest...);
        return getpwuid_r(std::get<uid_t>(key), rest...);
    });
    if (error != 0)
        return fail(error, shown(key));
    Account account;
    account.uid = record.pw_uid;
    account.gid = record.pw_gid;
    account.name = record.pw_name;
    account.home = record.pw_dir;
    account.shell = record.pw_shell;
    if (groups == Groups::find)
        add_groups(account);
    return account;
}

std::shared_ptr<AccountLookup::Work> start(const AccountKey& key, Groups groups) {
    auto work = std::make_shared<AccountLookup::Work>();
    work->key = key;
    work->groups = groups;
    work->result = fail(ETIMEDOUT, shown(key));
    bool started = work->ready && lookups.fetch_add(1) < kMaxLookups;
    if (started)
        started = run_apart([work] {
            auto result = look_up(work->key, work->groups);
            lookups.fetch_sub(1);
            const std::lock_guard lock(work->mutex);
            work->result = std::move(result);
            eventfd_write(work->ready.get(), 1);
        });
    if (!started && work->ready)
        lookups.fetch_sub(1);
    if (!started) {
        const std::lock_guard lock(work->mutex);
        work->result = fail(EAGAIN, shown(key));
        work->ready.reset();
    }
    return work;
}

Result<Account> result_of(AccountLookup::Work& work) {
    const std::lock_guard lock(work.mutex);
    return work.result;
}

} // namespace

Result<Account> find_account(const AccountKey& key, Groups groups) {
    const auto work = start(key, groups);
    if (work->ready) {
        const std::uint64_t deadline = now_us() + kAccountBound;
        pollfd wait{work->ready.get(), POLLIN, 0};
        for (std::uint64_t now = now_us(); now < deadline; now = now_us())
            if (poll(&wait, 1, static_cast<int>((deadline - now) / 1000) + 1) > 0)
                break;
    }
    return result_of(*work);
}

AccountLookup::AccountLookup(Loop& loop, const AccountKey& key, Groups groups, Done done)
    : done_(std::move(done)), work_(start(key, groups)) {
    if (!work_->ready) {
        ready_ = loop.defer([this] { finish(result_of(*work_)); });
        return;
    }
    ready_ = loop.watch(work_->ready.get(), EPOLLIN,
                        [this](std::uint32_t) { finish(result_of(*work_)); });
    bound_ = loop.after(kAccountBound, [this] { finish(result_of(*work_)); });
}

AccountLookup::~AccountLookup() = default;

void AccountLookup::finish(Result<Account> result) {
    ready_.reset();
    bound_.reset();
    auto done = std::move(done_);
    done(std::move(result));
}

} // namespace berth
