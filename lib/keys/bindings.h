// The key tables of a server: name -> key -> command, note, repeat. berth-mux has one; bind-key,
// unbind-key, list-keys and every key that a client presses go through it. Commands are kept as
// text: lib/command parses them.
#pragma once

#include "keys/defaults.h"
#include "keys/key.h"

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace berth::keys {

struct Binding {
    std::string command;
    std::string note;
    bool repeat = false;
};

class Bindings {
  public:
    using Table = std::map<Key, Binding>; // in the order of list-keys

    // The tables as they are before any configuration is read.
    [[nodiscard]] static Bindings with_defaults();

    // Adds berth's own (defaults.h).
    void add_own();

    // Replaces what the key was bound to; makes the table.
    void bind(std::string_view table, Key key, Binding binding);
    // False when the table is not there. An unbound key is no error, as in tmux.
    bool unbind(std::string_view table, Key key);
    // unbind-key -a: the whole table; false when it is not there.
    bool unbind_all(std::string_view table);
    // Back to the default of the key (or to none).
    void reset(std::string_view table, Key key);

    // The binding of exactly this key.
    [[nodiscard]] const Binding* find(std::string_view table, Key key) const;
    // The binding that runs when a client presses the key: its own, else for Tab, Enter and Escape
    // that of C-i, C-m and C-[ (most terminals cannot tell them apart), else that of Any.
    [[nodiscard]] const Binding* lookup(std::string_view table, Key key) const;

    [[nodiscard]] bool has_table(std::string_view table) const;
    // All tables by name.
    [[nodiscard]] const std::map<std::string, Table, std::less<>>& tables() const {
        return tables_;
    }
    // Grows with every change.
    [[nodiscard]] std::uint64_t generation() const { return generation_; }

  private:
    void bind_rows(std::span<const DefaultTable> tables);

    std::map<std::string, Table, std::less<>> tables_;
    std::uint64_t generation_ = 0;
};

} // namespace berth::keys
