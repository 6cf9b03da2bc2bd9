#include "options/options.h"

#include <algorithm>
#include <charconv>

namespace berth::options {
namespace {

// The default texts of the table are well formed (a unit test reads every one), so nothing can fail
// here.
Value default_value(const Row& row, std::string_view text) {
    switch (row.type) {
    case Type::kNumber: {
        long long number = 0;
        std::from_chars(text.data(), text.data() + text.size(), number);
        return {number, {}};
    }
    case Type::kFlag:
        return {text == "on" ? 1 : 0, {}};
    case Type::kChoice:
        return {std::ranges::find(row.choices, text) - row.choices.begin(), {}};
    default:
        return {0, std::string(text)};
    }
}

} // namespace

std::string value_text(const Row* row, const Value& value) {
    if (row == nullptr)
        return value.text;
    switch (row->type) {
    case Type::kNumber:
        return std::to_string(value.number);
    case Type::kFlag:
        return value.number != 0 ? "on" : "off";
    case Type::kChoice:
        return std::string(row->choices[static_cast<std::size_t>(value.number)]);
    default:
        return value.text;
    }
}

const Entry* Set::own(std::string_view name) const {
    const auto found = entries_.find(name);
    return found == entries_.end() ? nullptr : &found->second;
}

const Entry* Set::find(std::string_view name) const {
    for (const Set* set = this; set != nullptr; set = set->parent_)
        if (const Entry* entry = set->own(name))
            return entry;
    return nullptr;
}

long long Set::number(std::string_view name) const {
    if (const Entry* entry = find(name))
        return entry->value.number;
    const Row* row = find_row(name);
    return row == nullptr ? 0 : default_value(*row, row->fallback).number;
}

std::string Set::text(std::string_view name) const {
    const Entry* entry = find(name);
    if (entry == nullptr) {
        const Row* row = find_row(name);
        return std::string(row == nullptr ? std::string_view{} : row->fallback);
    }
    if (!entry->array())
        return value_text(entry->row, entry->value);
    std::string text;
    for (const auto& [index, item] : entry->items)
        text.append(text.empty() ? "" : " ").append(value_text(entry->row, item));
    return text;
}

const std::map<unsigned, Value>& Set::items(std::string_view name) const {
    static const std::map<unsigned, Value> kNone;
    const Entry* entry = find(name);
    return entry == nullptr ? kNone : entry->items;
}

Entry& Set::at(std::string_view name, const Row* row) {
    ++generation_;
    const auto found = entries_.find(name);
    if (found != entries_.end())
        return found->second;
    return entries_.emplace(std::string(name), Entry{.row = row}).first->second;
}

Entry& Set::put(const Row& row, Value value) {
    Entry& entry = at(row.name, &row);
    entry.value = std::move(value);
    return entry;
}

Entry& Set::put_user(std::string_view name, std::string text) {
    Entry& entry = at(name, nullptr);
    entry.value.text = std::move(text);
    return entry;
}

Entry& Set::put_item(const Row& row, unsigned index, Value value) {
    Entry& entry = at(row.name, &row);
    entry.items[index] = std::move(value);
    return entry;
}

Entry& Set::clear_items(const Row& row) {
    Entry& entry = at(row.name, &row);
    entry.items.clear();
    return entry;
}

void Set::erase(std::string_view name) {
    const auto found = entries_.find(name);
    if (found == entries_.end())
        return;
    ++generation_;
    entries_.erase(found);
}

void Set::erase_item(std::string_view name, unsigned index) {
    const auto found = entries_.find(name);
    if (found == entries_.end())
        return;
    ++generation_;
    found->second.items.erase(index);
}

void Set::put_default(const Row& row, Flavour flavour) {
    if (!row.array) {
        put(row, default_value(row, row.standard(flavour)));
        return;
    }
    clear_items(row);
    for (unsigned index = 0; const std::string_view item : row.items)
        put_item(row, index++, default_value(row, item));
}

void fill_defaults(Set& set, unsigned scopes, Flavour flavour) {
    for (const Row* row : all_rows())
        if ((row->scopes & scopes) != 0)
            set.put_default(*row, flavour);
}

} // namespace berth::options
