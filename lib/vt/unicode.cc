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

constexpr bool breaks_between(const GraphemeState& state, GraphemeBreak after) {
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

struct Step {
    GraphemeState next;
    bool breaks = false;
};

constexpr Step step_from(const GraphemeState& state, GraphemeBreak after) {
    using enum GraphemeBreak;
    const bool breaks = breaks_between(state, after);
    return {.next = {.previous = after,
                     .emoji = after == pictographic || (state.emoji && state.previous != zwj &&
                                                        (after == extend || after == zwj)),
                     .odd_flag = after == regional_indicator && (breaks || !state.odd_flag)},
            .breaks = breaks};
}

constexpr std::size_t place_of(const GraphemeState& state) {
    return static_cast<std::size_t>(state.previous) * 4 + (state.emoji ? 2 : 0) +
           (state.odd_flag ? 1 : 0);
}

// Every step from every state: what follows what in a text cannot be predicted, so nothing
// branches.
constexpr std::size_t kBreaks = static_cast<std::size_t>(GraphemeBreak::pictographic) + 1;
constexpr auto kSteps = [] {
    std::array<std::array<Step, kBreaks>, kBreaks * 4> steps{};
    for (std::size_t place = 0; place < steps.size(); ++place) {
        const GraphemeState state{.previous = static_cast<GraphemeBreak>(place / 4),
                                  .emoji = (place & 2) != 0,
                                  .odd_flag = (place & 1) != 0};
        for (std::size_t after = 0; after < kBreaks; ++after)
            steps[place][after] = step_from(state, static_cast<GraphemeBreak>(after));
    }
    return steps;
}();

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

bool breaks_before(GraphemeState& state, char32_t code) {
    const Step& step = kSteps[place_of(state)][static_cast<std::size_t>(grapheme_break(code))];
    state = step.next;
    return step.breaks;
}

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
