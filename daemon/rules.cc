#include "rules.h"

#include "base/log.h"
#include "policy/text.h"

#include <algorithm>
#include <vector>

namespace berth::daemon {

static_assert(
    static_cast<int>(policy::OnLogin::resume) == static_cast<int>(protocol::OnLogin::resume) &&
    static_cast<int>(policy::OnLogin::create) == static_cast<int>(protocol::OnLogin::fresh) &&
    static_cast<int>(policy::OnLogin::mirror) == static_cast<int>(protocol::OnLogin::mirror) &&
    static_cast<int>(policy::OnLogin::menu) == static_cast<int>(protocol::OnLogin::menu));

Rules::Rules(std::string folder) : folder_(std::move(folder)) {}

bool Rules::load() {
    if (folder_.empty())
        return true;
    auto loaded = policy::Policy::load({folder_ + "/berth.conf", folder_ + "/berth.conf.d"});
    std::vector<policy::Problem> problems;
    if (!loaded)
        problems = std::move(loaded.error());
    else if (auto drop_in = policy::sshd_drop_in(*loaded); !drop_in)
        problems.push_back(std::move(drop_in.error()));
    for (const policy::Problem& problem : problems)
        log::error(problem.text());
    if (!problems.empty()) {
        log::error("the policy in " + folder_ + " is refused; the one before stays in force");
        return false;
    }
    policy_ = std::move(*loaded);
    needs_groups_ = std::ranges::any_of(policy_.scopes(), [](const policy::Scope& scope) {
        return scope.kind == policy::ScopeKind::group ||
               std::ranges::any_of(scope.assignments, [](const policy::Assignment& set) {
                   return set.option == policy::OptionId::share_with;
               });
    });
    return true;
}

policy::Settings Rules::of(const Account& account) const {
    return policy_.effective(account.name, account.groups);
}

void apply(const policy::Settings& settings, protocol::Adopt& adopt) {
    adopt.on_login = static_cast<protocol::OnLogin>(settings.on_login());
    adopt.replay_lines = settings.replay_lines();
    adopt.history_limit = settings.history_limit();
    adopt.max_sessions = settings.max_sessions();
    adopt.max_clients = settings.max_clients();
}

static_assert(static_cast<int>(policy::RestoreLevel::full) ==
              static_cast<int>(protocol::RestoreLevel::full));

protocol::RestoreRules restore_rules(const policy::Settings& settings) {
    using policy::OptionId;
    return {settings.choice<protocol::RestoreLevel>(OptionId::restore_level),
            settings.number(OptionId::restore_lifetime), settings.number(OptionId::restore_lines),
            settings.number(OptionId::restore_size), settings.text(OptionId::restore_rerun)};
}

} // namespace berth::daemon
