// The text that formats produce: UTF-8 with #[style] marks, "##" for a shown "#". Splits it into
// tokens, measures, trims and pads it in columns. Clusters and their widths come from a Measure, so
// that a program has one idea of width.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace berth::format {

// The columns of one cluster of code points, 0 to 2.
using WidthFunction = std::function<unsigned(std::string_view cluster)>;

// Width after Unicode's tables in utf8proc: that of the widest code point of the cluster.
[[nodiscard]] unsigned default_width(std::string_view cluster);

// The bytes of the first extended grapheme cluster of text; 1 for a byte that is not UTF-8, 0 only
// for no text at all.
[[nodiscard]] std::size_t cluster_length(std::string_view text);

// The offset of the first character of ends in text that stands outside every #{...} and is not
// escaped by "#"; npos if none.
[[nodiscard]] std::size_t skip_to(std::string_view text, std::string_view ends);

struct Token {
    enum class Kind : std::uint8_t {
        glyph,   // something shown; source may be "##" for a glyph "#"
        style,   // glyph holds what stands between "#[" and "]"
        dropped, // a control character or a byte that is not UTF-8: has no place in a line
    };
    Kind kind = Kind::glyph;
    std::string_view source;
    std::string_view glyph;
    unsigned columns = 0;
    bool joined = false; // belongs to the run of "#" before it, which trimming treats as one
};

// Splits text into tokens. A style without its "]" ends the text.
class Tokens {
  public:
    Tokens(std::string_view text, const WidthFunction& width) : text_(text), width_(width) {}
    // Reads the next token; false at the end.
    bool next(Token& token);
    // From here on "#[" is text.
    void take_styles_as_text() { styles_ = false; }
    // Whether the text ended within a style.
    [[nodiscard]] bool unclosed_style() const { return unclosed_; }

  private:
    bool hash(Token& token);
    void take(Token& token, Token::Kind kind, std::size_t length);

    std::string_view text_;
    const WidthFunction& width_;
    bool after_hashes_ = false;
    bool styles_ = true;
    bool unclosed_ = false;
};

[[nodiscard]] unsigned text_columns(std::string_view text, const WidthFunction& width);

// The same with every "#" taken as it stands.
[[nodiscard]] std::size_t plain_columns(std::string_view text, const WidthFunction& width);

// The first or last columns of text; styles on the way are kept.
[[nodiscard]] std::string keep_left(std::string_view text, unsigned columns,
                                    const WidthFunction& width);
[[nodiscard]] std::string keep_right(std::string_view text, unsigned columns,
                                     const WidthFunction& width);

} // namespace berth::format
