// Launching without a service manager: posix_spawn(3) with the channel as descriptor 3. A keeper
// also gets a locked file (descriptor 4) that tells a later berthd that it is still there.
#include "launcher.h"

#include "base/keeper_lock.h"
#include "base/socket.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <spawn.h>
#include <sys/file.h>
#include <unistd.h>

namespace berth::daemon {
namespace {

constexpr int kChannelDescriptor = 3;
constexpr int kLockDescriptor = 4;
constexpr const char* kSelf = "/proc/self/exe"; // berthd, in a child that has not executed yet

class ForkLauncher : public Launcher {
  public:
    explicit ForkLauncher(ForkOptions options) : options_(std::move(options)) {}

    void start(Part part, const Account& account, Edition edition, Done done) override {
        done(start_now(part, account, edition));
    }
    void start_anew(Part part, const Account& account, Edition edition, Done done) override {
        start(part, account, edition, std::move(done));
    }
    void stop(Part, const Account&, Edition, pid_t pid) override {
        if (pid > 0)
            kill(pid, SIGKILL); // not yet reaped: berthd watches it
    }
    void kill_mux(const Account& account, Edition edition, pid_t pid) override {
        stop(Part::mux, account, edition, pid);
    }
    std::optional<Edition> mux_edition(const Account&, pid_t) override { return std::nullopt; }
    Result<Started> start_webhook() override;
    std::string program(Part part, Edition edition) const override {
        return program_in(options_.folder, part, edition);
    }

  private:
    [[nodiscard]] Result<Started> start_now(Part part, const Account& account,
                                            Edition edition) const;
    [[nodiscard]] Result<Fd> lock(const Account& account) const;
    [[nodiscard]] std::vector<std::string> words(Part part, const Account& account,
                                                 const std::string& program) const;

    ForkOptions options_;
};

Result<pid_t> spawn_program(std::vector<std::string> words, int channel, int lock) {
    std::vector<char*> argv;
    for (std::string& word : words)
        argv.push_back(word.data());
    argv.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    // Both are above 4 (see above_descriptors), so neither overwrites the other.
    posix_spawn_file_actions_adddup2(&actions, channel, kChannelDescriptor);
    if (lock >= 0)
        posix_spawn_file_actions_adddup2(&actions, lock, kLockDescriptor);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    sigset_t set;
    sigemptyset(&set);
    posix_spawnattr_setsigmask(&attributes, &set);
    sigfillset(&set);
    posix_spawnattr_setsigdefault(&attributes, &set);
    posix_spawnattr_setflags(&attributes,
                             POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSID);
    pid_t pid = 0;
    const int error = posix_spawn(&pid, argv[0], &actions, &attributes, argv.data(), environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    if (error != 0)
        return fail(error, "start " + words[0]);
    return pid;
}

Result<Fd> above_descriptors(Fd fd) {
    Fd moved(fcntl(fd.get(), F_DUPFD_CLOEXEC, kLockDescriptor + 1));
    if (!moved)
        return fail_errno("duplicate a descriptor");
    return moved;
}

// An open file description is locked, not a process: the keeper's copy keeps it so.
Result<Fd> ForkLauncher::lock(const Account& account) const {
    const std::string path = keeper_lock_path(options_.socket, account.uid);
    Fd file(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!file)
        return fail_errno("open " + path);
    if (flock(file.get(), LOCK_EX | LOCK_NB) < 0)
        return fail(errno == EWOULDBLOCK ? EBUSY : errno, "lock " + path);
    return above_descriptors(std::move(file));
}

std::vector<std::string> ForkLauncher::words(Part part, const Account& account,
                                             const std::string& program) const {
    const std::string channel = std::to_string(kChannelDescriptor);
    std::vector<std::string> result;
    if (options_.as_root && part == Part::mux)
        result = {kSelf, "--unprivileged", "--"};
    else if (options_.as_root)
        result = {kSelf, "--session", account.name, "--"};
    result.insert(result.end(), {program, "--fd", channel});
    if (part == Part::mux)
        return result;
    std::string agent = options_.socket + ".agent";
    if (options_.as_root)
        agent = options_.socket.substr(0, options_.socket.rfind('/') + 1) + "user-" +
                std::to_string(account.uid) + "/agent.sock";
    result.insert(result.end(), {"--socket", options_.socket, "--agent", agent});
    return result;
}

Result<Started> ForkLauncher::start_webhook() {
    const std::string path = options_.folder + "/berth-webhook";
    if (access(path.c_str(), X_OK) < 0)
        return fail_errno("start " + path);
    auto ends = socket_pair();
    if (!ends)
        return std::unexpected(ends.error());
    auto theirs = above_descriptors(std::move(ends->second));
    if (!theirs)
        return std::unexpected(theirs.error());
    std::vector<std::string> line{kSelf, "--unprivileged", "--", path, "--child"};
    if (!options_.as_root)
        line.erase(line.begin(), line.begin() + 3);
    const auto pid = spawn_program(std::move(line), theirs->get(), -1);
    if (!pid)
        return std::unexpected(pid.error());
    return Started{std::move(ends->first), *pid};
}

Result<Started> ForkLauncher::start_now(Part part, const Account& account, Edition edition) const {
    const std::string path = program(part, edition);
    if (access(path.c_str(), X_OK) < 0)
        return fail_errno("start " + path);
    Fd held;
    if (part == Part::keeper) {
        auto locked = lock(account);
        if (!locked)
            return std::unexpected(locked.error());
        held = std::move(*locked);
    }
    auto ends = socket_pair();
    if (!ends)
        return std::unexpected(ends.error());
    auto theirs = above_descriptors(std::move(ends->second));
    if (!theirs)
        return std::unexpected(theirs.error());
    const auto pid = spawn_program(words(part, account, path), theirs->get(), held.get());
    if (!pid)
        return std::unexpected(pid.error());
    return Started{std::move(ends->first), *pid};
}

} // namespace

const char* program_of(Part part) {
    return part == Part::keeper ? "berth-keeper" : "berth-mux";
}

std::string program_in(const std::string& folder, Part part, Edition edition) {
    return folder + (edition == Edition::previous ? kPreviousFolder : "") + "/" + program_of(part);
}

void remove_keeper_lock(const std::string& socket, uid_t uid) {
    const std::string path = keeper_lock_path(socket, uid);
    const Fd file(open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW));
    if (file && flock(file.get(), LOCK_EX | LOCK_NB) == 0)
        unlink(path.c_str());
}

std::unique_ptr<Launcher> fork_launcher(ForkOptions options) {
    return std::make_unique<ForkLauncher>(std::move(options));
}

} // namespace berth::daemon
