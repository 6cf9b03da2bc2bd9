#include "prompt/history.h"

#include <algorithm>

namespace berth::prompt {

std::optional<Type> type_named(std::string_view name) {
    const auto found = std::ranges::find(kTypeNames, name);
    if (found == kTypeNames.end())
        return std::nullopt;
    return static_cast<Type>(found - kTypeNames.begin());
}

void History::add(Type type, std::string_view line, std::size_t limit) {
    auto& known = own(type);
    if (known.empty() || known.back() != line)
        known.emplace_back(line);
    if (known.size() > limit)
        known.erase(known.begin(), known.end() - static_cast<std::ptrdiff_t>(limit));
}

std::string History::text() const {
    std::string text;
    for (std::size_t type = 0; type < lines_.size(); ++type)
        for (const std::string& line : lines_[type])
            text += std::string(kTypeNames[type]) + ":" + line + "\n";
    return text;
}

void History::read(std::string_view text, std::size_t limit) {
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        const auto colon = line.find(':');
        if (colon == line.npos)
            continue;
        if (const auto type = type_named(line.substr(0, colon)))
            add(*type, line.substr(colon + 1), limit);
    }
}

std::optional<std::string> Browser::up(const std::vector<std::string>& lines) {
    if (above_ >= lines.size())
        return std::nullopt;
    ++above_;
    return lines[lines.size() - above_];
}

std::optional<std::string> Browser::down(const std::vector<std::string>& lines) {
    if (above_ == 0 || lines.empty())
        return std::nullopt;
    --above_;
    return above_ == 0 ? std::string() : lines[lines.size() - std::min(above_, lines.size())];
}

} // namespace berth::prompt
