#include "policy/policy.h"

#include <algorithm>

namespace berth::policy {

std::string Problem::text() const {
    std::string out = file;
    if (line > 0)
        out += ":" + std::to_string(line);
    out += ": ";
    if (option.empty())
        return out + allowed;
    return out + option + " = " + value + " (" + allowed + ")";
}

std::string Origin::text() const {
    if (file.empty())
        return "default";
    return file + ":" + std::to_string(line) + " [" + section + "]";
}

Settings::Settings() {
    for (const Option& row : options())
        values_[index(row.id)] = row.fallback;
}

std::string Settings::text(OptionId id) const {
    const auto found = texts_.find(id);
    return found != texts_.end() ? found->second : value_text(option(id), value(id));
}

void Settings::set(OptionId id, Value value, Origin origin, std::string text) {
    values_[index(id)] = value;
    origins_[index(id)] = std::move(origin);
    if (option(id).text_bytes != 0)
        texts_[id] = std::move(text);
}

Settings Policy::effective(std::string_view user, std::span<const std::string> groups) const {
    const auto applies = [&](const Scope& scope) {
        switch (scope.kind) {
        case ScopeKind::everyone:
            return true;
        case ScopeKind::group:
            return std::ranges::find(groups, scope.name) != groups.end();
        case ScopeKind::user:
            return scope.name == user;
        }
        return false;
    };
    Settings settings;
    for (const ScopeKind kind : {ScopeKind::everyone, ScopeKind::group, ScopeKind::user})
        for (const Scope& scope : scopes_)
            if (scope.kind == kind && applies(scope))
                for (const Assignment& set : scope.assignments)
                    settings.set(set.option, set.value, {scope.file, set.line, scope.section},
                                 set.text);
    return settings;
}

} // namespace berth::policy
