// Wrong tokens, counted by the address that they came from, so that nobody tries many: beyond
// kMostGuesses within kGuessSeconds no token lets anybody in from there until that time is over.
// Accounts that are no guests never ask here. A file of fixed size that berthd makes (root, 0600),
// read and written by pam_berth inside sshd: nothing waits, nothing is allocated, a count that is
// lost among writers is of no matter. Without the file nobody is kept out.
#pragma once

#include <cstddef>
#include <cstdint>

namespace berth::modules {

#ifndef BERTH_RUN_FOLDER // fuzzing has one of its own
#define BERTH_RUN_FOLDER "/run/berth"
#endif
inline constexpr char kGuessFile[] = BERTH_RUN_FOLDER "/guesses";
inline constexpr unsigned kMostGuesses = 10;
inline constexpr unsigned kGuessSeconds = 60;
inline constexpr std::size_t kGuessSlots = 1024; // addresses that are known at a time
inline constexpr std::size_t kGuessSlot = 16;    // bytes: address, since when, how many
inline constexpr std::size_t kGuessFileSize = kGuessSlots * kGuessSlot;

// `address`: as PAM_RHOST is, or null; of IPv6 the network (/64) counts. `now`: seconds of a clock
// that only goes forward, since the boot.
void note_guess(const char* file, const char* address, std::uint32_t now) noexcept;
[[nodiscard]] bool has_guessed_enough(const char* file, const char* address,
                                      std::uint32_t now) noexcept;

} // namespace berth::modules
