// The table of every option that an admin can set in berth.conf: section, name, type, range,
// default and text. The loader, `berth policy show`, the sample file and the manual page are all
// made from it; nothing else knows an option's default or limits. To add an option: one entry here,
// one row in options.cc, `tools/policy-text`.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace berth::policy {

enum class OptionId : std::uint8_t {
    hook,
    force_exec,
    on_login,
    replay_lines,
    history_limit,
    max_sessions,
    max_clients,
    share_enabled,
    share_with,
    share_roles,
    share_scope,
    share_tokens,
    share_keys,
    share_ask,
    share_ttl_max,
    share_uses_max,
    share_guests_max,
    share_clipboard,
    share_attribution,
    share_host,
    share_port,
    share_webhook,
    restore_level,
    restore_lifetime,
    restore_lines,
    restore_size,
    restore_rerun,
    count
};

inline constexpr std::size_t kOptionCount = static_cast<std::size_t>(OptionId::count);

// The words of `hook`, `force_exec` and `on_login`, in the order of their rows.
enum class Hook : std::uint8_t { shell, force, off };
enum class ForceExec : std::uint8_t { allow, refuse };
enum class OnLogin : std::uint8_t { resume, create, mirror, menu };
// And those of [share], likewise.
enum class YesNo : std::uint8_t { yes, no };
enum class ShareWith : std::uint8_t { anyone, same_group, nobody };
enum class ShareRoles : std::uint8_t { write, read };
enum class ShareMost : std::uint8_t { session, window, pane };
enum class ShareTokens : std::uint8_t { all, read, none };
enum class ShareKeys : std::uint8_t { optional, write, always };
enum class ShareAsk : std::uint8_t { optional, always };
enum class ShareHost : std::uint8_t { name, first, none };
// Of restore.level.
enum class RestoreLevel : std::uint8_t { off, layout, full };

// A value is a whole number, or the index of one of the words. A text has none: it stands beside.
using Value = std::int64_t;

struct Word {
    std::string_view name;
    std::string_view text;
};

struct Option {
    OptionId id;
    std::string_view section;
    std::string_view name;
    std::span<const Word> words; // empty: a number, or a text
    Value least;                 // numbers only
    Value most;
    Value fallback; // the value when nobody sets it
    std::string_view text;
    std::size_t text_bytes = 0; // not 0: a text of at most so many bytes, by default empty
    bool (*takes)(std::string_view) = nullptr; // of a text: which may be
    std::string_view form = {};                // and those in words
};

[[nodiscard]] std::span<const Option> options() noexcept;
[[nodiscard]] const Option& option(OptionId id) noexcept;

// "resume, new, mirror, menu" or "a whole number from 0 to 100000"
[[nodiscard]] std::string allowed_text(const Option& option);
[[nodiscard]] std::string value_text(const Option& option, Value value);
[[nodiscard]] std::string full_name(const Option& option); // "login.on_login"

// Nothing if the text is not one of the words or not a number of the range; 0 for a text that is
// not too long.
[[nodiscard]] std::optional<Value> parse_value(const Option& option, std::string_view text);

} // namespace berth::policy
