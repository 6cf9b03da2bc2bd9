#include "options/commands.h"
#include "options/name.h"
#include "options/number.h"

#include <algorithm>

#include <fnmatch.h>
#include <strings.h>

namespace berth::options {
namespace {

// Everything that setting one option needs to know.
struct Job {
    const Name& name;
    Set& set;
    bool append;
    std::optional<std::string_view> value;
    const Checks& checks;
};

std::unexpected<Error> refuse(std::string_view why, std::string_view what) {
    return fail(EINVAL, std::string(why).append(": ").append(what));
}

Result<Value> read_flag(std::optional<std::string_view> text, bool current) {
    if (!text || text->empty())
        return Value{current ? 0 : 1, {}};
    constexpr std::string_view kOn[] = {"1", "on", "yes"};
    constexpr std::string_view kOff[] = {"0", "off", "no"};
    const auto equal = [&](std::string_view word) {
        return text->size() == word.size() &&
               strncasecmp(text->data(), word.data(), word.size()) == 0;
    };
    if (std::ranges::any_of(kOn, equal))
        return Value{1, {}};
    if (std::ranges::any_of(kOff, equal))
        return Value{0, {}};
    return refuse("bad value", *text);
}

// Without a value the first two choices change places, and the others stay; but a default of
// berth's own (status auto) gives way to tmux's, so that a key that toggles the status does.
Result<Value> read_choice(const Row& row, std::optional<std::string_view> text, long long current) {
    const bool own = row.choices[static_cast<std::size_t>(current)] == row.berth;
    if (!text && !own)
        return Value{current < 2 ? 1 - current : current, {}};
    const auto found = std::ranges::find(row.choices, text.value_or(row.fallback));
    if (found == row.choices.end())
        return refuse("unknown value", text.value_or(row.fallback));
    return Value{found - row.choices.begin(), {}};
}

Result<Value> read_string(const Row& row, std::string text, const Checks& checks) {
    if (row.type == Type::kStyle && !text.contains("#{") && !checks.style(text))
        return refuse("invalid style", text);
    if (row.shell && !checks.shell(text))
        return refuse("not a suitable shell", text);
    if (!row.pattern.empty() && fnmatch(std::string(row.pattern).c_str(), text.c_str(), 0) != 0)
        return refuse("value is invalid", text);
    return Value{0, std::move(text)};
}

// A value of the row's type, of an option or of one item of an array. `old` is what -a appends to.
Result<Value> read_value(const Row& row, std::string_view text, const Value* old,
                         const Checks& checks) {
    switch (row.type) {
    case Type::kNumber: {
        const auto number = read_number(text, row.minimum, row.maximum);
        if (!number)
            return refuse(std::string("value is ").append(number.error()), text);
        return Value{*number, {}};
    }
    case Type::kKey:
        if (auto key = checks.key(text))
            return Value{0, std::move(*key)};
        return refuse("bad key", text);
    case Type::kColour:
        if (auto colour = checks.colour(text))
            return Value{0, std::move(*colour)};
        return refuse("bad colour", text);
    case Type::kCommand: {
        auto command = checks.command(text);
        if (!command)
            return std::unexpected(command.error());
        return Value{0, std::move(*command)};
    }
    case Type::kStyle:
        if (old != nullptr)
            return read_string(row, old->text + ',' + std::string(text), checks);
        return read_string(row, std::string(text), checks);
    default:
        return read_string(row, (old != nullptr ? old->text : "") + std::string(text), checks);
    }
}

Result<void> set_item(const Job& job, unsigned index, std::string_view text) {
    const Row& row = *job.name.row;
    const Entry* entry = job.set.own(row.name);
    const auto old = entry == nullptr ? decltype(entry->items.end()){} : entry->items.find(index);
    const bool exists = entry != nullptr && old != entry->items.end();
    if (row.type == Type::kCommand && text.empty())
        return {};
    auto value = read_value(row, text, job.append && exists ? &old->second : nullptr, job.checks);
    if (!value)
        return std::unexpected(value.error());
    job.set.put_item(row, index, std::move(*value));
    return {};
}

unsigned free_index(const Set& set, const Row& row) {
    unsigned index = 0;
    if (const Entry* entry = set.own(row.name))
        for (const auto& [used, value] : entry->items)
            if (used == index)
                ++index;
    return index;
}

// A whole array: the items between separators take the free indices, from 0 when the array is not
// appended to.
Result<void> set_array(const Job& job, std::string_view text) {
    const Row& row = *job.name.row;
    if (!job.append || job.set.own(row.name) == nullptr)
        job.set.clear_items(row);
    const Job item{job.name, job.set, false, job.value, job.checks};
    if (row.separators.empty())
        return text.empty() ? Result<void>{} : set_item(item, free_index(job.set, row), text);
    while (!text.empty()) {
        const auto end = std::min(text.find_first_of(row.separators), text.size());
        if (end > 0)
            if (auto done = set_item(item, free_index(job.set, row), text.substr(0, end)); !done)
                return done;
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return {};
}

Result<void> set_row(const Job& job) {
    const Row& row = *job.name.row;
    if (!row.array && (row.type == Type::kFlag || row.type == Type::kChoice)) {
        const long long current = job.set.number(row.name);
        auto value = row.type == Type::kFlag ? read_flag(job.value, current != 0)
                                             : read_choice(row, job.value, current);
        if (!value)
            return std::unexpected(value.error());
        job.set.put(row, std::move(*value));
        return {};
    }
    if (!job.value)
        return fail(EINVAL, "empty value");
    if (job.name.index)
        return set_item(job, *job.name.index, *job.value);
    if (row.array)
        return set_array(job, *job.value);
    const Entry* old = job.append ? job.set.own(row.name) : nullptr;
    auto value = read_value(row, *job.value, old == nullptr ? nullptr : &old->value, job.checks);
    if (!value)
        return std::unexpected(value.error());
    job.set.put(row, std::move(*value));
    return {};
}

Result<void> set_user(const Job& job) {
    if (!job.value)
        return fail(EINVAL, "empty value");
    const Entry* old = job.append ? job.set.own(job.name.name) : nullptr;
    job.set.put_user(job.name.name,
                     (old != nullptr ? old->value.text : "") + std::string(*job.value));
    return {};
}

// A global set has the table's default again, any other inherits again.
void unset(Set& set, const Name& name, bool global, Flavour flavour) {
    if (name.index)
        set.erase_item(name.name, *name.index);
    else if (name.row != nullptr && global)
        set.put_default(*name.row, flavour);
    else
        set.erase(name.name);
}

bool is_set(const Set& set, const Name& name) {
    const Entry* entry = set.own(name.name);
    return entry != nullptr && (!name.index || entry->items.contains(*name.index));
}

} // namespace

Result<Change> set_option(const Scopes& scopes, const SetFlags& flags, std::string_view name,
                          std::optional<std::string_view> value, const Checks& checks,
                          Flavour flavour) {
    const auto parsed = parse_name(name);
    if (!parsed) {
        if (flags.quiet)
            return Change{};
        return std::unexpected(parsed.error());
    }
    if (parsed->index && (parsed->row == nullptr || !parsed->row->array))
        return refuse("not an array", name);
    const auto place =
        choose_set(scopes, {flags.global, flags.pane, flags.server, flags.window}, parsed->row);
    if (!place) {
        if (flags.quiet)
            return Change{};
        return std::unexpected(place.error());
    }
    Set& set = *place->set;
    if (flags.unset || flags.unset_panes) {
        if (flags.unset_panes && place->scope == kWindow)
            for (Set* pane : scopes.window_panes)
                unset(*pane, *parsed, false, flavour);
        unset(set, *parsed, set.parent() == nullptr, flavour);
        return Change{&set, parsed->row, parsed->name};
    }
    if (flags.once && is_set(set, *parsed)) {
        if (flags.quiet)
            return Change{};
        return refuse("already set", name);
    }
    const Job job{*parsed, set, flags.append, value, checks};
    if (auto done = parsed->row == nullptr ? set_user(job) : set_row(job); !done)
        return std::unexpected(done.error());
    return Change{&set, parsed->row, parsed->name};
}

} // namespace berth::options
