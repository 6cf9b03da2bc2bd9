// What sshd would have run for a login whose ForceCommand hides it: the command that the key itself
// names. sshd tells the key (ExposeAuthInfo), not its restriction, so it is looked up again, and
// known only where nothing but the user's own authorized_keys can have named one. Pure functions on
// texts.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace berth::login {

enum class Rule : std::uint8_t { none, command, unknown };

struct KeyRule {
    Rule rule = Rule::unknown;
    std::string text; // the command; or why it cannot be known
};

// `auth_info`: the file that SSH_USER_AUTH names (sshd_config(5)), a method a line. `key_files`:
// the texts of the files that hold the user's keys. A certificate's own command, or its
// principals', cannot be known.
[[nodiscard]] KeyRule key_rule(std::string_view auth_info, std::span<const std::string> key_files);

// Whether a text of sshd's configuration says nothing of where keys are looked up.
[[nodiscard]] bool leaves_keys_alone(std::string_view configuration);

} // namespace berth::login
