// Who typed when into which pane, how much and not what, of guests whose share the policy wants it
// of ([share] attribution): a line each in a file that root alone may read. logrotate(8) turns it
// over; it has a bound of its own besides. Owned by Shares.
#pragma once

#include "base/result.h"

#include <cstdint>
#include <string>

namespace berth::daemon {

inline constexpr const char* kAttributionFolder = "/var/log/berth";
inline constexpr const char* kAttributionFile = "/attribution.log";
inline constexpr std::uint64_t kMaxAttribution = 64U << 20; // bytes of the file

struct Batch {
    std::uint64_t when = 0; // seconds of the epoch, at its end; it is of at most a second
    std::string owner;
    std::uint32_t share = 0;
    std::uint32_t guest = 0;
    std::string name; // of the guest: the account, or the fingerprint of the key
    std::string address;
    std::uint32_t pane = 0;
    std::uint64_t bytes = 0;
};

// "2026-11-28T23:20:01Z owner=alice share=3 guest=12 name=bob from=192.0.2.2 pane=%4 bytes=17";
// blanks and controls in names are replaced.
[[nodiscard]] std::string attribution_line(const Batch& batch);

// Appends the line. The file is made if need be (0600); one that others may read or write, that is
// no plain file or not ours is refused. EFBIG: it is full.
[[nodiscard]] Result<void> write_attribution(const std::string& folder, const Batch& batch);

} // namespace berth::daemon
