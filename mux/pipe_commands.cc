// pipe-pane: what a pane prints goes to a job's standard input (-O), what a job prints is typed
// into the pane (-I).
#include "client.h"
#include "commands.h"
#include "formats.h"
#include "server.h"

#include <array>

namespace berth::mux {
namespace {

Flow pipe_pane(const Call& call) {
    const auto found = call.target();
    if (!found)
        return Flow::failed;
    Pane& pane = *found->pane;
    Server& server = call.server;
    const bool had_one = pane.pipe != 0;
    server.close_pipe(pane);
    const std::string command(call.arguments().text(0));
    if (command.empty() || (had_one && call.arguments().has('o')))
        return Flow::done;
    const bool types = call.arguments().has('I');
    const bool reads = call.arguments().has('O') || !types;
    JobWish wish;
    wish.words = {expand(server, about(*found, call.client()), command, true)};
    wish.session = found->session;
    wish.pane = pane.id;
    wish.directory = found->session->directory;
    wish.feed = reads ? JobInput::stream : JobInput::none;
    JobCalls calls;
    const auto job = std::make_shared<JobId>(0); // the pane may have another one by then
    calls.output = [&server, id = pane.id, types, job](std::string_view bytes) {
        if (Pane* typed = server.find_pane(id); typed != nullptr && types && typed->pipe == *job)
            typed->input(bytes);
    };
    calls.ended = [&server, id = pane.id, job](const JobEnd&) {
        if (Pane* ended = server.find_pane(id); ended != nullptr && ended->pipe == *job)
            ended->pipe = 0;
    };
    pane.pipe = *job = server.jobs.start(std::move(wish), std::move(calls));
    return Flow::done;
}

constexpr std::array kRows = {CommandRow{"pipe-pane", pipe_pane}};

} // namespace

std::span<const CommandRow> pipe_commands() {
    return kRows;
}

} // namespace berth::mux
