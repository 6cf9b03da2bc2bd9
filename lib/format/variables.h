// The names of every format variable that tmux has, by group, and the aliases of one letter (#S).
// The mux gives their values.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace berth::format {

enum class VariableGroup : std::uint8_t {
    buffer,
    client,
    copy,
    cursor,
    hook,
    mouse,
    option,
    other,
    pane,
    session,
    window
};

struct VariableInfo {
    std::string_view name;
    VariableGroup group;
    bool time = false;  // seconds since the epoch, for t:
    bool local = false; // exists only within a mode, a hook, a loop or one command
};

// Sorted by name.
[[nodiscard]] std::span<const VariableInfo> variables();
[[nodiscard]] const VariableInfo* find_variable(std::string_view name);

// What "#S" stands for: "session_name"; nothing if the letter is no alias.
[[nodiscard]] std::optional<std::string_view> alias(char letter);

[[nodiscard]] std::string_view group_name(VariableGroup group);

} // namespace berth::format
