// Every default binding, as rows: what a new server's key tables hold and what customize-mode
// resets to.
#pragma once

#include <span>
#include <string_view>

namespace berth::keys {

struct DefaultBinding {
    std::string_view key;     // as parse_key() reads it
    std::string_view command; // a command list of the configuration language
    std::string_view note{};  // as list-keys -N shows it
    bool repeat = false;      // bind-key -r
};

struct DefaultTable {
    std::string_view name;
    std::span<const DefaultBinding> rows;
};

// What berth binds besides, in a server that is not to be tmux's image: keys of sharing, which tmux
// leaves free.
[[nodiscard]] std::span<const DefaultTable> own_tables();

// The tables copy-mode, copy-mode-vi, move, prefix and root.
[[nodiscard]] std::span<const DefaultTable> default_tables();

[[nodiscard]] std::span<const DefaultBinding> copy_defaults();
[[nodiscard]] std::span<const DefaultBinding> copy_vi_defaults();
[[nodiscard]] std::span<const DefaultBinding> move_defaults();
[[nodiscard]] std::span<const DefaultBinding> prefix_defaults();
[[nodiscard]] std::span<const DefaultBinding> root_defaults();

} // namespace berth::keys
