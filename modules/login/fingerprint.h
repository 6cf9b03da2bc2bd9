// An ssh key's fingerprint as ssh-keygen(1) says it: "SHA256:" and base64 without padding.
#pragma once

#include <string>
#include <string_view>

namespace berth::login {

// Of "TYPE BASE64" as in authorized_keys; empty if it is no such thing.
[[nodiscard]] std::string fingerprint(std::string_view key);

} // namespace berth::login
