// What programs are started with, panes' and jobs' alike: their environment, and the words to the
// keeper.
#include "base/tmux_version.h"
#include "server.h"

#include <unistd.h>

namespace berth::mux {
namespace {

// Where `tmux` is berth (cmake/install.cmake): scripts and plugins speak to the server of $TMUX by
// that name, and another tmux would not be understood there.
constexpr std::string_view kTmuxFolder = "/usr/lib/berth/tmux";

void put_tmux_first(options::Environment& all) {
    const options::Variable* path = all.find("PATH");
    if (path == nullptr || !path->value)
        return;
    const std::string in_colons = ":" + *path->value + ":";
    if (in_colons.find(":" + std::string(kTmuxFolder) + ":") == std::string::npos)
        all.set("PATH", std::string(kTmuxFolder) + ":" + *path->value);
}

} // namespace
options::Environment Server::program_environment(const Session* session,
                                                 std::optional<PaneId> pane) const {
    options::Environment all = environment;
    if (session != nullptr)
        all.merge(session->environment);
    all.set("TERM", server_options.text("default-terminal"));
    const bool tmux = flavour == options::Flavour::kTmux;
    all.set("TERM_PROGRAM", tmux ? "tmux" : "berth");
    all.set("TERM_PROGRAM_VERSION", tmux ? kTmuxVersion : BERTH_VERSION);
    all.set("COLORTERM", "truecolor");
    const std::string place = user_.socket + "," + std::to_string(getpid()) + "," +
                              (session != nullptr ? std::to_string(session->id) : "-1");
    all.set("TMUX", place);
    all.set("BERTH", place);
    put_tmux_first(all);
    if (pane)
        all.set("TMUX_PANE", "%" + std::to_string(*pane));
    if (!user_.agent.empty())
        all.set("SSH_AUTH_SOCK", user_.agent);
    return all;
}

void Server::send_environment(const options::Environment& all,
                              const std::vector<std::string>& over) {
    protocol::Environment part;
    std::size_t bytes = 0;
    const auto flush = [&] {
        keeper_->send(part);
        part.entries.clear();
        bytes = 0;
    };
    const auto add = [&](std::string entry) {
        if (entry.size() > protocol::kMaxChunk / 2)
            return;
        if (bytes + entry.size() > protocol::kMaxChunk / 2 ||
            part.entries.size() + 1 >= protocol::kMaxEntries)
            flush();
        bytes += entry.size();
        part.entries.push_back(std::move(entry));
    };
    for (const auto& [name, variable] : all.variables()) {
        if (variable.hidden)
            continue;
        add(variable.value ? name + "=" + *variable.value : name);
    }
    for (const std::string& entry : over)
        add(entry);
    flush();
}

bool Server::send_spawn(const protocol::Spawn& spawn, const options::Environment& all,
                        const std::vector<std::string>& over, std::vector<Fd> descriptors) {
    if (!keeper_ || protocol::encode(spawn).empty())
        return false;
    send_environment(all, over);
    keeper_->send(spawn, std::move(descriptors));
    return true;
}

// What the job does not take in time is lost to it; the pane waits for nobody.
void Server::pipe(Pane& pane, std::string_view bytes) {
    (void)jobs.write(pane.pipe, bytes);
}

void Server::close_pipe(Pane& pane) {
    if (pane.pipe == 0)
        return;
    if (jobs.write(pane.pipe, {}))
        jobs.end_input(pane.pipe);
    else
        jobs.stop(pane.pipe); // it reads nothing whose end it could see
    pane.pipe = 0;
}

void Server::forget(std::uint64_t number) {
    if (keeper_)
        keeper_->send(protocol::Forget{number});
}

} // namespace berth::mux
