#include "copy/search.h"

#include <algorithm>
#include <climits>
#include <string_view>
#include <vector>

#include <regex.h>

namespace berth::copy {
namespace {

// Repeats within repeats: the C library copies what is repeated, so that each more doubles it.
constexpr std::size_t kMaxRegexSize = 10'000;

// How many times as large, at most, the parts of an extended regular expression become.
std::size_t size_of_regex(std::string_view text) {
    std::vector<std::size_t> outer; // of the groups around
    std::size_t sum = 0;            // of this group, without its last part
    std::size_t part = 0;
    const auto next = [&](std::size_t size) {
        sum += part;
        part = size;
    };
    for (std::size_t at = 0; at < text.size() && sum + part <= kMaxRegexSize; ++at)
        switch (text[at]) {
        case '\\':
            ++at;
            next(1);
            break;
        case '[': { // a ] that comes first is one of the set
            const std::size_t first = at + (text.substr(at + 1).starts_with('^') ? 3 : 2);
            at = std::min(text.find(']', first), text.size());
            next(1);
            break;
        }
        case '(':
            next(0);
            outer.push_back(sum);
            sum = part = 0;
            break;
        case ')':
            next(0);
            part = sum + 1;
            sum = outer.empty() ? 0 : outer.back();
            if (!outer.empty())
                outer.pop_back();
            break;
        case '*':
        case '+':
        case '?':
            part *= 2;
            break;
        case '{': { // the larger number, at most RE_DUP_MAX
            std::size_t most = 1;
            std::size_t number = 0;
            for (; at + 1 < text.size() && text[at + 1] != '}'; ++at) {
                const char c = text[at + 1];
                number = c >= '0' && c <= '9'
                             ? std::min<std::size_t>(
                                   number * 10 + static_cast<std::size_t>(c - '0'), RE_DUP_MAX)
                             : 0;
                most = std::max(most, number);
            }
            part *= most;
            break;
        }
        default:
            next(1);
        }
    for (const std::size_t size : outer)
        sum += size;
    return sum + part;
}

char folded(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// The text of a line and of the lines that it wraps into, with the place of each byte.
struct Joined {
    std::string text{};
    std::vector<Point> places{};    // of each byte, and of the end
    std::size_t first_line_end = 0; // bytes of the line itself

    // The offset of the first character at or after a column of the first line.
    [[nodiscard]] std::size_t offset(int column) const {
        std::size_t at = 0;
        while (at < first_line_end && places[at].column < column)
            ++at;
        return at;
    }
};

template <class Append> Joined join(const Lines& lines, int line, const Append& append) {
    Joined joined;
    for (int y = line; y <= lines.last() && y < line + kMaxMatchRows; ++y) {
        const Row& row = lines.row(y);
        // Columns of a wrapped line that were never written are blanks between its parts.
        const int end = row.wrapped ? lines.columns() : lines.length(y);
        const int written = std::min(end, static_cast<int>(row.cells.size()));
        joined.places.reserve(joined.places.size() + static_cast<std::size_t>(end) + 1);
        for (int x = 0; x < end; ++x) {
            if (x >= written)
                append(" ", joined.text);
            else if (const Cell& cell = row.cells[static_cast<std::size_t>(x)]; cell.width > 0)
                append(cell.text, joined.text);
            while (joined.places.size() < joined.text.size())
                joined.places.push_back({x, y});
        }
        if (y == line)
            joined.first_line_end = joined.text.size();
        if (!row.wrapped || y == lines.last() || y + 1 == line + kMaxMatchRows) {
            joined.places.push_back({end, y});
            break;
        }
    }
    return joined;
}

// The end of a match is behind its last character, in that character's line.
Match place(const Joined& joined, std::size_t begin, std::size_t end, const Lines& lines) {
    Match match{joined.places[begin], joined.places[end - 1]};
    do
        ++match.end.column;
    while (lines.tail(match.end.column, match.end.line));
    return match;
}

// The longest run of printable ASCII without blanks that was put in.
class Parts {
  public:
    void put(char c) {
        if (c <= ' ' || c > '~')
            end();
        else
            run_ += c;
    }
    void drop_last() {
        if (!run_.empty())
            run_.pop_back();
    }
    void end() {
        if (run_.size() > longest_.size())
            longest_ = run_;
        run_.clear();
    }
    [[nodiscard]] std::string longest() {
        end();
        return longest_;
    }

  private:
    std::string run_{};
    std::string longest_{};
};

std::string part_of_text(std::string_view text) {
    Parts parts;
    for (const char c : text)
        parts.put(c);
    return parts.longest();
}

// Where a group or a set of an extended regular expression ends, which begins at `at`.
std::size_t end_of_set(std::string_view text, std::size_t at) {
    const std::size_t first = at + (text.substr(at + 1).starts_with('^') ? 3 : 2);
    return std::min(text.find(']', first), text.size());
}
std::size_t end_of_group(std::string_view text, std::size_t at) {
    for (int depth = 0; at < text.size(); ++at) {
        if (text[at] == '\\')
            ++at;
        else if (text[at] == '[')
            at = end_of_set(text, at);
        else if (text[at] == '(')
            ++depth;
        else if (text[at] == ')' && --depth == 0)
            return at;
    }
    return at;
}

// What stands in it for itself, outside of groups and alternatives.
std::string part_of_regex(std::string_view text) {
    Parts parts;
    for (std::size_t at = 0; at < text.size(); ++at)
        switch (text[at]) {
        case '|':
            return {};
        case '\\': // of others means something else
            if (++at < text.size() && std::string_view("^.[]$()|*+?{}\\").contains(text[at]))
                parts.put(text[at]);
            else
                parts.end();
            break;
        case '[':
            if (text.substr(at).contains("[:") || text.substr(at).contains("[.") ||
                text.substr(at).contains("[="))
                return {};
            at = end_of_set(text, at);
            parts.end();
            break;
        case '(':
            at = end_of_group(text, at);
            parts.end();
            break;
        case '*':
        case '?':
        case '{': // perhaps never
            parts.drop_last();
            parts.end();
            if (text[at] == '{')
                at = std::min(text.find('}', at), text.size());
            break;
        case '+':
        case '.':
        case '^':
        case '$':
        case ')':
            parts.end();
            break;
        default:
            parts.put(text[at]);
        }
    return parts.longest();
}

class Plain : public Finder {
  public:
    Plain(const std::string& text, bool fold)
        : Finder(part_of_text(text), fold), text_(text), fold_(fold) {}

    std::optional<Match> first(const Lines& lines, int line, int column) const override {
        const Joined joined = read(lines, line);
        const auto at = joined.text.find(text_, joined.offset(column));
        if (at == std::string::npos || at >= joined.first_line_end)
            return std::nullopt;
        return place(joined, at, at + text_.size(), lines);
    }

    std::optional<Match> last(const Lines& lines, int line, int column) const override {
        const Joined joined = read(lines, line);
        const std::size_t limit = std::min(joined.offset(column), joined.first_line_end);
        const auto at = limit == 0 ? std::string::npos : joined.text.rfind(text_, limit - 1);
        if (at == std::string::npos)
            return std::nullopt;
        return place(joined, at, at + text_.size(), lines);
    }

    std::vector<Match> all(const Lines& lines, int line) const override {
        const Joined joined = read(lines, line);
        std::vector<Match> matches;
        for (auto at = joined.text.find(text_); at < joined.first_line_end;
             at = joined.text.find(text_, at + text_.size()))
            matches.push_back(place(joined, at, at + text_.size(), lines));
        return matches;
    }

  private:
    [[nodiscard]] Joined read(const Lines& lines, int line) const {
        return join(lines, line, [this](std::string_view cell, std::string& out) {
            if (!fold_)
                out.append(cell);
            else
                for (const char c : cell)
                    out.push_back(folded(c));
        });
    }

    std::string text_;
    bool fold_;
};

// Regular expressions are matched byte by byte, in no locale, so characters beyond ASCII become one
// byte each: those of the expression have codes in their order, and what lies between two of them
// shares the code between theirs. Single characters, ".", sets and ranges then mean what they
// should.
class Alphabet {
  public:
    static constexpr std::size_t kMaxCharacters = 60;

    // False if the expression has too many different characters.
    bool learn(std::string_view expression) {
        for (std::size_t i = 0; i < expression.size();) {
            const std::string_view character = first_of(expression.substr(i));
            if (character.size() > 1)
                known_.emplace_back(character);
            i += character.size();
        }
        std::ranges::sort(known_);
        const auto rest = std::ranges::unique(known_);
        known_.erase(rest.begin(), rest.end());
        return known_.size() <= kMaxCharacters;
    }

    // Appends the code of each character of `text`.
    void encode(std::string_view text, std::string& out) const {
        while (!text.empty()) {
            const std::string_view character = first_of(text);
            out.push_back(character.size() == 1 ? character[0] : code(character));
            text.remove_prefix(character.size());
        }
    }

  private:
    // UTF-8's bytes sort as its code points do.
    [[nodiscard]] char code(std::string_view character) const {
        const auto found = std::ranges::lower_bound(known_, character);
        const auto index = 2 * (found - known_.begin());
        const bool exact = found != known_.end() && *found == character;
        return static_cast<char>(0x80 + index + (exact ? 1 : 0));
    }

    static std::string_view first_of(std::string_view text) {
        std::size_t length = 1;
        if ((static_cast<unsigned char>(text[0]) & 0xc0) == 0xc0)
            while (length < text.size() &&
                   (static_cast<unsigned char>(text[length]) & 0xc0) == 0x80)
                ++length;
        return text.substr(0, length);
    }

    std::vector<std::string> known_{};
};

class Regex : public Finder {
  public:
    Regex(const std::string& text, bool fold) : Finder(part_of_regex(text), fold) {}
    Regex(const Regex&) = delete;
    Regex& operator=(const Regex&) = delete;
    ~Regex() override {
        if (compiled_)
            regfree(&regex_);
    }

    bool compile(const std::string& text, bool fold) {
        if (size_of_regex(text) > kMaxRegexSize || !alphabet_.learn(text))
            return false;
        std::string encoded;
        alphabet_.encode(text, encoded);
        compiled_ = regcomp(&regex_, encoded.c_str(), REG_EXTENDED | (fold ? REG_ICASE : 0)) == 0;
        return compiled_;
    }

    std::optional<Match> first(const Lines& lines, int line, int column) const override {
        const Joined joined = read(lines, line);
        return next(joined, joined.offset(column), lines);
    }

    std::optional<Match> last(const Lines& lines, int line, int column) const override {
        std::optional<Match> found;
        for (const Match& match : all(lines, line))
            if (match.begin.column < column)
                found = match;
        return found;
    }

    std::vector<Match> all(const Lines& lines, int line) const override {
        const Joined joined = read(lines, line);
        std::vector<Match> matches;
        std::size_t at = 0;
        for (std::size_t end = 0; at < joined.first_line_end; at = end) {
            const auto match = next(joined, at, lines, &end);
            if (!match)
                break;
            matches.push_back(*match);
        }
        return matches;
    }

  private:
    [[nodiscard]] Joined read(const Lines& lines, int line) const {
        return join(lines, line, [this](std::string_view cell, std::string& out) {
            alphabet_.encode(cell, out);
        });
    }

    // An empty match ends the search in this line.
    std::optional<Match> next(const Joined& joined, std::size_t at, const Lines& lines,
                              std::size_t* end = nullptr) const {
        regmatch_t found{};
        const char* const text = joined.text.c_str() + at;
        if (regexec(&regex_, text, 1, &found, at == 0 ? 0 : REG_NOTBOL) != 0 ||
            found.rm_so == found.rm_eo)
            return std::nullopt;
        const std::size_t begin = at + static_cast<std::size_t>(found.rm_so);
        if (begin >= joined.first_line_end)
            return std::nullopt;
        const std::size_t behind = at + static_cast<std::size_t>(found.rm_eo);
        if (end != nullptr)
            *end = behind;
        return place(joined, begin, behind, lines);
    }

    Alphabet alphabet_{};
    regex_t regex_{};
    bool compiled_ = false;
};

} // namespace

std::unique_ptr<Finder> Finder::make(const std::string& text, bool regex) {
    if (text.empty() || text.size() > kMaxPattern || text.contains('\0'))
        return nullptr;
    const bool fold = std::ranges::equal(text, text, {}, folded);
    if (!regex || text.find_first_of("^$*+()?[].\\") == std::string::npos)
        return std::make_unique<Plain>(text, fold);
    auto finder = std::make_unique<Regex>(text, fold);
    if (!finder->compile(text, fold))
        return nullptr;
    return finder;
}

} // namespace berth::copy
