#include "own_verbs.h"

#include "client/conversation.h"
#include "client/files.h"
#include "doctor.h"

#include <algorithm>
#include <array>
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

struct Row {
    std::string_view name;
    std::optional<int> (*run)(const VerbCall&);
};

constexpr std::array kRows = {
    Row{"admin", admin}, Row{"doctor", doctor},      Row{"list-sessions", list_all},
    Row{"ls", list_all}, Row{"policy", policy_verb},
};

} // namespace

std::optional<int> run_own_verb(const VerbCall& call) {
    if (call.words.empty())
        return std::nullopt;
    const auto row = std::ranges::find(kRows, call.words[0], &Row::name);
    return row == kRows.end() ? std::nullopt : row->run(call);
}

} // namespace berth
