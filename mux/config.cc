#include "config.h"

#include "client.h"
#include "execution.h"
#include "server.h"
#include "user_files.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace berth::mux {
namespace {

// The first that is there is read; the shell that looks expands the variables.
constexpr std::array kFiles = {"${XDG_CONFIG_HOME:-$HOME/.config}/berth/berth.conf",
                               "$HOME/.tmux.conf",
                               "${XDG_CONFIG_HOME:-$HOME/.config}/tmux/tmux.conf"};
// What tmux itself reads; the administrator's file is the user's to repeat.
constexpr std::array kTmuxFiles = {
    "$HOME/.tmux.conf", "${XDG_CONFIG_HOME:-$HOME/.config}/tmux/tmux.conf", "/etc/tmux.conf"};

std::string absolute(const Client& client, const std::string& path) {
    return path.starts_with('/') || path == "-" ? path : client.request.directory + "/" + path;
}

// "-f /dev/null": scripts ask so for a server as tmux's own is without a configuration.
bool bare(const std::vector<std::string>& files) {
    return !files.empty() &&
           std::ranges::all_of(files, [](const std::string& file) { return file == "/dev/null"; });
}

} // namespace

bool Config::holds(Client& client) {
    // While its commands run others may come: what it runs has commands for the server itself.
    if (state_ == State::running || state_ == State::finished || client.request.again != 0)
        return false;
    if (state_ == State::loading && client.request.login != 0 && !patience_)
        return false;
    waiting_.push_back(client.id);
    if (state_ == State::fresh)
        begin(client);
    return true;
}

void Config::begin(const Client& client) {
    state_ = State::loading;
    patience_ = server_.loop().after(kConfigPatienceUs, [this] {
        patience_.reset();
        release();
    });
    server_.start_environment = client.environment;
    directory_ = client.request.directory;
    if (client.request.as_tmux != 0)
        server_.use_tmux_defaults();
    else if (!bare(client.request.files))
        server_.bindings.add_own();
    if (client.request.files.empty()) {
        read_default();
        return;
    }
    for (const std::string& path : client.request.files)
        files_.push_back(absolute(client, path));
    read_given(client.id, {client.request.files.begin(), client.request.files.end()});
}

void Config::begin_again(std::vector<std::string> files, bool tmux, Settings settings) {
    state_ = settings == Settings::known ? State::finished : State::loading;
    again_ = true;
    if (tmux)
        server_.use_tmux_defaults();
    files_ = files;
    if (settings == Settings::known)
        return;
    if (!tmux && !bare(files))
        server_.bindings.add_own();
    read_given(0, {files.begin(), files.end()});
}

// One after the other: by the client that brought them, or by jobs.
void Config::read_given(std::uint64_t client, std::deque<std::string> paths) {
    if (paths.empty()) {
        run();
        return;
    }
    const std::string path = paths.front();
    paths.pop_front();
    if (path == "/dev/null") {
        read_given(client, std::move(paths));
        return;
    }
    read_user_file(server_, server_.client_by_id(client), "", path,
                   [this, client, path, paths](std::string contents, int error) {
                       if (error != 0)
                           add_cause(path + ": " + strerror(error));
                       else
                           contents_.emplace_back(path, std::move(contents));
                       read_given(client, paths);
                   });
}

void Config::read_default() {
    const bool tmux = server_.flavour == options::Flavour::kTmux;
    const auto& names = tmux ? kTmuxFiles : kFiles;
    read_first_file(server_, {names.begin(), names.end()},
                    [this](std::string path, std::string contents, int error) {
                        if (!path.empty()) {
                            files_.push_back(path);
                            if (error != 0)
                                add_cause(path + ": " + strerror(error));
                            else
                                contents_.emplace_back(path, std::move(contents));
                        }
                        run();
                    });
}

void Config::run() {
    command::CommandList all;
    for (const auto& [path, text] : std::exchange(contents_, {})) {
        auto list = parse_file(server_, text, path);
        if (!list) {
            add_cause(list.error().operation);
            continue;
        }
        append(all, std::move(*list));
    }
    state_ = State::running;
    Origin origin;
    origin.only_settings = again_;
    const auto execution = std::make_shared<Execution>(server_, origin, std::move(all));
    execution->at_end([this] { finish(); });
    execution->run();
}

void Config::finish() {
    state_ = State::finished;
    patience_.reset();
    server_.changed();
    release();
}

// Those that wait are run: all of them, or those who log in and have waited long enough.
void Config::release() {
    std::vector<std::uint64_t> left;
    for (const std::uint64_t id : std::exchange(waiting_, {})) {
        Client* client = server_.client_by_id(id);
        if (client == nullptr)
            continue;
        if (state_ != State::finished && client->request.login == 0)
            left.push_back(id);
        else
            server_.run(*client);
    }
    waiting_.insert(waiting_.end(), left.begin(), left.end());
    server_.check_idle();
}

void Config::add_cause(std::string text) {
    server_.add_message(text);
    if (causes_.size() < kMaxCauses)
        causes_.push_back(std::move(text));
}

void Config::show_causes(Client& client) {
    if (state_ != State::finished || causes_.empty())
        return;
    std::string text;
    for (const std::string& cause : std::exchange(causes_, {}))
        text.append(text.empty() ? "" : "\n").append(cause);
    client.show_text(text);
}

} // namespace berth::mux
