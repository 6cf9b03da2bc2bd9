// A control client (berth -C) as a child does the talking: commands go to its standard input,
// blocks of answers and notifications come from its standard output, as tmux's control mode has
// them.
#include "foreground.h"

#include "base/event.h"
#include "base/fd.h"
#include "client/files.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <ctime>
#include <fcntl.h>
#include <spawn.h>
#include <string_view>
#include <sys/epoll.h>
#include <sys/wait.h>
#include <unistd.h>

namespace berth {
namespace {

constexpr std::size_t kMaxLine = 1024 * 1024; // of control mode; a longer one ends it
constexpr const char* kSelf = "/proc/self/exe";

// What is said to the new session, in this order; the answer to the last one is the links.
constexpr std::string_view kCommands =
    "refresh-client -f no-output\n"
    "set-option -p remain-on-exit on\n"
    // A second later: a shell that cannot start is not started again and again without a pause.
    "set-hook -p pane-died \"display-message 'the shell has ended; it is started again' ; "
    "run-shell -d 1 -C 'respawn-pane -t #{hook_pane}'\"\n"
    "share --json\n"
    "display-message -p 'to read: #{share_ssh_ro}'\n"
    "display-message -p 'to type: #{share_ssh}'\n";
// Blocks of answers: the new session's own, then one for each line above.
enum Block { kSession, kNoOutput, kRemain, kHook, kShare, kRead, kType };

void say(std::string_view text) {
    std::array<char, 32> when{};
    const time_t now = time(nullptr);
    std::tm parts{};
    localtime_r(&now, &parts);
    strftime(when.data(), when.size(), "%Y-%m-%d %H:%M:%S ", &parts);
    client::print(STDOUT_FILENO, std::string(when.data()) + std::string(text) + "\n");
}

class Foreground {
  public:
    Foreground(Loop& loop, Fd to, Fd from)
        : loop_(loop), to_(std::move(to)), from_(std::move(from)) {
        client::print(to_.get(), kCommands);
        reading_ = loop_.watch(from_.get(), EPOLLIN, [this](std::uint32_t) { read(); });
    }

    void leave() {
        leaving_ = true;
        client::print(to_.get(), "kill-session\n");
    }
    [[nodiscard]] int status() const { return shared_ || leaving_ ? 0 : 1; }

  private:
    void read() {
        std::array<char, 16384> buffer{};
        const ssize_t size = ::read(from_.get(), buffer.data(), buffer.size());
        if (size < 0 && (errno == EINTR || errno == EAGAIN))
            return;
        if (size <= 0 || text_.size() > kMaxLine) {
            loop_.exit(0);
            return;
        }
        text_.append(buffer.data(), static_cast<std::size_t>(size));
        std::size_t begin = 0;
        for (std::size_t end = 0; (end = text_.find('\n', begin)) != std::string::npos;
             begin = end + 1)
            line(std::string_view(text_).substr(begin, end - begin));
        text_.erase(0, begin);
    }

    void line(std::string_view line) {
        constexpr std::string_view kMessage = "%message ";
        if (line.starts_with("%begin ")) {
            inside_ = true;
            answer_.clear();
        } else if (inside_ && (line.starts_with("%end ") || line.starts_with("%error "))) {
            inside_ = false;
            answered(line.starts_with("%end "));
        } else if (inside_) {
            answer_ += std::string(answer_.empty() ? "" : " ") + std::string(line);
        } else if (line.starts_with(kMessage)) {
            say(line.substr(kMessage.size()));
        } else if (line.starts_with("%exit")) {
            say("the session has ended");
        }
    }

    void answered(bool good) {
        const int block = block_++;
        if (!good && !leaving_) {
            client::print(STDERR_FILENO, "berth: " + answer_ + "\n");
            if (block <= kType)
                leave();
            return;
        }
        shared_ = shared_ || block == kShare;
        const bool link = block == kRead || block == kType;
        if (link && answer_.find(": ssh ") != std::string::npos)
            say(answer_);
    }

    Loop& loop_;
    Fd to_, from_;
    Source reading_;
    std::string text_;   // not yet a line
    std::string answer_; // of the block that is being read
    bool inside_ = false;
    bool shared_ = false;
    bool leaving_ = false;
    int block_ = 0;
};

struct Pipe {
    Fd from, into;
};

bool make_pipe(Pipe& pipe) {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0)
        return false;
    pipe = {Fd(ends[0]), Fd(ends[1])};
    return true;
}

bool start(std::vector<std::string> words, int input, int output, pid_t& pid) {
    std::vector<char*> arguments;
    for (std::string& word : words)
        arguments.push_back(word.data());
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    if (posix_spawn_file_actions_init(&actions) != 0 || posix_spawnattr_init(&attributes) != 0)
        return false;
    sigset_t none;
    sigemptyset(&none);
    // A group of its own: the terminal's Ctrl-C is for us, who end the session in order.
    const bool ready =
        posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO) == 0 &&
        posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO) == 0 &&
        posix_spawnattr_setsigmask(&attributes, &none) == 0 &&
        posix_spawnattr_setpgroup(&attributes, 0) == 0 &&
        posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP) ==
            0 &&
        posix_spawn(&pid, kSelf, &actions, &attributes, arguments.data(), environ) == 0;
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    return ready;
}

} // namespace

int run_foreground(const std::vector<std::string>& flags, std::vector<std::string> words) {
    std::vector<std::string> all{"berth"};
    all.insert(all.end(), flags.begin(), flags.end());
    all.emplace_back("-C");
    if (words.empty())
        words.emplace_back("new-session");
    all.insert(all.end(), words.begin(), words.end());
    signal(SIGPIPE, SIG_IGN);
    block_signals({SIGINT, SIGTERM, SIGHUP});
    Pipe input;
    Pipe output;
    pid_t pid = 0;
    if (!make_pipe(input) || !make_pipe(output) ||
        !start(std::move(all), input.from.get(), output.into.get(), pid)) {
        client::print(STDERR_FILENO, "berth: a control client cannot be started\n");
        return 1;
    }
    input.from = Fd();
    output.into = Fd();
    Loop loop;
    Foreground foreground(loop, std::move(input.into), std::move(output.from));
    std::vector<Source> signals;
    for (const int number : {SIGINT, SIGTERM, SIGHUP})
        signals.push_back(loop.signal(number, [&foreground] { foreground.leave(); }));
    loop.run();
    int status = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    return foreground.status();
}

} // namespace berth
