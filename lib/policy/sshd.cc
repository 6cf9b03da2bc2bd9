// The drop-in for sshd. The same precedence as Policy::effective, said in sshd's patterns: a block
// for the users that are forced, one for each forced group less the groups written later and the
// users that are not, one for everyone less those.
#include "policy/text.h"

#include <algorithm>

namespace berth::policy {
namespace {

constexpr std::string_view kHead =
    "# Written by berth policy apply (hook = force). Do not edit: it is written again.\n";
constexpr std::string_view kForce = "    ForceCommand /usr/lib/berth/berth-login --force\n"
                                    "    ExposeAuthInfo yes\n"
                                    "    PermitUserRC no\n";

// What a guest's connection may be: one terminal, with berth-login behind it. The names are tokens
// (ro- or rw- and 26 digits), and what NSS calls the account of one (berth-s and a number). QUIET:
// whatever sshd says of a connection names the user, which is the token; even its errors do (too
// many keys were tried). pam_berth and berthd say who came and who did not.
constexpr std::string_view kGuestRules =
    "# Written by berth policy apply ([share] tokens). Do not edit: it is written again.\n"
    "Match User ro-??????????????????????????,rw-??????????????????????????,berth-s*\n"
    "    LogLevel QUIET\n"
    "    AuthenticationMethods none publickey\n"
    "    PasswordAuthentication yes\n"
    "    PermitEmptyPasswords yes\n"
    "    KbdInteractiveAuthentication no\n"
    "    HostbasedAuthentication no\n"
    "    GSSAPIAuthentication no\n"
    "    PubkeyAuthentication yes\n"
    "    AuthorizedKeysFile /run/berth/tokens/%u.keys\n"
    "    AuthorizedKeysCommand none\n"
    "    AuthorizedPrincipalsFile none\n"
    "    TrustedUserCAKeys none\n"
    "    ForceCommand /usr/lib/berth/guest-shell\n"
    "    ChrootDirectory none\n"
    "    DisableForwarding yes\n"
    "    PermitTunnel no\n"
    "    PermitUserRC no\n"
    "    PermitTTY yes\n"
    "    MaxSessions 1\n"
    "    Banner none\n"
    "    ClientAliveInterval 15\n"
    "    ClientAliveCountMax 4\n";

struct Choice {
    std::string name;
    bool force;
    Problem unusable; // what to say if sshd has no pattern for the name
};

// The last word on the hook for everyone, each group and each user that has one.
struct Choices {
    bool everyone = false;
    std::vector<Choice> groups; // in the order in which they count
    std::vector<Choice> users;
};

void choose(std::vector<Choice>& choices, const Scope& scope, int line, bool force) {
    std::erase_if(choices, [&](const Choice& choice) { return choice.name == scope.name; });
    choices.push_back(
        {scope.name,
         force,
         {scope.file, line, "hook", force ? "force" : "not force",
          "not possible in [" + scope.section + "] beside a forced hook: sshd has no " +
              "pattern for names with blanks, quotes, commas or wildcards"}});
}

Choices choices_of(const Policy& policy) {
    Choices choices;
    for (const Scope& scope : policy.scopes()) {
        const auto set = std::ranges::find(scope.assignments, OptionId::hook, &Assignment::option);
        if (set == scope.assignments.end())
            continue;
        const bool force = static_cast<Hook>(set->value) == Hook::force;
        if (scope.kind == ScopeKind::everyone)
            choices.everyone = force;
        else
            choose(scope.kind == ScopeKind::group ? choices.groups : choices.users, scope,
                   set->line, force);
    }
    return choices;
}

bool expressible(const Choice& choice) {
    return choice.name.find_first_of(" \t\"'*?!,#") == std::string::npos &&
           !choice.name.ends_with('\\');
}

// ",!name" for each choice that is not force
std::string except(std::span<const Choice> choices) {
    std::string out;
    for (const Choice& choice : choices)
        if (!choice.force)
            out += ",!" + choice.name;
    return out;
}

} // namespace

std::expected<std::string, Problem> sshd_drop_in(const Policy& policy) {
    const Choices choices = choices_of(policy);
    const std::string other_users = except(choices.users);
    const std::string user_part = other_users.empty() ? "" : " User *" + other_users;
    std::string out;
    for (const Choice& user : choices.users)
        if (user.force)
            out.append("Match User ").append(user.name).append("\n").append(kForce);
    for (std::size_t i = 0; i < choices.groups.size(); ++i)
        if (choices.groups[i].force)
            out += "Match Group " + choices.groups[i].name +
                   except(std::span(choices.groups).subspan(i + 1)) + user_part + "\n" +
                   std::string(kForce);
    if (choices.everyone)
        out += "Match Group *" + except(choices.groups) + user_part + "\n" + std::string(kForce);
    if (out.empty())
        return out;
    for (const std::vector<Choice>& list : {choices.groups, choices.users})
        for (const Choice& choice : list)
            if (!expressible(choice))
                return std::unexpected(choice.unusable);
    return std::string(kHead) + out;
}

std::string sshd_guest_rules(const Policy& policy) {
    const auto lets = [](const Settings& settings) {
        return settings.share_enabled() &&
               settings.choice<ShareTokens>(OptionId::share_tokens) != ShareTokens::none;
    };
    if (lets(policy.effective("", {})))
        return std::string(kGuestRules);
    // Some account or group may have what everyone has not.
    for (const Scope& scope : policy.scopes())
        for (const Assignment& set : scope.assignments) {
            const bool grants = (set.option == OptionId::share_enabled &&
                                 static_cast<YesNo>(set.value) == YesNo::yes) ||
                                (set.option == OptionId::share_tokens &&
                                 static_cast<ShareTokens>(set.value) != ShareTokens::none);
            if (scope.kind != ScopeKind::everyone && grants)
                return std::string(kGuestRules);
        }
    return {};
}

bool is_sshd_guest_rules(std::string_view text) {
    return text == kGuestRules;
}

} // namespace berth::policy
