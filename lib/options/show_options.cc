#include "options/commands.h"
#include "options/name.h"
#include "options/quote.h"

namespace berth::options {
namespace {

using Lines = std::vector<std::string>;

std::string printed(const Row* row, const Value& value, bool bare) {
    std::string text = value_text(row, value);
    const bool is_string =
        row == nullptr || row->type == Type::kString || row->type == Type::kStyle;
    return is_string && !bare ? quote_word(text) : text;
}

void print_line(Lines& lines, std::string name, bool inherited, const Row* row, const Value& value,
                bool bare) {
    if (bare) {
        lines.push_back(printed(row, value, true));
        return;
    }
    lines.push_back(std::move(name.append(inherited ? "* " : " ")) + printed(row, value, false));
}

std::string with_index(std::string_view name, unsigned index) {
    return std::string(name).append("[").append(std::to_string(index)).append("]");
}

// An array is a line for each item, or its bare name when it has none.
void print_entry(Lines& lines, std::string_view name, const Entry& entry, bool inherited,
                 bool bare) {
    if (!entry.array()) {
        print_line(lines, std::string(name), inherited, entry.row, entry.value, bare);
        return;
    }
    if (entry.items.empty() && !bare)
        lines.emplace_back(name);
    for (const auto& [index, value] : entry.items)
        print_line(lines, with_index(name, index), inherited, entry.row, value, bare);
}

Result<Lines> show_one(const Set& set, const ShowFlags& flags, const Name& name,
                       std::string_view argument) {
    Lines lines;
    const Entry* entry = set.own(name.name);
    const bool inherited = entry == nullptr;
    if (inherited && flags.inherited)
        entry = set.find(name.name);
    if (entry == nullptr) {
        if (name.row == nullptr && !flags.quiet)
            return fail(EINVAL, std::string("invalid option: ").append(argument));
        return lines;
    }
    if (!name.index) {
        print_entry(lines, name.name, *entry, inherited, flags.values);
        return lines;
    }
    if (!entry->array()) {
        print_line(lines, with_index(name.name, *name.index), inherited, entry->row, entry->value,
                   flags.values);
        return lines;
    }
    const auto item = entry->items.find(*name.index);
    print_line(lines, with_index(name.name, *name.index), inherited, entry->row,
               item == entry->items.end() ? Value{} : item->second, flags.values);
    return lines;
}

Lines show_all(const Set& set, unsigned scope, const ShowFlags& flags) {
    Lines lines;
    if (!flags.only_hooks)
        for (const auto& [name, entry] : set.entries())
            if (entry.row == nullptr)
                print_entry(lines, name, entry, false, flags.values);
    for (const Row* row : all_rows()) {
        if ((row->scopes & scope) == 0)
            continue;
        if (row->hook ? !flags.hooks && !flags.only_hooks : flags.only_hooks)
            continue;
        const Entry* entry = set.own(row->name);
        const bool inherited = entry == nullptr;
        if (inherited && flags.inherited)
            entry = set.find(row->name);
        if (entry != nullptr)
            print_entry(lines, row->name, *entry, inherited, flags.values);
    }
    return lines;
}

} // namespace

Result<std::vector<std::string>> show_options(const Scopes& scopes, const ShowFlags& flags,
                                              std::optional<std::string_view> name) {
    const Where where{flags.global, flags.pane, flags.server, flags.window};
    if (!name) {
        const auto place = choose_set(scopes, where, nullptr);
        if (!place)
            return flags.quiet ? Result<Lines>{} : std::unexpected(place.error());
        return show_all(*place->set, place->scope, flags);
    }
    const auto parsed = parse_name(*name);
    if (!parsed)
        return flags.quiet ? Result<Lines>{} : std::unexpected(parsed.error());
    const auto place = choose_set(scopes, where, parsed->row);
    if (!place)
        return flags.quiet ? Result<Lines>{} : std::unexpected(place.error());
    return show_one(*place->set, flags, *parsed, *name);
}

std::optional<std::string> option_text(const Set& set, std::string_view name) {
    const auto parsed = parse_name(name);
    if (!parsed)
        return std::nullopt;
    const Entry* entry = set.find(parsed->name);
    if (entry == nullptr)
        return std::nullopt;
    if (entry->row != nullptr && entry->row->type == Type::kFlag)
        return set.flag(parsed->name) ? "1" : "0";
    if (!parsed->index || !entry->array())
        return set.text(parsed->name);
    const auto item = entry->items.find(*parsed->index);
    return item == entry->items.end() ? std::string{} : value_text(entry->row, item->second);
}

} // namespace berth::options
