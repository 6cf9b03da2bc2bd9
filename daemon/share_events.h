// What a web hook is told, as JSON. Never a token, a key or an owner's text.
#pragma once

#include "share_book.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace berth::daemon {

// `event`: share, join, leave, refused, end. `guest`: of the middle three. `why`: may be empty.
[[nodiscard]] std::string share_event(std::string_view event, std::uint64_t when,
                                      const std::string& host, const Share& share,
                                      const Present* guest, std::string_view why);

} // namespace berth::daemon
