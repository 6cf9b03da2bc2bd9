// Runs the steps of tests/cases/options/*.case, recorded from tmux by tools/record-options, on
// berth's own sets.
#include "case_words.h"
#include "options/commands.h"
#include "options/environment.h"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>

using namespace berth::options;

namespace {

using Lines = std::vector<std::string>;

// A small stand-in for the libraries that read keys, colours, styles and commands.
std::optional<std::string> read_colour(std::string_view text) {
    std::string lower(text);
    std::ranges::transform(lower, lower.begin(),
                           [](char c) { return static_cast<char>(std::tolower(c)); });
    if (lower.starts_with('#'))
        return lower.size() == 7 ? std::optional(lower) : std::nullopt;
    if (lower.starts_with("color"))
        lower.replace(0, 5, "colour");
    constexpr std::string_view kNames[] = {"red",   "blue",    "green",  "yellow",
                                           "black", "default", "colour5"};
    if (lower == "5")
        return "magenta";
    return std::ranges::find(kNames, lower) == std::end(kNames) ? std::nullopt
                                                                : std::optional(lower);
}

std::optional<std::string> read_key(std::string_view text) {
    static const std::map<std::string_view, std::string> kKeys = {
        {"C-a", "C-a"}, {"^A", "C-a"}, {"M-C-Left", "C-M-Left"}, {"None", "None"}};
    const auto found = kKeys.find(text);
    return found == kKeys.end() ? std::nullopt : std::optional(found->second);
}

berth::Result<std::string> read_command(std::string_view text) {
    static const std::map<std::string_view, std::string> kCommands = {
        {"display hi", "display-message hi"},
        {"display x", "display-message x"},
        {"set -g status-left \"a b\"", "set-option -g status-left \"a b\""}};
    const auto found = kCommands.find(text);
    if (found == kCommands.end())
        return berth::fail(EINVAL, std::string("unknown command: ").append(text));
    return found->second;
}

bool is_style(std::string_view text) {
    while (!text.empty()) {
        const auto end = std::min(text.find_first_of(" ,"), text.size());
        const std::string_view part = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        const bool colour = part.starts_with("fg=") || part.starts_with("bg=");
        if (colour ? !read_colour(part.substr(3))
                   : !part.empty() && part != "bold" && part != "default")
            return false;
    }
    return true;
}

// A server with one session, window and pane, as the recorder's tmux has it.
struct World {
    Set server, global_session, global_window;
    Set session{&global_session}, window{&global_window}, pane{&window};
    Set* panes[1] = {&pane};
    Environment global_environment, session_environment;
    Checks checks{read_key, read_colour, read_command, is_style,
                  [](std::string_view shell) { return shell != "/nope"; }};

    World() {
        fill_defaults(server, kServer, Flavour::kTmux);
        fill_defaults(global_session, kSession, Flavour::kTmux);
        fill_defaults(global_window, kWindow, Flavour::kTmux);
        session.put(*find_row("default-size"), {0, "80x24"});
        for (const char* variable :
             {"PATH=/usr/bin:/bin", "HOME=/home/user", "LANG=C.UTF-8", "TERM=xterm",
              "SHELL=/bin/sh", "PWD=/", "DISPLAY=:5", "SSH_AUTH_SOCK=/tmp/agent"})
            global_environment.put(variable);
        const std::vector<std::string> patterns = {
            "DISPLAY",       "KRB5CCNAME",     "SSH_ASKPASS", "SSH_AUTH_SOCK",
            "SSH_AGENT_PID", "SSH_CONNECTION", "WINDOWID",    "XAUTHORITY"};
        session_environment.update_from(global_environment, patterns);
    }

    Scopes scopes() {
        return {&server, &global_session, &global_window, &session, &window, &pane, panes, {}};
    }
};

struct Step {
    std::string flags;
    std::string name;
    Lines arguments;

    explicit Step(const std::string& line) {
        Lines words = berth::tests::split_words(line);
        name = words.at(0);
        std::size_t i = 1;
        for (; i < words.size() && words[i].size() > 1 && words[i][0] == '-'; ++i)
            flags += words[i].substr(1);
        arguments.assign(words.begin() + static_cast<std::ptrdiff_t>(i), words.end());
    }
    [[nodiscard]] bool has(char flag) const { return flags.contains(flag); }
    [[nodiscard]] std::optional<std::string_view> argument(std::size_t index) const {
        return index < arguments.size() ? std::optional<std::string_view>(arguments[index])
                                        : std::nullopt;
    }
};

Lines errors(const berth::Error& error) {
    return {"! " + error.operation};
}

Lines marked(const berth::Result<Lines>& result) {
    if (!result)
        return errors(result.error());
    Lines out;
    for (const std::string& text : *result) {
        std::size_t begin = 0;
        for (auto end = text.find('\n'); end != std::string::npos; end = text.find('\n', begin)) {
            out.push_back("| " + text.substr(begin, end - begin));
            begin = end + 1;
        }
        out.push_back("| " + text.substr(begin));
    }
    return out;
}

Lines run(World& world, const Step& step) {
    Environment& environment = step.has('g') ? world.global_environment : world.session_environment;
    if (step.name == "setenv") {
        const auto done =
            set_environment(environment, {step.has('h'), step.has('r'), step.has('u')},
                            step.arguments.at(0), step.argument(1));
        return done ? Lines{} : errors(done.error());
    }
    if (step.name == "showenv")
        return marked(
            show_environment(environment, {step.has('h'), step.has('s')}, step.argument(0)));
    if (step.name == "set" || step.name == "set-hook") {
        const SetFlags flags{step.has('a'), step.has('g'), step.has('o'),
                             step.has('p'), step.has('q'), step.has('s'),
                             step.has('u'), step.has('U'), step.has('w')};
        const auto done = set_option(world.scopes(), flags, step.arguments.at(0), step.argument(1),
                                     world.checks, Flavour::kTmux);
        return done ? Lines{} : errors(done.error());
    }
    BOOST_REQUIRE(step.name == "show" || step.name == "show-hooks");
    const ShowFlags flags{step.has('A'), step.has('g'), step.has('H'), step.name == "show-hooks",
                          step.has('p'), step.has('q'), step.has('s'), step.has('v'),
                          step.has('w')};
    return marked(show_options(world.scopes(), flags, step.argument(0)));
}

std::vector<std::filesystem::path> case_files() {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(BERTH_CASES "/options"))
        if (entry.path().extension() == ".case")
            files.push_back(entry.path());
    std::ranges::sort(files);
    return files;
}

} // namespace

BOOST_AUTO_TEST_SUITE(options_cases)

BOOST_AUTO_TEST_CASE(recorded_steps_print_the_same) {
    std::size_t steps = 0;
    for (const auto& path : case_files()) {
        std::ifstream file(path);
        World world;
        Lines expected, got;
        std::string command;
        const auto compare = [&] {
            if (command.empty())
                return;
            ++steps;
            BOOST_TEST_CONTEXT(path.filename() << ": " << command)
            BOOST_TEST(got == expected, boost::test_tools::per_element());
        };
        for (std::string line; std::getline(file, line);) {
            if (line.starts_with("| ") || line.starts_with("! ")) {
                expected.push_back(line);
            } else if (line.starts_with("$ ")) {
                compare();
                command = line.substr(2);
                expected.clear();
                got = run(world, Step(command));
            }
        }
        compare();
    }
    BOOST_TEST(steps >= 600U);
}

BOOST_AUTO_TEST_SUITE_END()
