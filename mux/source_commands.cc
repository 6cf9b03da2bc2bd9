// source-file: the files are found and read first, one after the other; then their commands run
// where the command stood.
#include "client.h"
#include "command/print.h"
#include "commands.h"
#include "formats.h"
#include "server.h"
#include "user_files.h"

#include <array>
#include <cstring>
#include <deque>

namespace berth::mux {
namespace {

// One source-file on its way.
class Sourcing : public std::enable_shared_from_this<Sourcing> {
  public:
    Sourcing(const Call& call, std::string directory, std::deque<std::string> patterns)
        : execution_(call.execution.shared_from_this()), command_(call.command),
          directory_(std::move(directory)), patterns_(std::move(patterns)) {}

    Flow start() {
        go_on();
        started_ = true;
        return !done_ ? Flow::waits : failed_ ? Flow::failed : Flow::done;
    }

  private:
    void go_on() {
        if (!paths_.empty()) {
            read();
            return;
        }
        if (patterns_.empty()) {
            finish();
            return;
        }
        const std::string pattern = patterns_.front();
        patterns_.pop_front();
        if (pattern == "-" || !is_pattern(pattern)) {
            paths_.push_back(pattern);
            read();
            return;
        }
        find_user_files(server(), directory_, pattern,
                        [self = shared_from_this(), pattern](std::vector<std::string> paths) {
                            if (paths.empty())
                                self->missing(pattern, ENOENT);
                            self->paths_.assign(paths.begin(), paths.end());
                            self->go_on();
                        });
    }

    [[nodiscard]] Server& server() const { return execution_->server(); }
    [[nodiscard]] bool has(char flag) const { return command_.arguments.has(flag); }
    [[nodiscard]] Call call() const { return {server(), *execution_, command_}; }

    void fail(std::string_view text) {
        (void)call().fail(text);
        failed_ = true;
    }

    void missing(const std::string& path, int error) {
        if (error == ENOENT && has('q'))
            return;
        fail(path + ": " + strerror(error));
    }

    [[nodiscard]] std::string whole(const std::string& path) const {
        return path.starts_with('/') || path == "-" ? path : directory_ + "/" + path;
    }

    void read() {
        const std::string path = paths_.front();
        paths_.pop_front();
        Client* client = execution_->origin().command_line ? execution_->client() : nullptr;
        if (path == "-" && client == nullptr) {
            fail("-: no standard input");
            go_on();
            return;
        }
        read_user_file(server(), client, directory_, path,
                       [self = shared_from_this(), path](std::string contents, int error) {
                           self->any_ = self->any_ || error == 0;
                           if (error != 0)
                               self->missing(path, error);
                           else
                               self->take(self->whole(path), contents);
                           self->go_on();
                       });
    }

    void take(const std::string& path, std::string_view contents) {
        auto list = parse_file(server(), contents, path);
        if (!list) {
            fail(list.error().operation);
            return;
        }
        if (has('v'))
            for (const command::Command& one : list->commands)
                call().print(path + ":" + std::to_string(one.line) + ": " + command::print(one));
        if (!has('n'))
            append(all_, std::move(*list));
    }

    void finish() {
        execution_->insert(std::move(all_));
        done_ = true;
        if (failed_)
            execution_->set_status(1);
        if (!started_)
            return;
        if (failed_ && !any_)
            execution_->drop_group();
        execution_->resume();
    }

    std::shared_ptr<Execution> execution_;
    const command::Command command_;
    std::string directory_;
    std::deque<std::string> patterns_;
    std::deque<std::string> paths_; // of the pattern before
    command::CommandList all_;
    bool failed_ = false;
    bool any_ = false;     // file was there
    bool started_ = false; // start() has returned
    bool done_ = false;
};

Flow source_file(const Call& call) {
    if (!call.execution.may_source())
        return call.fail("too many nested files");
    FormatAbout item{.client = call.client()};
    std::string directory = call.server.config.directory();
    if (directory.empty())
        directory = call.server.user().home;
    if (const auto found = find_target(call.server, call.execution.origin(),
                                       call.arguments().value('t'), call.command.row->target)) {
        item = about(*found, call.client());
        directory = found->session->directory;
    }
    if (call.execution.origin().command_line && call.client() != nullptr)
        directory = call.client()->request.directory;
    std::deque<std::string> patterns;
    for (std::size_t i = 0; i < call.arguments().size(); ++i)
        patterns.push_back(call.arguments().has('F')
                               ? expand(call.server, item, call.arguments().text(i))
                               : std::string(call.arguments().text(i)));
    return std::make_shared<Sourcing>(call, std::move(directory), std::move(patterns))->start();
}

constexpr std::array kRows = {CommandRow{"source-file", source_file}};

} // namespace

std::span<const CommandRow> source_commands() {
    return kRows;
}

} // namespace berth::mux
