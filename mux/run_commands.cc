// Commands of what runs: respawn-pane, respawn-window, clear-history, wait-for, show-messages.
#include "client.h"
#include "commands.h"
#include "formats.h"
#include "guests.h"
#include "server.h"

#include <array>

namespace berth::mux {
namespace {

constexpr std::string_view kMessageLine = "#{t/p:message_time}: #{message_text}";

PaneWish wish_of(const Call& call, const Found& found) {
    PaneWish wish;
    for (std::size_t i = 0; i < call.arguments().size(); ++i)
        wish.words.emplace_back(call.arguments().text(i));
    if (const auto directory = call.arguments().value('c'))
        wish.directory = expand(call.server, about(found, call.client()), *directory);
    for (const std::string& entry : call.arguments().values('e'))
        wish.environment.push_back(entry);
    return wish;
}

std::string place_text(const Found& found) {
    return found.session->name + ":" + std::to_string(found.index);
}

Flow respawn_pane(const Call& call) {
    const auto found = call.target();
    if (!found)
        return Flow::failed;
    if (!found->pane->dead && !call.arguments().has('k'))
        return call.fail("respawn pane failed: pane " + place_text(*found) + "." +
                         std::to_string(found->window->index_of(*found->pane) +
                                        found->window->options.number("pane-base-index")) +
                         " still active");
    call.server.respawn(*found->pane, *found->session, wish_of(call, *found));
    return Flow::done;
}

Flow respawn_window(const Call& call) {
    const auto found = call.target();
    if (!found)
        return Flow::failed;
    Window& window = *found->window;
    const bool alive =
        std::ranges::any_of(window.panes, [](const auto& pane) { return !pane->dead; });
    if (alive && !call.arguments().has('k'))
        return call.fail("respawn window failed: window " + place_text(*found) + " still active");
    while (window.panes.size() > 1)
        call.server.kill_pane(*window.panes.back());
    call.server.respawn(*window.panes.front(), *found->session, wish_of(call, *found));
    return Flow::done;
}

Flow clear_history(const Call& call) {
    const auto found = call.target();
    if (!found)
        return Flow::failed;
    found->pane->terminal.clear_history();
    call.server.refresh(*found->window);
    return Flow::done;
}

using Channels = std::map<std::string, WaitChannel, std::less<>>;

Flow signal_channel(Channels& channels, const std::string& name) {
    WaitChannel& channel = channels[name];
    if (channel.waiters.empty()) {
        channel.woken = true;
        return Flow::done;
    }
    const auto waiters = std::exchange(channel.waiters, {});
    if (!channel.locked)
        channels.erase(name);
    for (const auto& waiter : waiters)
        waiter->resume();
    return Flow::done;
}

Flow unlock_channel(const Call& call, Channels& channels, const std::string& name) {
    const auto found = channels.find(name);
    if (found == channels.end() || !found->second.locked)
        return call.fail("channel " + name + " not locked");
    auto& lockers = found->second.lockers;
    while (!lockers.empty()) {
        const auto next = lockers.front();
        lockers.pop_front();
        if (next->client() == nullptr)
            continue; // gone while it waited
        next->resume();
        return Flow::done;
    }
    found->second.locked = false;
    if (!found->second.woken && found->second.waiters.empty())
        channels.erase(found);
    return Flow::done;
}

Flow wait_for(const Call& call) {
    Channels& channels = call.server.wait_channels;
    const std::string name(call.arguments().text(0));
    if (call.arguments().flags().empty() && (name == "berth-ready" || name == "tmate-ready") &&
        call.server.guests->has_link())
        return Flow::done;
    if (call.arguments().has('S'))
        return signal_channel(channels, name);
    if (call.arguments().has('U'))
        return unlock_channel(call, channels, name);
    if (call.arguments().has('E') && call.client() != nullptr) {
        const options::Row* row = options::find_row(name);
        if ((row == nullptr || !row->hook) && !call.server.monitors.has(name))
            return call.fail("invalid event: " + name);
        return call.server.hooks.wait(name, call.execution.shared_from_this())
                   ? Flow::waits
                   : call.fail("too many wait (" + std::to_string(kMaxEventWaiters) + ")");
    }
    if (call.client() == nullptr)
        return call.fail(call.arguments().has('L') ? "not able to lock" : "not able to wait");
    if (!channels.contains(name) && channels.size() >= kMaxWaitChannels)
        return call.fail("too many channels (" + std::to_string(kMaxWaitChannels) + ")");
    WaitChannel& channel = channels[name];
    if (call.arguments().has('L')) {
        if (!channel.locked) {
            channel.locked = true;
            return Flow::done;
        }
        channel.lockers.push_back(call.execution.shared_from_this());
        return Flow::waits;
    }
    if (channel.woken) {
        channel.woken = false;
        if (!channel.locked)
            channels.erase(name);
        return Flow::done;
    }
    channel.waiters.push_back(call.execution.shared_from_this());
    return Flow::waits;
}

void show_terminals(const Call& call) {
    int number = 0;
    for (const auto& client : call.server.clients())
        if (client->attached())
            call.print("Terminal " + std::to_string(number++) + ": " + client->request.term +
                       " for " + client->name() + ", flags=0x0:");
}

void show_jobs(const Call& call) {
    int number = 0;
    for (const Jobs::Shown& job : call.server.jobs.all())
        call.print("Job " + std::to_string(number++) + ": " + job.command + " [fd=-1, pid=" +
                   std::to_string(job.pid) + ", status=" + std::to_string(job.wait_status) + "]");
}

Flow show_messages(const Call& call) {
    const auto client =
        find_client(call.server, call.execution.origin(), call.arguments().value('t'));
    if (!client)
        return call.fail(client.error().operation);
    if (call.arguments().has('T'))
        show_terminals(call);
    if (call.arguments().has('J'))
        show_jobs(call);
    if (call.arguments().has('T') || call.arguments().has('J'))
        return Flow::done;
    for (auto message = call.server.messages.rbegin(); message != call.server.messages.rend();
         ++message) {
        const Extra extra = {{"message_text", message->text},
                             {"message_time", std::to_string(message->time)}};
        call.print(expand(call.server, {.client = *client, .extra = &extra}, kMessageLine));
    }
    return Flow::done;
}

constexpr std::array kRows = {
    CommandRow{"clear-history", clear_history},
    CommandRow{"respawn-pane", respawn_pane},
    CommandRow{"respawn-window", respawn_window},
    CommandRow{"show-messages", show_messages},
    CommandRow{"wait-for", wait_for},
};

} // namespace

void Server::wake(std::string_view channel) {
    if (const auto found = wait_channels.find(channel); found != wait_channels.end())
        (void)signal_channel(wait_channels, std::string(channel));
}

std::span<const CommandRow> run_commands() {
    return kRows;
}

} // namespace berth::mux
