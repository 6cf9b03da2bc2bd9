#include "policy/options.h"

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
};

// One row for each id, in its order; sections together; defaults inside their range.
consteval bool table_is_sound() {
    for (std::size_t i = 0; i < kOptions.size(); ++i) {
        const Option& row = kOptions[i];
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
    if (option.words.empty())
        return "a whole number from " + std::to_string(option.least) + " to " +
               std::to_string(option.most);
    std::string text;
    for (const Word& word : option.words)
        text.append(text.empty() ? "" : ", ").append(word.name);
    return text;
}

std::string value_text(const Option& option, Value value) {
    if (option.words.empty())
        return std::to_string(value);
    return std::string(option.words[static_cast<std::size_t>(value)].name);
}

std::string full_name(const Option& option) {
    return std::string(option.section).append(".").append(option.name);
}

std::optional<Value> parse_value(const Option& option, std::string_view text) {
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
