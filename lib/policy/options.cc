#include "policy/options.h"

#include "policy/url.h"

#include <array>
#include <charconv>

namespace berth::policy {
namespace {

constexpr std::array kHookWords{
    Word{"shell",
         "a snippet of the login shell's own startup files starts the session. Only a bare "
         "interactive login is touched; commands, scp, sftp, rsync, git, forced keys and "
         "chroots never see berth."},
    Word{"force",
         "sshd's ForceCommand starts the session, so that no login of the account gets around "
         "it. A reload of berthd writes the drop-in for sshd, checked before sshd "
         "reads it."},
    Word{"off", "logins get the plain shell; berth can still be used by typing it."},
};
static_assert(kHookWords.size() == 3);

constexpr std::array kForceExecWords{
    Word{"allow", "they run as they would without berth."},
    Word{"refuse", "they are refused with one line that says so."},
};

constexpr std::array kOnLoginWords{
    Word{"resume",
         "the most recently used session of the user that has no live client; a new one if "
         "there is none."},
    Word{"new", "a new session each time."},
    Word{"mirror",
         "the most recently used session, even if somebody is looking at it; all of them see "
         "the same."},
    Word{"menu", "a menu of the user's sessions, if there is more than one to choose from."},
};

constexpr std::array kYesNoWords{
    Word{"yes", "they are."},
    Word{"no", "they are not."},
};

constexpr std::array kShareWithWords{
    Word{"anyone", "any account of this machine."},
    Word{"same-group", "accounts that are in a group of the owner's, other than the group of "
                       "everybody's own."},
    Word{"nobody", "no account; tokens are a matter of their own."},
};

constexpr std::array kShareRolesWords{
    Word{"write", "to read, and to type."},
    Word{"read", "to read only."},
};

constexpr std::array kShareScopeWords{
    Word{"session", "a whole session, one of its windows or one pane."},
    Word{"window", "one window or one pane."},
    Word{"pane", "one pane."},
};

constexpr std::array kShareTokensWords{
    Word{"all", "to read and to type."},
    Word{"read", "to read only."},
    Word{"none", "nobody comes in by a token."},
};

constexpr std::array kShareKeysWords{
    Word{"optional", "whoever has the token may come in, unless the owner names keys."},
    Word{"write", "a token to type needs keys."},
    Word{"always", "every token needs keys."},
};

constexpr std::array kShareAskWords{
    Word{"optional", "the owner decides when sharing."},
    Word{"always", "the owner is asked about each guest."},
};

constexpr std::array kShareHostWords{
    Word{"name", "as hostname(1) says."},
    Word{"first", "that up to its first dot."},
    Word{"none", "the word HOST, for people to put the right name there."},
};

constexpr std::array kRestoreWords{
    Word{"off", "nothing; what was kept before stays where it is."},
    Word{"layout",
         "names, layouts, folders, titles and the environment that was asked for; in each "
         "pane a new shell, and a line that says what ran there."},
    Word{"full", "that, and what the panes showed, which may be confidential."},
};

bool is_webhook(std::string_view text) {
    return text.empty() || parse_url(text).has_value();
}

constexpr std::array kOptions{
    Option{OptionId::hook, "login", "hook", kHookWords, 0, 0, 0,
           "How an interactive ssh login is brought into a session."},
    Option{OptionId::force_exec, "login", "force_exec", kForceExecWords, 0, 0, 0,
           "What happens to commands, scp, sftp and the like of an account whose hook is force."},
    Option{OptionId::on_login, "login", "on_login", kOnLoginWords, 0, 0, 0,
           "The session in which a login lands when the client names none."},
    Option{OptionId::replay_lines,
           "login",
           "replay_lines",
           {},
           0,
           100000,
           2000,
           "How many lines of history are written into the terminal's own scrollback when a client "
           "comes back to a session."},
    Option{OptionId::history_limit,
           "history",
           "limit",
           {},
           0,
           10000000,
           50000,
           "How many lines of history each pane of a new session keeps."},
    Option{
        OptionId::max_sessions,
        "session",
        "max_sessions",
        {},
        1,
        1000,
        64,
        "How many sessions one user may have at a time. A login beyond it gets the plain shell."},
    Option{
        OptionId::max_clients,
        "session",
        "max_clients",
        {},
        1,
        1000,
        128,
        "How many clients may be attached to one user's sessions at a time. A login beyond it gets "
        "the plain shell."},
    Option{OptionId::share_enabled, "share", "enabled", kYesNoWords, 0, 0, 0,
           "Whether sessions may be shared."},
    Option{OptionId::share_with, "share", "with", kShareWithWords, 0, 0, 0,
           "With which accounts of this machine sessions may be shared by name."},
    Option{OptionId::share_roles, "share", "roles", kShareRolesWords, 0, 0, 0,
           "What guests may be let do."},
    Option{OptionId::share_scope, "share", "scope_max", kShareScopeWords, 0, 0, 0,
           "How much of a session may be shared at most."},
    Option{OptionId::share_tokens, "share", "tokens", kShareTokensWords, 0, 0, 2,
           "What may be shared by a token, with people who have no account here: ssh TOKEN@host. "
           "It gives sshd rules of its own, so nothing is until somebody asks for it."},
    Option{
        OptionId::share_keys, "share", "keys", kShareKeysWords, 0, 0, 0,
        "Whether a token is of use only together with one of the ssh keys that the owner named."},
    Option{OptionId::share_ask, "share", "ask", kShareAskWords, 0, 0, 0,
           "Whether guests wait until the owner lets them in."},
    Option{OptionId::share_ttl_max,
           "share",
           "ttl_max",
           {},
           60,
           31536000,
           86400,
           "How many seconds a share lasts at most, and if the owner says nothing."},
    Option{OptionId::share_uses_max,
           "share",
           "uses_max",
           {},
           0,
           1000,
           0,
           "How many guests a token may let in altogether. 0: any number, if the owner wants so."},
    Option{OptionId::share_guests_max,
           "share",
           "guests_max",
           {},
           1,
           1000,
           32,
           "How many guests one share may have at a time."},
    Option{OptionId::share_clipboard, "share", "clipboard", kYesNoWords, 0, 0, 1,
           "Whether programs' texts for the clipboard (OSC 52) are sent to guests' terminals too."},
    Option{OptionId::share_attribution, "share", "attribution", kYesNoWords, 0, 0, 1,
           "Whether it is written to /var/log/berth/attribution.log, which root alone may read, "
           "which guest typed when into which pane. What was typed never is."},
    Option{OptionId::share_host, "share", "host", kShareHostWords, 0, 0, 0,
           "How this machine is called in the lines for guests."},
    Option{OptionId::share_port,
           "share",
           "port",
           {},
           1,
           65535,
           22,
           "The port of sshd in the lines for guests."},
    Option{
        OptionId::share_webhook,
        "share",
        "webhook",
        {},
        0,
        0,
        0,
        "Where it is told, by a POST of JSON, that a share begins or ends and that a guest joins, "
        "leaves or is refused; never with a token. Empty: nowhere.",
        kMaxUrl,
        is_webhook,
        "http://HOST[:PORT][/PATH], or nothing. https is not spoken: name a relay of this "
        "machine's"},
    Option{OptionId::restore_level, "restore", "level", kRestoreWords, 0, 0, 1,
           "What comes back at the user's next login after a reboot. It is kept in a file of the "
           "user's below ~/.local/state/berth, which nobody else may read."},
    Option{OptionId::restore_lifetime,
           "restore",
           "lifetime",
           {},
           60,
           315360000,
           2592000,
           "How many seconds after it was kept for the last time it still comes back."},
    Option{OptionId::restore_lines,
           "restore",
           "lines",
           {},
           0,
           100000,
           2000,
           "With full: how many lines of each pane's history are kept, beside its screen."},
    Option{OptionId::restore_size,
           "restore",
           "size_max",
           {},
           64,
           1048576,
           16384,
           "How many KiB the file may have. What the panes showed is cut to fit, the oldest lines "
           "first; a layout that alone is larger is not kept."},
    Option{OptionId::restore_rerun,
           "restore",
           "rerun",
           {},
           0,
           0,
           0,
           "Programs, by their names and with commas between them, that are started again with "
           "the words that they had. All others are only offered: a line in the pane says "
           "what ran there.",
           140},
};

// One row for each id, in its order; sections together; defaults inside their range.
consteval bool table_is_sound() {
    for (std::size_t i = 0; i < kOptions.size(); ++i) {
        const Option& row = kOptions[i];
        if (row.text_bytes != 0 && (!row.words.empty() || row.least != 0 || row.most != 0))
            return false;
        const Value most = row.words.empty() ? row.most : static_cast<Value>(row.words.size()) - 1;
        if (static_cast<std::size_t>(row.id) != i || row.least > row.fallback ||
            row.fallback > most)
            return false;
        for (std::size_t j = 0; j < i; ++j)
            if (kOptions[j].section == row.section &&
                (kOptions[j].name == row.name || kOptions[i - 1].section != row.section))
                return false;
    }
    return kOptions.size() == kOptionCount;
}
static_assert(table_is_sound());

} // namespace

std::span<const Option> options() noexcept {
    return kOptions;
}

const Option& option(OptionId id) noexcept {
    return kOptions[static_cast<std::size_t>(id)];
}

std::string allowed_text(const Option& option) {
    if (option.takes != nullptr)
        return std::string(option.form);
    if (option.text_bytes != 0)
        return "a text of at most " + std::to_string(option.text_bytes) + " bytes";
    if (option.words.empty())
        return "a whole number from " + std::to_string(option.least) + " to " +
               std::to_string(option.most);
    std::string text;
    for (const Word& word : option.words)
        text.append(text.empty() ? "" : ", ").append(word.name);
    return text;
}

std::string value_text(const Option& option, Value value) {
    if (option.text_bytes != 0)
        return {};
    if (option.words.empty())
        return std::to_string(value);
    return std::string(option.words[static_cast<std::size_t>(value)].name);
}

std::string full_name(const Option& option) {
    return std::string(option.section).append(".").append(option.name);
}

std::optional<Value> parse_value(const Option& option, std::string_view text) {
    if (option.text_bytes != 0)
        return text.size() <= option.text_bytes && (option.takes == nullptr || option.takes(text))
                   ? std::optional<Value>(0)
                   : std::nullopt;
    for (std::size_t i = 0; i < option.words.size(); ++i)
        if (option.words[i].name == text)
            return static_cast<Value>(i);
    if (!option.words.empty())
        return std::nullopt;
    Value value = 0;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc() || stop != end || value < option.least || value > option.most)
        return std::nullopt;
    return value;
}

} // namespace berth::policy
