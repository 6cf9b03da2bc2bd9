// The state of an Engine as bytes. Internal to lib/vt; Terminal::snapshot() and restore() are the
// interface.
//
// snapshot = magic version state tables-free screens history
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
inline constexpr std::uint64_t kSnapshotVersion = 1;

[[nodiscard]] std::string write_snapshot(const Engine& engine);
// Replaces the engine's state; on an error the engine is as before.
[[nodiscard]] Result<void> read_snapshot(Engine& engine, std::string_view bytes);
[[nodiscard]] bool same_screens(const Engine& left, const Engine& right);

} // namespace berth::vt
