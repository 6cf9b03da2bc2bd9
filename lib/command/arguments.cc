#include "command/arguments.h"

#include "command/parser.h"

namespace berth::command {

namespace {

bool is_flag_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// "-x" is the next flag rather than the optional value of the one before; "-5" is a value.
bool looks_like_a_flag(std::string_view word) {
    return word.size() >= 2 && word[0] == '-' && !(word[1] >= '0' && word[1] <= '9');
}

} // namespace

class Arguments::Reader {
  public:
    Reader(const Row& row, std::span<const Value> words) : row_(row), words_(words) {}

    Result<Arguments> read() {
        if (words_.size() > kMaxArguments)
            return complain("too many arguments (need at most " + std::to_string(kMaxArguments) +
                            ")");
        while (next_ < words_.size() && (row_.traits & kOwnWords) == 0) {
            const Value& word = words_[next_];
            if (word.is_commands() || word.text().size() < 2 || word.text()[0] != '-')
                break;
            ++next_;
            if (word.text() == "--")
                break;
            if (const auto done = read_flags(std::string_view(word.text()).substr(1)); !done)
                return std::unexpected(done.error());
        }
        for (; next_ < words_.size(); ++next_) {
            if (words_[next_].is_commands() && !may_be_commands())
                return complain("argument " + std::to_string(result_.size() + 1) +
                                " must be \"string\"");
            result_.positional_.push_back(words_[next_]);
        }
        return check_count();
    }

  private:
    std::unexpected<Error> complain(const std::string& text) const {
        return fail(EINVAL, "command " + std::string(row_.name) + ": " + text);
    }

    // The letters of one word after its "-".
    Result<void> read_flags(std::string_view letters) {
        while (!letters.empty()) {
            const char flag = letters[0];
            letters.remove_prefix(1);
            if (flag == '?')
                return fail(EINVAL,
                            "usage: " + std::string(row_.name) + " " + std::string(row_.usage));
            if (!is_flag_character(flag))
                return complain(std::string("invalid flag -") + flag);
            const auto at = row_.flags.find(flag);
            if (at == row_.flags.npos)
                return complain(std::string("unknown flag -") + flag);
            const std::string_view rest = row_.flags.substr(at + 1);
            Flag& entry = result_.flags_[flag];
            ++entry.count;
            if (!rest.starts_with(':'))
                continue;
            entry.takes = rest.starts_with("::") ? Takes::optional_value : Takes::value;
            return read_value(flag, entry, letters);
        }
        return {};
    }

    Result<void> read_value(char flag, Flag& entry, std::string_view attached) {
        if (!attached.empty()) {
            entry.values.emplace_back(attached);
            return {};
        }
        if (next_ == words_.size())
            return {}; // as tmux 3.3a: the command finds the value missing
        const Value& word = words_[next_];
        if (entry.takes == Takes::optional_value && !word.is_commands() &&
            looks_like_a_flag(word.text()))
            return {};
        if (word.is_commands())
            return complain(std::string("-") + flag + " argument must be a string");
        entry.values.push_back(word.text());
        ++next_;
        return {};
    }

    // Whether the next positional argument may be a list of commands.
    [[nodiscard]] bool may_be_commands() const {
        switch (row_.arguments) {
        case ArgumentKinds::strings:
            return false;
        case ArgumentKinds::commands:
            return true;
        case ArgumentKinds::commands_after_first:
            return result_.size() > 0;
        case ArgumentKinds::commands_with_C:
            return result_.has('C');
        case ArgumentKinds::menu:
            return menu_column() == 2;
        }
        return false;
    }

    // 0: a name is next, 1: a key, 2: a command.
    [[nodiscard]] int menu_column() const {
        int column = 0;
        for (const Value& value : result_.positional_) {
            if (column == 0 && value.text().empty())
                continue;
            column = (column + 1) % 3;
        }
        return column;
    }

    Result<Arguments> check_count() {
        const auto count = static_cast<std::ptrdiff_t>(result_.size());
        if (count < row_.least)
            return complain("too few arguments (need at least " + std::to_string(row_.least) + ")");
        if (row_.most != kUnlimited && count > row_.most)
            return complain("too many arguments (need at most " + std::to_string(row_.most) + ")");
        return std::move(result_);
    }

    const Row& row_;
    std::span<const Value> words_;
    std::size_t next_ = 0;
    Arguments result_;
};

Result<Arguments> Arguments::parse(const Row& row, std::span<const Value> words) {
    return Reader(row, words).read();
}

Arguments Arguments::transformed(const std::function<Value(const Value&)>& change) const {
    Arguments out = *this;
    for (auto& [flag, entry] : out.flags_)
        for (std::string& value : entry.values)
            value = change(value).text();
    for (Value& value : out.positional_)
        value = change(value);
    return out;
}

std::size_t Arguments::count(char flag) const {
    const auto found = flags_.find(flag);
    return found == flags_.end() ? 0 : found->second.count;
}

std::optional<std::string_view> Arguments::value(char flag) const {
    const auto all = values(flag);
    if (all.empty())
        return std::nullopt;
    return all.back();
}

std::span<const std::string> Arguments::values(char flag) const {
    const auto found = flags_.find(flag);
    if (found == flags_.end())
        return {};
    return found->second.values;
}

std::string_view Arguments::text(std::size_t index, std::string_view fallback) const {
    return index < size() ? std::string_view(positional_[index].text()) : fallback;
}

} // namespace berth::command
