// berth's own verbs that need no mux, or more than one: env, ls --all, policy, admin, doctor. One
// row each in own_verbs.cc.
#pragma once

#include "client/place.h"

#include <optional>
#include <string>
#include <vector>

namespace berth {

struct VerbCall {
    const std::vector<std::string>& words; // the verb first
    bool json = false;
    const client::PlaceWish& place;
};

// Nothing: no verb of that name; the words are the mux's.
[[nodiscard]] std::optional<int> run_own_verb(const VerbCall& call);

} // namespace berth
