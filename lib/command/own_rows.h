// The commands that berth has and tmux has not, one row each. They are found by their whole name
// alone, so that every abbreviation that tmux understands stays what it is, and read their words
// themselves: flags of theirs are words (--ttl), which tmux's language does not have.
#pragma once

#include "command/rows.h"

namespace berth::command {

inline constexpr Row own_row(std::string_view name, std::string_view usage) {
    Row row;
    row.name = name;
    row.usage = usage;
    row.most = kUnlimited;
    row.traits = kOwnWords | (usage.ends_with("[--json]") ? kSpeaksJson : 0);
    return row;
}

// Sorted by name.
inline constexpr Row kOwnRows[] = {
    own_row("accept", "GUEST"),
    own_row("admit", "GUEST [read|write]"),
    own_row("floor", "[GUEST]"),
    own_row("guests", "[--json]"),
    own_row("kick", "GUEST|--all"),
    own_row("pause", "[GUEST]"),
    own_row("private", "on|off"),
    own_row("refuse", "GUEST"),
    own_row("rerun", "[-a] [-t target-pane]"),
    own_row("resume", "[GUEST]"),
    own_row("role", "GUEST read|write"),
    own_row("share",
            "[-r|-w] [-t session|window|pane] [--with USER|@GROUP] [--token] [--once] "
            "[--ttl TIME] [--uses N] [--keys FILE] [--key KEY] [--ask] [--floor] [--name NAME] "
            "[--json]"),
    own_row("share-menu", "[GUEST]"),
    own_row("shares", "[--json]"),
    own_row("unshare", "[ID|--all]"),
};

static_assert(std::ranges::is_sorted(kOwnRows, {}, &Row::name));
static_assert(std::ranges::none_of(kOwnRows, [](const Row& own) {
    return std::ranges::any_of(
        kRows, [&](const Row& row) { return row.name == own.name || row.alias == own.name; });
}));

} // namespace berth::command
