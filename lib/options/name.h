// How the argument of set-option and show-options names an option. Private to lib/options.
#pragma once

#include "base/result.h"
#include "options/commands.h"

#include <optional>
#include <string>
#include <string_view>

namespace berth::options {

struct Name {
    const Row* row = nullptr; // null: a user option
    std::string name{};       // the whole name, without an index
    std::optional<unsigned> index{};
};

Result<Name> parse_name(std::string_view text);

// The set that the flags and the option's own scope choose.
struct Where {
    bool global = false;
    bool pane = false;
    bool server = false;
    bool window = false;
};
struct Place {
    Set* set = nullptr;
    unsigned scope = 0; // one of kServer, kSession, kWindow, kPane
};
Result<Place> choose_set(const Scopes& scopes, const Where& where, const Row* row);

} // namespace berth::options
