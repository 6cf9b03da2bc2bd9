#include "command/parser.h"

#include "command/lexer.h"

#include <utility>

namespace berth::command {

namespace {

struct Sentence;

// A word of a sentence: text, the sentences in braces, or commands that were built before.
struct Word {
    std::string text;
    std::optional<std::vector<Sentence>> braces;
    std::shared_ptr<const CommandList> built;
};

// One command before it is built.
struct Sentence {
    std::vector<Word> words;
    unsigned line = 0;
};

using Sentences = std::vector<Sentence>;

std::unexpected<Error> fail_at(const Source& source, unsigned line, const std::string& message) {
    if (source.file.empty())
        return fail(EINVAL, message);
    return fail(EINVAL, source.file + ":" + std::to_string(line) + ": " + message);
}

// Text to sentences, by recursive descent. Every rule returns false once something is wrong;
// error() then says what.
class Parser {
  public:
    Parser(std::string_view text, const Source& source, Context& context)
        : lexer_(text, source.line, context), source_(source), context_(context) {}

    Result<Sentences> parse() {
        Sentences out;
        while (peek() != TokenKind::end)
            if (!statement(true, out) || !expect(TokenKind::newline))
                return std::unexpected(error());
        return out;
    }

  private:
    TokenKind peek() {
        if (!token_)
            token_ = lexer_.next();
        return token_->kind;
    }

    std::string take() {
        peek();
        std::string text = std::move(token_->text);
        token_.reset();
        return text;
    }

    bool expect(TokenKind kind) {
        if (peek() != kind)
            return false;
        take();
        return true;
    }

    bool too_much(std::string message) {
        message_ = std::move(message);
        return false;
    }

    Error error() {
        if (message_.empty())
            message_ = lexer_.problem().empty() ? "syntax error" : lexer_.problem();
        return fail_at(source_, lexer_.line(), message_).error();
    }

    // What stands on one line, up to but without its end. active: not in a branch that is not
    // taken.
    bool statement(bool active, Sentences& out) {
        switch (peek()) {
        case TokenKind::hidden:
            take();
            return peek() == TokenKind::assignment && assign(active, Visibility::hidden);
        case TokenKind::newline:
        case TokenKind::close:
            return true;
        case TokenKind::if_:
            return conditional(active, out);
        default:
            return sequence(active, out);
        }
    }

    // statement newline statement newline … until a keyword or "}" may close them; at least one.
    bool statements(bool active, Sentences& out) {
        do {
            if (!statement(active, out) || !expect(TokenKind::newline))
                return false;
        } while (!closes_branch());
        return true;
    }

    bool closes_branch() {
        return peek() == TokenKind::elif || peek() == TokenKind::else_ ||
               peek() == TokenKind::endif || peek() == TokenKind::end;
    }

    // A line that begins with %if: over several lines when it ends after the condition, else part
    // of a sequence.
    bool conditional(bool active, Sentences& out) {
        bool truth = false;
        if (!condition(active, truth))
            return false;
        if (peek() != TokenKind::newline)
            return branches(active, truth, &Parser::sequence, out) && rest_of_sequence(active, out);
        return branches(active, truth, &Parser::block, out);
    }

    bool block(bool active, Sentences& out) {
        return expect(TokenKind::newline) && statements(active, out);
    }

    // The keyword and the condition after it, which is looked at only where it matters.
    bool condition(bool matters, bool& truth) {
        take();
        if (peek() != TokenKind::format && peek() != TokenKind::word)
            return false;
        const std::string text = take();
        truth = matters && context_.is_true(text);
        return true;
    }

    // What follows the first condition, to %endif.
    bool branches(bool active, bool truth, bool (Parser::*body)(bool, Sentences&), Sentences& out) {
        const Nesting nesting(*this);
        if (!nesting.fits())
            return false;
        bool taken = truth;
        if (!(this->*body)(active && truth, out))
            return false;
        while (peek() == TokenKind::elif) {
            if (!condition(active && !taken, truth) || !(this->*body)(active && truth, out))
                return false;
            taken = taken || truth;
        }
        if (peek() == TokenKind::else_) {
            take();
            if (!(this->*body)(active && !taken, out))
                return false;
        }
        return expect(TokenKind::endif);
    }

    // command ; command ; … where a command may be a conditional on one line.
    bool sequence(bool active, Sentences& out) {
        return element(active, out) && rest_of_sequence(active, out);
    }

    bool rest_of_sequence(bool active, Sentences& out) {
        while (peek() == TokenKind::semicolon) {
            take();
            const TokenKind kind = peek();
            if ((kind == TokenKind::word || kind == TokenKind::assignment ||
                 kind == TokenKind::if_) &&
                !element(active, out))
                return false;
        }
        return true;
    }

    bool element(bool active, Sentences& out) {
        if (peek() != TokenKind::if_)
            return command(active, out);
        bool truth = false;
        return condition(active, truth) && branches(active, truth, &Parser::sequence, out);
    }

    bool command(bool active, Sentences& out) {
        if (peek() == TokenKind::assignment) {
            if (!assign(active, Visibility::shown))
                return false;
            if (peek() == TokenKind::assignment)
                return false;
            if (peek() != TokenKind::word)
                return true;
        }
        if (peek() != TokenKind::word)
            return false;
        Sentence sentence;
        while (peek() == TokenKind::word || peek() == TokenKind::assignment ||
               peek() == TokenKind::open)
            if (!add_word(active, sentence))
                return false;
        sentence.line = lexer_.line();
        if (++commands_ > kMaxCommands)
            return too_much("too many commands");
        if (active)
            out.push_back(std::move(sentence));
        return true;
    }

    bool add_word(bool active, Sentence& sentence) {
        Word word;
        if (peek() != TokenKind::open) {
            word.text = take();
            expanded_ += word.text.size();
        } else if (!braces(active, word.braces.emplace())) {
            return false;
        }
        if (sentence.words.size() > kMaxArguments || expanded_ > kMaxExpanded)
            return too_much("too many arguments");
        sentence.words.push_back(std::move(word));
        return true;
    }

    bool braces(bool active, Sentences& out) {
        const Nesting nesting(*this);
        if (!nesting.fits())
            return false;
        take();
        while (statement(active, out)) {
            if (expect(TokenKind::close))
                return true;
            if (!expect(TokenKind::newline))
                return false;
        }
        return false;
    }

    bool assign(bool active, Visibility how) {
        const std::string text = take();
        const auto equals = text.find('=');
        if (active)
            context_.assign(text.substr(0, equals), text.substr(equals + 1), how);
        return true;
    }

    // Counts one level of braces or conditions as long as it lives.
    class Nesting {
      public:
        explicit Nesting(Parser& parser) : parser_(parser) { ++parser_.depth_; }
        Nesting(const Nesting&) = delete;
        Nesting& operator=(const Nesting&) = delete;
        ~Nesting() { --parser_.depth_; }
        [[nodiscard]] bool fits() const {
            return parser_.depth_ <= kMaxNesting || parser_.too_much("nested too deeply");
        }

      private:
        Parser& parser_;
    };

    Lexer lexer_;
    const Source& source_;
    Context& context_;
    std::optional<Token> token_;
    std::string message_;
    std::size_t commands_ = 0;
    std::size_t expanded_ = 0;
    unsigned depth_ = 0;
};

// Sentences to commands.
class Builder {
  public:
    Builder(const Source& source, Context& context)
        : source_(source), context_(context),
          file_(std::make_shared<const std::string>(source.file)), line_(source.line) {}

    Result<CommandList> build(Sentences sentences) {
        CommandList out;
        unsigned group = 0;
        unsigned line = 0;
        for (Sentence& sentence : sentences) {
            if (!out.commands.empty() && sentence.line != line &&
                source_.grouping == Grouping::by_line)
                ++group;
            line = line_ = sentence.line;
            const std::size_t first = out.commands.size();
            if (const auto done = add(std::move(sentence), out); !done)
                return std::unexpected(done.error());
            for (std::size_t i = first; i < out.commands.size(); ++i)
                out.commands[i].group = group;
        }
        return out;
    }

  private:
    Result<void> add(Sentence sentence, CommandList& out) {
        if (!in_alias_)
            if (const auto alias = context_.alias(sentence.words.front().text))
                return add_alias(*alias, std::move(sentence), out);
        return add_command(std::move(sentence), out);
    }

    // The commands of an alias; the arguments go to its last one. Aliases do not name each other.
    Result<void> add_alias(const std::string& text, Sentence sentence, CommandList& out) {
        Source source = source_;
        source.line = line_;
        if (text.size() > kMaxText)
            return fail_at(source_, line_, "command alias is too long");
        auto parsed = Parser(text, source, context_).parse();
        if (!parsed)
            return std::unexpected(parsed.error());
        if (parsed->empty())
            return {};
        std::vector<Word>& words = parsed->back().words;
        for (std::size_t i = 1; i < sentence.words.size(); ++i)
            words.push_back(std::move(sentence.words[i]));
        in_alias_ = true;
        for (Sentence& one : *parsed) {
            one.line = sentence.line;
            if (const auto done = add_command(std::move(one), out); !done)
                return done;
        }
        in_alias_ = false;
        return {};
    }

    Result<void> add_command(Sentence sentence, CommandList& out) {
        std::vector<Value> values;
        values.reserve(sentence.words.size());
        for (std::size_t i = 1; i < sentence.words.size(); ++i) {
            auto value = build_word(std::move(sentence.words[i]));
            if (!value)
                return std::unexpected(value.error());
            values.push_back(std::move(*value));
        }
        const auto row = find(sentence.words.front().text);
        if (!row)
            return fail_at(source_, line_, row.error().operation);
        auto arguments = Arguments::parse(**row, values);
        if (!arguments)
            return fail_at(source_, line_, arguments.error().operation);
        if (++count_ > kMaxCommands)
            return fail_at(source_, line_, "too many commands");
        out.commands.push_back({*row, std::move(*arguments), file_, sentence.line, 0});
        return {};
    }

    Result<Value> build_word(Word word) {
        if (word.built)
            return Value(std::move(word.built));
        if (!word.braces)
            return Value(std::move(word.text));
        auto list = build(std::move(*word.braces));
        if (!list)
            return std::unexpected(list.error());
        return Value(std::make_shared<const CommandList>(std::move(*list)));
    }

    const Source& source_;
    Context& context_;
    std::shared_ptr<const std::string> file_;
    unsigned line_; // of the command being built, or of the last one in braces: where errors are
                    // said to be
    std::size_t count_ = 0;
    bool in_alias_ = false;
};

// Takes the ";" that ends a command off a word; "\\;" is a plain ";" and ends nothing.
bool take_separator(std::string& text) {
    if (!text.ends_with(';'))
        return false;
    text.pop_back();
    if (!text.ends_with('\\'))
        return true;
    text.back() = ';';
    return false;
}

} // namespace

Result<CommandList> parse_text(std::string_view text, const Source& source, Context& context) {
    if (text.size() > kMaxText)
        return fail_at(source, source.line, "text is too long");
    auto sentences = Parser(text, source, context).parse();
    if (!sentences)
        return std::unexpected(sentences.error());
    return Builder(source, context).build(std::move(*sentences));
}

Result<CommandList> parse_words(std::span<const Value> words, const Source& source,
                                Context& context) {
    Sentences sentences;
    bool in_sentence = false;
    for (const Value& value : words) {
        Word word{value.text(), std::nullopt, value.commands()};
        const bool ends = !value.is_commands() && take_separator(word.text);
        if (!ends || !word.text.empty()) {
            if (!std::exchange(in_sentence, true)) {
                if (value.is_commands())
                    return fail_at(source, source.line, "syntax error");
                sentences.push_back({{}, source.line});
            }
            sentences.back().words.push_back(std::move(word));
        }
        in_sentence = in_sentence && !ends;
    }
    return Builder(source, context).build(std::move(sentences));
}

Result<CommandList> parse_values(std::span<const Value> values, const Source& source,
                                 Context& context) {
    if (values.size() != 1)
        return parse_words(values, source, context);
    if (values[0].is_commands())
        return *values[0].commands();
    return parse_text(values[0].text(), source, context);
}

} // namespace berth::command
