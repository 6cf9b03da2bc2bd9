// More plain lines at once than the scrolling region has: those that would only pass through the
// screen go to the history (or, where there is none, nowhere) without ever becoming cells.
#include <algorithm>
#include <array>
#include <bit>
#include <numeric>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "vt/engine_inline.h"

namespace berth::vt {

namespace {

constexpr int kAtOnce = 64; // bytes

// Bit n: what byte n of kAtOnce is.
struct Kinds {
    std::uint64_t printable = 0;
    std::uint64_t returns = 0;
    std::uint64_t feeds = 0;
};

Kinds kinds_of(const char* text) {
    Kinds found;
#ifdef __SSE2__
    const auto mask = [](__m128i bytes) {
        return std::uint64_t{static_cast<unsigned>(_mm_movemask_epi8(bytes))};
    };
    for (int index = 0; index < kAtOnce; index += 16) {
        const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text + index));
        const __m128i del = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\x7f'));
        const __m128i above = _mm_cmpgt_epi8(bytes, _mm_set1_epi8(' ' - 1));
        found.printable |= mask(_mm_andnot_si128(del, above)) << index;
        found.returns |= mask(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('\r'))) << index;
        found.feeds |= mask(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('\n'))) << index;
    }
#else
    for (int index = 0; index < kAtOnce; ++index) {
        const char byte = text[index];
        found.printable |= std::uint64_t{byte >= ' ' && byte < '\x7f'} << index;
        found.returns |= std::uint64_t{byte == '\r'} << index;
        found.feeds |= std::uint64_t{byte == '\n'} << index;
    }
#endif
    return found;
}

} // namespace

// How long the lines are that are whole, printable ASCII and no longer than the screen is wide.
struct Engine::PlainLines {
    static constexpr std::size_t kMost = 4096;
    std::array<std::uint16_t, kMost> lengths; // not initialised
    std::size_t count = 0;
    const char* end = nullptr;
};

void Engine::find_plain_lines(const char* from, const char* end, PlainLines& lines) const {
    constexpr std::size_t kMostAtOnce = kAtOnce / 2;
    const std::ptrdiff_t columns = size.columns;
    lines.end = from;
    while (lines.count + kMostAtOnce <= PlainLines::kMost && end - from >= kAtOnce &&
           from - lines.end <= columns) {
        const Kinds kinds = kinds_of(from);
        std::uint64_t ends = kinds.returns & kinds.feeds >> 1;
        const bool at_last = (ends >> (kAtOnce - 2)) != 0; // the line feed is the last byte
        const std::uint64_t others = ~(kinds.printable | ends | ends << 1) << 1 >> 1;
        ends &= (others & -others) - 1; // all before the first of the others
        for (; ends != 0; ends &= ends - 1) {
            const char* const stop = from + std::countr_zero(ends);
            const std::ptrdiff_t length = stop - lines.end;
            if (length > columns)
                return;
            lines.lengths[lines.count++] = static_cast<std::uint16_t>(length);
            lines.end = stop + 2;
        }
        if (others != 0)
            return;
        from += at_last ? kAtOnce : kAtOnce - 1; // the last byte may be half a line end
    }
}

// At the beginning of an empty line at the bottom of the margins, with nothing but fast text to
// come? Otherwise lines may not be what they look like.
bool Engine::is_floodable() {
    if (cursor.row != margins.bottom || cursor.column != 0 || cursor.pending_wrap || !fast_text ||
        modes.newline || margins.left != 0 || margins.right != size.right())
        return false;
    if (pen_dirty)
        refresh_pen();
    const Row& row = grid().row(cursor.row);
    return pen_bits == 0 && erase_bits() == 0 && row.used == 0 && !row.wrapped && row.is_plain();
}

// Takes the lines that would have scrolled out at the end of what is known of the input, and leaves
// the others, which fill the region again, to be printed from its top. `seen` is how far was
// looked.
const char* Engine::flood(const char* from, const char* end, const char*& seen) {
    if (!is_floodable())
        return from;
    PlainLines lines;
    find_plain_lines(from, end, lines);
    seen = lines.end;
    const std::size_t staying = at(margins.bottom - margins.top);
    if (lines.count <= staying)
        return from;
    const std::span<const std::uint16_t> passing(lines.lengths.data(), lines.count - staying);
    const bool keep_them = margins.top == 0 && shown == Screen::main;
    for (int index = margins.top; index < margins.bottom; ++index) {
        Row& row = grid().row(index);
        if (keep_them)
            keep_line(row);
        clear_row(row);
    }
    if (keep_them) {
        history.push_text(from, end, passing);
        scrolled += passing.size();
    }
    const std::size_t letters = std::accumulate(passing.begin(), passing.end(), std::size_t{0});
    from += letters + 2 * passing.size();
    const auto empty = std::find_if(passing.rbegin(), passing.rend(),
                                    [](std::uint16_t length) { return length != 0; });
    if (empty != passing.rend())
        last_printed = static_cast<unsigned char>(from[-3 - 2 * (empty - passing.rbegin())]);
    cursor.row = margins.top;
    return from;
}

} // namespace berth::vt
