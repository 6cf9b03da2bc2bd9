// Expands tmux's formats: "#{?pane_active,#[bold],}#{=10:window_name}". A pure function of the text
// and a Context, which the mux implements; values, names and loops come from there. Bounded in
// depth, in size and in work. Patterns (m, C, s) follow the C library's fnmatch and regular
// expressions and so the process' LC_CTYPE.
#pragma once

#include "format/text.h"

#include <cstdint>
#include <ctime>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace berth::format {

// Limits of one call.
inline constexpr unsigned kMaxDepth = 100;           // expansions within expansions; then empty
inline constexpr std::size_t kMaxText = 1024 * 1024; // bytes of any result; longer ones are cut
inline constexpr std::size_t kMaxPattern = 1024;     // bytes; longer patterns match nothing
inline constexpr int kMaxDecimals = 100;             // of an arithmetic result

// What a call may cost, in bytes read and made; the rest of the text is left out.
inline constexpr std::size_t kMaxWork = 16 * kMaxText;
inline constexpr std::size_t kStepCost = 64;       // of an expansion, a lookup, a step of a loop
inline constexpr std::size_t kSubstituteCost = 16; // of each byte that a substitution searches

struct MatchFlags {
    bool regex = false;
    bool ignore_case = false;
};

enum class NameKind : std::uint8_t { window, session };

// What #{S:}, #{W:}, #{P:}, #{L:}, #{O:} and #{V:} go through.
enum class Each : std::uint8_t { sessions, windows, panes, clients, options, environment };

struct Loop {
    Each each = Each::sessions;
    enum class Order : std::uint8_t { standard, index, name, time, depth } order = Order::standard;
    bool reverse = false;
    std::string flags; // as written, for those of options (s w p v g) and environment (s g c)
};

class Context {
  public:
    // One step of a loop: variables are looked up in context; current is the current window, the
    // active pane...
    struct Item {
        std::unique_ptr<Context> context;
        bool current = false;
    };

    Context() = default;
    Context(const Context&) = delete;
    Context& operator=(const Context&) = delete;
    virtual ~Context() = default;

    // The value of a format variable (variables.h) in this context.
    virtual std::optional<std::string> variable(std::string_view name) = 0;
    // The value of an option (also "@user" and "name[index]") for the pane, window, session or
    // server; flags are "0" and "1". Options are asked for before variables.
    virtual std::optional<std::string> option(std::string_view name) = 0;
    // The value of an environment variable, asked for last.
    virtual std::optional<std::string> environment(std::string_view name) = 0;

    virtual std::vector<Item> items(const Loop& loop) = 0;
    // The last line that #(command) printed so far; empty when there is none yet. The mux starts it
    // as needed.
    virtual std::string job(std::string_view command) = 0;
    virtual bool name_exists(NameKind kind, std::string_view name) = 0;
    // #{C:}: the number of the first line of the pane that matches, counted from 1; 0 if none does
    // or there is no pane.
    virtual unsigned search(std::string_view pattern, MatchFlags flags) = 0;
    // #{I/f:feature}, #{I/c:capability}, #{I/e:VAR}: what is known of the client. Nothing if it is
    // unknown.
    virtual std::optional<std::string> interrogate(char kind, std::string_view name) = 0;

    virtual std::int64_t now() = 0; // seconds since the epoch; also the clock of animations
    virtual std::tm local_time(std::int64_t time) = 0;
    virtual const WidthFunction& width() = 0;
};

struct Expand {
    bool time = false; // expand strftime's specifiers first, as status lines do
    bool jobs = true;  // #() asks for jobs; else it is empty
};

[[nodiscard]] std::string expand(std::string_view text, Context& context, Expand how = {});

// True for what #{?} takes as true: not empty and not "0".
[[nodiscard]] bool is_true(std::string_view value);

} // namespace berth::format
