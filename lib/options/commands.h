// set-option, set-hook, show-options and show-hooks on sets of options. The caller parses the
// flags, finds the target, expands formats (-F) and prints; what needs other libraries (styles,
// keys, colours, commands) comes through Checks. Error::operation of a failure is tmux's message,
// to be shown as it is.
#pragma once

#include "base/result.h"
#include "options/options.h"

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace berth::options {

// How values of other languages are read. Every member must be set. `key`, `colour` and `command`
// give the canonical text, which is what is kept and printed; `command` fails with the parser's own
// message.
struct Checks {
    std::function<std::optional<std::string>(std::string_view)> key;
    std::function<std::optional<std::string>(std::string_view)> colour;
    std::function<Result<std::string>(std::string_view)> command;
    std::function<bool(std::string_view)> style; // asked only about styles without formats
    std::function<bool(std::string_view)> shell;
};

// The sets that a target means. What the target lacks is null; `target` is -t's argument, for
// messages.
struct Scopes {
    Set* server = nullptr;
    Set* global_session = nullptr;
    Set* global_window = nullptr;
    Set* session = nullptr;
    Set* window = nullptr;
    Set* pane = nullptr;
    std::span<Set* const> window_panes{}; // of every pane of the window, for -U
    std::string_view target{};
};

struct SetFlags {
    bool append = false;      // -a
    bool global = false;      // -g
    bool once = false;        // -o
    bool pane = false;        // -p
    bool quiet = false;       // -q
    bool server = false;      // -s
    bool unset = false;       // -u
    bool unset_panes = false; // -U
    bool window = false;      // -w, or set-window-option
};

// What was changed, for the caller to act on. `set` is null when nothing was (-q).
struct Change {
    Set* set = nullptr;
    const Row* row = nullptr; // null for user options
    std::string name{};
};

// Sets or unsets the option that `name` means ("NAME", an unambiguous prefix of it, "NAME[INDEX]"
// or "@NAME").
Result<Change> set_option(const Scopes& scopes, const SetFlags& flags, std::string_view name,
                          std::optional<std::string_view> value, const Checks& checks,
                          Flavour flavour);

struct ShowFlags {
    bool inherited = false;  // -A
    bool global = false;     // -g
    bool hooks = false;      // -H
    bool only_hooks = false; // show-hooks
    bool pane = false;       // -p
    bool quiet = false;      // -q
    bool server = false;     // -s
    bool values = false;     // -v
    bool window = false;     // -w, or show-window-options
};

// The lines to print, without their newlines.
Result<std::vector<std::string>> show_options(const Scopes& scopes, const ShowFlags& flags,
                                              std::optional<std::string_view> name);

// The value of an option as a format variable gives it ("NAME", "NAME[INDEX]" or "@NAME", looked up
// from `set` upwards; flags are "0" and "1"); nothing if there is no such option.
std::optional<std::string> option_text(const Set& set, std::string_view name);

} // namespace berth::options
