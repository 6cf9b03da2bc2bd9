#include "command/rows.h"

#include "command/own_rows.h"

#include <string>

namespace berth::command {

Result<const Row*> find(std::string_view name) {
    if (const auto own = std::ranges::find(kOwnRows, name, &Row::name); own != std::end(kOwnRows))
        return &*own;
    const Row* found = nullptr;
    std::string candidates;
    bool ambiguous = false;
    for (const Row& row : kRows) {
        if (row.name == name || (!row.alias.empty() && row.alias == name))
            return &row;
        if (!row.name.starts_with(name))
            continue;
        ambiguous = found != nullptr;
        found = &row;
        candidates.append(candidates.empty() ? "" : ", ").append(row.name);
    }
    if (ambiguous)
        return fail(EINVAL,
                    "ambiguous command: " + std::string(name) + ", could be: " + candidates);
    if (!found)
        return fail(EINVAL, "unknown command: " + std::string(name));
    return found;
}

} // namespace berth::command
