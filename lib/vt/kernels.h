// The loops over text and cells that are worth vector instructions: printable bytes to cells and
// back, and runs of cells of one style. Every one has a portable form, one for SSE2, and one for
// AVX2 where it pays; which is used is decided once, by what the processor can do. Internal to
// lib/vt.
#pragma once

#include <cstddef>
#include <cstdint>

#include "vt/cell.h"

namespace berth::vt {

// So many cells behind those that print() may write are read, and written as they were.
inline constexpr std::size_t kCellsBeyond = 32;

struct Kernels {
    // Printable ASCII from `from` on, at most `most` characters (`end` is where the input ends),
    // to cells with these upper bits. Gives how many there were; no other cell changes.
    std::size_t (*print)(const char* from, const char* end, std::size_t most, Cell* to,
                         std::uint64_t upper);
    // Ideographs (U+4E00 to U+9FFF, three bytes and two columns each), at most `most`, to cells with
    // these upper bits. Gives how many; may leave the last ones to others.
    std::size_t (*ideographs)(const char* from, const char* end, std::size_t most, Cell* to,
                              std::uint64_t upper);
    // The first byte that is not printable ASCII.
    const char* (*skip_printable)(const char* from, const char* end);
    // The low bytes of cells.
    void (*narrow)(const Cell* from, std::size_t count, char* to);
    // Of up to 64 cells, bit n: cell n differs in style, mark, protection or link from the one
    // before it (bit 0 is never set).
    std::uint64_t (*style_changes)(const Cell* from, std::size_t count);
};

// What this processor is best served with, and all that it can run, the plainest first (for tests).
[[nodiscard]] const Kernels& best_kernels();
[[nodiscard]] const Kernels* const* all_kernels(std::size_t& count);

} // namespace berth::vt
