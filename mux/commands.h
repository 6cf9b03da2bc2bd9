// What each command does: one row (name, function) in the table of its family's file; flags and
// arguments are lib/command's.
#pragma once

#include "execution.h"

#include <span>
#include <string_view>

namespace berth::mux {

struct CommandRow {
    std::string_view name; // as in lib/command/rows.h
    Flow (*run)(const Call&);
};

[[nodiscard]] std::span<const CommandRow> session_commands();
[[nodiscard]] std::span<const CommandRow> client_commands();
[[nodiscard]] std::span<const CommandRow> window_commands();
[[nodiscard]] std::span<const CommandRow> pane_commands();
[[nodiscard]] std::span<const CommandRow> key_commands();
[[nodiscard]] std::span<const CommandRow> option_commands();
[[nodiscard]] std::span<const CommandRow> other_commands();

[[nodiscard]] std::span<const CommandRow> layout_commands();
[[nodiscard]] std::span<const CommandRow> link_commands();
[[nodiscard]] std::span<const CommandRow> run_commands();
[[nodiscard]] std::span<const CommandRow> share_commands();
[[nodiscard]] std::span<const CommandRow> rerun_commands();
[[nodiscard]] std::span<const CommandRow> mode_commands();
[[nodiscard]] std::span<const CommandRow> prompt_commands();
[[nodiscard]] std::span<const CommandRow> menu_commands();
[[nodiscard]] std::span<const CommandRow> choose_commands();
[[nodiscard]] std::span<const CommandRow> shell_commands();
[[nodiscard]] std::span<const CommandRow> source_commands();
[[nodiscard]] std::span<const CommandRow> pipe_commands();

// -l or -p: cells of the new pane, or percent of what is split. False: not a size.
[[nodiscard]] bool take_size(const Call& call, const Window& window, layout::Split& request);

// nullptr: no command of this mux.
[[nodiscard]] const CommandRow* command_row(std::string_view name);

} // namespace berth::mux
