#include "key_rules.h"

#include <algorithm>
#include <optional>
#include <vector>

namespace berth::login {
namespace {

constexpr std::string_view kBlank = " \t\r";

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        lines.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

// The next word of a line, up to a blank outside of quotes; in quotes \" is a quote (sshd(8),
// AUTHORIZED_KEYS).
std::string_view take_word(std::string_view& line) {
    line.remove_prefix(std::min(line.find_first_not_of(kBlank), line.size()));
    bool quoted = false;
    std::size_t at = 0;
    for (; at < line.size(); ++at) {
        if (line[at] == '\\' && at + 1 < line.size() && line[at + 1] == '"')
            ++at;
        else if (line[at] == '"')
            quoted = !quoted;
        else if (!quoted && kBlank.find(line[at]) != std::string_view::npos)
            break;
    }
    const std::string_view word = line.substr(0, at);
    line.remove_prefix(at);
    return word;
}

bool equal_without_case(std::string_view a, std::string_view b) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    return std::ranges::equal(a, b, {}, lower, lower);
}

// `command="…"` of a list of options, with its quotes taken away; nothing if there is none.
std::optional<std::string> command_of(std::string_view options) {
    constexpr std::string_view kName = "command=\"";
    while (!options.empty()) {
        bool quoted = false;
        std::size_t end = 0;
        for (; end < options.size() && (quoted || options[end] != ','); ++end) {
            if (options[end] == '\\' && end + 1 < options.size() && options[end + 1] == '"')
                ++end;
            else if (options[end] == '"')
                quoted = !quoted;
        }
        const std::string_view one = options.substr(0, end);
        options.remove_prefix(std::min(end + 1, options.size()));
        if (one.size() <= kName.size() || !equal_without_case(one.substr(0, kName.size()), kName))
            continue;
        std::string command;
        for (std::size_t i = kName.size(); i < one.size() && one[i] != '"'; ++i) {
            if (one[i] == '\\' && i + 1 < one.size() && one[i + 1] == '"')
                ++i;
            command += one[i];
        }
        return command;
    }
    return std::nullopt;
}

struct Key {
    std::string_view type;
    std::string_view blob;
};

// The options of a line, if it is that key's; empty if it has none.
std::optional<std::string_view> options_for(std::string_view line, const Key& key) {
    std::string_view first = take_word(line);
    if (first.starts_with('#'))
        return std::nullopt;
    std::string_view options;
    if (first != key.type) {
        options = first;
        first = take_word(line);
    }
    if (first != key.type || take_word(line) != key.blob)
        return std::nullopt;
    return options;
}

KeyRule rule_of(const Key& key, std::span<const std::string> key_files) {
    std::optional<KeyRule> found;
    for (const std::string& file : key_files)
        for (const std::string_view line : lines_of(file)) {
            const std::optional<std::string_view> options = options_for(line, key);
            if (!options)
                continue;
            std::optional<std::string> command = command_of(*options);
            KeyRule rule{command ? Rule::command : Rule::none, command.value_or("")};
            if (found && (found->rule != rule.rule || found->text != rule.text))
                return {Rule::unknown,
                        "the key stands twice in authorized_keys, with different commands"};
            found = std::move(rule);
        }
    return found.value_or(KeyRule{Rule::unknown, "the key does not stand in authorized_keys"});
}

} // namespace

KeyRule key_rule(std::string_view auth_info, std::span<const std::string> key_files) {
    KeyRule result{Rule::none, ""};
    if (auth_info.empty())
        return {Rule::unknown, "sshd does not say how the login was authenticated"};
    for (std::string_view line : lines_of(auth_info)) {
        const std::string_view method = take_word(line);
        if (method != "publickey" && method != "hostbased")
            continue;
        const Key key{take_word(line), take_word(line)};
        if (method == "hostbased")
            continue;
        if (key.type.find("-cert-") != std::string_view::npos)
            return {Rule::unknown, "the login used a certificate, whose command cannot be known"};
        const KeyRule rule = rule_of(key, key_files);
        if (rule.rule == Rule::unknown)
            return rule;
        if (rule.rule == Rule::command) {
            if (result.rule == Rule::command && result.text != rule.text)
                return {Rule::unknown, "two keys name different commands"};
            result = rule;
        }
    }
    return result;
}

bool leaves_keys_alone(std::string_view configuration) {
    for (std::string_view line : lines_of(configuration)) {
        std::string_view word = take_word(line);
        word = word.substr(0, word.find('='));
        if (equal_without_case(word, "AuthorizedKeysFile") ||
            equal_without_case(word, "AuthorizedKeysCommand"))
            return false;
        if (equal_without_case(word, "Include") &&
            take_word(line) != "/etc/ssh/sshd_config.d/*.conf")
            return false;
    }
    return true;
}

} // namespace berth::login
