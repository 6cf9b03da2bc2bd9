// The table of options: one row for each option and each hook, with its type, scopes, range,
// default and help text. The rows are data only; options.h stores values, commands.h changes and
// prints them. The order of the rows of a scope is the order in which show-options lists them.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace berth::options {

enum class Type : std::uint8_t {
    kString,
    kNumber,
    kFlag,
    kChoice,
    kColour,
    kStyle,
    kKey,
    kCommand
};

// Where an option can be set. An option of a pane can always be set for its window too.
inline constexpr unsigned kServer = 1;
inline constexpr unsigned kSession = 2;
inline constexpr unsigned kWindow = 4;
inline constexpr unsigned kPane = 8;

inline constexpr long long kMaximum = 2147483647;

// The number of `status` when it is `auto`; 0 is off, 1 to 5 are lines.
inline constexpr long long kStatusAuto = 6;

// Whose defaults: berth's own, or exactly tmux's.
enum class Flavour : std::uint8_t { kBerth, kTmux };

struct Row {
    std::string_view name{};
    Type type = Type::kString;
    unsigned scopes = 0;
    bool array = false;
    bool hook = false;
    bool shell = false;                          // the value must be a usable shell
    long long minimum = 0;                       // of a number
    long long maximum = kMaximum;                // of a number
    std::span<const std::string_view> choices{}; // of a choice; the value is the index
    std::string_view pattern{};                  // fnmatch pattern that a string must match, if any
    std::string_view separators{};               // of an array: what splits a whole value
    std::string_view fallback{};                 // tmux's default; for arrays see items
    std::string_view berth{};                    // berth's default where it differs
    std::span<const std::string_view> items{};   // of an array: the default
    std::string_view unit{};                     // of a number, for the manual page
    std::string_view help{};

    [[nodiscard]] constexpr std::string_view standard(Flavour flavour) const {
        return flavour == Flavour::kBerth && !berth.empty() ? berth : fallback;
    }
};

std::span<const Row> server_rows();
std::span<const Row> session_rows();
std::span<const Row> window_rows(); // of windows and panes
std::span<const Row> hook_rows();

// Every row: server, session, window and pane options, then hooks.
const std::vector<const Row*>& all_rows();

// The row of exactly this name, or null.
const Row* find_row(std::string_view name);

// The row that `prefix` names: an exact name, or the only one that begins so. With `ambiguous` set
// when there are several.
struct Match {
    const Row* row = nullptr;
    bool ambiguous = false;
};
Match match_row(std::string_view prefix);

} // namespace berth::options
