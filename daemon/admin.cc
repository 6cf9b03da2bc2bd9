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
    Row{"shares", "", Verb::shares, 0, 0},
    Row{"guests", "", Verb::guests, 0, 0},
    Row{"unshare", "", Verb::unshare, 1, 1},
    Row{"shutdown", "", Verb::shutdown, 0, 1},
    Row{"upgrade", "", Verb::upgrade, 0, 0},
    Row{"upgrade-keepers", "", Verb::upgrade_keepers, 0, 0},
};

// Names may be in any encoding: what is not UTF-8 is replaced.
std::string dump(const ordered_json& value) {
    return value.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

// false: not running; true: running, with a pid that is not known
ordered_json pid_entry(const std::optional<ProcessView>& view) {
    if (!view || view->pid == 0)
        return view.has_value();
    return view->pid;
}

void add_version(ordered_json& entry, const std::string& name,
                 const std::optional<ProcessView>& view) {
    if (!view)
        return;
    entry[name + "_version"] = view->version;
    entry[name + "_current"] = view->current;
}

ordered_json entry_of(const ServerView& server) {
    ordered_json entry;
    entry["user"] = server.user;
    entry["uid"] = server.uid;
    entry["keeper"] = pid_entry(server.keeper);
    entry["mux"] = pid_entry(server.mux);
    add_version(entry, "keeper", server.keeper);
    add_version(entry, "mux", server.mux);
    return entry;
}

std::string process(const char* name, const std::optional<ProcessView>& view) {
    if (!view)
        return std::string(name) + " is not running";
    std::string text = name + (view->pid > 0 ? " " + std::to_string(view->pid) : " runs");
    if (!view->version.empty())
        text += " (" + view->version + (view->current ? ")" : ", not the installed one)");
    return text;
}

std::string line_of(const ServerView& server) {
    return server.user + ": uid " + std::to_string(server.uid) + ", " +
           process("berth-keeper", server.keeper) + ", " + process("berth-mux", server.mux) + "\n";
}

const char* scope_word(protocol::ShareScope scope) {
    constexpr const char* kWords[] = {"session", "window", "pane"};
    return kWords[static_cast<std::size_t>(scope)];
}

const char* role_word(protocol::Role role) {
    return role == protocol::Role::write ? "write" : "read";
}

ordered_json entry_of(const Share& share) {
    ordered_json entry;
    entry["id"] = share.state.id;
    entry["user"] = share.owner_name;
    entry["name"] = share.state.name;
    entry["scope"] = scope_word(share.state.scope);
    entry["session"] = share.state.session;
    entry["with"] = share.state.with;
    entry["read"] = share.state.read != 0;
    entry["write"] = share.state.write != 0;
    entry["token"] = share.state.token != 0;
    entry["created"] = share.state.created;
    entry["expires"] = share.state.expires;
    entry["guests"] = share.guests.size();
    return entry;
}

ordered_json entry_of(const Share& share, const Present& guest) {
    ordered_json entry;
    entry["id"] = guest.id;
    entry["share"] = share.state.id;
    entry["user"] = share.owner_name;
    entry["name"] = guest.name;
    entry["address"] = guest.address;
    entry["role"] = role_word(guest.role);
    return entry;
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
              const std::string& socket, const std::string& refused) {
    if (request.json) {
        ordered_json all;
        all["version"] = BERTH_VERSION;
        all["protocol"] = protocol::kVersion;
        all["socket"] = socket;
        all["pid"] = getpid();
        all["refused"] = refused;
        all["servers"] = ordered_json::array();
        for (const ServerView& server : servers)
            all["servers"].push_back(entry_of(server));
        return {dump(all)};
    }
    std::string text = "berthd " BERTH_VERSION ", protocol " + std::to_string(protocol::kVersion) +
                       ", pid " + std::to_string(getpid()) + ", " + socket + "\n";
    if (!refused.empty())
        text += refused + "\n";
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
        if (option.words.empty() && option.text_bytes == 0)
            entry["value"] = settings.value(option.id);
        else
            entry["value"] = settings.text(option.id);
        entry["from"] = settings.origin(option.id).text();
        all[policy::full_name(option)] = std::move(entry);
    }
    return {dump(all)};
}

Answer shares(const std::vector<Share>& all, const Peer& peer, const Request& request) {
    ordered_json list = ordered_json::array();
    std::string text;
    for (const Share& share : all) {
        if (!share.live() || !may_see(peer, share.owner))
            continue;
        list.push_back(entry_of(share));
        std::string with;
        for (const std::string& word : share.state.with)
            with += " " + word;
        text += std::to_string(share.state.id) + ": " + share.owner_name + " shares a " +
                scope_word(share.state.scope) + (share.state.write != 0 ? " to type" : " to read") +
                (with.empty() ? "" : " with" + with) + (share.state.token != 0 ? " by token" : "") +
                ", " + std::to_string(share.guests.size()) + " guests\n";
    }
    return {request.json ? dump(list) : text};
}

Answer guests(const std::vector<Share>& all, const Peer& peer, const Request& request) {
    ordered_json list = ordered_json::array();
    std::string text;
    for (const Share& share : all)
        for (const Present& guest : share.guests) {
            if (!may_see(peer, share.owner))
                continue;
            list.push_back(entry_of(share, guest));
            text += std::to_string(guest.id) + ": " + guest.name +
                    (guest.address.empty() ? "" : " from " + guest.address) + ", " +
                    role_word(guest.role) + ", share " + std::to_string(share.state.id) + " of " +
                    share.owner_name + "\n";
        }
    return {request.json ? dump(list) : text};
}

} // namespace berth::daemon
