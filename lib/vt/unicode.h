// What Unicode says about a code point, for a terminal: its cells, and where grapheme clusters
// break (UAX #29). Pure functions over two-stage tables that tools/unicode generates from the
// Unicode Character Database; the version is kUnicodeVersion (15.0.0 has no Indic_Conjunct_Break,
// so rule GB9c does not exist here).
//
// Width of a code point: 2 for East Asian Wide and Fullwidth, 0 for controls, Mn, Me, Cf, Hangul
// medial vowels and finals and unassigned tags, 1 for the rest; SOFT HYPHEN and prepended
// concatenation marks are 1, ambiguous ones 1 or 2 by option. Width of a cluster: the sum of its
// code points', at most 2; U+FE0F after the base of an emoji variation sequence makes it 2 (U+FE0E
// never narrows). That agrees with wcwidth() for everything but emoji sequences.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace berth::vt {

extern const char* const kUnicodeVersion;

// Grapheme_Cluster_Break, with Extended_Pictographic as one more value (the two never meet in one
// code point).
enum class GraphemeBreak : std::uint8_t {
    other,
    cr,
    lf,
    control,
    extend,
    zwj,
    regional_indicator,
    prepend,
    spacing_mark,
    l,
    v,
    t,
    lv,
    lvt,
    pictographic,
};

// How wide East Asian ambiguous code points are drawn.
enum class Ambiguous : std::uint8_t { narrow = 1, wide = 2 };

namespace detail {
inline constexpr unsigned kUnicodeBlockBits = 7;
extern const std::uint8_t kUnicodeBlocks[8704];
extern const std::uint8_t kUnicodeProperties[];
} // namespace detail

// The table's byte: bits 0-3 GraphemeBreak, 4-5 width, 6 ambiguous, 7 base of an emoji variation
// sequence. Anything above U+10FFFF is an ordinary character of one cell.
[[nodiscard]] inline std::uint8_t unicode_properties(char32_t code) {
    if (code > 0x10FFFF)
        return 1 << 4;
    const std::size_t block = detail::kUnicodeBlocks[code >> detail::kUnicodeBlockBits];
    return detail::kUnicodeProperties[(block << detail::kUnicodeBlockBits) |
                                      (code & ((1U << detail::kUnicodeBlockBits) - 1))];
}

[[nodiscard]] inline GraphemeBreak grapheme_break(char32_t code) {
    return static_cast<GraphemeBreak>(unicode_properties(code) & 15);
}

[[nodiscard]] inline bool is_ambiguous(char32_t code) {
    return (unicode_properties(code) & 0x40) != 0;
}

// Is U+FE0F after this code point an emoji presentation (# and U+2764 yes, a no)?
[[nodiscard]] inline bool is_variation_base(char32_t code) {
    return (unicode_properties(code) & 0x80) != 0;
}

// Cells of a code point on its own: 0, 1 or 2.
[[nodiscard]] inline int width(char32_t code, Ambiguous ambiguous = Ambiguous::narrow) {
    const std::uint8_t bits = unicode_properties(code);
    return (bits & 0x40) != 0 ? static_cast<int>(ambiguous) : (bits >> 4) & 3;
}

// Where a segmenter stands inside a text. A fresh one is at the start of text.
struct GraphemeState {
    std::uint8_t place = 0;

    bool operator==(const GraphemeState&) const = default;
};

namespace detail {
// By place and GraphemeBreak: the next place, and kGraphemeBreaks if there is a boundary before.
inline constexpr std::uint8_t kGraphemeBreaks = 0x80;
struct GraphemeSteps {
    std::uint8_t to[64][16];
};
extern const GraphemeSteps kGraphemeSteps;
} // namespace detail

// Is there a grapheme cluster boundary between what `state` has seen and a code point of this
// class? Advances the state past it. True for the first code point of a text (GB1).
[[nodiscard]] inline bool breaks_before(GraphemeState& state, GraphemeBreak after) {
    const std::uint8_t step = detail::kGraphemeSteps.to[state.place][static_cast<unsigned>(after)];
    state.place = step & (detail::kGraphemeBreaks - 1);
    return (step & detail::kGraphemeBreaks) != 0;
}
[[nodiscard]] inline bool breaks_before(GraphemeState& state, char32_t code) {
    return breaks_before(state, grapheme_break(code));
}

// Cells of one grapheme cluster: 0, 1 or 2.
[[nodiscard]] int cluster_width(std::u32string_view cluster,
                                Ambiguous ambiguous = Ambiguous::narrow);

// Takes the first code point off `rest`, which must not be empty. Every maximal ill-formed part
// gives one U+FFFD (Unicode 15, section 3.9).
[[nodiscard]] char32_t take_code_point(std::string_view& rest);

// A grapheme cluster at the front of a text.
struct Cluster {
    std::string_view bytes;
    int width = 0;
};

// Takes the first grapheme cluster off `rest`, which must not be empty. Printable ASCII costs a few
// instructions.
[[nodiscard]] Cluster take_cluster(std::string_view& rest, Ambiguous ambiguous = Ambiguous::narrow);

// Cells of a UTF-8 text: the sum of its clusters.
[[nodiscard]] std::size_t text_width(std::string_view text,
                                     Ambiguous ambiguous = Ambiguous::narrow);

} // namespace berth::vt
