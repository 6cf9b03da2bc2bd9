// What one character cell holds. A Cell is 8 bytes; styles, clusters of several code points and
// hyperlinks are interned in the Tables that come with the line (see line.h), so a Cell means
// something only together with its Tables.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <string>
#include <vector>

namespace berth::vt {

// A colour as a program gave it: the default, one of 256 of the palette, or 24-bit RGB.
class Color {
  public:
    enum class Kind : std::uint8_t { standard, indexed, rgb };

    constexpr Color() = default;
    static constexpr Color indexed(std::uint8_t index) { return Color(1U << 24 | index); }
    static constexpr Color rgb(std::uint8_t red, std::uint8_t green, std::uint8_t blue) {
        return Color(2U << 24 | std::uint32_t{red} << 16 | std::uint32_t{green} << 8 | blue);
    }
    static constexpr Color from_bits(std::uint32_t bits) {
        return (bits >> 24) > 2 ? Color() : Color(bits);
    }

    [[nodiscard]] constexpr Kind kind() const { return static_cast<Kind>(bits_ >> 24); }
    [[nodiscard]] constexpr bool is_default() const { return kind() == Kind::standard; }
    [[nodiscard]] constexpr std::uint8_t index() const { return bits_ & 0xff; }
    [[nodiscard]] constexpr std::uint8_t red() const { return bits_ >> 16 & 0xff; }
    [[nodiscard]] constexpr std::uint8_t green() const { return bits_ >> 8 & 0xff; }
    [[nodiscard]] constexpr std::uint8_t blue() const { return bits_ & 0xff; }
    [[nodiscard]] constexpr std::uint32_t bits() const { return bits_; }

    constexpr bool operator==(const Color&) const = default;

  private:
    explicit constexpr Color(std::uint32_t bits) : bits_(bits) {}

    std::uint32_t bits_ = 0;
};

// A value for a palette entry or a dynamic colour.
struct Rgb {
    std::uint8_t red = 0;
    std::uint8_t green = 0;
    std::uint8_t blue = 0;

    constexpr bool operator==(const Rgb&) const = default;
};

enum class Underline : std::uint8_t { none, single, twice, curly, dotted, dashed };

// Bits of Style::attributes (SGR). The underline's style takes three bits of its own.
enum Attribute : std::uint32_t {
    kBold = 1U << 0,
    kFaint = 1U << 1,
    kItalic = 1U << 2,
    kBlink = 1U << 3,
    kRapidBlink = 1U << 4,
    kInverse = 1U << 5,
    kInvisible = 1U << 6,
    kStrikethrough = 1U << 7,
    kOverline = 1U << 8,
    kSuperscript = 1U << 9,
    kSubscript = 1U << 10,
    kUnderlineShift = 12,
    kUnderlineMask = 7U << 12,
};

struct Style {
    Color foreground;
    Color background;
    Color underline_color;
    std::uint32_t attributes = 0;

    [[nodiscard]] constexpr Underline underline() const {
        return static_cast<Underline>((attributes & kUnderlineMask) >> kUnderlineShift);
    }
    constexpr void set_underline(Underline underline) {
        attributes = (attributes & ~std::uint32_t{kUnderlineMask}) |
                     static_cast<std::uint32_t>(underline) << kUnderlineShift;
    }
    // Two words: which of the parts differ cannot be predicted.
    [[nodiscard]] constexpr std::array<std::uint64_t, 2> bits() const {
        return std::bit_cast<std::array<std::uint64_t, 2>>(*this);
    }
    static constexpr Style from_bits(const std::array<std::uint64_t, 2>& bits) {
        return std::bit_cast<Style>(bits);
    }
    constexpr bool operator==(const Style& other) const {
        const auto left = bits();
        const auto right = other.bits();
        return ((left[0] ^ right[0]) | (left[1] ^ right[1])) == 0;
    }
};

// An OSC 8 hyperlink. Cells with the same id and uri belong together.
struct Hyperlink {
    std::string id; // the program's id= parameter, or empty
    std::string uri;

    bool operator==(const Hyperlink&) const = default;
};

enum class Width : std::uint8_t {
    narrow,
    wide,   // the first half of a character of two columns
    tail,   // its second half
    spacer, // the last column of a line, left empty because a wide character did not fit
};

// What an OSC 133 shell says that a cell belongs to.
enum class Mark : std::uint8_t { none, prompt, input, output };

// bits 0-20 code point or cluster index, 21 cluster, 22-23 Width, 24-25 Mark, 26 protected
// (DECSCA), 28-47 style index, 48-63 hyperlink index (0: none). All zero is an erased cell of the
// default style.
class Cell {
  public:
    constexpr Cell() = default;
    explicit constexpr Cell(std::uint64_t bits) : bits_(bits) {}

    static constexpr std::uint64_t kContentMask = (1ULL << 21) - 1;
    static constexpr std::uint64_t kClusterBit = 1ULL << 21;
    static constexpr std::uint64_t kProtectedBit = 1ULL << 26;
    static constexpr int kWidthShift = 22;
    static constexpr int kMarkShift = 24;
    static constexpr int kStyleShift = 28;
    static constexpr int kLinkShift = 48;
    static constexpr std::uint32_t kMaxStyles = 1U << 20;
    static constexpr std::uint32_t kMaxLinks = 1U << 16;

    // True if nothing was printed here (the style may still have a background).
    [[nodiscard]] constexpr bool empty() const {
        return (bits_ & (kContentMask | kClusterBit)) == 0;
    }
    [[nodiscard]] constexpr bool is_cluster() const { return (bits_ & kClusterBit) != 0; }
    [[nodiscard]] constexpr char32_t code_point() const {
        return static_cast<char32_t>(bits_ & kContentMask);
    }
    [[nodiscard]] constexpr std::uint32_t cluster() const {
        return static_cast<std::uint32_t>(bits_ & kContentMask);
    }
    [[nodiscard]] constexpr Width width() const {
        return static_cast<Width>(bits_ >> kWidthShift & 3);
    }
    [[nodiscard]] constexpr Mark mark() const { return static_cast<Mark>(bits_ >> kMarkShift & 3); }
    [[nodiscard]] constexpr bool is_protected() const { return (bits_ & kProtectedBit) != 0; }
    [[nodiscard]] constexpr std::uint32_t style() const {
        return static_cast<std::uint32_t>(bits_ >> kStyleShift) & (kMaxStyles - 1);
    }
    [[nodiscard]] constexpr std::uint32_t link() const {
        return static_cast<std::uint32_t>(bits_ >> kLinkShift);
    }
    [[nodiscard]] constexpr std::uint64_t bits() const { return bits_; }
    constexpr bool operator==(const Cell&) const = default;

  private:
    std::uint64_t bits_ = 0;
};
static_assert(sizeof(Cell) == 8);

// What the indices in cells refer to. styles[0] is the default style, links[0] no link, clusters
// are UTF-8.
struct Tables {
    std::vector<Style> styles{Style{}};
    std::vector<std::string> clusters;
    std::vector<Hyperlink> links{Hyperlink{}};
};

} // namespace berth::vt
