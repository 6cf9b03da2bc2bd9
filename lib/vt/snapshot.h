// The state of an Engine as bytes. Internal to lib/vt; Terminal::snapshot() and restore() are the
// interface.
//
// snapshot = magic version state tables-free screens history
// history  = number of full blocks that are kept apart, lines of the first one that are not to be
//            seen, number of lines, lines
// Every number is a varint, every string a length and bytes; lines as in line_codec.h, each with
// its links before it. A loader takes nothing on trust: what a program could not have brought about
// is refused.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "vt/engine.h"

namespace berth::vt {

inline constexpr std::string_view kSnapshotMagic = "berth-vt";
inline constexpr std::uint64_t kSnapshotVersion = 2;

[[nodiscard]] std::string write_snapshot(const Engine& engine, BlocksOfHistory how);
// Replaces the engine's state; on an error the engine is as before. `blocks`: those that are kept
// apart.
[[nodiscard]] Result<void> read_snapshot(Engine& engine, std::string_view bytes,
                                         std::span<const std::string_view> blocks);
[[nodiscard]] bool same_screens(const Engine& left, const Engine& right);

} // namespace berth::vt
