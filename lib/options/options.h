// Values of options. A Set belongs to the server, to all sessions, to one session, to all windows,
// to one window or to one pane; each but the global ones has a parent that it inherits from (a
// session from the global sessions' set, a pane from its window, a window from the global windows'
// set). Owned by the mux; no I/O.
#pragma once

#include "options/table.h"

#include <map>
#include <string>
#include <string_view>

namespace berth::options {

// Flags and choices (by index) use `number`, everything else of letters uses `text`, in its
// canonical form.
struct Value {
    long long number = 0;
    std::string text{};

    bool operator==(const Value&) const = default;
};

// The words of a value, as show-options -v prints them.
std::string value_text(const Row* row, const Value& value);

// One option of a set. `row` is null for user options (@name), which are strings.
struct Entry {
    const Row* row = nullptr;
    Value value{};
    std::map<unsigned, Value> items{}; // of an array

    [[nodiscard]] bool array() const { return row != nullptr && row->array; }
};

class Set {
  public:
    using Entries = std::map<std::string, Entry, std::less<>>;

    Set() = default;
    explicit Set(const Set* parent) : parent_(parent) {}

    [[nodiscard]] const Set* parent() const { return parent_; }
    void set_parent(const Set* parent) { parent_ = parent; }

    // The option of exactly this name in this set; `find` looks in the parents too. Null if there
    // is none.
    [[nodiscard]] const Entry* own(std::string_view name) const;
    [[nodiscard]] const Entry* find(std::string_view name) const;

    // The effective value; the table's default (tmux's) if no set has the option.
    [[nodiscard]] long long number(std::string_view name) const;
    [[nodiscard]] bool flag(std::string_view name) const { return number(name) != 0; }
    [[nodiscard]] std::string
    text(std::string_view name) const; // arrays: the items joined by spaces
    [[nodiscard]] const std::map<unsigned, Value>& items(std::string_view name) const;

    // Changes of this set alone. `put_item` makes the array, `clear_items` an empty one.
    Entry& put(const Row& row, Value value);
    Entry& put_user(std::string_view name, std::string text);
    Entry& put_item(const Row& row, unsigned index, Value value);
    Entry& clear_items(const Row& row);
    void erase(std::string_view name);
    void erase_item(std::string_view name, unsigned index);

    // The table's default, as a value of this set.
    void put_default(const Row& row, Flavour flavour);

    [[nodiscard]] const Entries& entries() const { return entries_; } // by name

    // Grows with every change, so that what was made from options can be made anew when it must.
    [[nodiscard]] unsigned long long generation() const { return generation_; }

  private:
    Entry& at(std::string_view name, const Row* row);

    const Set* parent_ = nullptr;
    Entries entries_{};
    unsigned long long generation_ = 0;
};

// Fills a global set with the default of every option that has one of `scopes` (kServer, kSession,
// or kWindow).
void fill_defaults(Set& set, unsigned scopes, Flavour flavour);

} // namespace berth::options
