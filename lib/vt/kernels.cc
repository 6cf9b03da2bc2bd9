#include "vt/kernels.h"

#include <array>
#include <bit>
#include <cstring>

#ifdef __SSE2__
#include <immintrin.h>
#endif

namespace berth::vt {

namespace {

constexpr std::uint64_t kStyled = ~((1ULL << Cell::kMarkShift) - 1); // all but content and width

bool is_printable(char byte) {
    return byte >= ' ' && byte < '\x7f';
}

Cell widened(char byte, std::uint64_t upper) {
    return Cell(upper | static_cast<unsigned char>(byte));
}

std::size_t print_plain(const char* from, const char* end, std::size_t most, Cell* to,
                        std::uint64_t upper) {
    most = std::min(most, static_cast<std::size_t>(end - from));
    std::size_t done = 0;
    for (; done < most && is_printable(from[done]); ++done)
        to[done] = widened(from[done], upper);
    return done;
}

const char* skip_plain(const char* from, const char* end) {
    while (from < end && is_printable(*from))
        ++from;
    return from;
}

void narrow_plain(const Cell* from, std::size_t count, char* to) {
    for (std::size_t done = 0; done < count; ++done)
        to[done] = static_cast<char>(from[done].bits() & 0xff);
}

bool changes(const Cell* from, std::size_t at) {
    return ((from[at].bits() ^ from[at - 1].bits()) & kStyled) != 0;
}

std::uint64_t changes_plain(const Cell* from, std::size_t count) {
    std::uint64_t found = 0;
    for (std::size_t at = 1; at < count; ++at)
        found |= std::uint64_t{changes(from, at)} << at;
    return found;
}

std::size_t no_ideographs(const char* /*from*/, const char* /*end*/, std::size_t /*most*/,
                          Cell* /*to*/, std::uint64_t /*upper*/) {
    return 0;
}

constexpr Kernels kPlain{print_plain, no_ideographs, skip_plain, narrow_plain, changes_plain};

#ifdef __SSE2__

// Bit n: byte n is no printable ASCII.
unsigned other_bytes(__m128i bytes) {
    const __m128i space = _mm_set1_epi8(' ');
    const __m128i del = _mm_set1_epi8('\x7f');
    return static_cast<unsigned>(
        _mm_movemask_epi8(_mm_or_si128(_mm_cmplt_epi8(bytes, space), _mm_cmpeq_epi8(bytes, del))));
}

// Four characters.
void widen_sse2(const char* from, Cell* to, __m128i upper) {
    int four = 0;
    std::memcpy(&four, from, 4);
    const __m128i zero = _mm_setzero_si128();
    const __m128i words = _mm_unpacklo_epi8(_mm_cvtsi32_si128(four), zero);
    const __m128i longs = _mm_unpacklo_epi16(words, zero);
    __m128i* out = reinterpret_cast<__m128i*>(to);
    _mm_storeu_si128(out, _mm_or_si128(_mm_unpacklo_epi32(longs, zero), upper));
    _mm_storeu_si128(out + 1, _mm_or_si128(_mm_unpackhi_epi32(longs, zero), upper));
}

// Exactly so many; the last four may be written twice.
template <class Four>
inline __attribute__((always_inline)) void widen(const char* from, std::size_t count, Cell* to,
                                                 std::uint64_t upper, Four&& four) {
    if (count < 4) {
        for (std::size_t index = 0; index < count; ++index)
            to[index] = widened(from[index], upper);
        return;
    }
    for (std::size_t index = 0; index + 4 <= count; index += 4)
        four(index);
    if (count % 4 != 0)
        four(count - 4);
}

std::size_t print_sse2(const char* from, const char* end, std::size_t most, Cell* to,
                       std::uint64_t upper) {
    const __m128i bits = _mm_set1_epi64x(static_cast<long long>(upper));
    std::size_t done = 0;
    while (done < most && end - from >= 16) {
        const unsigned other = other_bytes(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from)));
        const auto printable = static_cast<std::size_t>(std::countr_zero(other | 0x10000U));
        const std::size_t count = std::min(printable, most - done);
        widen(from, count, to + done, upper,
              [&](std::size_t index) { widen_sse2(from + index, to + done + index, bits); });
        done += count;
        from += count;
        if (count < 16)
            return done;
    }
    return done + print_plain(from, end, most - done, to + done, upper);
}

const char* skip_sse2(const char* from, const char* end) {
    for (; end - from >= 16; from += 16) {
        const unsigned other = other_bytes(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from)));
        if (other != 0)
            return from + std::countr_zero(other);
    }
    return skip_plain(from, end);
}

void narrow_sse2(const Cell* cells, std::size_t count, char* to) {
    const __m128i low = _mm_set1_epi64x(0xff);
    std::size_t done = 0;
    for (; done + 8 <= count; done += 8) {
        const __m128i* from = reinterpret_cast<const __m128i*>(cells + done);
        const auto load = [&](int index) {
            return _mm_and_si128(_mm_loadu_si128(from + index), low);
        };
        const __m128i first = _mm_packs_epi32(load(0), load(1)); // words at 0, 2, 4, 6
        const __m128i second = _mm_packs_epi32(load(2), load(3));
        const __m128i words = _mm_packs_epi32(first, second); // 8 words
        _mm_storel_epi64(reinterpret_cast<__m128i*>(to + done), _mm_packus_epi16(words, words));
    }
    narrow_plain(cells + done, count - done, to + done);
}

std::uint64_t changes_sse2(const Cell* from, std::size_t count) {
    const __m128i styled = _mm_set1_epi64x(static_cast<long long>(kStyled));
    std::uint64_t found = 0;
    std::size_t at = 1;
    for (; at + 2 <= count; at += 2) {
        const __m128i cells = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from + at));
        const __m128i before = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from + at - 1));
        const __m128i other = _mm_and_si128(_mm_xor_si128(cells, before), styled);
        const int same = _mm_movemask_epi8(_mm_cmpeq_epi32(other, _mm_setzero_si128()));
        found |= std::uint64_t{(same & 0xff) != 0xff} << at |
                 std::uint64_t{(same & 0xff00) != 0xff00} << (at + 1);
    }
    if (at < count)
        found |= std::uint64_t{changes(from, at)} << at;
    return found;
}

constexpr Kernels kSse2{print_sse2, no_ideographs, skip_sse2, narrow_sse2, changes_sse2};

#define BERTH_AVX2 __attribute__((target("avx2")))

BERTH_AVX2 inline unsigned other_bytes_avx2(__m256i bytes) {
    const __m256i space = _mm256_set1_epi8(' ');
    const __m256i del = _mm256_set1_epi8('\x7f');
    return static_cast<unsigned>(_mm256_movemask_epi8(
        _mm256_or_si256(_mm256_cmpgt_epi8(space, bytes), _mm256_cmpeq_epi8(bytes, del))));
}

BERTH_AVX2 inline void widen_avx2(const char* from, Cell* to, __m256i upper) {
    int four = 0;
    std::memcpy(&four, from, 4);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to),
                        _mm256_or_si256(_mm256_cvtepu8_epi64(_mm_cvtsi32_si128(four)), upper));
}

// The first `count` of 16 characters; the cells behind them are written as they were. How long a
// run of text is cannot be predicted, so nothing here depends on it.
BERTH_AVX2 inline void widen_some_avx2(const char* from, std::size_t count, Cell* to,
                                       __m256i upper) {
    const __m256i counts = _mm256_set1_epi64x(static_cast<long long>(count));
    __m256i place = _mm256_setr_epi64x(0, 1, 2, 3);
    for (std::size_t index = 0; index < 16; index += 4) {
        int four = 0;
        std::memcpy(&four, from + index, 4);
        __m256i* out = reinterpret_cast<__m256i*>(to + index);
        const __m256i cells = _mm256_or_si256(_mm256_cvtepu8_epi64(_mm_cvtsi32_si128(four)), upper);
        _mm256_storeu_si256(out, _mm256_blendv_epi8(_mm256_loadu_si256(out), cells,
                                                    _mm256_cmpgt_epi64(counts, place)));
        place = _mm256_add_epi64(place, _mm256_set1_epi64x(4));
    }
}

BERTH_AVX2 std::size_t print_avx2(const char* from, const char* end, std::size_t most, Cell* to,
                                  std::uint64_t upper) {
    const __m256i bits = _mm256_set1_epi64x(static_cast<long long>(upper));
    std::size_t done = 0;
    while (done < most && end - from >= 32) {
        const unsigned other =
            other_bytes_avx2(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(from)));
        const auto printable = static_cast<std::size_t>(std::countr_zero(other | 1ULL << 32));
        const std::size_t count = std::min(printable, most - done);
        Cell* out = to + done;
        if (count < 16) {
            widen_some_avx2(from, count, out, bits);
            return done + count;
        }
        for (std::size_t index = 0; index < 16; index += 4)
            widen_avx2(from + index, out + index, bits);
        if (count < 32) {
            widen_some_avx2(from + 16, count - 16, out + 16, bits);
            return done + count;
        }
        for (std::size_t index = 16; index < 32; index += 4)
            widen_avx2(from + index, out + index, bits);
        done += 32;
        from += 32;
    }
    for (; done < most && from < end && is_printable(*from); ++from, ++done)
        to[done] = widened(*from, upper);
    return done;
}

BERTH_AVX2 const char* skip_avx2(const char* from, const char* end) {
    for (; end - from >= 32; from += 32) {
        const unsigned other =
            other_bytes_avx2(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(from)));
        if (other != 0)
            return from + std::countr_zero(other);
    }
    while (from < end && is_printable(*from))
        ++from;
    return from;
}

BERTH_AVX2 void narrow_avx2(const Cell* cells, std::size_t count, char* to) {
    const __m256i low = _mm256_set1_epi64x(0xff);
    std::size_t done = 0;
    for (; done + 16 <= count; done += 16) {
        const __m256i* from = reinterpret_cast<const __m256i*>(cells + done);
        const __m256i first =
            _mm256_packus_epi32(_mm256_and_si256(_mm256_loadu_si256(from), low),
                                _mm256_and_si256(_mm256_loadu_si256(from + 1), low));
        const __m256i second =
            _mm256_packus_epi32(_mm256_and_si256(_mm256_loadu_si256(from + 2), low),
                                _mm256_and_si256(_mm256_loadu_si256(from + 3), low));
        // In each half: pairs of cells, as 32 bits with the character below.
        const __m256i mixed = _mm256_packus_epi32(first, second);
        const __m256i bytes = _mm256_packus_epi16(mixed, mixed);
        // 0 1 4 5 8 9 12 13 | 2 3 6 7 10 11 14 15, as bytes
        const __m128i even = _mm256_castsi256_si128(bytes);
        const __m128i odd = _mm256_extracti128_si256(bytes, 1);
        _mm_storeu_si128(reinterpret_cast<__m128i*>(to + done), _mm_unpacklo_epi16(even, odd));
    }
    if (done + 8 <= count) {
        const __m256i* from = reinterpret_cast<const __m256i*>(cells + done);
        const __m256i words =
            _mm256_packus_epi32(_mm256_and_si256(_mm256_loadu_si256(from), low),
                                _mm256_and_si256(_mm256_loadu_si256(from + 1), low));
        const __m256i longs = _mm256_packus_epi32(words, words);
        const __m256i bytes = _mm256_packus_epi16(longs, longs); // 0 1 4 5 … | 2 3 6 7 …
        _mm_storel_epi64(
            reinterpret_cast<__m128i*>(to + done),
            _mm_unpacklo_epi16(_mm256_castsi256_si128(bytes), _mm256_extracti128_si256(bytes, 1)));
        done += 8;
    }
    for (; done < count; ++done)
        to[done] = static_cast<char>(cells[done].bits() & 0xff);
}

// Bit n: cell n of four differs from the one before it.
BERTH_AVX2 inline std::uint64_t four_changes_avx2(const Cell* from) {
    const __m256i styled = _mm256_set1_epi64x(static_cast<long long>(kStyled));
    const __m256i cells = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
    const __m256i before = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from - 1));
    const __m256i other = _mm256_and_si256(_mm256_xor_si256(cells, before), styled);
    const int same =
        _mm256_movemask_pd(_mm256_castsi256_pd(_mm256_cmpeq_epi64(other, _mm256_setzero_si256())));
    return static_cast<std::uint64_t>(same ^ 15);
}

BERTH_AVX2 std::uint64_t changes_avx2(const Cell* from, std::size_t count) {
    if (count < 5)
        return changes_plain(from, count);
    std::uint64_t found = 0;
    for (std::size_t at = 1; at + 4 < count; at += 4)
        found |= four_changes_avx2(from + at) << at;
    return found | four_changes_avx2(from + count - 4) << (count - 4); // some of them again
}

// Four at a time, each in 32 bits with its last byte lowest.
BERTH_AVX2 std::size_t ideographs_avx2(const char* from, const char* end, std::size_t most,
                                       Cell* to, std::uint64_t upper) {
    constexpr std::uint64_t kWide = static_cast<std::uint64_t>(Width::wide) << Cell::kWidthShift;
    constexpr std::uint64_t kTail = static_cast<std::uint64_t>(Width::tail) << Cell::kWidthShift;
    const __m128i order = _mm_setr_epi8(2, 1, 0, -1, 5, 4, 3, -1, 8, 7, 6, -1, 11, 10, 9, -1);
    const __m256i wide = _mm256_set1_epi64x(static_cast<long long>(upper | kWide));
    const __m256i tail = _mm256_set1_epi64x(static_cast<long long>(upper | kTail));
    const auto bits = [](__m128i codes, int shift, int mask) BERTH_AVX2 {
        return _mm_and_si128(_mm_srli_epi32(codes, shift), _mm_set1_epi32(mask));
    };
    std::size_t done = 0;
    for (; done + 4 <= most && end - from >= 16; done += 4, from += 12) {
        const __m128i bytes =
            _mm_shuffle_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from)), order);
        const __m128i formed = _mm_cmpeq_epi32(_mm_and_si128(bytes, _mm_set1_epi32(0xf0c0c0)),
                                               _mm_set1_epi32(0xe08080));
        const __m128i codes = _mm_or_si128(
            _mm_or_si128(bits(bytes, 0, 0x3f), bits(bytes, 2, 0xfc0)), bits(bytes, 4, 0xf000));
        const __m128i within = _mm_and_si128(_mm_cmpgt_epi32(codes, _mm_set1_epi32(0x4dff)),
                                             _mm_cmplt_epi32(codes, _mm_set1_epi32(0xa000)));
        if (_mm_movemask_epi8(_mm_and_si128(formed, within)) != 0xffff)
            break;
        const __m256i cells = _mm256_or_si256(_mm256_cvtepu32_epi64(codes), wide);
        const __m256i even = _mm256_unpacklo_epi64(cells, tail); // 0 and 2
        const __m256i odd = _mm256_unpackhi_epi64(cells, tail);  // 1 and 3
        __m256i* out = reinterpret_cast<__m256i*>(to + 2 * done);
        _mm256_storeu_si256(out, _mm256_permute2x128_si256(even, odd, 0x20));
        _mm256_storeu_si256(out + 1, _mm256_permute2x128_si256(even, odd, 0x31));
    }
    return done;
}

constexpr Kernels kAvx2{print_avx2, ideographs_avx2, skip_avx2, narrow_avx2, changes_avx2};

bool has_avx2() {
    return __builtin_cpu_supports("avx2") != 0;
}

const std::array<const Kernels*, 3> kAll{&kPlain, &kSse2, &kAvx2};

#else

bool has_avx2() {
    return false;
}

const std::array<const Kernels*, 2> kAll{&kPlain, &kPlain};

#endif

} // namespace

const Kernels& best_kernels() {
    return *kAll[has_avx2() ? kAll.size() - 1 : 1];
}

const Kernels* const* all_kernels(std::size_t& count) {
    count = has_avx2() ? kAll.size() : 2;
    return kAll.data();
}

} // namespace berth::vt
