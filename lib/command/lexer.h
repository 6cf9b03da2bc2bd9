// The words of tmux's language: splits a text into words, separators, braces and the % keywords,
// replacing escapes, variables and ~ on the way. Pulled by the parser one token at a time, since a
// variable that is assigned on one command is known to the next.
#pragma once

#include "command/parser.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace berth::command {

enum class TokenKind : std::uint8_t {
    end,
    newline,
    semicolon,
    open,  // {
    close, // }
    word,
    assignment, // a word NAME=value
    format,     // #{…} after a keyword
    hidden,     // %hidden and so on
    if_,
    elif,
    else_,
    endif,
    error, // not a token; Lexer::problem() says why, or is empty for "syntax error"
};

struct Token {
    TokenKind kind = TokenKind::end;
    std::string text;
};

class Lexer {
  public:
    Lexer(std::string_view text, unsigned line, Context& context)
        : text_(text), line_(line), context_(context) {}

    [[nodiscard]] Token next();
    // The line of the token that was read last.
    [[nodiscard]] unsigned line() const { return line_; }
    [[nodiscard]] const std::string& problem() const { return problem_; }

  private:
    enum class Quotes : std::uint8_t { start, none, single, doubled };
    enum class Step : std::uint8_t { go_on, failed };

    int get();
    void unget(int c);
    Token comment_or_format(bool after_keyword);
    Token keyword();
    Token format();
    Token word(int first);
    [[nodiscard]] static bool ends_word(int c, Quotes quotes);
    Step word_character(int c, Quotes& quotes, Quotes& last, std::string& out);
    int newline_in_quotes(std::string& out);
    Step escape(std::string& out);
    Step octal(int first, std::string& out);
    Step code_point(int letter, int digits, std::string& out);
    Step variable(std::string& out);
    Step home(std::string& out);
    Step fail(std::string problem);

    std::string_view text_;
    std::size_t at_ = 0;
    std::size_t escapes_ = 0; // backslashes read but not yet given out
    unsigned line_;
    bool line_ended_ = false; // the last token was a newline: the line counts on with the next
    bool ended_ = false;
    bool after_keyword_ = false;
    Context& context_;
    std::string problem_;
};

} // namespace berth::command
