#include "command/target.h"

#include <algorithm>
#include <utility>

namespace berth::command {

namespace {

struct Token {
    std::string_view word;
    std::string_view meaning;
};

constexpr Token kWholeTokens[] = {{"{active}", "@"}, {"{marked}", "~"}, {"{mouse}", "="}};
constexpr Token kWindowTokens[] = {
    {"{end}", "$"}, {"{last}", "!"}, {"{next}", "+"}, {"{previous}", "-"}, {"{start}", "^"}};
constexpr Token kPaneTokens[] = {{"{bottom-left}", "bottom-left"},
                                 {"{bottom-right}", "bottom-right"},
                                 {"{bottom}", "bottom"},
                                 {"{last}", "!"},
                                 {"{left}", "left"},
                                 {"{next}", "+"},
                                 {"{previous}", "-"},
                                 {"{right}", "right"},
                                 {"{top-left}", "top-left"},
                                 {"{top-right}", "top-right"},
                                 {"{top}", "top"}};

template <std::size_t N>
std::string_view meaning_of(const Token (&tokens)[N], std::string_view word) {
    const auto* found = std::ranges::find(tokens, word, &Token::word);
    return found == std::end(tokens) ? word : found->meaning;
}

enum class Equals : std::uint8_t { means_exact, is_text };

std::optional<Name> name_of(std::string_view text, Equals equals) {
    const bool exact = equals == Equals::means_exact && text.starts_with('=');
    if (exact)
        text.remove_prefix(1);
    if (text.empty())
        return std::nullopt;
    return Name{std::string(text), exact};
}

std::optional<Name> window_name_of(std::string_view text, Equals equals) {
    auto name = name_of(text, equals);
    if (name)
        name->text = std::string(meaning_of(kWindowTokens, name->text));
    return name;
}

std::optional<Name> pane_name_of(std::string_view text) {
    return name_of(meaning_of(kPaneTokens, text), Equals::is_text);
}

// A target without ":" and ".": an id says what it is, else the kind comes first and what holds it
// after.
std::vector<Try> tries_of_word(std::string_view text, Kind kind) {
    const auto session = name_of(text, Equals::means_exact);
    if (kind == Kind::session || text.starts_with('$'))
        if (!text.starts_with('@') && !text.starts_with('%'))
            return {{session, {}, {}}};
    if (text.starts_with('@'))
        return {{{}, name_of(text, Equals::is_text), {}}};
    if (text.starts_with('%'))
        return {{{}, {}, name_of(text, Equals::is_text)}};
    if (kind == Kind::window)
        return {{{}, window_name_of(text, Equals::means_exact), {}}, {session, {}, {}}};
    const auto plain = name_of(text, Equals::is_text);
    return {{{}, {}, pane_name_of(text)}, {{}, plain, {}}, {plain, {}, {}}};
}

} // namespace

Target parse_target(std::string_view text, Kind kind) {
    const std::string_view whole = meaning_of(kWholeTokens, text);
    if (whole == "=")
        return {Special::mouse, {}};
    if (whole == "~")
        return {Special::marked, {}};
    if (whole == "@")
        return {Special::active, {}};
    const auto colon = text.find(':');
    const auto period = text.find('.', colon == text.npos ? 0 : colon);
    const auto pane = period == text.npos ? std::nullopt : pane_name_of(text.substr(period + 1));
    text = text.substr(0, period);
    if (colon != text.npos) {
        const auto session = name_of(text.substr(0, colon), Equals::means_exact);
        return {Special::none,
                {{session, window_name_of(text.substr(colon + 1), Equals::means_exact), pane}}};
    }
    if (period == text.npos)
        return {Special::none, tries_of_word(text, kind)};
    const auto window = window_name_of(text, Equals::means_exact);
    if (!window)
        return {Special::none, {{{}, {}, pane}}};
    return {Special::none, {{{}, window, pane}, {name_of(text, Equals::means_exact), {}, pane}}};
}

Result<std::size_t> find_client(std::string_view text, std::span<const std::string> names) {
    std::string_view wanted = text;
    if (wanted.ends_with(':'))
        wanted.remove_suffix(1);
    const std::string with_device = "/dev/" + std::string(wanted);
    for (std::size_t i = 0; i < names.size() && !wanted.empty(); ++i)
        if (names[i] == wanted || names[i] == with_device)
            return i;
    return fail(ENOENT, "can't find client: " + std::string(wanted));
}

} // namespace berth::command
