// The arguments of one command, read by the rules of its row. A value is a word or, where the row
// allows it, a parsed list of commands (what { } held). The words of errors are tmux's;
// Error::operation holds the whole message.
#pragma once

#include "base/result.h"
#include "command/rows.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace berth::command {

struct CommandList;

inline constexpr std::size_t kMaxArguments = 16384; // words of one command

class Value {
  public:
    Value(std::string text) : text_(std::move(text)) {}
    Value(const char* text) : text_(text) {}
    Value(std::shared_ptr<const CommandList> commands) : commands_(std::move(commands)) {}

    [[nodiscard]] bool is_commands() const { return commands_ != nullptr; }
    [[nodiscard]] const std::string& text() const {
        return text_;
    } // empty for commands: see print.h
    [[nodiscard]] const std::shared_ptr<const CommandList>& commands() const { return commands_; }

  private:
    std::string text_;
    std::shared_ptr<const CommandList> commands_;
};

class Arguments {
  public:
    // words are what follows the command's name.
    [[nodiscard]] static Result<Arguments> parse(const Row& row, std::span<const Value> words);

    [[nodiscard]] bool has(char flag) const { return count(flag) != 0; }
    [[nodiscard]] std::size_t count(char flag) const;
    // The last value given for flag; none when it was not given, or given as the last word without
    // one.
    [[nodiscard]] std::optional<std::string_view> value(char flag) const;
    [[nodiscard]] std::span<const std::string> values(char flag) const;

    [[nodiscard]] std::size_t size() const { return positional_.size(); }
    [[nodiscard]] const Value& positional(std::size_t index) const { return positional_.at(index); }
    // The word at index, or fallback when there are fewer.
    [[nodiscard]] std::string_view text(std::size_t index, std::string_view fallback = {}) const;
    [[nodiscard]] std::span<const Value> all() const { return positional_; }

    // The same with every value replaced; flags' values are words and have to stay so.
    [[nodiscard]] Arguments transformed(const std::function<Value(const Value&)>& change) const;

    enum class Takes : std::uint8_t { nothing, value, optional_value };
    struct Flag {
        std::size_t count = 0; // how often it was given
        Takes takes = Takes::nothing;
        std::vector<std::string> values;
    };
    [[nodiscard]] const std::map<char, Flag>& flags() const { return flags_; }

  private:
    class Reader;
    std::map<char, Flag> flags_; // sorted, as they are printed
    std::vector<Value> positional_;
};

} // namespace berth::command
