#include "admin.h"

#include "policy/text.h"
#include "protocol/messages.h"

#include <array>
#include <nlohmann/json.hpp>
#include <string_view>
#include <unistd.h>

namespace berth::daemon {
namespace {

using nlohmann::ordered_json;

struct Row {
    std::string_view first;
    std::string_view second; // empty: a verb of one word
    Verb verb;
    std::size_t least; // arguments
    std::size_t most;
};

constexpr std::array kRows = {
    Row{"users", "", Verb::users, 0, 0},
    Row{"status", "", Verb::status, 0, 0},
    Row{"policy", "show", Verb::policy_show, 0, 1},
    Row{"policy", "check", Verb::policy_check, 0, 1},
    Row{"shutdown", "", Verb::shutdown, 0, 1},
};

// Names may be in any encoding: what is not UTF-8 is replaced.
std::string dump(const ordered_json& value) {
    return value.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

// false: not running; true: running, with a pid that is not known
ordered_json pid_entry(std::optional<pid_t> pid) {
    if (!pid || *pid == 0)
        return pid.has_value();
    return *pid;
}

ordered_json entry_of(const ServerView& server) {
    ordered_json entry;
    entry["user"] = server.user;
    entry["uid"] = server.uid;
    entry["keeper"] = pid_entry(server.keeper);
    entry["mux"] = pid_entry(server.mux);
    return entry;
}

std::string process(const char* name, std::optional<pid_t> pid) {
    if (!pid)
        return std::string(name) + " is not running";
    return std::string(name) + (*pid > 0 ? " " + std::to_string(*pid) : " runs");
}

std::string line_of(const ServerView& server) {
    return server.user + ": uid " + std::to_string(server.uid) + ", " +
           process("berth-keeper", server.keeper) + ", " + process("berth-mux", server.mux) + "\n";
}

} // namespace

Request parse_request(const protocol::Texts& words) {
    Request request;
    protocol::Texts rest = words;
    request.json = std::erase(rest, "--json") > 0;
    for (const Row& row : kRows) {
        const std::size_t verb_words = row.second.empty() ? 1 : 2;
        if (rest.size() < verb_words || rest[0] != row.first ||
            (verb_words == 2 && rest[1] != row.second))
            continue;
        const std::size_t arguments = rest.size() - verb_words;
        if (arguments < row.least || arguments > row.most)
            break;
        request.verb = row.verb;
        if (arguments == 1)
            request.argument = rest.back();
        break;
    }
    return request;
}

Answer users(const std::vector<ServerView>& servers, const Request& request) {
    if (request.json) {
        ordered_json list = ordered_json::array();
        for (const ServerView& server : servers)
            list.push_back(entry_of(server));
        return {dump(list)};
    }
    std::string text;
    for (const ServerView& server : servers)
        text += line_of(server);
    return {text};
}

Answer status(const std::vector<ServerView>& servers, const Request& request,
              const std::string& socket) {
    if (request.json) {
        ordered_json all;
        all["version"] = BERTH_VERSION;
        all["protocol"] = protocol::kVersion;
        all["socket"] = socket;
        all["pid"] = getpid();
        all["servers"] = ordered_json::array();
        for (const ServerView& server : servers)
            all["servers"].push_back(entry_of(server));
        return {dump(all)};
    }
    std::string text = "berthd " BERTH_VERSION ", protocol " + std::to_string(protocol::kVersion) +
                       ", pid " + std::to_string(getpid()) + ", " + socket + "\n";
    for (const ServerView& server : servers)
        text += line_of(server);
    return {text};
}

Answer policy_show(const policy::Settings& settings, const Account& account,
                   const Request& request) {
    if (!request.json)
        return {policy::show_text(settings)};
    ordered_json all;
    all["user"] = account.name;
    for (const policy::Option& option : policy::options()) {
        ordered_json entry;
        if (option.words.empty())
            entry["value"] = settings.value(option.id);
        else
            entry["value"] = settings.text(option.id);
        entry["from"] = settings.origin(option.id).text();
        all[policy::full_name(option)] = std::move(entry);
    }
    return {dump(all)};
}

} // namespace berth::daemon
