#include "completion.h"

#include "command/rows.h"
#include "options/table.h"
#include "prompt/complete.h"
#include "server.h"

#include <array>

namespace berth::mux {
namespace {

constexpr std::array<std::string_view, 7> kLayouts = {"even-horizontal",
                                                      "even-vertical",
                                                      "main-horizontal",
                                                      "main-horizontal-mirrored",
                                                      "main-vertical",
                                                      "main-vertical-mirrored",
                                                      "tiled"};

std::vector<std::string> words(const Server& server, bool first) {
    std::vector<std::string> words;
    for (const command::Row& row : command::kRows) {
        words.emplace_back(row.name);
        if (!row.alias.empty())
            words.emplace_back(row.alias);
    }
    for (const auto& [index, value] : server.server_options.items("command-alias"))
        words.push_back(value.text.substr(0, value.text.find('=')));
    if (first)
        return words;
    for (const auto rows : {options::server_rows(), options::session_rows(), options::window_rows(),
                            options::hook_rows()})
        for (const options::Row& row : rows)
            words.emplace_back(row.name);
    words.insert(words.end(), kLayouts.begin(), kLayouts.end());
    return words;
}

Completion of_words(const Server& server, std::string_view word, bool first) {
    Completion result;
    result.choices = prompt::matching(words(server, first), word);
    result.text = prompt::common_begin(result.choices);
    if (result.choices.size() == 1)
        result.text += ' ';
    return result;
}

// "name:" of sessions; after it, the windows of that one by index.
Completion of_targets(const Server& server, const Session& session, std::string_view flag,
                      std::string_view target, bool windows_only) {
    Completion result;
    result.begin = std::string(flag);
    std::vector<std::string> names;
    const auto colon = target.find(':');
    if (windows_only || colon != target.npos) {
        const std::string_view name = windows_only || colon == 0 ? "" : target.substr(0, colon);
        const Session* wanted = &session;
        if (!name.empty()) {
            wanted = nullptr;
            for (const auto& [id, each] : server.sessions())
                if (each->name == name)
                    wanted = each.get();
        }
        if (wanted == nullptr)
            return result;
        if (!windows_only)
            result.begin += std::string(target.substr(0, colon + 1));
        target.remove_prefix(windows_only ? 0 : colon + 1);
        for (const auto& [index, window] : wanted->windows)
            names.push_back(std::to_string(index));
    } else {
        for (const auto& [id, each] : server.sessions())
            names.push_back(each->name + ":");
    }
    result.choices = prompt::matching(names, target);
    if (!result.choices.empty())
        result.text = result.begin + prompt::common_begin(result.choices);
    return result;
}

} // namespace

Completion complete_word(const Server& server, const Session& session, prompt::Type type,
                         std::string_view word, bool first) {
    if (type == prompt::Type::target || type == prompt::Type::window_target)
        return of_targets(server, session, "", word, type == prompt::Type::window_target);
    if (word.starts_with("-t") || word.starts_with("-s"))
        return of_targets(server, session, word.substr(0, 2), word.substr(2), false);
    if (word.empty())
        return {};
    return of_words(server, word, first);
}

} // namespace berth::mux
