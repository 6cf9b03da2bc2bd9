// berth policy check: reads the files, whether berthd runs or not. berth policy show: asks berthd,
// whose policy counts.
#include "doctor.h"

#include "client/conversation.h"
#include "client/files.h"
#include "policy/text.h"

#include <unistd.h>

namespace berth {
namespace {

constexpr const char* kUsage = "usage: berth policy check [FILE]\n"
                               "       berth [--json] policy show [--user NAME]\n"
                               "       berth policy apply\n";

int refuse(const std::vector<policy::Problem>& problems) {
    for (const policy::Problem& problem : problems)
        client::print(STDERR_FILENO, problem.text() + "\n");
    return 1;
}

int check(const std::string& file) {
    policy::Paths paths;
    if (!file.empty())
        paths = {file, ""};
    if (!file.empty() && access(file.c_str(), F_OK) != 0)
        return refuse({{file, 0, {}, {}, "no such file"}});
    const auto loaded = policy::Policy::load(paths);
    if (!loaded)
        return refuse(loaded.error());
    if (const auto drop_in = policy::sshd_drop_in(*loaded); !drop_in)
        return refuse({drop_in.error()});
    return 0;
}

int show(const VerbCall& call, const std::string& user) {
    const auto place = client::find_place(call.place);
    if (!place) {
        client::print(STDERR_FILENO, place.error().text() + "\n");
        return 1;
    }
    client::Wish wish;
    wish.open.purpose = protocol::Purpose::admin;
    wish.open.words = {"policy", "show"};
    if (!user.empty())
        wish.open.words.push_back(user);
    if (call.json)
        wish.open.words.emplace_back("--json");
    const auto outcome = client::converse(*place, wish);
    if (!outcome) {
        client::print(STDERR_FILENO, "no server running on " + place->socket + "\n");
        return 1;
    }
    if (!outcome->text.empty())
        client::print(STDERR_FILENO, outcome->text + "\n");
    return outcome->status;
}

} // namespace

std::optional<int> policy_verb(const VerbCall& call) {
    const std::vector<std::string>& words = call.words;
    const std::string verb = words.size() > 1 ? words[1] : "";
    if (verb == "check" && words.size() <= 3)
        return check(words.size() == 3 ? words[2] : "");
    if (verb == "show" && words.size() == 2)
        return show(call, "");
    if (verb == "show" && words.size() == 4 && words[2] == "--user")
        return show(call, words[3]);
    if (verb == "apply" && words.size() == 2)
        return apply_policy();
    client::print(STDERR_FILENO, kUsage);
    return 64;
}

} // namespace berth
