#include "vt/needle.h"

#include <algorithm>
#include <bit>
#include <cstring>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "vt/line_codec.h"

namespace berth::vt {

Needle::Needle(std::string_view text, bool fold) : text_(text), cases_(text.size(), '\0') {
    std::ranges::transform(text, cases_.begin(), [fold](char character) {
        return fold && character >= 'a' && character <= 'z' ? ' ' : '\0';
    });
}

bool Needle::at(const char* from) const {
    for (std::size_t index = 0; index < text_.size(); ++index) {
        if (static_cast<char>(from[index] | cases_[index]) != text_[index])
            return false;
    }
    return true;
}

bool Needle::in(std::string_view characters) const {
    if (characters.size() < text_.size())
        return false;
    const std::size_t places = characters.size() - text_.size() + 1;
    std::size_t place = 0;
#ifdef __SSE2__
    // Where its first and its last character are, for 16 places at once; the last of them twice.
    constexpr std::size_t kAtOnce = 16;
    const __m128i first = _mm_set1_epi8(text_.front());
    const __m128i last = _mm_set1_epi8(text_.back());
    const __m128i first_case = _mm_set1_epi8(cases_.front());
    const __m128i last_case = _mm_set1_epi8(cases_.back());
    const auto load = [](const char* from) {
        return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
    };
    while (places >= kAtOnce && place < places) {
        place = std::min(place, places - kAtOnce);
        const char* const from = characters.data() + place;
        const __m128i begins = _mm_cmpeq_epi8(_mm_or_si128(load(from), first_case), first);
        const __m128i ends =
            _mm_cmpeq_epi8(_mm_or_si128(load(from + text_.size() - 1), last_case), last);
        auto found = static_cast<unsigned>(_mm_movemask_epi8(_mm_and_si128(begins, ends)));
        for (; found != 0; found &= found - 1) {
            if (at(from + std::countr_zero(found)))
                return true;
        }
        place += kAtOnce;
    }
#endif
    for (; place < places; ++place) {
        if (at(characters.data() + place))
            return true;
    }
    return false;
}

// A line that is not ASCII only may have its characters apart: in clusters, which begin with them.
bool Needle::may_be_in(std::string_view line) const {
    if (line.empty())
        return true;
    if (is_packed_ascii(line))
        return in(line);
    const auto has = [line](char character, char other_case) {
        return line.contains(character) ||
               (other_case != 0 && line.contains(static_cast<char>(character ^ other_case)));
    };
    return has(text_.front(), cases_.front()) && has(text_.back(), cases_.back());
}

bool Needle::may_be_across(std::string_view line, std::string_view next) const {
    if (line.empty() || next.empty() || !is_packed_ascii(line) || !is_packed_ascii(next))
        return true;
    const std::size_t most = text_.size() - 1;
    const std::string_view before = packed_ascii(line);
    std::string both(before.substr(before.size() - std::min(before.size(), most)));
    both += packed_ascii(next).substr(0, most);
    return in(both);
}

} // namespace berth::vt
