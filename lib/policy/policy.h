// The admin's policy: what /etc/berth/berth.conf and its drop-ins say, for everyone, for groups and
// for users. berthd loads it at start and on reload and asks it for each login; `berth policy`
// checks and shows it. A Policy is a value; parsing is pure, loading reads files. A policy with any
// problem is refused whole, so the one in force stays.
#pragma once

#include "policy/options.h"

#include <array>
#include <expected>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace berth::policy {

// Limits of what is read, so that a wrong file cannot make berthd grow.
inline constexpr std::size_t kMaxFiles = 128;              // berth.conf and its drop-ins
inline constexpr std::size_t kMaxFileBytes = 256 * 1024;   // one file
inline constexpr std::size_t kMaxTotalBytes = 1024 * 1024; // all of them
inline constexpr std::size_t kMaxLineBytes = 160;          // an option's line (inih reads 199)
inline constexpr std::size_t kMaxSectionBytes = 300; // a section's line: account names may be long
inline constexpr std::size_t kMaxNameBytes = 256;    // the NAME of [user NAME] and [group NAME]
inline constexpr std::size_t kMaxProblems = 32;      // reported at a time

// One thing wrong with a file. `allowed` says what would be right.
struct Problem {
    std::string file;
    int line = 0;        // 0: the file as a whole
    std::string option;  // as written; empty if it is not about an option
    std::string value;   // as written
    std::string allowed; // "allowed: resume, new, mirror, menu", or a sentence

    // "/etc/berth/berth.conf:3: on_login = later (allowed: resume, new, mirror, menu)"
    [[nodiscard]] std::string text() const;
};

// Where a value came from. An empty file: nobody set it.
struct Origin {
    std::string file;
    int line = 0;
    std::string section; // "login", "user alice", "group staff"

    [[nodiscard]] std::string text() const; // "default" or "FILE:LINE [user alice]"
};

// Every option's effective value for one account.
class Settings {
  public:
    Settings();

    [[nodiscard]] Value value(OptionId id) const { return values_[index(id)]; }
    [[nodiscard]] const Origin& origin(OptionId id) const { return origins_[index(id)]; }
    [[nodiscard]] std::string text(OptionId id) const;
    void set(OptionId id, Value value, Origin origin, std::string text = {});

    [[nodiscard]] Hook hook() const { return static_cast<Hook>(value(OptionId::hook)); }
    [[nodiscard]] ForceExec force_exec() const {
        return static_cast<ForceExec>(value(OptionId::force_exec));
    }
    [[nodiscard]] OnLogin on_login() const {
        return static_cast<OnLogin>(value(OptionId::on_login));
    }
    [[nodiscard]] std::uint32_t replay_lines() const { return number(OptionId::replay_lines); }
    [[nodiscard]] std::uint32_t history_limit() const { return number(OptionId::history_limit); }
    [[nodiscard]] std::uint32_t max_sessions() const { return number(OptionId::max_sessions); }
    [[nodiscard]] std::uint32_t max_clients() const { return number(OptionId::max_clients); }
    [[nodiscard]] bool share_enabled() const {
        return choice<YesNo>(OptionId::share_enabled) == YesNo::yes;
    }
    [[nodiscard]] std::uint32_t number(OptionId id) const {
        return static_cast<std::uint32_t>(value(id));
    }
    // An option of words, as the enum of its words.
    template <class E> [[nodiscard]] E choice(OptionId id) const {
        return static_cast<E>(value(id));
    }

  private:
    static std::size_t index(OptionId id) { return static_cast<std::size_t>(id); }
    std::array<Value, kOptionCount> values_{};
    std::array<Origin, kOptionCount> origins_{};
    std::map<OptionId, std::string> texts_; // those that are set
};

// A file's name and its content.
struct Source {
    std::string file;
    std::string text;
};

// Where the policy lies. Drop-ins are the *.conf files of the directory, in the order of their
// names.
struct Paths {
    std::string file = "/etc/berth/berth.conf";
    std::string directory = "/etc/berth/berth.conf.d";
};

enum class ScopeKind : std::uint8_t { everyone, group, user };

struct Assignment {
    OptionId option;
    Value value;
    int line;
    std::string text = {}; // of a text
};

// One section as written, in the order of the files.
struct Scope {
    ScopeKind kind;
    std::string section; // as written, for Origin
    std::string name;    // of the group or user
    std::string file;
    std::vector<Assignment> assignments;
};

class Policy {
  public:
    Policy() = default; // the defaults

    // Pure. The sources in the order in which they count: later ones win.
    [[nodiscard]] static std::expected<Policy, std::vector<Problem>>
    parse(std::span<const Source> sources);

    // Reads the files and parses them. Files that do not exist set nothing; ones that cannot be
    // read are problems.
    [[nodiscard]] static std::expected<Policy, std::vector<Problem>> load(const Paths& paths);

    // What holds for an account of these groups: sections for everyone, then groups', then the
    // user's own; among equals the last one written wins.
    [[nodiscard]] Settings effective(std::string_view user,
                                     std::span<const std::string> groups) const;

    [[nodiscard]] std::span<const Scope> scopes() const { return scopes_; }

  private:
    explicit Policy(std::vector<Scope> scopes) : scopes_(std::move(scopes)) {}

    std::vector<Scope> scopes_;
};

} // namespace berth::policy
