#include "own_verbs.h"

#include "client/conversation.h"
#include "client/files.h"
#include "doctor.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string_view>
#include <unistd.h>

namespace berth {
namespace {

int ask_berthd(const VerbCall& call, std::vector<std::string> words) {
    const auto place = client::find_place(call.place);
    if (!place) {
        client::print(STDERR_FILENO, place.error().text() + "\n");
        return 1;
    }
    client::Wish wish;
    wish.open.purpose = protocol::Purpose::admin;
    wish.open.words = std::move(words);
    const auto outcome = client::converse_or_start(*place, wish);
    if (!outcome) {
        client::print(STDERR_FILENO, "no server running on " + place->socket + "\n");
        return 1;
    }
    if (!outcome->text.empty())
        client::print(STDERR_FILENO, outcome->text + "\n");
    return outcome->status;
}

std::optional<int> list_all(const VerbCall& call) {
    if (call.words.size() != 2 || call.words[1] != "--all")
        return std::nullopt;
    std::vector<std::string> words{"users"};
    if (call.json)
        words.emplace_back("--json");
    return ask_berthd(call, std::move(words));
}

std::optional<int> admin(const VerbCall& call) {
    return ask_berthd(call, {call.words.begin() + 1, call.words.end()});
}

// As a guest, of whom berthd knows the account.
int visit(const VerbCall& call, client::Wish wish) {
    const auto place = client::find_place(call.place);
    if (!place) {
        client::print(STDERR_FILENO, place.error().text() + "\n");
        return 1;
    }
    wish.open.purpose = protocol::Purpose::guest;
    wish.no_environment = true; // which is nobody else's business
    const auto outcome = client::converse(*place, wish);
    if (!outcome) {
        client::print(STDERR_FILENO, "no server running on " + place->socket + "\n");
        return 1;
    }
    if (!outcome->text.empty())
        client::print(outcome->status == 0 ? STDOUT_FILENO : STDERR_FILENO, outcome->text + "\n");
    return outcome->status;
}

// berth join USER[/SESSION]: as a guest of a share. tmux's join-pane takes flags alone.
std::optional<int> join(const VerbCall& call) {
    if (call.words.size() != 2 || call.words[1].empty() || call.words[1].starts_with('-'))
        return std::nullopt;
    const std::string& whose = call.words[1];
    const auto slash = std::min(whose.find('/'), whose.size());
    client::Wish wish;
    wish.open.words = {whose.substr(0, slash)};
    if (slash < whose.size())
        wish.open.words.push_back(whose.substr(slash + 1));
    const char* term = std::getenv("TERM");
    wish.command.term = std::string(term != nullptr ? term : "dumb").substr(0, protocol::kMaxTerm);
    wish.use_terminal = isatty(STDIN_FILENO) == 1;
    return visit(call, std::move(wish));
}

// berth propose [-t USER] LINE: to the owner whose guest the account is.
std::optional<int> propose(const VerbCall& call) {
    const bool named = call.words.size() == 4 && call.words[1] == "-t";
    if (!named && call.words.size() != 2) {
        client::print(STDERR_FILENO, "usage: berth propose [-t user] line\n");
        return 1;
    }
    client::Wish wish;
    wish.open.words = {named ? call.words[2] : "", "", "propose"};
    wish.command.words = {"propose", call.words.back()};
    return visit(call, std::move(wish));
}

struct Row {
    std::string_view name;
    std::optional<int> (*run)(const VerbCall&);
};

constexpr std::array kRows = {
    Row{"admin", admin},     Row{"join", join},
    Row{"doctor", doctor},   Row{"list-sessions", list_all},
    Row{"ls", list_all},     Row{"policy", policy_verb},
    Row{"propose", propose},
};

} // namespace

std::optional<int> run_own_verb(const VerbCall& call) {
    if (call.words.empty())
        return std::nullopt;
    const auto row = std::ranges::find(kRows, call.words[0], &Row::name);
    return row == kRows.end() ? std::nullopt : row->run(call);
}

} // namespace berth
