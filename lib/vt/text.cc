// Text beyond ASCII, as most of it is: characters that are well formed, and code points that join
// the one before. Nothing here can be predicted but that it goes on, so a character is found,
// decoded and put into its cells without a branch. Whatever is unusual is left to print.cc.
#include <array>
#include <bit>
#include <cstring>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "vt/engine_inline.h"
#include "vt/unicode.h"

namespace berth::vt {

namespace {

constexpr std::uint64_t kWide = static_cast<std::uint64_t>(Width::wide) << Cell::kWidthShift;
constexpr std::uint64_t kTail = static_cast<std::uint64_t>(Width::tail) << Cell::kWidthShift;
constexpr std::uint64_t kContent = Cell::kContentMask | Cell::kClusterBit;
constexpr std::uint64_t kWidths = 3ULL << Cell::kWidthShift;
constexpr std::uint64_t kMarks = 3ULL << Cell::kMarkShift;

constexpr std::size_t kAtOnce = 64; // bytes in which characters begin
constexpr std::size_t kBeyond = 4;  // that one may go on in

// Bit n: a character begins at byte n of kAtOnce, or what is no character's.
std::uint64_t begins(const char* text) {
    std::uint64_t found = 0;
#ifdef __SSE2__
    const __m128i last = _mm_set1_epi8('\xbf'); // continuations are 0x80 to 0xbf
    for (std::size_t index = 0; index < kAtOnce; index += 16) {
        const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text + index));
        const int mask = _mm_movemask_epi8(_mm_cmpgt_epi8(bytes, last));
        found |= std::uint64_t{static_cast<unsigned>(mask)} << index;
    }
#else
    for (std::size_t index = 0; index < kAtOnce; ++index)
        found |= std::uint64_t{text[index] > '\xbf'} << index;
#endif
    return found;
}

struct Form { // of a character of that many bytes, the last one lowest
    std::uint32_t length;
    std::uint32_t shift; // what is behind it, of four bytes
    std::uint32_t mask;
    std::uint32_t marks; // what the masked bits must be
    std::uint32_t keep;  // what the code point is made of
    std::uint32_t first;
    std::uint32_t count; // of the code points that are written so
    std::uint32_t unused;
};
// By the first five bits. Controls are no exceptions: they take no column.
constexpr auto kForms = [] {
    std::array<Form, 32> forms{};
    for (unsigned lead = 0; lead < forms.size(); ++lead) {
        forms[lead] = lead < 16   ? Form{1, 24, 0x80, 0, 0x7f, 0, 0x80, 0}
                      : lead < 24 ? Form{1, 0, 0, 1, 0, 0, 0, 0} // a continuation
                      : lead < 28 ? Form{2, 16, 0xe0c0, 0xc080, 0x1f3f, 0x80, 0x780, 0}
                      : lead < 30
                          ? Form{3, 8, 0xf0c0c0, 0xe08080, 0xf3f3f, 0x800, 0xf800, 0}
                          : Form{4, 0, 0xf8c0c0c0, 0xf0808080, 0x73f3f3f, 0x10000, 0x100000, 0};
    }
    return forms;
}();

// Four bytes, the first one highest.
inline std::uint32_t four(const char* text) {
    std::uint32_t bytes = 0;
    std::memcpy(&bytes, text, sizeof bytes);
    return std::endian::native == std::endian::little ? std::byteswap(bytes) : bytes;
}

// Of bytes with six bits in each.
inline std::uint32_t code_of(std::uint32_t bytes) {
    const std::uint32_t twelves = bytes - (bytes >> 8 & 0xff00ff) * (256 - 64);
    return twelves - (twelves >> 16) * (65536 - 4096);
}

// Of a code point that a Form allows.
inline unsigned properties_of(std::uint32_t code) {
    const std::size_t block = detail::kUnicodeBlocks[code >> detail::kUnicodeBlockBits];
    return detail::kUnicodeProperties[block << detail::kUnicodeBlockBits |
                                      (code & ((1U << detail::kUnicodeBlockBits) - 1))];
}

} // namespace

// What is being written within one line.
struct Engine::TextRun {
    Cell* to = nullptr;          // where the next character goes
    Cell* last = nullptr;        // the character before, if one can join it
    const Cell* limit = nullptr; // the last column, which is print()'s
    Cell behind{};               // what was behind the last character: one cell more is written
    GraphemeState state{};       // at the end of the last character
    std::uint32_t ascii = 0;     // bits of four(): if none is set, it is not for here
    std::uint32_t printed = 0;
    unsigned columns = 0; // all that characters have had, as bits
    bool stopped = false;
    bool joined = false;
};

// The code point becomes a part of the character before, if that was done before and there is room.
inline bool Engine::join_last(TextRun& run, std::uint32_t code) {
    if (run.last == nullptr)
        return false;
    const Cell before = *run.last;
    const std::uint64_t key = join_key(before.bits() & kContent, code);
    const Join& known = joins.slot(join_slot(key));
    if (known.key != key)
        return false;
    const bool widens = known.wide && modes.grapheme_clusters && before.width() == Width::narrow &&
                        run.last + 1 == run.to;
    if (widens && run.to >= run.limit)
        return false;
    *run.last = Cell((before.bits() & ~kContent) | (widens ? kWide : 0) | Cell::kClusterBit |
                     known.cluster);
    if (widens)
        *run.to++ = Cell((before.bits() & ~(kContent | kMarks)) | kTail);
    run.joined = true;
    return true;
}

// Gives how many of kAtOnce bytes and those beyond were taken; `run.stopped` if nothing more can
// be.
template <bool kClusters>
inline std::size_t Engine::put_characters(const char* text, TextRun& out) {
    TextRun run = out;
    const std::uint64_t upper = pen_bits;
    std::size_t taken = 0;
    std::uint64_t rest = begins(text);
    for (; rest != 0; rest &= rest - 1) {
        const auto place = static_cast<std::size_t>(std::countr_zero(rest));
        const std::uint32_t all = four(text + place);
        const Form& form = kForms[static_cast<unsigned char>(text[place]) >> 3];
        const std::uint32_t bytes = all >> form.shift;
        const std::uint32_t code = code_of(bytes & form.keep);
        if (place != taken || (bytes & form.mask) != form.marks ||
            code - form.first >= form.count || code - 0xd800 < 0x800 || (all & run.ascii) == 0)
            break;
        const unsigned properties = properties_of(code);
        const unsigned columns = properties >> 4 & 3;
        const unsigned kind = properties & 15;
        GraphemeState state = run.state;
        const bool same =
            kClusters ? !breaks_before(state, static_cast<GraphemeBreak>(kind)) & (kind != 0)
                      : columns == 0;
        if (same) {
            if (!join_last(run, code))
                break;
        } else {
            if (columns == 0 || run.to + columns > run.limit)
                break;
            run.last = run.to;
            run.behind = run.to[1];
            run.to[0] = Cell(upper | std::uint64_t{columns & 2} << (Cell::kWidthShift - 1) | code);
            run.to[1] = Cell(upper | kTail);
            run.to += columns;
            run.columns |= columns;
            run.printed = code;
        }
        run.state = state;
        taken = place + form.length;
    }
    run.stopped = rest != 0 || taken == 0;
    out = run;
    return taken;
}

// Texts of ideographs, of which each breaks from what was before.
inline const char* Engine::put_ideographs(const char* from, const char* end, TextRun& run) {
    const auto byte = static_cast<unsigned char>(*from);
    if (byte < 0xe4 || byte > 0xe9 || run.limit < run.to)
        return from;
    const auto most = static_cast<std::size_t>(run.limit - run.to) / 2;
    const std::size_t count = kernels->ideographs(from, end, most, run.to, pen_bits);
    if (count == 0)
        return from;
    run.to += 2 * count;
    run.last = run.to - 2;
    run.columns |= 2;
    run.printed = static_cast<std::uint32_t>(run.last->bits() & Cell::kContentMask);
    run.state = {};
    static_cast<void>(breaks_before(run.state, GraphemeBreak::other));
    return from + 3 * count;
}

// Up to the end of the line at most.
const char* Engine::put_text(const char* from, const char* end) {
    if (modes.insert || config.ambiguous_wide || cursor.pending_wrap)
        return from;
    if (pen_dirty)
        refresh_pen();
    Row& row = grid().row(cursor.row);
    Cell* const begin = grid().cells(row) + cursor.column;
    TextRun run;
    run.to = begin;
    run.limit = begin + (right_limit() - cursor.column);
    // Two of ASCII are the beginning of more: there is a faster way for those.
    run.ascii = fast_text ? 0x80800000U : 0x80000000U;
    if (cursor.column > 0 && cursor.column <= row.used) {
        run.last = begin - 1;
        if (run.last->width() == Width::tail && cursor.column > 1)
            --run.last;
        if (run.last->empty()) // written or not, there is nothing to combine with
            run.last = nullptr;
        else if (modes.grapheme_clusters)
            run.state = state_of(run.last->bits() & kContent);
    }
    const bool in_wide = cursor.column < row.used && begin->width() == Width::tail;
    while (!run.stopped && from < end) {
        from = put_ideographs(from, end, run);
        std::array<char, kAtOnce + kBeyond> rest; // the input's end, and what ends characters
        const char* text = from;
        if (const auto left = static_cast<std::size_t>(end - from); left < rest.size()) {
            rest = {};
            std::memcpy(rest.data(), from, left);
            text = rest.data();
        }
        from += modes.grapheme_clusters ? put_characters<true>(text, run)
                                        : put_characters<false>(text, run);
    }
    if (run.to != begin || run.joined)
        close_run(row, run, static_cast<int>(run.to - begin), in_wide);
    return from;
}

// What goes with cells that were written: `in_wide` if the cursor was in a wide character.
inline void Engine::close_run(Row& row, const TextRun& run, int written, bool in_wide) {
    if (written != 0) {
        if (run.last->width() == Width::narrow)
            *run.to = run.behind;
        Cell* const begin = run.to - written;
        if (in_wide && cursor.column > 0)
            begin[-1] = detail::blank(begin[-1]);
        extend(row, cursor.column);
        cursor.column += written;
        if (cursor.column >= row.used)
            row.used = cursor.column;
        else if (run.to->width() == Width::tail)
            *run.to = detail::blank(*run.to);
    }
    row.ascii = false;
    row.generation = ++generation;
    row.styled |= pen_bits != 0;
    if ((run.columns & 2) != 0)
        use(Feature::wide_character);
    if (run.joined)
        use(Feature::cluster);
    if (run.printed != 0) {
        last_printed = run.printed;
        single_shift = 0; // is for one character, of whatever set
    }
}

const char* Engine::ground_utf8(const char* from, const char* end) {
    while (from < end && *from < 0) {
        if (const char* after = put_text(from, end); after != from) {
            from = after;
            continue;
        }
        const Decoded decoded = decode_utf8(from, end);
        const char* next = from + decoded.length;
        if (decoded.status == Decoded::Status::incomplete) {
            sequence = from;
            std::memcpy(parser.partial.data(), from, at(decoded.length));
            parser.partial_size = static_cast<std::uint8_t>(decoded.length);
            return end;
        }
        if (decoded.status == Decoded::Status::invalid) {
            sequence = from;
            print(0xfffd);
            cancel(next, "\xef\xbf\xbd");
        } else if (decoded.code < 0xa0) {
            sequence = from;
            c1_control(decoded.code, from, next);
            refresh_fast(); // it may be a single shift
            if (parser.state != ParserState::ground)
                return next;
        } else {
            print(decoded.code);
        }
        from = next;
    }
    return from;
}

} // namespace berth::vt
