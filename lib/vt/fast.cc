// What nearly all output is made of, with few instructions a byte: runs of printable ASCII, line
// ends, and control sequences that are whole and usual. Everything else goes the way of write.cc,
// and both ways lead to the same state. At ground nothing is held and the parser is as new, so a
// sequence that is handled here and relayed as it came needs no bookkeeping at all.
#include <bit>
#include <cstring>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "vt/engine_inline.h"
#include "vt/handlers.h"

namespace berth::vt {

namespace {

constexpr char kEscape = '\x1b';

constexpr bool is_printable(char byte) {
    return byte >= ' ' && byte < '\x7f';
}

constexpr std::ptrdiff_t kShort = 8;

// The bytes up to the first m, as a number, if there is one among the first eight.
struct ShortSequence {
    std::uint64_t key = 0;
    unsigned length = 0;
};
inline ShortSequence find_rendition(const char* text) {
    constexpr std::uint64_t kEach = 0x0101010101010101;
    std::uint64_t bytes = 0;
    std::memcpy(&bytes, text, sizeof bytes);
    if constexpr (std::endian::native == std::endian::big)
        bytes = std::byteswap(bytes);
    const std::uint64_t others = bytes ^ kEach * 'm';
    const std::uint64_t first = (others - kEach) & ~others & kEach << 7; // and perhaps later ones
    if (first == 0)
        return {};
    const auto bit = static_cast<unsigned>(std::countr_zero(first));
    return {bytes << (63 - bit), bit / 8 + 1};
}

} // namespace

inline Engine::KnownRendition& Engine::known_rendition(std::uint64_t key) {
    return known_renditions.slot(key * 0x9e3779b97f4a7c15ULL >> 58);
}

// At an ESC. What is behind it, if it is a short SGR that came lately; or nullptr.
inline const char* Engine::rendition_again(const char* from, const char* end) {
    if (end - from < 2 + kShort || from[1] != '[')
        return nullptr;
    const ShortSequence sequence_here = find_rendition(from + 2);
    const KnownRendition& known = known_rendition(sequence_here.key);
    if (known.key != sequence_here.key || known.length != sequence_here.length)
        return nullptr;
    if (known.length == 0)
        return nullptr;
    auto bits = pen.style.bits();
    for (std::size_t half = 0; half < bits.size(); ++half)
        bits[half] = (bits[half] & known.keep[half]) | known.set[half];
    pen.style = Style::from_bits(bits);
    features |= known.features;
    pen_changed();
    return from + 2 + known.length;
}

void Engine::refresh_fast() {
    fast_text = !modes.insert && modes.autowrap && plain_charset();
}

const char* Engine::ground(const char* from, const char* end) {
    constexpr int kFlood = 8; // lines without a sequence before more are looked for
    refresh_fast();
    Row* row = &grid().row(cursor.row);
    const char* seen = from;
    int plain_lines = 0;
    while (from < end) {
        const char byte = *from;
        if (is_printable(byte) && fast_text) {
            from = text_fast(from, end, row);
            continue;
        }
        if (byte == '\r') {
            carriage_return();
            if (++from == end || *from != '\n')
                continue;
            ++from;
            row = next_line(row);
            if (++plain_lines >= kFlood && from >= seen) [[unlikely]] {
                plain_lines = 0;
                from = flood(from, end, seen);
                row = &grid().row(cursor.row);
            }
            continue;
        }
        if (byte == '\n') {
            ++from;
            row = next_line(row);
            continue;
        }
        plain_lines = 0;
        if (byte == kEscape) {
            if (const char* const after = rendition_again(from, end); after != nullptr) {
                from = after;
                continue;
            }
            from = csi_fast(from, end);
        } else {
            from = other_fast(from, end);
        }
        if (parser.state != ParserState::ground)
            return from;
        row = &grid().row(cursor.row);
    }
    return from;
}

const char* Engine::other_fast(const char* from, const char* end) {
    const char byte = *from;
    if (byte < 0)
        return ground_utf8(from, end);
    if (byte == '\x7f')
        return from + 1;
    if (is_printable(byte)) {
        const char* stop = kernels->skip_printable(from, end);
        put_ascii(from, static_cast<std::size_t>(stop - from));
        from = stop;
    } else {
        sequence = from++;
        control(byte);
        if (!keep)
            finish(from);
    }
    refresh_fast(); // a single shift is over, or another character set is in use
    return from;
}

// As refresh_pen(), for a style that was used lately.
inline void Engine::refresh_known_pen() {
    const KnownStyle& known = known_styles.slot(StyleHash()(pen.style));
    if (known.style != pen.style || !pen.link.uri.empty()) {
        refresh_pen();
        return;
    }
    pen_bits = std::uint64_t{known.index} << Cell::kStyleShift |
               static_cast<std::uint64_t>(mark) << Cell::kMarkShift |
               (pen.protect ? Cell::kProtectedBit : 0);
    pen_dirty = false;
}

// Printable ASCII up to the end of the line at most; `row` is the cursor's, before and after.
inline const char* Engine::text_fast(const char* from, const char* end, Row*& row) {
    if (cursor.pending_wrap) {
        wrap();
        row = &grid().row(cursor.row);
    }
    if (pen_dirty)
        refresh_known_pen();
    const int column = cursor.column;
    const int limit =
        row->size == LineSize::single && column <= margins.right ? margins.right : right_limit();
    if (row->used < column)
        extend(*row, column);
    if (!row->ascii && row->used > column) [[unlikely]]
        open_for(from, end, *row, limit);
    Cell* cells = grid().cells(*row) + column;
    std::size_t count = 1;
    if (end - from > 1 && is_printable(from[1]))
        count = kernels->print(from, end, at(limit - column + 1), cells, pen_bits);
    else
        *cells = Cell(pen_bits | static_cast<unsigned char>(*from));
    row->generation = ++generation;
    if (pen_bits != 0)
        row->styled = true;
    from += count;
    last_printed = static_cast<unsigned char>(from[-1]);
    const int after = column + static_cast<int>(count);
    row->used = std::max(row->used, after);
    if (after > limit) {
        cursor.column = limit;
        cursor.pending_wrap = true;
        if (after == size.columns)
            row->wrapped = false;
    } else {
        cursor.column = after;
    }
    return from;
}

// Wide characters may be cut by what is printed now.
void Engine::open_for(const char* from, const char* end, Row& row, int limit) {
    const std::size_t most =
        std::min(at(limit - cursor.column + 1), static_cast<std::size_t>(end - from));
    const char* stop = kernels->skip_printable(from, from + most);
    static_cast<void>(open(row, cursor.column, static_cast<int>(stop - from)));
}

// As line_feed(), for the row that the cursor is in; gives the one that it comes to.
inline Row* Engine::next_line(Row* row) {
    cursor.pending_wrap = false;
    if (cursor.row == margins.bottom) {
        if (cursor.column >= margins.left && cursor.column <= margins.right) {
            row = &scroll_line();
        }
    } else if (cursor.row < size.bottom()) {
        ++cursor.row;
        row = grid().next(row);
    }
    if (row->size != LineSize::single) [[unlikely]]
        cursor.column = std::min(cursor.column, line_right(cursor.row));
    if (modes.newline)
        carriage_return();
    return row;
}

namespace {

constexpr std::ptrdiff_t kLongest = 32; // parameters of a sequence that is handled here
constexpr std::ptrdiff_t kNumber = 4;   // bytes that are read where one begins

// Which of kLongest bytes are digits and semicolons.
struct Parameters {
    std::uint32_t digits = 0;
    std::uint32_t semicolons = 0;
};

inline Parameters find_parameters(const char* text) {
    Parameters found;
#ifdef __SSE2__
    const auto mask = [](__m128i bytes) {
        return static_cast<std::uint32_t>(_mm_movemask_epi8(bytes));
    };
    for (int part = 0; part < 2; ++part) {
        const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text) + part);
        const __m128i moved = _mm_add_epi8(bytes, _mm_set1_epi8(0x80 - '0')); // 0 is the least
        found.digits |= mask(_mm_cmplt_epi8(moved, _mm_set1_epi8(-128 + 10))) << 16 * part;
        found.semicolons |= mask(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(';'))) << 16 * part;
    }
#else
    for (int index = 0; index < kLongest; ++index) {
        found.digits |= std::uint32_t{text[index] >= '0' && text[index] <= '9'} << index;
        found.semicolons |= std::uint32_t{text[index] == ';'} << index;
    }
#endif
    return found;
}

// A number of so many digits, three at most. All at once: the digits are shifted to the end and
// added in pairs.
inline std::uint32_t take_number(const char* from, unsigned length) {
    std::uint32_t bytes = 0;
    std::memcpy(&bytes, from, sizeof bytes);
    if constexpr (std::endian::native == std::endian::big)
        bytes = std::byteswap(bytes);
    auto digits = static_cast<std::uint32_t>(std::uint64_t{bytes} << (32 - 8 * length));
    digits = (digits & 0x0f0f0f0f) * 2561 >> 8;
    return (digits & 0x00ff00ff) * 6553601 >> 16;
}

} // namespace

// At an ESC. A CSI sequence of short numbers, semicolons and a final byte is dispatched here.
const char* Engine::csi_fast(const char* from, const char* end) {
    if (end - from < 2 + kLongest + kNumber || from[1] != '[')
        return csi_in_one(from, end);
    const char* const text = from + 2;
    const auto [digits, semicolons] = find_parameters(text);
    const auto length = static_cast<unsigned>(std::countr_one(digits | semicolons));
    const std::uint32_t within = (std::uint32_t{1} << (length & 31)) - 1;
    const std::uint32_t long_numbers = digits & digits >> 1 & digits >> 2 & digits >> 3;
    if (length == kLongest || (long_numbers & within) != 0)
        return csi_in_one(from, end);
    Params& params = parser.params;
    unsigned begin = 0;
    int count = 0;
    for (std::uint32_t ends = (semicolons & within) | (within + 1); ends != 0; ends &= ends - 1) {
        const auto stop = static_cast<unsigned>(std::countr_zero(ends));
        const auto value = static_cast<std::int32_t>(take_number(text + begin, stop - begin));
        params.values[at(count++)] = stop == begin ? Params::kOmitted : value;
        begin = stop + 1;
    }
    params.count = length == 0 ? 0 : count;
    if (text[length] == 'm' && length < kShort) {
        const ShortSequence here = find_rendition(text);
        KnownRendition& known = known_rendition(here.key);
        handlers::learn_rendition(*this, known);
        known.key = here.key;
        known.length = here.length;
    }
    if (!fast_csi(text[length]))
        return csi_in_one(from, end);
    params.count = 0;
    return text + length + 1;
}

// Those that change neither modes nor margins, answer nothing and are relayed as they are.
bool Engine::fast_csi(char final) {
    switch (final) {
    case 'A':
        handlers::cursor_up(*this);
        return true;
    case 'B':
        handlers::cursor_down(*this);
        return true;
    case 'C':
        handlers::cursor_forward(*this);
        return true;
    case 'G':
        handlers::column_absolute(*this);
        return true;
    case 'H':
        move_to(parser.params.number(0) - 1, parser.params.number(1) - 1);
        return true;
    case 'J':
        handlers::erase_display(*this);
        return true;
    case 'K':
        handlers::erase_line(*this);
        return true;
    case 'X':
        handlers::erase_characters(*this);
        return true;
    case 'd':
        handlers::position_line(*this);
        return true;
    case 'm':
        handlers::graphic_rendition(*this);
        return true;
    default:
        return false;
    }
}

void Engine::keep_line(const Row& row) {
    if (row.is_plain())
        history.push_plain(grid().cells(row), row.used, row.wrapped);
    else
        keep_styled(row);
    ++scrolled;
}

// Apart, so that the common case sets up nothing.
__attribute__((noinline)) void Engine::keep_styled(const Row& row) {
    history.push(grid().view_of(row, tables));
}

// The lines within the margins move up by one; gives the last one.
Row& Engine::scroll_line() {
    Grid& screen = grid();
    if (margins.left != 0 || margins.right != size.right()) {
        scroll_up(margins, 1, true);
        return screen.row(margins.bottom);
    }
    Row* last = nullptr;
    if (margins.top == 0) {
        last = &screen.row(0);
        if (shown == Screen::main)
            keep_line(*last);
    }
    if (margins.top == 0 && margins.bottom == size.bottom())
        screen.advance(); // and the first one is the last one
    else
        last = &screen.rotate_up(margins.top, margins.bottom);
    clear_row(*last);
    return *last;
}

} // namespace berth::vt
