#include "renewal.h"

#include "base/program.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <fcntl.h>
#include <sys/epoll.h>
#include <unistd.h>

namespace berth::keeper {
namespace {

constexpr int kStateDescriptor = 3; // of the process that is asked

Result<void> keep_open(int fd, bool over_exec) {
    if (fcntl(fd, F_SETFD, over_exec ? 0 : FD_CLOEXEC) < 0)
        return fail_errno("keep descriptor " + std::to_string(fd));
    return {};
}

// Its exec may fail: then it says nothing.
Result<pid_t> start_check(const std::string& program, int state, int answer) {
    std::array<std::string, 3> words{program, "--check-state", std::to_string(kStateDescriptor)};
    std::array<char*, 4> argv{words[0].data(), words[1].data(), words[2].data(), nullptr};
    const pid_t pid = fork();
    if (pid < 0)
        return fail_errno("fork");
    if (pid == 0) { // async-signal-safe calls alone
        if (dup2(answer, STDOUT_FILENO) >= 0 && dup2(state, kStateDescriptor) >= 0)
            execv(argv[0], argv.data());
        _exit(127);
    }
    return pid;
}

} // namespace

Renewal::Renewal(Loop& loop, std::function<State()> collect, std::function<bool()> is_quiet,
                 std::move_only_function<void(const std::string&)> failed)
    : loop_(loop), collect_(std::move(collect)), is_quiet_(std::move(is_quiet)),
      failed_(std::move(failed)), program_(own_path()) {
    step_ = loop_.defer([this] { begin(); });
}

Renewal::~Renewal() {
    if (child_ > 0 && answer_)
        kill(child_, SIGKILL); // it has not answered: it has not ended, as far as is known
}

void Renewal::begin() {
    if (auto asked = ask(); !asked)
        fail_with(asked.error().text());
}

Result<void> Renewal::ask() {
    auto state = write_state(collect_());
    if (!state)
        return std::unexpected(state.error());
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) < 0)
        return fail_errno("pipe");
    answer_ = Fd(ends[0]);
    const Fd theirs(ends[1]);
    // Above what the child gets, so that neither dup2 is onto itself and stays close-on-exec.
    const Fd high(fcntl(state->get(), F_DUPFD_CLOEXEC, kStateDescriptor + 1));
    if (!high || fcntl(answer_.get(), F_SETFL, O_NONBLOCK) < 0)
        return fail_errno("fcntl");
    const auto child = start_check(program_, high.get(), theirs.get());
    if (!child)
        return std::unexpected(child.error());
    child_ = *child;
    watch_ = loop_.watch(answer_.get(), EPOLLIN, [this](std::uint32_t) { answered(); });
    bound_ = loop_.after(kCheckBound, [this] { fail_with(program_ + " does not answer"); });
    return {};
}

void Renewal::answered() {
    std::array<char, 64> bytes{};
    const ssize_t size = read(answer_.get(), bytes.data(), bytes.size());
    if (size < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (size > 0 && said_.size() < bytes.size()) {
        said_.append(bytes.data(), static_cast<std::size_t>(size));
        return;
    }
    watch_.reset();
    bound_.reset();
    answer_.reset();
    if (said_ != kAccepts)
        return fail_with(program_ + " does not take the state of this one");
    quiet_until_ = now_us() + kQuietBound;
    wait_for_quiet();
}

// What is queued here would be lost; what peers have sent waits in the sockets.
void Renewal::wait_for_quiet() {
    if (is_quiet_())
        return execute();
    if (now_us() >= quiet_until_)
        return fail_with("berth-mux or berthd does not read");
    step_ = loop_.after(kQuietLook, [this] { wait_for_quiet(); });
}

void Renewal::execute() {
    const State state = collect_();
    auto written = write_state(state);
    const Fd before(open(kOwnProgram, O_RDONLY | O_CLOEXEC));
    if (!written || !before)
        return fail_with(written ? fail_errno("open this program").error().text()
                                 : written.error().text());
    std::vector<int> kept = state.descriptors();
    kept.push_back(written->get());
    kept.push_back(before.get());
    Result<void> done;
    for (const int fd : kept)
        if (done)
            done = keep_open(fd, true);
    if (done) {
        std::array<std::string, 5> words{program_, "--resume", std::to_string(written->get()),
                                         "--before", std::to_string(before.get())};
        std::array<char*, 6> argv{words[0].data(), words[1].data(), words[2].data(),
                                  words[3].data(), words[4].data(), nullptr};
        execv(argv[0], argv.data());
        done = fail_errno("execute " + program_);
    }
    const std::string text = done.error().text();
    for (const int fd : kept)
        if (const auto closed = keep_open(fd, false); !closed)
            return fail_with(closed.error().text());
    fail_with(text);
}

// The last thing that is done: it may be the end of this object.
void Renewal::fail_with(std::string text) {
    watch_.reset();
    bound_.reset();
    step_ = loop_.defer([this, text = std::move(text)] {
        auto failed = std::move(failed_);
        failed(text);
    });
}

int check_state(int fd) {
    if (!read_state(fd))
        return 1;
    std::fputs(kAccepts, stdout);
    return std::fflush(stdout) == 0 ? 0 : 1;
}

void return_to(int program, int state) {
    std::array<std::string, 4> words{own_path(), "--resume", std::to_string(state), "--returned"};
    std::array<char*, 5> argv{words[0].data(), words[1].data(), words[2].data(), words[3].data(),
                              nullptr};
    fexecve(program, argv.data(), environ);
}

} // namespace berth::keeper
