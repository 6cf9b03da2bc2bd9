#include "keys/bindings.h"

#include <algorithm>
#include <array>

namespace berth::keys {
namespace {

Binding binding_of(const DefaultBinding& row) {
    return {std::string(row.command), std::string(row.note), row.repeat};
}

struct Twin {
    std::uint32_t key;
    std::uint32_t letter; // with control
};

constexpr auto kTwins = std::to_array<Twin>({{kTab, 'i'}, {kEnter, 'm'}, {kEscape, '['}});

} // namespace

std::span<const DefaultTable> default_tables() {
    static const std::array<DefaultTable, 5> kTables = {{
        {"copy-mode", copy_defaults()},
        {"copy-mode-vi", copy_vi_defaults()},
        {"move", move_defaults()},
        {"prefix", prefix_defaults()},
        {"root", root_defaults()},
    }};
    return kTables;
}

std::span<const DefaultTable> own_tables() {
    static constexpr auto kRows = std::to_array<DefaultBinding>({
        {"R", "rerun", "Run what ran here before the reboot"},
        {"S", "share-menu", "Share this session, and see to its guests"},
        {"C-p", R"~(if-shell -F "#{share_paused}" resume pause)~",
         "Pause all guests, or let them go on"},
    });
    static const std::array<DefaultTable, 1> kTables = {{{"prefix", kRows}}};
    return kTables;
}

void Bindings::bind_rows(std::span<const DefaultTable> tables) {
    for (const DefaultTable& table : tables)
        for (const DefaultBinding& row : table.rows)
            if (const auto key = parse_key(row.key))
                bind(table.name, *key, binding_of(row));
}

Bindings Bindings::with_defaults() {
    Bindings bindings;
    bindings.bind_rows(default_tables());
    return bindings;
}

void Bindings::add_own() {
    bind_rows(own_tables());
}

void Bindings::bind(std::string_view table, Key key, Binding binding) {
    ++generation_;
    tables_[std::string(table)][key] = std::move(binding);
}

bool Bindings::unbind(std::string_view table, Key key) {
    const auto found = tables_.find(table);
    if (found == tables_.end())
        return false;
    ++generation_;
    found->second.erase(key);
    if (found->second.empty())
        tables_.erase(found);
    return true;
}

bool Bindings::unbind_all(std::string_view table) {
    const auto found = tables_.find(table);
    if (found == tables_.end())
        return false;
    ++generation_;
    tables_.erase(found);
    return true;
}

void Bindings::reset(std::string_view table, Key key) {
    for (const DefaultTable& defaults : default_tables())
        for (const DefaultBinding& row : defaults.rows)
            if (defaults.name == table && parse_key(row.key) == key)
                return bind(table, key, binding_of(row));
    unbind(table, key);
}

const Binding* Bindings::find(std::string_view table, Key key) const {
    const auto found = tables_.find(table);
    if (found == tables_.end())
        return nullptr;
    const auto row = found->second.find(key);
    return row == found->second.end() ? nullptr : &row->second;
}

const Binding* Bindings::lookup(std::string_view table, Key key) const {
    if (const Binding* own = find(table, key))
        return own;
    for (const Twin& twin : kTwins)
        if (key.code == twin.key && !key.has(kCtrl))
            if (const Binding* other = find(table, Key(twin.letter, key.modifiers | kCtrl)))
                return other;
    return find(table, Key(Named::Any));
}

bool Bindings::has_table(std::string_view table) const {
    return tables_.contains(table);
}

} // namespace berth::keys
