// The words of `berth share`, read. Pure.
#pragma once

#include "base/result.h"
#include "protocol/messages.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace berth::mux {

struct ShareWords {
    protocol::ShareMake make; // without the ids of what is shared
    std::vector<std::string> key_files;
    bool json = false;
};

// Error::operation is a line for the user.
[[nodiscard]] Result<ShareWords> read_share_words(const std::vector<std::string>& words);
// "90", "90s", "15m", "1h30m", "2d": seconds; nothing if it is none, or too long to be meant.
[[nodiscard]] std::optional<std::uint32_t> read_duration(std::string_view text);
// The keys of a file as authorized_keys is: lines without comments and blank ones.
[[nodiscard]] std::vector<std::string> keys_of(std::string_view file);

} // namespace berth::mux
