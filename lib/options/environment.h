// The environment that new panes get: one of the server and one of each session, as set-environment
// and show-environment know them. A variable has a value, or is marked as removed; it may be
// hidden, which keeps it from new panes but not from formats. Owned by the mux; pure.
#pragma once

#include "base/result.h"

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace berth::options {

struct Variable {
    std::optional<std::string> value{}; // none: removed before a program starts
    bool hidden = false;
};

class Environment {
  public:
    using Variables = std::map<std::string, Variable, std::less<>>;

    void set(std::string_view name, std::string_view value, bool hidden = false);
    void mark_removed(std::string_view name);
    void erase(std::string_view name);
    [[nodiscard]] const Variable* find(std::string_view name) const;
    [[nodiscard]] const Variables& variables() const { return variables_; }

    // Grows with every change.
    [[nodiscard]] std::uint64_t generation() const { return generation_; }

    // Takes "NAME=VALUE" as environ has it; anything else is passed over.
    void put(std::string_view assignment);

    // Takes over every variable of `other`, markers included: a session's on top of the server's.
    void merge(const Environment& other);

    // What update-environment does: every variable of the client's that a pattern (fnmatch) means
    // is copied, and a pattern that means none marks the variable of its own name as removed.
    void update_from(const Environment& client, std::span<const std::string> patterns);

    // "NAME=VALUE" of everything that a new program gets.
    [[nodiscard]] std::vector<std::string> exported() const;

  private:
    Variables variables_{};
    std::uint64_t generation_ = 0;
};

struct SetEnvironmentFlags {
    bool hidden = false; // -h
    bool remove = false; // -r
    bool unset = false;  // -u
};

// set-environment; Error::operation is tmux's message.
Result<void> set_environment(Environment& environment, const SetEnvironmentFlags& flags,
                             std::string_view name, std::optional<std::string_view> value);

struct ShowEnvironmentFlags {
    bool hidden = false; // -h: the hidden ones and no others
    bool shell = false;  // -s: as commands for a shell
};

// show-environment: the lines to print (a value may hold newlines of its own).
Result<std::vector<std::string>> show_environment(const Environment& environment,
                                                  const ShowEnvironmentFlags& flags,
                                                  std::optional<std::string_view> name);

} // namespace berth::options
