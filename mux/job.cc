#include "job.h"

#include "server.h"

#include <algorithm>
#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace berth::mux {

struct Jobs::Job {
    JobId id = 0;
    std::string command;
    std::uint32_t pid = 0;
    JobCalls calls;
    JobEnd result;
    std::size_t output_limit = 0;
    Fd input; // our end of the stream
    Source input_watch;
    std::string queue; // for it
    bool input_ends = false;
};

namespace {

// What the job reads as a file: it needs nobody who feeds it.
Result<Fd> file_of(std::string_view bytes) {
    Fd fd(memfd_create("berth-input", MFD_CLOEXEC));
    if (!fd)
        return fail_errno("memfd_create");
    while (!bytes.empty()) {
        const ssize_t size = ::write(fd.get(), bytes.data(), bytes.size());
        if (size <= 0)
            return fail_errno("write a job's input");
        bytes.remove_prefix(static_cast<std::size_t>(size));
    }
    if (lseek(fd.get(), 0, SEEK_SET) < 0)
        return fail_errno("lseek");
    return fd;
}

struct StreamEnds {
    Fd ours;
    Fd theirs;
};

Result<StreamEnds> stream() {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
        return fail_errno("socketpair");
    StreamEnds result{Fd(ends[0]), Fd(ends[1])};
    const int flags = fcntl(ends[0], F_GETFL);
    if (flags < 0 || fcntl(ends[0], F_SETFL, flags | O_NONBLOCK) < 0)
        return fail_errno("fcntl");
    if (::shutdown(ends[0], SHUT_RD) < 0)
        return fail_errno("shutdown");
    return result;
}

std::string command_text(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words)
        text.append(text.empty() ? "" : " ").append(word);
    return text;
}

} // namespace

int JobEnd::status() const {
    if (!error.empty())
        return 127;
    return WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : 128 + WTERMSIG(wait_status);
}

Jobs::Jobs(Server& server) : server_(server) {}
Jobs::~Jobs() = default;

JobId Jobs::start(JobWish wish, JobCalls calls) {
    const JobId id = next_++;
    auto made = std::make_unique<Job>();
    Job& job = *made;
    job.id = id;
    job.command = command_text(wish.words);
    job.calls = std::move(calls);
    job.output_limit = std::min(wish.output_limit, kMaxJobOutput);
    const bool full = jobs_.size() >= kMaxJobs;
    jobs_.emplace(id, std::move(made));
    const auto refuse = [&](std::string why) {
        ending_[id] = server_.loop().defer([this, id, why = std::move(why)] {
            ending_.erase(id);
            end(id, {.error = why});
        });
        return id;
    };
    if (full)
        return refuse("too many jobs (" + std::to_string(kMaxJobs) + ")");
    std::vector<Fd> descriptors;
    if (wish.feed == JobInput::given) {
        auto file = file_of(wish.input);
        if (!file)
            return refuse(file.error().text());
        descriptors.push_back(std::move(*file));
    } else if (wish.feed == JobInput::stream) {
        auto ends = stream();
        if (!ends)
            return refuse(ends.error().text());
        job.input = std::move(ends->ours);
        descriptors.push_back(std::move(ends->theirs));
        job.input_watch =
            server_.loop().watch(job.input.get(), 0, [this, &job](std::uint32_t) { feed(job); });
    }
    protocol::Spawn spawn;
    spawn.pane = id;
    spawn.kind = wish.terminal                           ? protocol::SpawnKind::pane
                 : wish.errors == JobErrors::with_output ? protocol::SpawnKind::job
                                                         : protocol::SpawnKind::quiet_job;
    spawn.words = std::move(wish.words);
    spawn.shell = wish.shell.empty() ? "/bin/sh" : std::move(wish.shell);
    spawn.directory = wish.directory.substr(0, protocol::kMaxPath);
    if (wish.terminal) {
        spawn.rows = static_cast<std::uint16_t>(wish.terminal->rows);
        spawn.columns = static_cast<std::uint16_t>(wish.terminal->columns);
    }
    if (!server_.send_spawn(spawn, server_.program_environment(wish.session, wish.pane),
                            wish.environment, std::move(descriptors)))
        return refuse("the command is too long, or the keeper is gone");
    return id;
}

void Jobs::stop(JobId id) {
    if (jobs_.erase(id) > 0 && ending_.erase(id) == 0)
        server_.forget(id);
}

bool Jobs::write(JobId id, std::string_view bytes) {
    const auto found = jobs_.find(id);
    if (found == jobs_.end() || !found->second->input || found->second->input_ends)
        return false;
    Job& job = *found->second;
    if (job.queue.size() + bytes.size() > kMaxJobInput)
        return false;
    job.queue += bytes;
    feed(job);
    return true;
}

void Jobs::end_input(JobId id) {
    const auto found = jobs_.find(id);
    if (found == jobs_.end() || !found->second->input)
        return;
    found->second->input_ends = true;
    feed(*found->second);
}

void Jobs::feed(Job& job) {
    if (!job.input)
        return;
    std::size_t done = 0;
    bool broken = false;
    while (done < job.queue.size()) {
        const ssize_t size =
            ::send(job.input.get(), job.queue.data() + done, job.queue.size() - done, MSG_NOSIGNAL);
        if (size < 0 && errno == EINTR)
            continue;
        if (size < 0) {
            broken = errno != EAGAIN;
            break;
        }
        done += static_cast<std::size_t>(size);
    }
    job.queue.erase(0, done);
    if (broken || (job.queue.empty() && job.input_ends)) {
        job.queue.clear();
        job.input_watch.reset();
        job.input.reset();
        return;
    }
    job.input_watch.set_events(job.queue.empty() ? 0U : std::uint32_t{EPOLLOUT});
}

void Jobs::after(std::uint64_t delay_us, std::move_only_function<void()> call) {
    const JobId id = next_++;
    later_[id] = server_.loop().after(delay_us, [this, id, call = std::move(call)]() mutable {
        later_.erase(id);
        call();
    });
}

std::vector<Jobs::Shown> Jobs::all() const {
    std::vector<Shown> shown;
    for (const auto& [id, job] : jobs_)
        shown.push_back({id, job->command, job->pid, job->result.wait_status});
    return shown;
}

bool Jobs::spawned(protocol::Spawned& message, std::vector<Fd>& descriptors) {
    if (message.pane < kFirstJob)
        return false;
    const auto found = jobs_.find(message.pane);
    if (found == jobs_.end())
        return true; // stopped meanwhile
    Job& job = *found->second;
    job.pid = message.pid;
    if (!descriptors.empty() && job.calls.terminal)
        job.calls.terminal(std::move(descriptors.front()), message.tty, message.pid);
    return true;
}

bool Jobs::failed(const protocol::SpawnFailed& message) {
    if (message.pane < kFirstJob)
        return false;
    end(message.pane, {.error = message.text});
    return true;
}

bool Jobs::exited(const protocol::Exited& message) {
    if (message.pane < kFirstJob)
        return false;
    const auto found = jobs_.find(message.pane);
    if (found == jobs_.end())
        return true;
    JobEnd result = std::move(found->second->result);
    result.wait_status = message.wait_status;
    if (found->second->calls.terminal)
        server_.forget(message.pane); // the keeper keeps what has a terminal until it is told
    end(message.pane, std::move(result));
    return true;
}

void Jobs::output(const protocol::JobOutput& message) {
    const auto found = jobs_.find(message.pane);
    if (found == jobs_.end())
        return;
    Job& job = *found->second;
    if (job.calls.output) {
        auto call = std::move(job.calls.output); // it may stop the job
        call(message.bytes);
        if (const auto again = jobs_.find(message.pane); again != jobs_.end())
            again->second->calls.output = std::move(call);
        return;
    }
    const std::size_t room = job.output_limit - job.result.output.size();
    job.result.output.append(message.bytes, 0, room);
    job.result.cut = job.result.cut || message.bytes.size() > room;
}

void Jobs::lost() {
    while (!jobs_.empty()) {
        const JobId id = jobs_.begin()->first;
        ending_.erase(id);
        end(id, {.error = "the job is lost: the keeper was started anew"});
    }
}

void Jobs::end(JobId id, JobEnd result) {
    const auto found = jobs_.find(id);
    if (found == jobs_.end())
        return;
    const auto job = std::move(found->second);
    jobs_.erase(found);
    if (job->calls.ended)
        job->calls.ended(std::move(result));
}

} // namespace berth::mux
