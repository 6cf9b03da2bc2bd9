// Commands of keys and of the language: bind-key, unbind-key, list-keys, list-commands.
#include "client.h"
#include "command/print.h"
#include "commands.h"
#include "formats.h"
#include "server.h"

#include <algorithm>
#include <array>

namespace berth::mux {
namespace {

constexpr std::string_view kCommandLine =
    "#{command_list_name}#{?command_list_alias, (#{command_list_alias}),} #{command_list_usage}";

std::string table_of(const Call& call) {
    if (call.arguments().has('n'))
        return "root";
    return std::string(call.arguments().value('T').value_or("prefix"));
}

std::optional<keys::Key> key_of(const Call& call, std::string_view text) {
    const auto key = keys::parse_key(text);
    if (!key || key->none()) {
        (void)call.fail("unknown key: " + std::string(text));
        return std::nullopt;
    }
    return key;
}

Flow bind_key(const Call& call) {
    const command::Arguments& arguments = call.arguments();
    const auto key = key_of(call, arguments.text(0));
    if (!key)
        return Flow::failed;
    keys::Binding binding;
    binding.repeat = arguments.has('r');
    binding.note = arguments.value('N').value_or("");
    if (arguments.size() > 1) {
        const auto list = call.execution.parse_values(arguments.all().subspan(1));
        if (!list)
            return call.fail(list.error().operation);
        binding.command = command::print(*list, command::Separators::escaped);
    }
    call.server.bindings.bind(table_of(call), *key, std::move(binding));
    return Flow::done;
}

Flow unbind_key(const Call& call) {
    const command::Arguments& arguments = call.arguments();
    const std::string table = table_of(call);
    const bool quiet = arguments.has('q');
    if (arguments.has('a')) {
        if (arguments.size() > 0)
            return quiet ? Flow::done : call.fail("key given with -a");
        if (!call.server.bindings.unbind_all(table) && !quiet)
            return call.fail("table " + table + " doesn't exist");
        return Flow::done;
    }
    if (arguments.size() == 0)
        return quiet ? Flow::done : call.fail("missing key");
    const auto key = keys::parse_key(arguments.text(0));
    if (!key || key->none())
        return quiet ? Flow::done : call.fail("unknown key: " + std::string(arguments.text(0)));
    if (!call.server.bindings.unbind(table, *key) && !quiet)
        return call.fail("table " + table + " doesn't exist");
    return Flow::done;
}

// A key as an argument of bind-key: what the language would read otherwise is quoted.
std::string quoted_key(keys::Key key) {
    const std::string name = keys::key_name(key);
    if (name == "\"" || name == "'" || name == "#" || name == ";" || name == "~" || name == "{" ||
        name == "}" || name == "$" || name == "%" || name == "\\")
        return "\\" + name;
    if (name.size() > 1 && name.find_first_of("\"'#;{}$\\") != std::string::npos) {
        std::string escaped;
        for (const char c : name) {
            if (std::string_view("\"'#;{}$\\").find(c) != std::string_view::npos)
                escaped += '\\';
            escaped += c;
        }
        return escaped;
    }
    return name;
}

struct Line {
    std::string table;
    keys::Key key;
    const keys::Binding* binding = nullptr;
};

std::vector<Line> wanted_lines(const Call& call, const std::optional<keys::Key>& only) {
    std::vector<Line> lines;
    const auto table = call.arguments().value('T');
    for (const auto& [name, bindings] : call.server.bindings.tables()) {
        if (table && *table != name)
            continue;
        for (const auto& [key, binding] : bindings)
            if (!only || key == *only)
                lines.push_back({name, key, &binding});
    }
    return lines;
}

// list-keys -N: keys with their notes, those of the root table first.
Flow list_notes(const Call& call, const std::optional<keys::Key>& only) {
    const std::string prefix = std::string(call.arguments().value('P').value_or(
        call.server.global_session_options.text("prefix") + " "));
    std::vector<std::pair<std::string, std::string>> rows;
    const auto asked = call.arguments().value('T');
    const std::vector<std::string_view> tables =
        asked ? std::vector<std::string_view>{*asked}
              : std::vector<std::string_view>{"root", "prefix"};
    for (const std::string_view table : tables) {
        const auto found = call.server.bindings.tables().find(table);
        if (found == call.server.bindings.tables().end())
            continue;
        for (const auto& [key, binding] : found->second)
            if ((!only || key == *only) && (!binding.note.empty() || call.arguments().has('a')))
                rows.emplace_back(
                    (call.arguments().has('P') || (!asked && table == "prefix") ? prefix : "") +
                        keys::key_name(key),
                    binding.note.empty() ? binding.command : binding.note);
    }
    std::size_t width = 0;
    for (const auto& [key, note] : rows)
        width = std::max(width, key.size());
    for (const auto& [key, note] : rows) {
        call.print(key + std::string(width - key.size() + 1, ' ') + note);
        if (call.arguments().has('1'))
            break;
    }
    return Flow::done;
}

Flow list_keys(const Call& call) {
    const command::Arguments& arguments = call.arguments();
    std::optional<keys::Key> only;
    if (arguments.size() > 0) {
        only = keys::parse_key(arguments.text(0));
        if (!only || only->none())
            return call.fail("invalid key: " + std::string(arguments.text(0)));
    }
    if (const auto table = arguments.value('T'); table && !call.server.bindings.has_table(*table))
        return call.fail("table " + std::string(*table) + " doesn't exist");
    if (arguments.has('N'))
        return list_notes(call, only);
    const auto lines = wanted_lines(call, only);
    std::size_t table_width = 0;
    std::size_t key_width = 0;
    bool repeat = false;
    for (const Line& line : lines) {
        table_width = std::max(table_width, line.table.size());
        key_width = std::max(key_width, quoted_key(line.key).size());
        repeat = repeat || line.binding->repeat;
    }
    for (const Line& line : lines) {
        const std::string key = quoted_key(line.key);
        std::string text = "bind-key ";
        text += line.binding->repeat ? "-r " : repeat ? "   " : "";
        text += "-T " + line.table + std::string(table_width - line.table.size() + 1, ' ');
        text += key + std::string(key_width - key.size() + 1, ' ') + line.binding->command;
        call.print(text);
    }
    if (only && lines.empty())
        return call.fail("unknown key: " + std::string(arguments.text(0)));
    return Flow::done;
}

Flow list_commands(const Call& call) {
    const std::string_view wanted = call.arguments().text(0);
    for (const command::Row& row : command::kRows) {
        if (!wanted.empty() && row.name != wanted && row.alias != wanted)
            continue;
        const Extra extra = {{"command_list_name", std::string(row.name)},
                             {"command_list_alias", std::string(row.alias)},
                             {"command_list_usage", std::string(row.usage)}};
        const std::string text = expand(call.server, {.extra = &extra},
                                        call.arguments().value('F').value_or(kCommandLine));
        if (!text.empty())
            call.print(text);
    }
    return Flow::done;
}

constexpr std::array kRows = {
    CommandRow{"bind-key", bind_key},
    CommandRow{"list-commands", list_commands},
    CommandRow{"list-keys", list_keys},
    CommandRow{"unbind-key", unbind_key},
};

} // namespace

std::span<const CommandRow> key_commands() {
    return kRows;
}

} // namespace berth::mux
