// Jobs: programs that the keeper starts as the user for run-shell, if-shell, #(), pipe-pane,
// copy-pipe and the like. One Jobs for each mux, owned by the Server. A job outlives neither the
// mux that started it nor stop(); what it prints is gathered up to a limit, or handed on as it
// comes.
#pragma once

#include "base/event.h"
#include "base/fd.h"
#include "protocol/channel.h"
#include "vt/size.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace berth::mux {

class Server;
class Pane;
struct Session;

using JobId = std::uint64_t;

inline constexpr JobId kFirstJob = JobId{1} << 40; // beyond every pane's number (PaneId + 1)
inline constexpr std::size_t kMaxJobs = 2000;      // at a time
inline constexpr std::size_t kMaxJobOutput = std::size_t{16} << 20; // bytes that are gathered
inline constexpr std::size_t kMaxJobInput = std::size_t{4} << 20;   // bytes that wait for one job

// What becomes of what the job writes to standard error.
enum class JobErrors : std::uint8_t { dropped, with_output };
// No: /dev/null. Given: JobWish::input. Stream: what Jobs::write() says.
enum class JobInput : std::uint8_t { none, given, stream };

struct JobWish {
    std::vector<std::string> words;       // one: run by /bin/sh -c; more: run as they are
    std::string shell;                    // another shell for one word
    std::string directory;                // empty, or gone: the home directory
    std::vector<std::string> environment; // "NAME=value", over the session's
    const Session* session = nullptr;     // whose environment; none: the server's alone
    std::optional<std::uint32_t> pane;    // $TMUX_PANE
    JobInput feed = JobInput::none;
    std::string input;
    JobErrors errors = JobErrors::dropped;
    std::size_t output_limit = kMaxJobOutput; // what comes after it is read and dropped
    std::optional<vt::Size> terminal;         // run in a terminal of that size: its master goes to
                                              // JobCalls::terminal, and there is no output or input
};

struct JobEnd {
    std::string error{};  // why it could not be started, or was lost; else empty
    int wait_status = 0;  // wait(2)
    std::string output{}; // unless JobCalls::output took it
    bool cut = false;     // there was more

    // As a shell gives it: 128 + signal; 127 for what could not be started.
    [[nodiscard]] int status() const;
};

struct JobCalls {
    std::move_only_function<void(std::string_view bytes)> output;
    std::move_only_function<void(Fd master, std::string tty, std::uint32_t pid)> terminal;
    std::move_only_function<void(JobEnd end)> ended; // once, through the loop, never from start()
};

class Jobs {
  public:
    explicit Jobs(Server& server);
    ~Jobs();

    JobId start(JobWish wish, JobCalls calls);
    // SIGTERM for its process group; nothing of it is called back any more.
    void stop(JobId id);
    // To the standard input of JobInput::stream; false: it is not taken (the job does not read).
    [[nodiscard]] bool write(JobId id, std::string_view bytes);
    void end_input(JobId id); // when all is written
    // Calls back once, for what is to be started later.
    void after(std::uint64_t delay_us, std::move_only_function<void()> call);
    [[nodiscard]] bool running(JobId id) const { return jobs_.contains(id); }

    struct Shown {
        JobId id = 0;
        std::string command;
        std::uint32_t pid = 0;
        int wait_status = 0;
    };
    [[nodiscard]] std::vector<Shown> all() const; // for show-messages -J

    // ---- told by the link to the keeper; false: not about a job
    [[nodiscard]] bool spawned(protocol::Spawned& message, std::vector<Fd>& descriptors);
    [[nodiscard]] bool failed(const protocol::SpawnFailed& message);
    [[nodiscard]] bool exited(const protocol::Exited& message);
    void output(const protocol::JobOutput& message);
    void lost(); // another link: the keeper has forgotten all jobs

  private:
    struct Job;
    void end(JobId id, JobEnd end);
    void feed(Job& job);

    Server& server_;
    JobId next_ = kFirstJob;
    std::map<JobId, std::unique_ptr<Job>> jobs_;
    std::map<JobId, Source> ending_; // could not even be asked for
    std::map<JobId, Source> later_;
};

} // namespace berth::mux
