// More plain lines at once than the scrolling region has: those that would only pass through the
// screen go to the history (or, where there is none, nowhere) without ever becoming cells.
#include <array>

#include "vt/engine_inline.h"

namespace berth::vt {

namespace {

constexpr bool is_printable(char byte) {
    return byte >= ' ' && byte < '\x7f';
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
    constexpr std::ptrdiff_t kShort = 4; // not worth a call
    const std::ptrdiff_t columns = size.columns;
    while (lines.count < PlainLines::kMost) {
        const char* const most = from + std::min(columns + 1, end - from);
        const char* stop = from;
        while (stop < most && stop - from < kShort && is_printable(*stop))
            ++stop;
        if (stop - from == kShort)
            stop = kernels->skip_printable(stop, most);
        if (end - stop < 2 || stop - from > columns || stop[0] != '\r' || stop[1] != '\n')
            break;
        lines.lengths[lines.count++] = static_cast<std::uint16_t>(stop - from);
        from = stop + 2;
    }
    lines.end = from;
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
    for (const std::uint16_t length : passing) {
        if (length != 0)
            last_printed = static_cast<unsigned char>(from[length - 1]);
        from += length + 2;
    }
    cursor.row = margins.top;
    return from;
}

} // namespace berth::vt
