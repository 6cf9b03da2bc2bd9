// Commands that run the user's programs beside the panes: run-shell, if-shell.
#include "client.h"
#include "command/print.h"
#include "command/template.h"
#include "commands.h"
#include "formats.h"
#include "job.h"
#include "server.h"

#include <array>
#include <charconv>
#include <sys/wait.h>

namespace berth::mux {
namespace {

constexpr double kMaxDelay = 1e9; // seconds

// What a job is started for: by a command, for a client and a place.
struct Asked {
    FormatAbout item;
    JobWish wish;
};

Asked asked_by(const Call& call) {
    Asked asked;
    asked.item.client = call.client();
    if (const auto found = find_target(call.server, call.execution.origin(),
                                       call.arguments().value('t'), call.command.row->target)) {
        asked.item = about(*found, call.client());
        asked.wish.session = found->session;
        if (found->pane != nullptr)
            asked.wish.pane = found->pane->id;
    }
    const Client* client = call.client();
    if (client != nullptr && !client->attached() && !client->request.directory.empty())
        asked.wish.directory = client->request.directory;
    else if (client != nullptr && client->session != nullptr)
        asked.wish.directory = client->session->directory;
    else if (asked.item.session != nullptr)
        asked.wish.directory = asked.item.session->directory;
    else
        asked.wish.directory = call.server.config.directory();
    return asked;
}

// Who reads what run-shell printed: the pane of -t, the command line, or the key's client.
class Reader {
  public:
    explicit Reader(const Call& call)
        : server_(call.server), client_(call.client() != nullptr ? call.client()->id : 0),
          to_view_(call.arguments().has('t') || !call.execution.origin().command_line) {}

    void tell(std::string_view output) const {
        while (output.ends_with('\n'))
            output.remove_suffix(1);
        Client* client = server_.client_by_id(client_);
        if (client == nullptr || output.empty())
            return;
        if (to_view_ && client->attached())
            client->show_text(output);
        else
            client->print(output);
    }

  private:
    Server& server_;
    std::uint64_t client_;
    bool to_view_;
};

std::string told_of(const std::string& command, const JobEnd& end) {
    std::string text = end.output;
    if (!text.empty() && !text.ends_with('\n'))
        text += '\n';
    if (!end.error.empty())
        return text + "failed to run command: " + command;
    if (WIFEXITED(end.wait_status) && WEXITSTATUS(end.wait_status) != 0)
        text += "'" + command + "' returned " + std::to_string(WEXITSTATUS(end.wait_status));
    else if (WIFSIGNALED(end.wait_status))
        text +=
            "'" + command + "' terminated by signal " + std::to_string(WTERMSIG(end.wait_status));
    return text;
}

// The commands of run-shell -C: words are formats, braces are as they are.
Flow run_commands_of(const Call& call, const FormatAbout& item) {
    std::vector<command::Value> values;
    for (const command::Value& value : call.arguments().all())
        values.push_back(value.is_commands() ? value : expand(call.server, item, value.text()));
    if (values.empty())
        return Flow::done;
    auto list = call.execution.parse_values(values);
    if (!list)
        return call.fail(list.error().operation);
    if (call.arguments().has('b'))
        execution_beside(call, std::move(*list))->resume();
    else
        call.execution.insert(std::move(*list));
    return Flow::done;
}

// Started now or after -d; the command waits unless -b.
Flow run_job(const Call& call, Asked asked) {
    std::vector<std::string> answers;
    for (std::size_t i = 1; i < call.arguments().size(); ++i)
        answers.emplace_back(call.arguments().text(i));
    std::string command = expand(call.server, asked.item, call.arguments().text(0));
    if (!answers.empty())
        command = command::substitute(command, answers);
    if (const auto directory = call.arguments().value('c'))
        asked.wish.directory = expand(call.server, asked.item, *directory);
    asked.wish.words = {command};
    asked.wish.errors = call.arguments().has('E') ? JobErrors::with_output : JobErrors::dropped;
    auto waiting = call.arguments().has('b') ? nullptr : call.execution.shared_from_this();
    JobCalls calls;
    calls.ended = [waiting, command, reader = Reader(call)](JobEnd end) {
        reader.tell(told_of(command, end));
        if (waiting == nullptr)
            return;
        waiting->set_status(end.status());
        waiting->resume();
    };
    call.server.jobs.start(std::move(asked.wish), std::move(calls));
    return call.arguments().has('b') ? Flow::done : Flow::waits;
}

std::optional<std::uint64_t> delay_of(const Call& call) {
    const std::string text(call.arguments().value('d').value_or("0"));
    double seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (error != std::errc() || end != text.data() + text.size() || !(seconds >= 0) ||
        seconds > kMaxDelay)
        return std::nullopt;
    return static_cast<std::uint64_t>(seconds * 1e6);
}

Flow run_now(const Call& call) {
    Asked asked = asked_by(call);
    if (call.arguments().has('C'))
        return run_commands_of(call, asked.item);
    return call.arguments().size() == 0 ? Flow::done : run_job(call, std::move(asked));
}

Flow run_shell(const Call& call) {
    const auto delay = delay_of(call);
    if (!delay)
        return call.fail("invalid delay time: " +
                         std::string(call.arguments().value('d').value_or("")));
    if (*delay == 0)
        return run_now(call);
    const bool beside = call.arguments().has('b');
    // With -b an execution of its own waits, so that what follows does not.
    const auto waiting = beside ? execution_beside(call) : call.execution.shared_from_this();
    call.server.jobs.after(*delay, [waiting, command = call.command] {
        const Call again{waiting->server(), *waiting, command};
        const Flow flow = run_now(again);
        if (flow != Flow::waits)
            waiting->resume(flow);
    });
    return beside ? Flow::done : Flow::waits;
}

// The branch that a condition leads to; none: nothing to do.
std::optional<std::size_t> branch_of(const Call& call, bool condition) {
    const std::size_t index = condition ? 1 : 2;
    return index < call.arguments().size() ? std::optional(index) : std::nullopt;
}

Flow take_branch(const Call& call, Execution& execution, bool condition) {
    const auto index = branch_of(call, condition);
    if (!index)
        return Flow::done;
    auto list = execution.parse_values(call.arguments().all().subspan(*index, 1));
    if (!list)
        return call.fail(list.error().operation);
    execution.insert(std::move(*list));
    return Flow::done;
}

Flow if_shell(const Call& call) {
    Asked asked = asked_by(call);
    const std::string condition = expand(call.server, asked.item, call.arguments().text(0));
    if (call.arguments().has('F'))
        return take_branch(call, call.execution, !condition.empty() && condition != "0");
    asked.wish.words = {condition};
    asked.wish.output_limit = 0;
    const bool beside = call.arguments().has('b');
    const auto waiting = beside ? execution_beside(call) : call.execution.shared_from_this();
    JobCalls calls;
    calls.ended = [waiting, command = call.command](JobEnd end) {
        const Call again{waiting->server(), *waiting, command};
        waiting->resume(take_branch(again, *waiting, end.status() == 0));
    };
    call.server.jobs.start(std::move(asked.wish), std::move(calls));
    return beside ? Flow::done : Flow::waits;
}

constexpr std::array kRows = {
    CommandRow{"if-shell", if_shell},
    CommandRow{"run-shell", run_shell},
};

} // namespace

std::span<const CommandRow> shell_commands() {
    return kRows;
}

} // namespace berth::mux
