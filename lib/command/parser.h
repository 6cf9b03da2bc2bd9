// tmux's command language: a text (a configuration file, a bound string) or the words of a command
// line becomes a list of commands with their arguments read. Pure: variables, home directories,
// conditions and aliases are asked of a Context. Everything is parsed before anything is built, so
// a text with a syntax error has no effect but its assignments. Error::operation holds the whole
// message, "FILE:LINE: message" when the source has a file.
#pragma once

#include "base/result.h"
#include "command/arguments.h"
#include "command/rows.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace berth::command {

inline constexpr std::size_t kMaxText = std::size_t{16} << 20; // bytes of one text
inline constexpr std::size_t kMaxWord = std::size_t{1}
                                        << 20; // bytes of one word, replacements done
inline constexpr std::size_t kMaxCommands = std::size_t{1} << 17;  // commands of one text
inline constexpr std::size_t kMaxExpanded = std::size_t{64} << 20; // bytes of all words of one text
inline constexpr unsigned kMaxNesting = 100;                       // of braces and conditions
inline constexpr std::size_t kMaxName = 1022; // bytes of a variable's or user's name

enum class Visibility : std::uint8_t { shown, hidden };

// What the language asks of the world around it.
class Context {
  public:
    Context() = default;
    Context(const Context&) = delete;
    Context& operator=(const Context&) = delete;
    virtual ~Context() = default;

    // The value of a variable of the global environment.
    [[nodiscard]] virtual std::optional<std::string> variable(const std::string& name) = 0;
    virtual void assign(const std::string& name, const std::string& value, Visibility how) = 0;
    // The home directory of a user, of the caller for an empty name.
    [[nodiscard]] virtual std::optional<std::string> home(const std::string& user) = 0;
    // Whether a condition of %if, expanded as a format, is true.
    [[nodiscard]] virtual bool is_true(const std::string& condition) = 0;
    // What the option command-alias gives for a command's name.
    [[nodiscard]] virtual std::optional<std::string> alias(const std::string& name) = 0;
};

// Whether lines are separate: an error in a command drops what follows it in its group only.
enum class Grouping : std::uint8_t { by_line, single };

struct Source {
    std::string file; // empty: errors carry no place
    unsigned line = 1;
    Grouping grouping = Grouping::by_line;
};

struct Command {
    const Row* row = nullptr;
    Arguments arguments;
    std::shared_ptr<const std::string> file;
    unsigned line = 0;
    unsigned group = 0; // grows along the list
};

struct CommandList {
    std::vector<Command> commands;
};

[[nodiscard]] Result<CommandList> parse_text(std::string_view text, const Source& source,
                                             Context& context);

// The words of a command line: a word that ends in ";" ends a command, "\;" there is a plain ";".
[[nodiscard]] Result<CommandList> parse_words(std::span<const Value> words, const Source& source,
                                              Context& context);

// What a command such as bind-key takes as its command: one { }, one text to parse, or the words of
// one.
[[nodiscard]] Result<CommandList> parse_values(std::span<const Value> values, const Source& source,
                                               Context& context);

} // namespace berth::command
