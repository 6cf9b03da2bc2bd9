#include "command/lexer.h"

#include <algorithm>
#include <cctype>
#include <cstring>
#include <utility>

namespace berth::command {

namespace {

constexpr int kEof = -1;

struct Keyword {
    std::string_view name;
    TokenKind kind;
};

constexpr Keyword kKeywords[] = {
    {"%elif", TokenKind::elif},     {"%else", TokenKind::else_}, {"%endif", TokenKind::endif},
    {"%hidden", TokenKind::hidden}, {"%if", TokenKind::if_},
};

struct Escape {
    char letter;
    char value;
};

constexpr Escape kEscapes[] = {{'a', '\a'}, {'b', '\b'}, {'e', '\033'}, {'f', '\f'}, {'n', '\n'},
                               {'r', '\r'}, {'s', ' '},  {'t', '\t'},   {'v', '\v'}};

bool is_letter(int c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool is_digit(int c) {
    return c >= '0' && c <= '9';
}

bool is_octal(int c) {
    return c >= '0' && c <= '7';
}

bool is_one_of(int c, std::string_view set) {
    return c > 0 && set.find(static_cast<char>(c)) != set.npos;
}

int hex_value(int c) {
    if (is_digit(c))
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool is_assignment(std::string_view word) {
    if (word.empty() || !is_letter(word[0]))
        return false;
    const auto end =
        std::ranges::find_if(word, [](char c) { return !is_letter(c) && !is_digit(c); });
    return end != word.end() && *end == '=';
}

// "%", "%%", "%1": a word, such as a key or a pane.
bool is_plain_percent(std::string_view word) {
    return std::ranges::all_of(word, [](char c) { return c == '%' || is_digit(c); });
}

void append_utf8(std::string& out, unsigned code) {
    const auto tail = [&](unsigned shift) {
        out.push_back(static_cast<char>(0x80U | ((code >> shift) & 0x3FU)));
    };
    if (code < 0x80) {
        out.push_back(static_cast<char>(code));
    } else if (code < 0x800) {
        out.push_back(static_cast<char>(0xC0U | (code >> 6U)));
        tail(0);
    } else if (code < 0x10000) {
        out.push_back(static_cast<char>(0xE0U | (code >> 12U)));
        tail(6);
        tail(0);
    } else {
        out.push_back(static_cast<char>(0xF0U | (code >> 18U)));
        tail(12);
        tail(6);
        tail(0);
    }
}

} // namespace

// The next character; a backslash before a newline joins the lines, but "\\" before one does not.
int Lexer::get() {
    if (escapes_ != 0) {
        --escapes_;
        return '\\';
    }
    for (;;) {
        if (at_ < text_.size() && text_[at_] == '\\') {
            ++at_;
            ++escapes_;
            continue;
        }
        if (at_ < text_.size() && text_[at_] == '\n' && escapes_ % 2 == 1) {
            ++at_;
            ++line_;
            --escapes_;
            continue;
        }
        if (escapes_ != 0) {
            --escapes_;
            return '\\';
        }
        if (at_ == text_.size())
            return kEof;
        return static_cast<unsigned char>(text_[at_++]);
    }
}

// Only for the character that get() gave last.
void Lexer::unget(int c) {
    if (c == '\\')
        ++escapes_;
    else if (c != kEof)
        --at_;
}

Lexer::Step Lexer::fail(std::string problem) {
    problem_ = std::move(problem);
    return Step::failed;
}

Token Lexer::next() {
    if (std::exchange(line_ended_, false))
        ++line_;
    const bool after_keyword = std::exchange(after_keyword_, false);
    int c = get();
    while (c == ' ' || c == '\t')
        c = get();
    switch (c) {
    case kEof: // the last line need not end in a newline
        return {std::exchange(ended_, true) ? TokenKind::end : TokenKind::newline, {}};
    case '\n':
        line_ended_ = true;
        return {TokenKind::newline, {}};
    case ';':
        return {TokenKind::semicolon, ";"};
    case '{':
        return {TokenKind::open, "{"};
    case '}':
        return {TokenKind::close, "}"};
    case '#':
        return comment_or_format(after_keyword);
    case '%':
        return keyword();
    default:
        return word(c);
    }
}

Token Lexer::comment_or_format(bool after_keyword) {
    int c = get();
    if (after_keyword && c == '{')
        return format();
    while (c != '\n' && c != kEof)
        c = get();
    line_ended_ = c == '\n';
    if (c == kEof)
        ended_ = true;
    return {TokenKind::newline, {}};
}

// #{…} with what is nested in it; the opening has been read.
Token Lexer::format() {
    std::string out = "#{";
    for (unsigned depth = 1; depth != 0;) {
        int c = get();
        if (c == kEof || c == '\n' || out.size() > kMaxWord)
            return {TokenKind::error, {}};
        out.push_back(static_cast<char>(c));
        if (c == '}') {
            --depth;
        } else if (c == '#') {
            c = get();
            if (c == kEof || c == '\n')
                return {TokenKind::error, {}};
            if (c == '{')
                ++depth;
            out.push_back(static_cast<char>(c));
        }
    }
    return {TokenKind::format, std::move(out)};
}

Token Lexer::keyword() {
    std::string out = "%";
    int c = get();
    while (c != kEof && !is_one_of(c, " \t\n") && out.size() < kMaxWord) {
        out.push_back(static_cast<char>(c));
        c = get();
    }
    unget(c);
    if (is_plain_percent(out))
        return {TokenKind::word, std::move(out)};
    after_keyword_ = true;
    const auto* found = std::ranges::find(kKeywords, out, &Keyword::name);
    if (found == std::end(kKeywords))
        return {TokenKind::error, {}};
    return {found->kind, std::move(out)};
}

bool Lexer::ends_word(int c, Quotes quotes) {
    if (c == kEof)
        return true;
    return quotes == Quotes::none && is_one_of(c, "\n \t;}");
}

Token Lexer::word(int first) {
    std::string out;
    Quotes quotes = Quotes::none;
    Quotes last =
        Quotes::start; // the quotes of the character before: ~ stands for a home where they change
    int c = first;
    while (!ends_word(c, quotes)) {
        if (c == '\n') {
            c = newline_in_quotes(out);
            continue;
        }
        if (word_character(c, quotes, last, out) == Step::failed)
            return {TokenKind::error, {}};
        if (out.size() > kMaxWord) {
            problem_ = "token is too long";
            return {TokenKind::error, {}};
        }
        c = get();
    }
    unget(c);
    out.resize(std::min(out.size(), out.find('\0')));
    return {is_assignment(out) ? TokenKind::assignment : TokenKind::word, std::move(out)};
}

Lexer::Step Lexer::word_character(int c, Quotes& quotes, Quotes& last, std::string& out) {
    if (c == '\'' && quotes != Quotes::doubled) {
        quotes = quotes == Quotes::single ? Quotes::none : Quotes::single;
        return Step::go_on;
    }
    if (c == '"' && quotes != Quotes::single) {
        quotes = quotes == Quotes::doubled ? Quotes::none : Quotes::doubled;
        return Step::go_on;
    }
    const bool changed = std::exchange(last, quotes) != quotes;
    if (quotes != Quotes::single) {
        if (c == '\\')
            return escape(out);
        if (c == '~' && changed)
            return home(out);
        if (c == '$')
            return variable(out);
    }
    out.push_back(static_cast<char>(c));
    return Step::go_on;
}

// A newline in quotes is kept, the blanks and the comment at the start of the line after it are
// not. Returns the character to go on with.
int Lexer::newline_in_quotes(std::string& out) {
    out.push_back('\n');
    ++line_;
    int c = get();
    while (c == ' ' || c == '\t')
        c = get();
    if (c != '#')
        return c;
    c = get();
    if (is_one_of(c, ",#{}:")) {
        unget(c);
        return '#';
    }
    while (c != '\n' && c != kEof)
        c = get();
    return c;
}

Lexer::Step Lexer::escape(std::string& out) {
    const int c = get();
    if (c == kEof)
        return Step::failed;
    if (is_digit(c) && c < '8')
        return octal(c, out);
    if (c == 'u')
        return code_point(c, 4, out);
    if (c == 'U')
        return code_point(c, 8, out);
    const auto* found = std::ranges::find(kEscapes, c, &Escape::letter);
    out.push_back(found == std::end(kEscapes) ? static_cast<char>(c) : found->value);
    return Step::go_on;
}

Lexer::Step Lexer::octal(int first, std::string& out) {
    const int second = first < '4' ? get() : kEof;
    const int third = is_octal(second) ? get() : kEof;
    if (!is_octal(third))
        return fail("invalid octal escape");
    out.push_back(static_cast<char>(64 * (first - '0') + 8 * (second - '0') + (third - '0')));
    return Step::go_on;
}

Lexer::Step Lexer::code_point(int letter, int digits, std::string& out) {
    const auto invalid = [&] {
        return fail(std::string("invalid \\") + static_cast<char>(letter) + " argument");
    };
    unsigned code = 0;
    for (int i = 0; i < digits; ++i) {
        const int c = get();
        if (c == kEof || c == '\n')
            return Step::failed;
        const int value = hex_value(c);
        if (value < 0)
            return invalid();
        code = code * 16 + static_cast<unsigned>(value);
    }
    if (code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF))
        return invalid();
    append_utf8(out, code);
    return Step::go_on;
}

Lexer::Step Lexer::variable(std::string& out) {
    int c = get();
    if (c == kEof)
        return Step::failed;
    const bool braces = c == '{';
    if (!braces && !is_letter(c)) {
        unget(c);
        out.push_back('$');
        return Step::go_on;
    }
    std::string name;
    if (!braces)
        name.push_back(static_cast<char>(c));
    for (c = get(); is_letter(c) || is_digit(c); c = get()) {
        if (name.size() == kMaxName)
            return fail("environment variable is too long");
        name.push_back(static_cast<char>(c));
    }
    if (braces && c != '}')
        return fail("invalid environment variable");
    if (!braces) {
        unget(c);
    }
    if (const auto value = context_.variable(name))
        out += *value;
    return Step::go_on;
}

Lexer::Step Lexer::home(std::string& out) {
    std::string user;
    int c = get();
    for (; c != kEof && !is_one_of(c, "/ \t\n\"'"); c = get()) {
        if (user.size() == kMaxName)
            return fail("user name is too long");
        user.push_back(static_cast<char>(c));
    }
    unget(c);
    const auto directory = context_.home(user);
    if (!directory)
        return Step::failed;
    out += *directory;
    return Step::go_on;
}

} // namespace berth::command
