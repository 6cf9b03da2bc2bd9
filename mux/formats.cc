#include "formats.h"

#include "base/tmux_version.h"
#include "client.h"
#include "format/format.h"
#include "guests.h"
#include "layout/layout.h"
#include "mode.h"
#include "mouse.h"
#include "options/commands.h"
#include "server.h"

#include <algorithm>
#include <array>
#include <ctime>
#include <fnmatch.h>
#include <ranges>
#include <sys/wait.h>

namespace berth::mux {
namespace {

struct Scope {
    Server& server;
    FormatAbout about;
};

std::string number(std::uint64_t value) {
    return std::to_string(value);
}
std::string flag(bool value) {
    return value ? "1" : "0";
}

layout::Box box_of(const Scope& scope) {
    const Window& window = *scope.about.window;
    const Pane& pane = *scope.about.pane;
    return window.only() == &pane ? window.box(pane) : window.unzoomed_box(pane);
}

std::string window_flags(const Scope& scope) {
    const FormatAbout& about = scope.about;
    std::string flags;
    constexpr std::array kAlerts = {std::pair(Alert::activity, '#'), std::pair(Alert::bell, '!'),
                                    std::pair(Alert::silence, '~')};
    for (const auto& [alert, letter] : kAlerts)
        if (Alerts::has(*about.session, *about.window, alert))
            flags += letter;
    if (about.index == about.session->current)
        flags += '*';
    if (!about.session->last.empty() && about.session->last.back() == about.index)
        flags += '-';
    if (scope.server.marked != nullptr && scope.server.marked->window == about.window)
        flags += 'M';
    if (about.window->zoomed)
        flags += 'Z';
    return flags;
}

std::string doubled_hash(std::string text) {
    for (std::size_t at = 0; (at = text.find('#', at)) != std::string::npos; at += 2)
        text.insert(at, 1, '#');
    return text;
}

template <class Items, class Name> std::string joined(const Items& items, Name name) {
    std::string text;
    for (const auto& item : items)
        text += (text.empty() ? "" : ",") + name(item);
    return text;
}

std::vector<Session*> group_of(const Scope& scope) {
    return scope.server.group_named(scope.about.session->group);
}

std::vector<Client*> group_clients(const Scope& scope) {
    std::vector<Client*> all;
    for (const Session* member : group_of(scope))
        for (Client* client : scope.server.clients_of(*member))
            all.push_back(client);
    return all;
}

std::vector<Session*> sessions_showing(const Scope& scope) {
    std::vector<Session*> all = scope.server.sessions_of(*scope.about.window);
    std::erase_if(all, [&](const Session* item) { return item->window() != scope.about.window; });
    return all;
}

// In a session that is not of the same group, or twice in this one.
bool linked_elsewhere(const Scope& scope) {
    const Session& here = *scope.about.session;
    int links = 0;
    for (const Session* holder : scope.server.sessions_of(*scope.about.window))
        if (holder == &here || here.group.empty() || holder->group != here.group)
            for (const auto& [index, window] : holder->windows)
                links += window == scope.about.window ? 1 : 0;
    return links > 1;
}

constexpr std::size_t kMaxSample = 200; // bytes of a buffer that its line shows

std::string sample(const std::string& text) {
    std::string out;
    for (const char c : text) {
        if (out.size() >= kMaxSample)
            return out + "...";
        if (c == '\n')
            out += "\\n";
        else if (c == '\t')
            out += "\\t";
        else if (static_cast<unsigned char>(c) < 0x20)
            out += "?";
        else
            out += c;
    }
    return out;
}

// Who needs what: a variable of a session is unknown where there is no session.
enum class Needs : std::uint8_t { server, session, window, pane, client, buffer };

struct Variable {
    std::string_view name;
    Needs needs;
    std::string (*value)(const Scope&);
};

constexpr auto kVariables = std::to_array<Variable>({
    // clang-format off
    {"active_window_index", Needs::session, [](const Scope& s) { return std::to_string(s.about.session->current); }},
    {"alternate_on", Needs::pane, [](const Scope& s) { return flag(s.about.pane->terminal.screen() == vt::Screen::alternate); }},
    {"bracket_paste_flag", Needs::pane, [](const Scope& s) { return flag(s.about.pane->terminal.modes().bracketed_paste); }},
    {"buffer_created", Needs::buffer, [](const Scope& s) { return number(s.about.buffer->created); }},
    {"buffer_name", Needs::buffer, [](const Scope& s) { return s.about.buffer->name; }},
    {"buffer_sample", Needs::buffer, [](const Scope& s) { return sample(s.about.buffer->text); }},
    {"buffer_size", Needs::buffer, [](const Scope& s) { return number(s.about.buffer->text.size()); }},
    {"client_activity", Needs::client, [](const Scope& s) { return number(s.about.client->activity); }},
    {"client_control_mode", Needs::client, [](const Scope& s) { return flag(s.about.client->control() != nullptr); }},
    {"client_created", Needs::client, [](const Scope& s) { return number(s.about.client->created); }},
    {"client_flags", Needs::client, [](const Scope& s) { return client_flags_text(*s.about.client); }},
    {"client_height", Needs::client, [](const Scope& s) { return std::to_string(s.about.client->size().rows); }},
    {"client_key_table", Needs::client, [](const Scope& s) { return s.about.client->key_table.empty() ? std::string("root") : s.about.client->key_table; }},
    {"client_last_session", Needs::client, [](const Scope& s) {
        const Session* last = s.about.client->last_session ? s.server.find_session(*s.about.client->last_session) : nullptr;
        return last != nullptr ? last->name : std::string();
    }},
    {"client_name", Needs::client, [](const Scope& s) { return s.about.client->name(); }},
    {"client_pid", Needs::client, [](const Scope& s) { return number(s.about.client->adopt.pid); }},
    {"client_prefix", Needs::client, [](const Scope& s) { return flag(s.about.client->key_table == "prefix"); }},
    {"client_readonly", Needs::client, [](const Scope& s) { return flag(s.about.client->read_only); }},
    {"client_session", Needs::client, [](const Scope& s) { return s.about.client->session != nullptr ? s.about.client->session->name : std::string(); }},
    {"client_termname", Needs::client, [](const Scope& s) { return s.about.client->request.term; }},
    {"client_tty", Needs::client, [](const Scope& s) { return s.about.client->request.tty; }},
    {"client_uid", Needs::client, [](const Scope& s) { return number(s.about.client->adopt.uid); }},
    {"client_user", Needs::client, [](const Scope& s) { return s.about.client->adopt.user; }},
    {"client_utf8", Needs::client, [](const Scope&) { return flag(true); }},
    {"client_width", Needs::client, [](const Scope& s) { return std::to_string(s.about.client->size().columns); }},
    {"config_files", Needs::server, [](const Scope& s) {
        std::string text;
        for (const std::string& path : s.server.config.files())
            text.append(text.empty() ? "" : ",").append(path);
        return text;
    }},
    {"cursor_flag", Needs::pane, [](const Scope& s) { return flag(s.about.pane->terminal.cursor().visible); }},
    {"cursor_x", Needs::pane, [](const Scope& s) { return std::to_string(s.about.pane->terminal.cursor().column); }},
    {"cursor_y", Needs::pane, [](const Scope& s) { return std::to_string(s.about.pane->terminal.cursor().row); }},
    {"history_bytes", Needs::pane, [](const Scope& s) { return number(s.about.pane->terminal.history().bytes()); }},
    {"history_limit", Needs::pane, [](const Scope& s) { return number(s.about.pane->terminal.history().limits().lines); }},
    {"history_size", Needs::pane, [](const Scope& s) { return number(s.about.pane->terminal.history().lines()); }},
    {"host", Needs::server, [](const Scope& s) { return s.server.user().host; }},
    {"host_short", Needs::server, [](const Scope& s) { return s.server.user().host.substr(0, s.server.user().host.find('.')); }},
    {"insert_flag", Needs::pane, [](const Scope& s) { return flag(s.about.pane->terminal.modes().insert); }},
    {"keypad_cursor_flag", Needs::pane, [](const Scope& s) { return flag(s.about.pane->terminal.modes().application_cursor); }},
    {"keypad_flag", Needs::pane, [](const Scope& s) { return flag(s.about.pane->terminal.modes().application_keypad); }},
    {"last_window_index", Needs::session, [](const Scope& s) { return s.about.session->windows.empty() ? std::string() : std::to_string(s.about.session->windows.rbegin()->first); }},
    {"mouse_all_flag", Needs::pane, [](const Scope& s) { return flag(s.about.pane->terminal.modes().mouse == vt::MouseTracking::any); }},
    {"mouse_any_flag", Needs::pane, [](const Scope& s) { return flag(s.about.pane->terminal.modes().mouse != vt::MouseTracking::none); }},
    {"mouse_button_flag", Needs::pane, [](const Scope& s) { return flag(s.about.pane->terminal.modes().mouse == vt::MouseTracking::button); }},
    {"mouse_sgr_flag", Needs::pane, [](const Scope& s) { return flag(s.about.pane->terminal.modes().mouse_encoding == vt::MouseEncoding::sgr); }},
    {"mouse_standard_flag", Needs::pane, [](const Scope& s) { return flag(s.about.pane->terminal.modes().mouse == vt::MouseTracking::normal); }},
    {"mouse_utf8_flag", Needs::pane, [](const Scope& s) { return flag(s.about.pane->terminal.modes().mouse_encoding == vt::MouseEncoding::utf8); }},
    {"origin_flag", Needs::pane, [](const Scope& s) { return flag(s.about.pane->terminal.modes().origin); }},
    {"pane_active", Needs::pane, [](const Scope& s) { return flag(s.about.pane == s.about.window->active); }},
    {"pane_at_bottom", Needs::pane, [](const Scope& s) { const auto b = box_of(s); return flag(static_cast<int>(b.y + b.height) >= s.about.window->size.rows); }},
    {"pane_at_left", Needs::pane, [](const Scope& s) { return flag(box_of(s).x == 0); }},
    {"pane_at_right", Needs::pane, [](const Scope& s) { const auto b = box_of(s); return flag(static_cast<int>(b.x + b.width) >= s.about.window->size.columns); }},
    {"pane_at_top", Needs::pane, [](const Scope& s) { return flag(box_of(s).y == 0); }},
    {"pane_bottom", Needs::pane, [](const Scope& s) { const auto b = box_of(s); return number(b.y + b.height - 1); }},
    {"pane_current_command", Needs::pane, [](const Scope& s) { return s.about.pane->program; }},
    {"pane_current_path", Needs::pane, [](const Scope& s) { return s.about.pane->directory; }},
    {"pane_dead", Needs::pane, [](const Scope& s) { return flag(s.about.pane->dead); }},
    {"pane_dead_signal", Needs::pane, [](const Scope& s) {
        const auto status = s.about.pane->dead ? s.about.pane->wait_status() : std::nullopt;
        return status && WIFSIGNALED(*status) ? std::to_string(WTERMSIG(*status)) : std::string();
    }},
    {"pane_dead_status", Needs::pane, [](const Scope& s) {
        const auto status = s.about.pane->dead ? s.about.pane->wait_status() : std::nullopt;
        return status && WIFEXITED(*status) ? std::to_string(WEXITSTATUS(*status)) : std::string();
    }},
    {"pane_dead_time", Needs::pane, [](const Scope& s) { return s.about.pane->dead_time != 0 ? number(s.about.pane->dead_time) : std::string(); }},
    {"pane_format", Needs::pane, [](const Scope&) { return flag(true); }},
    {"pane_height", Needs::pane, [](const Scope& s) { return std::to_string(s.about.pane->terminal.size().rows); }},
    {"pane_id", Needs::pane, [](const Scope& s) { return "%" + number(s.about.pane->id); }},
    {"pane_in_mode", Needs::pane, [](const Scope& s) { return number(s.about.pane->modes.size()); }},
    {"pane_index", Needs::pane, [](const Scope& s) { return std::to_string(s.about.window->index_of(*s.about.pane) + s.about.window->options.number("pane-base-index")); }},
    {"pane_input_off", Needs::pane, [](const Scope& s) { return flag(s.about.pane->input_off); }},
    {"pane_last", Needs::pane, [](const Scope& s) { return flag(s.about.pane == s.about.window->last); }},
    {"pane_left", Needs::pane, [](const Scope& s) { return number(box_of(s).x); }},
    {"pane_marked", Needs::pane, [](const Scope& s) { return flag(s.server.marked == s.about.pane); }},
    {"pane_marked_set", Needs::server, [](const Scope& s) { return flag(s.server.marked != nullptr); }},
    {"pane_mode", Needs::pane, [](const Scope& s) { return s.about.pane->mode() != nullptr ? std::string(s.about.pane->mode()->name()) : std::string(); }},
    {"pane_path", Needs::pane, [](const Scope& s) { return s.about.pane->terminal.working_directory(); }},
    {"pane_pid", Needs::pane, [](const Scope& s) { return number(s.about.pane->pid); }},
    {"pane_pipe", Needs::pane, [](const Scope& s) { return flag(s.about.pane->pipe != 0); }},
    {"pane_right", Needs::pane, [](const Scope& s) { const auto b = box_of(s); return number(b.x + b.width - 1); }},
    {"pane_search_string", Needs::pane, [](const Scope& s) { return s.about.pane->search_string; }},
    {"pane_start_command", Needs::pane, [](const Scope& s) { return s.about.pane->start_command; }},
    {"pane_start_path", Needs::pane, [](const Scope& s) { return s.about.pane->start_path; }},
    {"pane_synchronized", Needs::pane, [](const Scope& s) { return flag(s.about.pane->options.flag("synchronize-panes")); }},
    {"pane_title", Needs::pane, [](const Scope& s) { return s.about.pane->terminal.title().empty() ? s.server.user().host : s.about.pane->terminal.title(); }},
    {"pane_top", Needs::pane, [](const Scope& s) { return number(box_of(s).y); }},
    {"pane_tty", Needs::pane, [](const Scope& s) { return s.about.pane->tty; }},
    {"pane_width", Needs::pane, [](const Scope& s) { return std::to_string(s.about.pane->terminal.size().columns); }},
    {"pid", Needs::server, [](const Scope&) { return std::to_string(getpid()); }},
    {"scroll_region_lower", Needs::pane, [](const Scope& s) { return std::to_string(s.about.pane->terminal.margins().bottom); }},
    {"scroll_region_upper", Needs::pane, [](const Scope& s) { return std::to_string(s.about.pane->terminal.margins().top); }},
    {"server_sessions", Needs::server, [](const Scope& s) { return number(s.server.sessions().size()); }},
    {"session_activity", Needs::session, [](const Scope& s) { return number(s.about.session->activity); }},
    {"session_alerts", Needs::session, [](const Scope& s) { return Alerts::text(*s.about.session); }},
    {"session_attached", Needs::session, [](const Scope& s) { return number(s.server.clients_of(*s.about.session).size()); }},
    {"session_attached_list", Needs::session, [](const Scope& s) { return joined(s.server.clients_of(*s.about.session), [](const Client* c) { return c->name(); }); }},
    {"session_created", Needs::session, [](const Scope& s) { return number(s.about.session->created); }},
    {"session_format", Needs::session, [](const Scope&) { return flag(true); }},
    {"session_group", Needs::session, [](const Scope& s) { return s.about.session->group; }},
    {"session_group_attached", Needs::session, [](const Scope& s) { return s.about.session->group.empty() ? std::string() : number(group_clients(s).size()); }},
    {"session_group_attached_list", Needs::session, [](const Scope& s) { return joined(group_clients(s), [](const Client* c) { return c->name(); }); }},
    {"session_group_list", Needs::session, [](const Scope& s) { return joined(group_of(s), [](const Session* m) { return m->name; }); }},
    {"session_group_many_attached", Needs::session, [](const Scope& s) { return s.about.session->group.empty() ? std::string() : flag(group_clients(s).size() > 1); }},
    {"session_group_size", Needs::session, [](const Scope& s) { return s.about.session->group.empty() ? std::string() : number(group_of(s).size()); }},
    {"session_grouped", Needs::session, [](const Scope& s) { return flag(!s.about.session->group.empty()); }},
    {"session_id", Needs::session, [](const Scope& s) { return "$" + number(s.about.session->id); }},
    {"session_last_attached", Needs::session, [](const Scope& s) { return s.about.session->last_attached != 0 ? number(s.about.session->last_attached) : std::string(); }},
    {"session_many_attached", Needs::session, [](const Scope& s) { return flag(s.server.clients_of(*s.about.session).size() > 1); }},
    {"session_marked", Needs::session, [](const Scope& s) {
        return flag(s.server.marked != nullptr && std::ranges::any_of(s.about.session->windows, [&](const auto& link) { return link.second == s.server.marked->window; }));
    }},
    {"session_name", Needs::session, [](const Scope& s) { return s.about.session->name; }},
    {"session_path", Needs::session, [](const Scope& s) { return s.about.session->directory; }},
    {"session_stack", Needs::session, [](const Scope& s) {
        std::string text = std::to_string(s.about.session->current);
        for (const int index : std::views::reverse(s.about.session->last))
            text += "," + std::to_string(index);
        return text;
    }},
    {"session_windows", Needs::session, [](const Scope& s) { return number(s.about.session->windows.size()); }},
    {"socket_path", Needs::server, [](const Scope& s) { return s.server.user().socket; }},
    {"start_time", Needs::server, [](const Scope& s) { return number(s.server.started); }},
    {"uid", Needs::server, [](const Scope& s) { return number(s.server.user().uid); }},
    {"user", Needs::server, [](const Scope& s) { return s.server.user().user; }},
    {"version", Needs::server, [](const Scope&) { return std::string(kTmuxVersion); }},
    {"window_active", Needs::window, [](const Scope& s) { return flag(s.about.index == s.about.session->current); }},
    {"window_active_clients", Needs::window, [](const Scope& s) { return number(s.about.index == s.about.session->current ? s.server.clients_of(*s.about.session).size() : 0); }},
    {"window_active_clients_list", Needs::window, [](const Scope& s) { return s.about.index == s.about.session->current ? joined(s.server.clients_of(*s.about.session), [](const Client* c) { return c->name(); }) : std::string(); }},
    {"window_active_sessions", Needs::window, [](const Scope& s) { return number(sessions_showing(s).size()); }},
    {"window_active_sessions_list", Needs::window, [](const Scope& s) { return joined(sessions_showing(s), [](const Session* m) { return m->name; }); }},
    {"window_activity", Needs::window, [](const Scope& s) { return number(s.about.window->activity); }},
    {"window_activity_flag", Needs::window, [](const Scope& s) { return flag(Alerts::has(*s.about.session, *s.about.window, Alert::activity)); }},
    {"window_bell_flag", Needs::window, [](const Scope& s) { return flag(Alerts::has(*s.about.session, *s.about.window, Alert::bell)); }},
    {"window_bigger", Needs::client, [](const Scope& s) { return s.about.client->attached() ? flag(window_is_bigger(s.server, *s.about.client)) : std::string(); }},
    {"window_cell_height", Needs::window, [](const Scope&) { return std::string("32"); }},
    {"window_cell_width", Needs::window, [](const Scope&) { return std::string("16"); }},
    {"window_end_flag", Needs::window, [](const Scope& s) { return flag(s.about.index == s.about.session->windows.rbegin()->first); }},
    {"window_flags", Needs::window, [](const Scope& s) { return doubled_hash(window_flags(s)); }},
    {"window_format", Needs::window, [](const Scope&) { return flag(true); }},
    {"window_height", Needs::window, [](const Scope& s) { return std::to_string(s.about.window->size.rows); }},
    {"window_id", Needs::window, [](const Scope& s) { return "@" + number(s.about.window->id); }},
    {"window_index", Needs::window, [](const Scope& s) { return std::to_string(s.about.index); }},
    {"window_last_flag", Needs::window, [](const Scope& s) { return flag(!s.about.session->last.empty() && s.about.session->last.back() == s.about.index); }},
    {"window_layout", Needs::window, [](const Scope& s) { return s.about.window->layout_text(); }},
    {"window_linked", Needs::window, [](const Scope& s) { return flag(linked_elsewhere(s)); }},
    {"window_linked_sessions", Needs::window, [](const Scope& s) { return number(s.server.sessions_of(*s.about.window).size()); }},
    {"window_linked_sessions_list", Needs::window, [](const Scope& s) { return joined(s.server.sessions_of(*s.about.window), [](const Session* m) { return m->name; }); }},
    {"window_marked_flag", Needs::window, [](const Scope& s) { return flag(s.server.marked != nullptr && s.server.marked->window == s.about.window); }},
    {"window_name", Needs::window, [](const Scope& s) { return s.about.window->name; }},
    {"window_offset_x", Needs::client, [](const Scope& s) { return window_is_bigger(s.server, *s.about.client) ? std::to_string(s.about.client->corner.column) : std::string(); }},
    {"window_offset_y", Needs::client, [](const Scope& s) { return window_is_bigger(s.server, *s.about.client) ? std::to_string(s.about.client->corner.row) : std::string(); }},
    {"window_panes", Needs::window, [](const Scope& s) { return number(s.about.window->panes.size()); }},
    {"window_raw_flags", Needs::window, [](const Scope& s) { return window_flags(s); }},
    {"window_silence_flag", Needs::window, [](const Scope& s) { return flag(Alerts::has(*s.about.session, *s.about.window, Alert::silence)); }},
    {"window_stack_index", Needs::window, [](const Scope& s) {
        const auto& last = s.about.session->last;
        const auto found = std::ranges::find(last, s.about.index);
        return found == last.end() ? std::string("0") : std::to_string(last.end() - found);
    }},
    {"window_start_flag", Needs::window, [](const Scope& s) { return flag(s.about.index == s.about.session->windows.begin()->first); }},
    {"window_visible_layout", Needs::window, [](const Scope& s) {
        const Window& w = *s.about.window;
        if (w.zoomed)
            return layout::Layout::single(w.active->id, {static_cast<unsigned>(w.size.columns), static_cast<unsigned>(w.size.rows)}).text();
        return w.layout_text();
    }},
    {"window_width", Needs::window, [](const Scope& s) { return std::to_string(s.about.window->size.columns); }},
    {"window_zoomed_flag", Needs::window, [](const Scope& s) { return flag(s.about.window->zoomed); }},
    {"wrap_flag", Needs::pane, [](const Scope& s) { return flag(s.about.pane->terminal.modes().autowrap); }},
    // clang-format on
});
static_assert(std::ranges::is_sorted(kVariables, {}, &Variable::name));

bool has(const FormatAbout& about, Needs needs) {
    switch (needs) {
    case Needs::server:
        return true;
    case Needs::session:
        return about.session != nullptr;
    case Needs::window:
        return about.session != nullptr && about.window != nullptr;
    case Needs::pane:
        return about.window != nullptr && about.pane != nullptr;
    case Needs::client:
        return about.client != nullptr;
    case Needs::buffer:
        return about.buffer != nullptr;
    }
    return false;
}

class Context final : public format::Context {
  public:
    Context(Server& server, const FormatAbout& about) : scope_{server, about} {}

    std::optional<std::string> variable(std::string_view name) override {
        if (scope_.server.hook_event != nullptr)
            if (const auto found = scope_.server.hook_event->find(name);
                found != scope_.server.hook_event->end())
                return found->second;
        if (scope_.about.extra != nullptr)
            if (const auto found = scope_.about.extra->find(name);
                found != scope_.about.extra->end())
                return found->second;
        const auto row = std::ranges::lower_bound(kVariables, name, {}, &Variable::name);
        if (scope_.about.mouse != nullptr && name.starts_with("mouse_"))
            if (auto value = mouse_variable(scope_.server, *scope_.about.mouse, name))
                return value;
        const Pane* pane = scope_.about.pane;
        if (pane != nullptr && pane->mode() != nullptr)
            if (auto value = pane->mode()->variable(name))
                return value;
        if (name.starts_with("share_") || name.starts_with("tmate_"))
            return scope_.server.guests->variable(name, scope_.about.session);
        if (row == kVariables.end() || row->name != name || !has(scope_.about, row->needs))
            return std::nullopt;
        return row->value(scope_);
    }
    std::optional<std::string> option(std::string_view name) override {
        if (!name.starts_with('@') && options::find_row(name.substr(0, name.find('['))) == nullptr)
            return std::nullopt; // options may be shortened for commands, not here
        const FormatAbout& about = scope_.about;
        const options::Set* sets[] = {about.pane != nullptr ? &about.pane->options : nullptr,
                                      about.window != nullptr ? &about.window->options : nullptr,
                                      about.session != nullptr ? &about.session->options : nullptr,
                                      &scope_.server.global_window_options,
                                      &scope_.server.global_session_options,
                                      &scope_.server.server_options};
        for (const options::Set* set : sets)
            if (set != nullptr)
                if (auto text = options::option_text(*set, name))
                    return text;
        return std::nullopt;
    }
    std::optional<std::string> environment(std::string_view name) override {
        const options::Variable* found = scope_.about.session != nullptr
                                             ? scope_.about.session->environment.find(name)
                                             : nullptr;
        if (found == nullptr)
            found = scope_.server.environment.find(name);
        return found != nullptr ? found->value : std::nullopt;
    }
    std::vector<Item> items(const format::Loop& loop) override {
        std::vector<Item> result;
        const FormatAbout& here = scope_.about;
        const auto add = [&](FormatAbout about, bool current) {
            about.client = here.client;
            about.timed = here.timed;
            result.push_back({std::make_unique<Context>(scope_.server, about), current});
        };
        if (loop.each == format::Each::sessions) {
            for (Session* session : scope_.server.by_name()) {
                if (session->window() != nullptr)
                    add({session, session->current, session->window(), session->window()->active},
                        session == here.session);
            }
        } else if (loop.each == format::Each::windows && here.session != nullptr) {
            for (const auto& [index, window] : here.session->windows)
                add({here.session, index, window, window->active}, index == here.session->current);
        } else if (loop.each == format::Each::panes && here.window != nullptr) {
            for (const auto& pane : here.window->panes)
                add({here.session, here.index, here.window, pane.get()},
                    pane.get() == here.window->active);
        } else if (loop.each == format::Each::clients) {
            for (const auto& client : scope_.server.clients())
                if (client->session != nullptr) {
                    FormatAbout about{client->session, client->session->current,
                                      client->session->window(), nullptr, client.get()};
                    result.push_back({std::make_unique<Context>(scope_.server, about),
                                      client.get() == here.client});
                }
        }
        if (loop.reverse)
            std::ranges::reverse(result);
        return result;
    }
    std::string job(std::string_view command) override {
        mark_timed();
        const Client* client = scope_.about.client;
        if (client != nullptr && !client->attached())
            return {}; // a command line does not wait for it
        const options::Set& set = scope_.about.session != nullptr
                                      ? scope_.about.session->options
                                      : scope_.server.global_session_options;
        const auto seconds = static_cast<std::uint64_t>(set.number("status-interval"));
        return scope_.server.format_jobs.value(client, scope_.about.session, command,
                                               seconds * 1'000'000);
    }
    bool name_exists(format::NameKind kind, std::string_view name) override {
        if (kind == format::NameKind::session)
            return scope_.server.session_named(name) != nullptr;
        return scope_.about.session != nullptr &&
               std::ranges::any_of(scope_.about.session->windows,
                                   [&](const auto& link) { return link.second->name == name; });
    }
    unsigned search(std::string_view pattern, format::MatchFlags) override {
        if (scope_.about.pane == nullptr)
            return 0;
        const vt::Terminal& terminal = scope_.about.pane->terminal;
        const std::string glob = "*" + std::string(pattern) + "*";
        for (int row = 0; row < terminal.size().rows; ++row)
            if (fnmatch(glob.c_str(), terminal.line(row).text().c_str(), 0) == 0)
                return static_cast<unsigned>(row) + 1;
        return 0;
    }
    std::optional<std::string> interrogate(char, std::string_view) override { return std::nullopt; }
    std::int64_t now() override {
        mark_timed();
        return time(nullptr);
    }
    std::tm local_time(std::int64_t when) override {
        std::tm parts{};
        const time_t value = when;
        localtime_r(&value, &parts);
        return parts;
    }
    const format::WidthFunction& width() override {
        static const format::WidthFunction function = format::WidthFunction(format::default_width);
        return function;
    }

  private:
    void mark_timed() const {
        if (scope_.about.timed != nullptr)
            *scope_.about.timed = true;
    }

    Scope scope_;
};

} // namespace

FormatAbout about(const Found& found, const Client* client) {
    return {.session = found.session,
            .index = found.index,
            .window = found.window,
            .pane = found.pane,
            .client = client,
            .mouse = found.mouse};
}

FormatAbout about(Server& server, Pane& pane) {
    FormatAbout here{.window = pane.window, .pane = &pane};
    const auto rank = [&](const Session* session) {
        return std::pair(session->window() == pane.window, session->activity_us);
    };
    for (Session* session : server.sessions_of(*pane.window))
        if (here.session == nullptr || rank(session) > rank(here.session))
            here.session = session;
    if (here.session != nullptr)
        for (const auto& [index, window] : here.session->windows)
            if (window == pane.window)
                here.index = index;
    return here;
}

std::string expand(Server& server, const FormatAbout& item, std::string_view text, bool with_time) {
    Context context(server, item);
    return format::expand(text, context, {.time = with_time, .jobs = true});
}

} // namespace berth::mux
