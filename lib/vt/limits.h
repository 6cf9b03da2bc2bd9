// What a program can make the engine keep, at most. Internal to lib/vt, but for kMaxHeld
// (terminal.h).
#pragma once

#include <cstddef>

namespace berth::vt {

inline constexpr std::size_t kMaxString = 1U << 20;    // body of an OSC, DCS, APC …
inline constexpr std::size_t kMaxTitle = 4096;         // bytes
inline constexpr std::size_t kMaxTitles = 32;          // XTPUSHTITLE
inline constexpr std::size_t kMaxDirectory = 8192;     // OSC 7
inline constexpr std::size_t kMaxPointer = 128;        // OSC 22
inline constexpr std::size_t kMaxUri = 8192;           // OSC 8
inline constexpr std::size_t kMaxLinkId = 256;         // OSC 8
inline constexpr std::size_t kMaxLinkBytes = 8U << 20; // of all hyperlinks on the screens
inline constexpr std::size_t kMaxClusterBytes = 64;    // of one cell
inline constexpr std::size_t kMaxClusters = 1U << 16;  // on the screens
inline constexpr std::size_t kMaxEmbedded = 64;        // controls inside a sequence
inline constexpr int kMaxCellPixels = 1000;
inline constexpr std::size_t kMaxColorDepth = 10;         // XTPUSHCOLORS
inline constexpr std::size_t kMaxCapabilityQueries = 128; // XTGETTCAP names in one string

} // namespace berth::vt
