// The policy in force. A reload that finds any problem says so, line by line, and changes nothing.
#pragma once

#include "base/account.h"
#include "policy/policy.h"
#include "protocol/messages.h"

#include <string>

namespace berth::daemon {

class Rules {
  public:
    // `folder` holds berth.conf and berth.conf.d; empty: the defaults, always.
    explicit Rules(std::string folder);

    // Logs every problem; false: the policy before stays (at the start: the defaults).
    bool load();
    // What holds for the account; its groups must be known if needs_groups().
    [[nodiscard]] policy::Settings of(const Account& account) const;
    [[nodiscard]] bool needs_groups() const { return needs_groups_; }
    [[nodiscard]] const policy::Policy& policy() const { return policy_; }

  private:
    std::string folder_;
    policy::Policy policy_;
    bool needs_groups_ = false;
};

// Writes the values that the mux is told.
void apply(const policy::Settings& settings, protocol::Adopt& adopt);
[[nodiscard]] protocol::RestoreRules restore_rules(const policy::Settings& settings);

} // namespace berth::daemon
