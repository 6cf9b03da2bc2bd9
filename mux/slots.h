// Every kind of slot that the keeper keeps for the next mux (protocol::Keep): slot = owner *
// protocol::kSlotsPerPane + kind. Owner 0 is the mux itself, N + 1 the pane %N. A mux ignores kinds
// that it does not know; none is given another meaning.
#pragma once

#include <cstdint>

namespace berth::mux {

// ---- of the mux itself
inline constexpr std::uint64_t kRecordsSlot = 0;   // sessions, windows, layouts
inline constexpr std::uint64_t kTransitSlot = 1;   // the first of journal::Transit's parts
inline constexpr std::uint64_t kAskedSlot = 9;     // guests' hands, proposals and floors
inline constexpr std::uint64_t kSettingsSlot = 10; // options, hooks, environments, keys
inline constexpr std::uint64_t kBuffersSlot = 11;
inline constexpr std::uint64_t kPausedSlot = 12;  // a byte: all guests are paused
inline constexpr std::uint64_t kRestoreSlot = 13; // what was known of the time before a reboot
inline constexpr std::uint64_t kOffersSlot = 14;  // what rerun runs in the panes that came back

// ---- of a pane
inline constexpr std::uint64_t kRingSlot = 0; // and the rest of journal::Journal's parts
inline constexpr std::uint64_t kFirstCheckpointSlot = 1;
inline constexpr std::uint64_t kSecondCheckpointSlot = 2;
inline constexpr std::uint64_t kShelfSlot = 3;    // of the history
inline constexpr std::uint64_t kPrivateSlot = 15; // a byte: guests do not see it

} // namespace berth::mux
