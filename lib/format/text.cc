#include "format/text.h"

#include <algorithm>
#include <utf8proc.h>

namespace berth::format {

namespace {

constexpr std::size_t kMaxCluster = 64; // bytes; longer ones are split

// Reads one code point; returns its length, 0 if it is not UTF-8 or there is none.
std::size_t read_code_point(std::string_view text, utf8proc_int32_t& code_point) {
    const utf8proc_ssize_t used = utf8proc_iterate(
        reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
        static_cast<utf8proc_ssize_t>(std::min<std::size_t>(text.size(), 4)), &code_point);
    return used > 0 ? static_cast<std::size_t>(used) : 0;
}

bool is_control(char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

bool is_plain(char c) {
    return c > 0x20 && c < 0x7f;
}

} // namespace

unsigned default_width(std::string_view cluster) {
    int columns = 0;
    utf8proc_int32_t code_point = 0;
    if (read_code_point(cluster, code_point) < cluster.size() && code_point >= 0x1f1e6 &&
        code_point <= 0x1f1ff)
        return 2; // a flag: two regional indicators
    while (const std::size_t used = read_code_point(cluster, code_point)) {
        constexpr utf8proc_int32_t emoji_presentation = 0xfe0f;
        const bool widened = code_point == emoji_presentation && columns > 0;
        columns = std::max(columns, widened ? 2 : utf8proc_charwidth(code_point));
        cluster.remove_prefix(used);
    }
    return static_cast<unsigned>(columns);
}

std::size_t cluster_length(std::string_view text) {
    if (text.empty())
        return 0;
    if (is_plain(text[0]) && (text.size() == 1 || is_plain(text[1])))
        return 1;
    utf8proc_int32_t previous = 0;
    std::size_t length = read_code_point(text, previous);
    if (length == 0)
        return 1;
    utf8proc_int32_t state = 0;
    utf8proc_int32_t code_point = 0;
    while (length < kMaxCluster) {
        const std::size_t used = read_code_point(text.substr(length), code_point);
        if (used == 0 || utf8proc_grapheme_break_stateful(previous, code_point, &state))
            break;
        previous = code_point;
        length += used;
    }
    return length;
}

std::size_t skip_to(std::string_view text, std::string_view ends) {
    constexpr std::string_view escapable = ",#{}:";
    const auto is_end = [ends](char c) { // not memchr(3): there are one to three of them
        return std::ranges::any_of(ends, [c](char end) { return end == c; });
    };
    std::size_t depth = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool hash = text[i] == '#' && i + 1 < text.size();
        if (hash && text[i + 1] == '{')
            ++depth;
        if (hash && escapable.find(text[i + 1]) != std::string_view::npos) {
            ++i;
            continue;
        }
        if (depth == 0 && is_end(text[i]))
            return i;
        if (text[i] == '}' && depth > 0)
            --depth;
    }
    return std::string_view::npos;
}

void Tokens::take(Token& token, Token::Kind kind, std::size_t length) {
    token = Token{kind, text_.substr(0, length), text_.substr(0, length), 0, after_hashes_};
    text_.remove_prefix(length);
    after_hashes_ = false;
}

// text_ begins with "#": a pair stands for one "#", and so does a last odd one; before "[" that one
// begins a style.
bool Tokens::hash(Token& token) {
    const std::size_t count = std::min(text_.find_first_not_of('#'), text_.size());
    const bool bracket = count < text_.size() && text_[count] == '[';
    if (count > 1 || !bracket || !styles_) {
        take(token, Token::Kind::glyph, count > 1 ? 2 : 1);
        token.glyph = "#";
        token.columns = 1;
        if (token.joined && count == 1)
            token.source = "##";
        after_hashes_ = count > 2;
        return true;
    }
    const std::size_t end = skip_to(text_.substr(2), "]");
    if (end == std::string_view::npos) {
        unclosed_ = true;
        text_ = {};
        return false;
    }
    take(token, Token::Kind::style, end + 3);
    token.glyph = token.source.substr(2, end);
    return true;
}

bool Tokens::next(Token& token) {
    if (text_.empty())
        return false;
    if (text_[0] == '#')
        return hash(token);
    if (is_control(text_[0])) {
        take(token, Token::Kind::dropped, 1);
        return true;
    }
    utf8proc_int32_t code_point = 0;
    const bool valid = read_code_point(text_, code_point) != 0;
    take(token, valid ? Token::Kind::glyph : Token::Kind::dropped, cluster_length(text_));
    if (valid)
        token.columns = std::min(width_(token.glyph), 2U);
    return true;
}

unsigned text_columns(std::string_view text, const WidthFunction& width) {
    unsigned columns = 0;
    Token token;
    for (Tokens tokens(text, width); tokens.next(token);)
        columns += token.columns;
    return columns;
}

std::size_t plain_columns(std::string_view text, const WidthFunction& width) {
    std::size_t columns = 0;
    utf8proc_int32_t code_point = 0;
    while (!text.empty()) {
        const std::size_t length = cluster_length(text);
        if (!is_control(text[0]) && read_code_point(text, code_point) != 0)
            columns += width(text.substr(0, length));
        text.remove_prefix(length);
    }
    return columns;
}

namespace {

// What has no place in a line goes, unless "#" would then stand before something else.
void append(std::string& out, const Token& token) {
    if (token.kind != Token::Kind::dropped || out.ends_with('#'))
        out += token.source;
}

} // namespace

std::string keep_left(std::string_view text, unsigned columns, const WidthFunction& width) {
    std::string out;
    unsigned used = 0;
    Token token;
    for (Tokens tokens(text, width); tokens.next(token);) {
        const bool full = used >= columns || used + token.columns > columns;
        if (full && !token.joined)
            break;
        if (full && token.kind != Token::Kind::style)
            continue;
        append(out, token);
        used += token.columns;
    }
    return out;
}

std::string keep_right(std::string_view text, unsigned columns, const WidthFunction& width) {
    const unsigned total = text_columns(text, width);
    if (total <= columns)
        return std::string(text);
    const unsigned skipped = total - columns;
    std::string out;
    unsigned position = 0;
    Token token;
    for (Tokens tokens(text, width); tokens.next(token);) {
        if (token.kind == Token::Kind::style || position >= skipped)
            append(out, token);
        position += token.columns;
    }
    return out;
}

} // namespace berth::format
