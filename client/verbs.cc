#include "verbs.h"

#include "base/tmux_version.h"
#include "client/aside.h"
#include "client/conversation.h"
#include "client/files.h"
#include "control_terminal.h"
#include "foreground.h"
#include "own_verbs.h"

#include <algorithm>
#include <array>
#include <climits>
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>
#include <unistd.h>
#include <vector>

namespace berth {
namespace {

using client::PlaceWish;
using client::Wish;

constexpr std::string_view kFlags = "2c:CDf:FhlL:NqS:T:uUvV";
constexpr std::string_view kUsage =
    "[-2CDFhlNuVv] [-c shell-command] [-f file] [-L socket-name]\n"
    "            [-S socket-path] [-T features] [command [flags]]\n";

struct Line {
    bool tmux = false; // called as tmux
    bool json = false;
    bool no_start = false; // -N
    bool utf8 = true;
    bool version = false;
    int control = 0;         // -C, 2: -CC
    bool no_fork = false;    // -D
    bool foreground = false; // -F
    bool help = false;
    bool bad = false;
    PlaceWish place;
    std::vector<std::string> files; // -f
    std::string shell_command;      // -c
    std::vector<std::string> words;
};

// Commands that start a server when none runs (tmux's CMD_STARTSERVER), by alias or any unambiguous
// prefix of the name.
bool starts_server(const std::string& word) {
    struct Row {
        std::string_view name;
        std::string_view alias;
        std::size_t shortest; // bytes of the shortest unambiguous prefix
    };
    constexpr std::array rows = {Row{"attach-session", "attach", 1}, Row{"new-session", "new", 5},
                                 Row{"start-server", "start", 3}};
    return std::ranges::any_of(rows, [&](const Row& row) {
        return word == row.alias || (word.size() >= row.shortest && row.name.starts_with(word));
    });
}

// Of a sequence, any command may be the one.
bool any_starts_server(const std::vector<std::string>& words) {
    bool first = true; // of a command
    for (const std::string& word : words) {
        if (first && starts_server(word))
            return true;
        first = word == ";" || (word.ends_with(';') && !word.ends_with("\\;"));
    }
    return words.empty();
}

// The terminal goes along with every command: the mux attaches it only when the command says so.
bool has_terminal() {
    return isatty(STDIN_FILENO) == 1;
}

std::string current_directory() {
    std::array<char, PATH_MAX> path{};
    return getcwd(path.data(), path.size()) != nullptr ? path.data() : "/";
}

int fail_with(const std::string& text) {
    client::print(STDERR_FILENO, text + "\n");
    return 1;
}

std::string no_server(const std::string& socket, int code) {
    if (code == ECONNREFUSED)
        return "no server running on " + socket;
    return "error connecting to " + socket + " (" + std::strerror(code) + ")";
}

bool take_flag(Line& line, char flag, std::string value) {
    switch (flag) {
    case 'c':
        line.shell_command = std::move(value);
        return true;
    case 'f':
        line.files.push_back(std::move(value));
        return true;
    case 'L':
        line.place.name = std::move(value);
        return true;
    case 'S':
        line.place.path = std::move(value);
        return true;
    case 'N':
        line.no_start = true;
        return true;
    case 'V':
        line.version = true;
        return true;
    case 'C':
        ++line.control;
        return true;
    case 'D':
        line.no_fork = true;
        return true;
    case 'F':
        line.foreground = true;
        return !line.tmux;
    case 'h':
        line.help = true;
        return true;
    case 'u':
    case 'U':
        line.utf8 = true;
        return true;
    case '2':
    case 'l':
    case 'q':
    case 'v':
    case 'T':
        return true; // accepted: colours and features are probed
    default:
        return false;
    }
}

bool value_follows(char flag) {
    const auto at = kFlags.find(flag);
    return at != std::string_view::npos && at + 1 < kFlags.size() && kFlags[at + 1] == ':';
}

Line parse(std::span<char*> words) {
    Line line;
    const std::string name = words.empty() ? "berth" : words[0];
    line.tmux = name.substr(name.rfind('/') + 1) == "tmux";
    std::size_t i = 1;
    for (; i < words.size(); ++i) {
        const std::string word = words[i];
        if (!line.tmux && word == "--json") {
            line.json = true;
        } else if (!line.tmux && (word == "--version" || word == "--help")) {
            (word == "--version" ? line.version : line.help) = true;
        } else if (word == "--") {
            ++i;
            break;
        } else if (word.size() < 2 || word[0] != '-') {
            break;
        } else {
            for (std::size_t at = 1; at < word.size() && !line.bad; ++at) {
                if (!value_follows(word[at])) {
                    line.bad = !take_flag(line, word[at], "");
                    continue;
                }
                if (at + 1 == word.size() && i + 1 == words.size()) {
                    line.bad = true;
                    break;
                }
                line.bad = !take_flag(line, word[at],
                                      at + 1 < word.size() ? word.substr(at + 1) : words[++i]);
                break;
            }
        }
    }
    for (; i < words.size(); ++i)
        line.words.emplace_back(words[i]);
    // eval "$(berth env)": the session's variables, as a shell reads them.
    if (!line.tmux && line.words.size() == 1 && line.words[0] == "env")
        line.words = {"show-environment", "-s"};
    return line;
}

int run_in_mux(const Line& line) {
    auto place = client::find_place(line.place);
    if (!place)
        return fail_with(place.error().text());
    Wish wish;
    wish.open.purpose = protocol::Purpose::command;
    const bool start = !line.no_start && any_starts_server(line.words);
    wish.open.start = start ? 1 : 0;
    wish.command.words = line.words;
    wish.command.files = line.files;
    wish.command.as_tmux = line.tmux ? 1 : 0;
    wish.command.json = line.json ? 1 : 0;
    wish.command.directory = current_directory();
    const char* term = std::getenv("TERM");
    wish.command.term = std::string(term != nullptr ? term : "dumb").substr(0, protocol::kMaxTerm);
    wish.use_terminal = line.control == 0 && has_terminal();
    wish.command.control = line.control > 0 ? 1 : 0;
    std::optional<ControlTerminal> terminal;
    if (line.control > 1) {
        auto begun = ControlTerminal::begin();
        if (!begun)
            return fail_with(begun.error().text());
        terminal.emplace(std::move(*begun));
    }
    const auto outcome = client::converse_or_start(*place, wish);
    if (!outcome && outcome.error().operation.starts_with("connect"))
        return fail_with(no_server(place->socket, outcome.error().code));
    if (!outcome)
        return fail_with(outcome.error().text());
    if (line.control > 0) {
        if (!outcome->finished)
            client::print(STDOUT_FILENO, "%exit " + outcome->text + "\n");
        return outcome->status;
    }
    if (!outcome->text.empty())
        client::print(outcome->status == 0 ? STDOUT_FILENO : STDERR_FILENO, outcome->text + "\n");
    if (outcome->leave)
        client::leave(*outcome->leave);
    return outcome->status;
}

std::vector<std::string> server_flags(const Line& line) {
    std::vector<std::string> flags;
    if (line.place.name)
        flags.insert(flags.end(), {"-L", *line.place.name});
    if (line.place.path)
        flags.insert(flags.end(), {"-S", *line.place.path});
    for (const std::string& file : line.files)
        flags.insert(flags.end(), {"-f", file});
    return flags;
}

int run_shell(const Line& line) {
    const char* shell = std::getenv("SHELL");
    if (shell == nullptr || *shell != '/')
        shell = "/bin/sh";
    execl(shell, std::strrchr(shell, '/') + 1, "-c", line.shell_command.c_str(), nullptr);
    return fail_with(std::string("exec ") + shell + ": " + std::strerror(errno));
}

} // namespace

int run_command_line(std::span<char*> words) {
    const Line line = parse(words);
    const std::string usage =
        std::string("usage: ") + (line.tmux ? "tmux " : "berth ") + std::string(kUsage);
    if (line.help) {
        client::print(STDOUT_FILENO, usage);
        return 0;
    }
    if (line.bad) {
        client::print(STDERR_FILENO, usage);
        return 1;
    }
    if (line.version) {
        client::print(STDOUT_FILENO, line.tmux ? "tmux " + std::string(kTmuxVersion) + "\n"
                                               : std::string("berth " BERTH_VERSION "\n"));
        return 0;
    }
    if (!line.shell_command.empty())
        return run_shell(line);
    if (line.foreground)
        return run_foreground(server_flags(line), line.words);
    if (!line.tmux)
        if (const auto status = run_own_verb({line.words, line.json, line.place}))
            return *status;
    return run_in_mux(line);
}

} // namespace berth
