// The server that tools/record-formats wrote down in tests/cases/format/world, as a Context, and
// readers of the tables beside it.
#pragma once

#include "format/format.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace berth::format::test {

using Row = std::vector<std::string>;

// "\n", "\t", "\xHH" and "\" before any other character.
inline std::string unescape(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\\' || i + 1 == text.size()) {
            out += text[i];
            continue;
        }
        ++i;
        if (text[i] == 'x' && i + 2 < text.size()) {
            out += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16));
            i += 2;
        } else {
            out += text[i] == 'n' ? '\n' : text[i] == 't' ? '\t' : text[i];
        }
    }
    return out;
}

// The lines of a table, cut at tabs; fields are not unescaped.
inline std::vector<Row> read_table(const std::filesystem::path& path) {
    std::vector<Row> rows;
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) {
        Row row{""};
        for (const char c : line) {
            if (c == '\t')
                row.emplace_back();
            else
                row.back() += c;
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

inline std::vector<std::filesystem::path> tables(const std::string& folder) {
    std::vector<std::filesystem::path> paths;
    for (const auto& entry :
         std::filesystem::directory_iterator(std::string(BERTH_CASES "/format/") + folder))
        if (entry.path().extension() == ".table")
            paths.push_back(entry.path());
    std::ranges::sort(paths);
    return paths;
}

using Variables = std::map<std::string, std::string, std::less<>>;

struct Pane {
    Variables variables;
};
struct Window {
    Variables variables;
    std::vector<Pane> panes;
};
struct Session {
    Variables variables;
    std::vector<Window> windows;
};

struct World {
    std::int64_t now = 0;
    Variables options;
    Variables environment;
    Variables jobs;
    std::vector<std::string> lines; // of every pane
    std::vector<Session> sessions;
    WidthFunction width = default_width;

    static World recorded();
};

inline World World::recorded() {
    World world;
    Variables* variables = nullptr;
    for (const Row& row : read_table(BERTH_CASES "/format/world")) {
        if (row[0] == "now")
            world.now = std::stoll(row[1]);
        else if (row[0] == "option")
            world.options[row[1]] = unescape(row[2]);
        else if (row[0] == "environment")
            world.environment[row[1]] = unescape(row[2]);
        else if (row[0] == "session")
            variables = &world.sessions.emplace_back().variables;
        else if (row[0] == "window")
            variables = &world.sessions.back().windows.emplace_back().variables;
        else if (row[0] == "pane")
            variables = &world.sessions.back().windows.back().panes.emplace_back().variables;
        else if (row[0] == "variable")
            (*variables)[row[1]] = unescape(row[2]);
    }
    return world;
}

inline bool is_set(const Variables& variables, std::string_view name) {
    const auto found = variables.find(name);
    return found != variables.end() && found->second == "1";
}

// A place in the world: a session, its window, its pane. Those left out are the current ones.
class WorldContext : public Context {
  public:
    WorldContext(const World& world, const Session& session)
        : WorldContext(world, session, current(session)) {}
    WorldContext(const World& world, const Session& session, const Window& window)
        : WorldContext(world, session, window, active(window)) {}
    WorldContext(const World& world, const Session& session, const Window& window, const Pane& pane)
        : world_(world), session_(session), window_(window), pane_(pane) {}

    std::optional<std::string> variable(std::string_view name) override {
        for (const Variables* from : {&pane_.variables, &window_.variables, &session_.variables})
            if (const auto value = get(*from, name))
                return value;
        return std::nullopt;
    }
    std::optional<std::string> option(std::string_view name) override {
        return get(world_.options, name);
    }
    std::optional<std::string> environment(std::string_view name) override {
        return get(world_.environment, name);
    }

    std::vector<Item> items(const Loop& loop) override {
        std::vector<Item> items;
        if (loop.each == Each::sessions)
            for (const Session& session : world_.sessions)
                items.push_back(
                    {std::make_unique<WorldContext>(world_, session), &session == &session_});
        if (loop.each == Each::windows)
            for (const Window& window : session_.windows)
                items.push_back({std::make_unique<WorldContext>(world_, session_, window),
                                 is_set(window.variables, "window_active")});
        if (loop.each == Each::panes)
            for (const Pane& pane : window_.panes)
                items.push_back({std::make_unique<WorldContext>(world_, session_, window_, pane),
                                 is_set(pane.variables, "pane_active")});
        if (loop.reverse)
            std::ranges::reverse(items);
        return items;
    }
    std::string job(std::string_view command) override {
        return get(world_.jobs, command).value_or("");
    }
    bool name_exists(NameKind kind, std::string_view name) override {
        if (kind == NameKind::session)
            return std::ranges::any_of(world_.sessions, [&](const Session& s) {
                return get(s.variables, "session_name") == name;
            });
        return std::ranges::any_of(session_.windows, [&](const Window& w) {
            return get(w.variables, "window_name") == name;
        });
    }
    unsigned search(std::string_view pattern, MatchFlags flags) override {
        for (std::size_t i = 0; i < world_.lines.size(); ++i)
            if (!flags.regex && world_.lines[i].find(pattern) != std::string::npos)
                return static_cast<unsigned>(i + 1);
        return 0;
    }
    std::optional<std::string> interrogate(char kind, std::string_view name) override {
        return get(world_.options, std::string("client-") + kind + "-" + std::string(name));
    }
    std::int64_t now() override { return world_.now; }
    std::tm local_time(std::int64_t time) override {
        std::tm out{};
        const std::time_t seconds = time;
        gmtime_r(&seconds, &out);
        return out;
    }
    const WidthFunction& width() override { return world_.width; }

  private:
    static std::optional<std::string> get(const Variables& from, std::string_view name) {
        const auto found = from.find(name);
        return found == from.end() ? std::nullopt : std::optional(found->second);
    }
    static const Window& current(const Session& session) {
        for (const Window& window : session.windows)
            if (is_set(window.variables, "window_active"))
                return window;
        return session.windows.front();
    }
    static const Pane& active(const Window& window) {
        for (const Pane& pane : window.panes)
            if (is_set(pane.variables, "pane_active"))
                return pane;
        return window.panes.front();
    }

    const World& world_;
    const Session& session_;
    const Window& window_;
    const Pane& pane_;
};

} // namespace berth::format::test
