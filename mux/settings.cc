#include "settings.h"

#include "base/log.h"
#include "server.h"
#include "slots.h"

#include <sys/mman.h>
#include <unistd.h>

namespace berth::mux {
namespace {

using journal::Owner;

struct OwnedSet {
    Owner owner;
    std::uint32_t id;
    options::Set* set;
    unsigned scopes; // that its options may have
};

std::vector<OwnedSet> all_sets(Server& server) {
    std::vector<OwnedSet> sets = {
        {Owner::server, 0, &server.server_options, options::kServer},
        {Owner::global_session, 0, &server.global_session_options, options::kSession},
        {Owner::global_window, 0, &server.global_window_options,
         options::kWindow | options::kPane}};
    for (const auto& [id, session] : server.sessions())
        sets.push_back({Owner::session, id, &session->options, options::kSession});
    for (const auto& [id, window] : server.windows()) {
        sets.push_back({Owner::window, id, &window->options, options::kWindow | options::kPane});
        for (const auto& pane : window->panes)
            sets.push_back({Owner::pane, pane->id, &pane->options, options::kPane});
    }
    return sets;
}

journal::ItemRecord item_of(unsigned index, const options::Value& value) {
    return {index, static_cast<std::uint64_t>(value.number), value.text};
}

void add_options(journal::Settings& settings, const OwnedSet& owned) {
    for (const auto& [name, entry] : owned.set->entries()) {
        journal::OptionRecord& record = settings.options.emplace_back();
        record.owner = owned.owner;
        record.id = owned.id;
        record.name = name;
        record.array = entry.array() ? 1 : 0;
        if (!entry.array())
            record.items.push_back(item_of(0, entry.value));
        else
            for (const auto& [index, value] : entry.items)
                record.items.push_back(item_of(index, value));
    }
}

void add_variables(journal::Settings& settings, Owner owner, std::uint32_t id,
                   const options::Environment& environment) {
    for (const auto& [name, variable] : environment.variables())
        settings.variables.push_back({owner, id, name, variable.value.value_or(""),
                                      static_cast<std::uint8_t>(variable.value ? 0 : 1),
                                      static_cast<std::uint8_t>(variable.hidden ? 1 : 0)});
}

void add_bindings(journal::Settings& settings, const keys::Bindings& bindings) {
    for (const auto& [table, rows] : bindings.tables())
        for (const auto& [key, binding] : rows)
            settings.bindings.push_back({table, keys::key_name(key), binding.command, binding.note,
                                         static_cast<std::uint8_t>(binding.repeat ? 1 : 0)});
}

void add_before(journal::Settings& settings, const Server& server) {
    for (const auto& [id, session] : server.sessions()) {
        journal::BeforeRecord record{Owner::session, id, {}};
        for (const int index : session->last)
            record.numbers.push_back({static_cast<std::uint32_t>(index), 0, ""});
        if (!record.numbers.empty())
            settings.before.push_back(std::move(record));
    }
    for (const auto& [id, window] : server.windows())
        if (window->last != nullptr)
            settings.before.push_back({Owner::window, id, {{window->last->id, 0, ""}}});
}

// Whether a value is one that the option can have; texts are parsed again where they are used.
bool fits(const options::Row& row, const options::Value& value) {
    switch (row.type) {
    case options::Type::kNumber:
        return value.number >= row.minimum && value.number <= row.maximum;
    case options::Type::kFlag:
        return value.number == 0 || value.number == 1;
    case options::Type::kChoice:
        return value.number >= 0 && static_cast<std::size_t>(value.number) < row.choices.size();
    default:
        return true;
    }
}

options::Value value_of(const journal::ItemRecord& item) {
    return {static_cast<long long>(item.number), item.text};
}

// What does not exist, or does not fit, is passed over.
void restore_option(const OwnedSet& owned, const journal::OptionRecord& record) {
    if (record.name.starts_with('@')) {
        if (record.items.size() == 1)
            owned.set->put_user(record.name, record.items.front().text);
        return;
    }
    const options::Row* row = options::find_row(record.name);
    if (row == nullptr || (row->scopes & owned.scopes) == 0 || row->array != (record.array != 0))
        return;
    for (const journal::ItemRecord& item : record.items)
        if (!fits(*row, value_of(item)))
            return;
    if (!row->array) {
        if (record.items.size() == 1)
            owned.set->put(*row, value_of(record.items.front()));
        return;
    }
    owned.set->clear_items(*row);
    for (const journal::ItemRecord& item : record.items)
        owned.set->put_item(*row, item.index, value_of(item));
}

void restore_variable(options::Environment& environment, const journal::VariableRecord& record) {
    if (record.name.empty() || record.name.find('=') != std::string::npos)
        return;
    if (record.removed != 0)
        environment.mark_removed(record.name);
    else
        environment.set(record.name, record.value, record.hidden != 0);
}

std::uint64_t mixed(std::uint64_t sum, std::uint64_t value) {
    return (sum ^ value) * 0x9e3779b97f4a7c15 + (sum >> 29);
}

} // namespace

Result<Fd> memory_file_of(std::string_view bytes) {
    Fd fd(memfd_create("berth-records", MFD_CLOEXEC));
    if (!fd)
        return fail_errno("memfd_create");
    while (!bytes.empty()) {
        const ssize_t size = ::write(fd.get(), bytes.data(), bytes.size());
        if (size <= 0)
            return fail_errno("write records");
        bytes.remove_prefix(static_cast<std::size_t>(size));
    }
    return fd;
}

std::uint64_t SettingsKeeper::stamp() const {
    std::uint64_t sum = 1;
    for (const OwnedSet& owned : all_sets(server_))
        sum = mixed(mixed(sum, owned.id), owned.set->generation());
    sum = mixed(sum, server_.bindings.generation());
    sum = mixed(sum, server_.environment.generation());
    for (const auto& [id, session] : server_.sessions()) {
        sum = mixed(sum, session->environment.generation());
        for (const int index : session->last)
            sum = mixed(sum, static_cast<std::uint64_t>(index));
    }
    for (const auto& [id, window] : server_.windows())
        sum = mixed(sum, window->last != nullptr ? window->last->id + 1 : 0);
    sum = mixed(sum, server_.config.finished() ? 1 : 0);
    return mixed(sum, server_.marked != nullptr ? server_.marked->id + 1 : 0);
}

void SettingsKeeper::write() {
    if (const std::uint64_t now = stamp(); now != stamp_) {
        stamp_ = now;
        write_settings();
    }
    if (const std::uint64_t now = server_.buffers.generation(); now != buffers_stamp_) {
        buffers_stamp_ = now;
        write_buffers();
    }
}

void SettingsKeeper::write_settings() {
    journal::Settings settings;
    settings.history_limit = server_.history_limit;
    settings.configured = server_.config.finished() ? 1 : 0;
    settings.marked = server_.marked != nullptr ? server_.marked->id + std::uint64_t{1} : 0;
    for (const OwnedSet& owned : all_sets(server_))
        add_options(settings, owned);
    add_bindings(settings, server_.bindings);
    add_variables(settings, Owner::server, 0, server_.environment);
    for (const auto& [id, session] : server_.sessions())
        add_variables(settings, Owner::session, id, session->environment);
    add_before(settings, server_);
    const std::string bytes = journal::encode_kept(std::move(settings));
    if (bytes.empty())
        log::error("the settings for the next mux are beyond their limits");
    else if (auto fd = memory_file_of(bytes))
        server_.keep(0, kSettingsSlot, std::move(*fd));
    else
        log::error(fd.error().text());
}

void SettingsKeeper::write_buffers() {
    journal::BufferList list;
    list.next = server_.buffers.next_number();
    std::size_t left = journal::kMaxKeptBufferBytes;
    for (const Buffer& buffer : server_.buffers.all()) {
        if (buffer.text.size() > left || buffer.name.size() > journal::kMaxSettingText ||
            list.buffers.size() >= journal::kMaxKeptBuffers)
            continue;
        left -= buffer.text.size();
        list.buffers.push_back({buffer.name, buffer.text, buffer.created,
                                static_cast<std::uint8_t>(buffer.automatic ? 1 : 0)});
    }
    if (auto fd = memory_file_of(journal::encode_kept(std::move(list))))
        server_.keep(0, kBuffersSlot, std::move(*fd));
    else
        log::error(fd.error().text());
}

bool SettingsKeeper::take_held() {
    if (held_settings_.empty())
        return false;
    restoring_ = journal::decode_kept(std::exchange(held_settings_, {}), restored_);
    if (!restoring_) {
        server_.cannot_read("the settings of the mux before this one make no sense");
        restored_ = {};
    }
    return restored_.configured != 0;
}

void SettingsKeeper::restore_globals() {
    restore_buffers();
    if (!restoring_)
        return;
    server_.history_limit = restored_.history_limit;
    for (const OwnedSet& owned : all_sets(server_))
        for (const journal::OptionRecord& record : restored_.options)
            if (record.owner == owned.owner && record.id == owned.id)
                restore_option(owned, record);
    keys::Bindings bindings;
    for (const journal::BindingRecord& record : restored_.bindings)
        if (const auto key = keys::parse_key(record.key); key && !record.table.empty())
            bindings.bind(record.table, *key, {record.command, record.note, record.repeat != 0});
    server_.bindings = std::move(bindings);
    for (const journal::VariableRecord& record : restored_.variables)
        if (record.owner == Owner::server)
            restore_variable(server_.environment, record);
    server_.buffers.set_limit(
        static_cast<std::size_t>(server_.server_options.number("buffer-limit")));
}

void SettingsKeeper::restore_items() {
    if (!std::exchange(restoring_, false))
        return;
    const journal::Settings settings = std::exchange(restored_, {});
    std::map<std::pair<Owner, std::uint32_t>, OwnedSet> sets;
    for (const OwnedSet& owned : all_sets(server_))
        if (owned.owner >= Owner::session)
            sets.emplace(std::pair(owned.owner, owned.id), owned);
    for (const journal::OptionRecord& record : settings.options)
        if (const auto found = sets.find({record.owner, record.id}); found != sets.end())
            restore_option(found->second, record);
    for (const journal::VariableRecord& record : settings.variables)
        if (Session* session =
                record.owner == Owner::session ? server_.find_session(record.id) : nullptr)
            restore_variable(session->environment, record);
    for (const journal::BeforeRecord& record : settings.before) {
        Session* session =
            record.owner == Owner::session ? server_.find_session(record.id) : nullptr;
        const auto window = server_.windows().find(record.id);
        for (const journal::ItemRecord& item : record.numbers) {
            if (session != nullptr && session->windows.contains(static_cast<int>(item.index)))
                session->last.push_back(static_cast<int>(item.index));
            if (record.owner == Owner::window && window != server_.windows().end())
                window->second->last = window->second->find(item.index);
        }
    }
    if (settings.marked != 0)
        server_.marked = server_.find_pane(static_cast<PaneId>(settings.marked - 1));
}

void SettingsKeeper::restore_buffers() {
    if (held_buffers_.empty())
        return;
    journal::BufferList list;
    if (!journal::decode_kept(std::exchange(held_buffers_, {}), list)) {
        log::error("the buffers of the mux before this one make no sense");
        return;
    }
    std::list<Buffer> buffers;
    for (journal::BufferRecord& record : list.buffers)
        buffers.push_back({std::move(record.name), std::move(record.text), record.created,
                           record.automatic != 0});
    server_.buffers.restore(std::move(buffers), list.next);
}

} // namespace berth::mux
