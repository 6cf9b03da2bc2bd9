#include "options/table.h"

#include <algorithm>

namespace berth::options {
namespace {

std::vector<const Row*> collect() {
    std::vector<const Row*> rows;
    for (const auto part : {server_rows(), session_rows(), window_rows(), hook_rows()})
        for (const Row& row : part)
            rows.push_back(&row);
    return rows;
}

const std::vector<const Row*>& rows_by_name() {
    static const std::vector<const Row*> sorted = [] {
        std::vector<const Row*> rows = collect();
        std::ranges::sort(rows, {}, &Row::name);
        return rows;
    }();
    return sorted;
}

} // namespace

const std::vector<const Row*>& all_rows() {
    static const std::vector<const Row*> rows = collect();
    return rows;
}

const Row* find_row(std::string_view name) {
    const auto& rows = rows_by_name();
    const auto found = std::ranges::lower_bound(rows, name, {}, &Row::name);
    return found != rows.end() && (*found)->name == name ? *found : nullptr;
}

Match match_row(std::string_view prefix) {
    const auto& rows = rows_by_name();
    const auto found = std::ranges::lower_bound(rows, prefix, {}, &Row::name);
    if (found == rows.end() || !(*found)->name.starts_with(prefix))
        return {};
    if ((*found)->name == prefix)
        return {*found, false};
    const auto next = std::next(found);
    if (next != rows.end() && (*next)->name.starts_with(prefix))
        return {nullptr, true};
    return {*found, false};
}

} // namespace berth::options
