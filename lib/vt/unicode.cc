#include "vt/unicode.h"

#include <algorithm>
#include <array>

namespace berth::vt {

namespace {

constexpr char32_t kReplacement = 0xFFFD;
constexpr char32_t kEmojiPresentation = 0xFE0F;

constexpr bool is_control(GraphemeBreak value) {
    return value == GraphemeBreak::control || value == GraphemeBreak::cr ||
           value == GraphemeBreak::lf;
}

// GB6 to GB8: an initial takes initials and syllables, vowels take vowels and finals, finals take
// finals.
constexpr bool hangul_joins(GraphemeBreak before, GraphemeBreak after) {
    using enum GraphemeBreak;
    switch (before) {
    case l:
        return after == l || after == v || after == lv || after == lvt;
    case lv:
    case v:
        return after == v || after == t;
    case lvt:
    case t:
        return after == t;
    default:
        return false;
    }
}

// What a GraphemeState stands for.
struct Seen {
    GraphemeBreak previous = GraphemeBreak::control; // as at the start of text
    bool emoji = false; // an Extended_Pictographic followed by Extend* (and perhaps ZWJ) ends here
    bool odd_flag = false; // an odd number of regional indicators ends here
};

constexpr bool breaks_between(const Seen& state, GraphemeBreak after) {
    using enum GraphemeBreak;
    const GraphemeBreak before = state.previous;
    if (before == cr && after == lf) // GB3
        return false;
    if (is_control(before) || is_control(after)) // GB4, GB5
        return true;
    if (after == extend || after == zwj || after == spacing_mark ||
        before == prepend) // GB9, 9a, 9b
        return false;
    if (before == zwj && state.emoji && after == pictographic) // GB11
        return false;
    if (before == regional_indicator && after == regional_indicator) // GB12, GB13
        return !state.odd_flag;
    return !hangul_joins(before, after); // GB6 to GB8, GB999
}

constexpr Seen seen_after(const Seen& state, GraphemeBreak after) {
    using enum GraphemeBreak;
    return {.previous = after,
            .emoji = after == pictographic ||
                     (state.emoji && state.previous != zwj && (after == extend || after == zwj)),
            .odd_flag =
                after == regional_indicator && (breaks_between(state, after) || !state.odd_flag)};
}

// The start of text is place 0.
constexpr unsigned kStart = static_cast<unsigned>(GraphemeBreak::control) * 4;
constexpr unsigned place_of(const Seen& state) {
    return (static_cast<unsigned>(state.previous) * 4 + (state.emoji ? 2 : 0) +
            (state.odd_flag ? 1 : 0)) ^
           kStart;
}
constexpr Seen at_place(unsigned place) {
    place ^= kStart;
    return {.previous = static_cast<GraphemeBreak>(place / 4),
            .emoji = (place & 2) != 0,
            .odd_flag = (place & 1) != 0};
}

// Adds one code point to a cluster's width; `previous` is the code point before it in the cluster,
// or 0.
int widened(int cells, char32_t previous, char32_t code, Ambiguous ambiguous) {
    if (code == kEmojiPresentation && is_variation_base(previous))
        return 2;
    return std::min(2, cells + width(code, ambiguous));
}

struct Lead {
    unsigned length; // bytes of the sequence, 0: not a lead byte
    unsigned char low;
    unsigned char high; // range of the second byte (Unicode table 3-7)
};

Lead lead_of(unsigned char byte) {
    if (byte >= 0xC2 && byte <= 0xDF)
        return {2, 0x80, 0xBF};
    if (byte >= 0xE0 && byte <= 0xEF)
        return {3, static_cast<unsigned char>(byte == 0xE0 ? 0xA0 : 0x80),
                static_cast<unsigned char>(byte == 0xED ? 0x9F : 0xBF)};
    if (byte >= 0xF0 && byte <= 0xF4)
        return {4, static_cast<unsigned char>(byte == 0xF0 ? 0x90 : 0x80),
                static_cast<unsigned char>(byte == 0xF4 ? 0x8F : 0xBF)};
    return {0, 0, 0};
}

} // namespace

namespace detail {

// Every step from every state: what follows what in a text cannot be predicted, so nothing
// branches.
constexpr GraphemeSteps kGraphemeSteps = [] {
    GraphemeSteps steps{};
    for (unsigned place = 0; place < 64; ++place) {
        for (unsigned each = 0; each < 16; ++each) {
            const auto after = static_cast<GraphemeBreak>(each);
            const Seen before = at_place(place);
            steps.to[place][each] = static_cast<std::uint8_t>(
                place_of(seen_after(before, after)) |
                (breaks_between(before, after) ? unsigned{kGraphemeBreaks} : 0U));
        }
    }
    return steps;
}();

} // namespace detail

int cluster_width(std::u32string_view cluster, Ambiguous ambiguous) {
    int cells = 0;
    char32_t previous = 0;
    for (const char32_t code : cluster) {
        cells = widened(cells, previous, code, ambiguous);
        previous = code;
    }
    return cells;
}

char32_t take_code_point(std::string_view& rest) {
    const auto byte = static_cast<unsigned char>(rest.front());
    rest.remove_prefix(1);
    if (byte < 0x80)
        return byte;
    const Lead lead = lead_of(byte);
    if (lead.length == 0)
        return kReplacement;
    char32_t code = byte & (0x7FU >> lead.length);
    for (unsigned i = 1; i < lead.length; ++i) {
        if (rest.empty())
            return kReplacement;
        const auto next = static_cast<unsigned char>(rest.front());
        if (next < (i == 1 ? lead.low : 0x80) || next > (i == 1 ? lead.high : 0xBF))
            return kReplacement;
        code = code << 6 | (next & 0x3FU);
        rest.remove_prefix(1);
    }
    return code;
}

Cluster take_cluster(std::string_view& rest, Ambiguous ambiguous) {
    const std::string_view all = rest;
    const auto ascii = [](char byte) { return byte >= 0x20 && byte < 0x7F; };
    if (ascii(rest[0]) && (rest.size() == 1 || ascii(rest[1]))) {
        rest.remove_prefix(1);
        return {all.substr(0, 1), 1};
    }
    GraphemeState state;
    char32_t previous = 0;
    int cells = 0;
    do {
        std::string_view after = rest;
        const char32_t code = take_code_point(after);
        if (breaks_before(state, code) && rest.size() != all.size())
            break;
        cells = widened(cells, previous, code, ambiguous);
        previous = code;
        rest = after;
    } while (!rest.empty());
    return {all.substr(0, all.size() - rest.size()), cells};
}

std::size_t text_width(std::string_view text, Ambiguous ambiguous) {
    std::size_t cells = 0;
    while (!text.empty())
        cells += static_cast<std::size_t>(take_cluster(text, ambiguous).width);
    return cells;
}

} // namespace berth::vt
