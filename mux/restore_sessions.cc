// Sessions of an earlier life of the machine: the same names, windows, layouts, folders and titles,
// with new shells.
#include "base/log.h"
#include "rerun.h"
#include "restore.h"
#include "server.h"
#include "vt/replay.h"

#include <algorithm>
#include <array>
#include <climits>
#include <ctime>

namespace berth::mux {
namespace {

std::string time_text(std::uint64_t seconds) {
    const auto when = static_cast<time_t>(seconds);
    tm parts{};
    std::array<char, 64> text{};
    if (localtime_r(&when, &parts) == nullptr)
        return "an unknown time";
    const std::size_t size = strftime(text.data(), text.size(), "%Y-%m-%d %H:%M", &parts);
    return {text.data(), size};
}

std::string_view program_of(std::string_view word) {
    word = word.substr(0, word.find(' '));
    return word.substr(word.rfind('/') + 1); // npos + 1 is 0
}

} // namespace

bool Restorer::runs_again(std::string_view word) const {
    std::string_view rest = rules_.rerun;
    const std::string_view program = program_of(word);
    while (!rest.empty()) {
        std::string_view name = rest.substr(0, rest.find(','));
        rest.remove_prefix(std::min(name.size() + 1, rest.size()));
        while (name.starts_with(' '))
            name.remove_prefix(1);
        while (name.ends_with(' '))
            name.remove_suffix(1);
        if (!name.empty() && name == program)
            return true;
    }
    return false;
}

void Restorer::bring_back(std::string_view bytes) {
    restore::State state;
    if (!restore::decode(bytes, state)) {
        warn("what was to come back after the reboot makes no sense to this version");
        return;
    }
    const std::uint64_t now = epoch_seconds();
    if (now > state.saved && now - state.saved > rules_.lifetime) {
        log::info("what was kept for after a reboot is too old and does not come back");
        return;
    }
    before_.clear();
    for (const auto& [id, session] : server_.sessions())
        before_.insert(session->created);
    std::map<std::uint32_t, Window*> made;
    const auto count = std::ranges::count_if(
        state.sessions, [&](const auto& item) { return bring_back(item, state, made); });
    log::info(std::to_string(count) + " sessions with " + std::to_string(made.size()) +
              " windows came back after a reboot");
    server_.changed();
}

// One that is there already came back with an earlier mux, which did not live to say so, or is this
// keeper's own from before it was renewed; whatever its name is now.
bool Restorer::bring_back(const restore::SessionState& item, const restore::State& state,
                          std::map<std::uint32_t, Window*>& made) {
    if (server_.sessions_.size() >= kMaxSessions || !Server::check_name(item.name) ||
        before_.contains(item.created))
        return false;
    auto owned = std::make_unique<Session>();
    Session& session = *owned;
    session.id = server_.next_session_++;
    session.name = server_.free_name(item.name);
    session.directory = item.directory;
    session.group = item.group;
    session.created = item.created;
    session.activity = item.activity;
    session.last_attached = item.last_attached;
    session.by_login = item.by_login != 0;
    session.options.set_parent(&server_.global_session_options);
    for (const std::string& entry : item.environment)
        if (entry.find('=') == std::string::npos)
            session.environment.mark_removed(entry);
        else
            session.environment.put(entry);
    for (const restore::LinkState& link : item.links) {
        const auto window =
            std::ranges::find(state.windows, link.window, &restore::WindowState::id);
        if (window == state.windows.end() || link.index > INT_MAX)
            continue;
        Window*& place = made[link.window];
        if (place == nullptr)
            place = make_window(session, *window, state.saved);
        if (place == nullptr)
            made.erase(link.window);
        else
            session.windows[static_cast<int>(link.index)] = place;
    }
    if (session.windows.empty())
        return false;
    session.current = static_cast<int>(std::min<std::uint32_t>(item.current, INT_MAX));
    if (session.window() == nullptr)
        session.current = session.windows.begin()->first;
    server_.notices.add(
        {.event = Event::session_created, .session = session.id, .name = session.name});
    server_.tell(protocol::EventKind::created, session.name, "", "as before the reboot");
    server_.sessions_[session.id] = std::move(owned);
    server_.hooks.of_session("session-created", session);
    return true;
}

Window* Restorer::make_window(const Session& session, const restore::WindowState& item,
                              std::uint64_t saved) {
    if (item.panes.empty() || server_.panes_.size() + item.panes.size() > kMaxPanes)
        return nullptr;
    const vt::Size size = vt::clamped(
        {static_cast<int>(item.rows & 0xffff), static_cast<int>(item.columns & 0xffff)});
    auto owned = server_.empty_window(item.name, size);
    Window& window = *owned;
    server_.windows_[window.id] = std::move(owned);
    if (item.named != 0)
        window.options.put(*options::find_row("automatic-rename"), {0, ""});
    for (const restore::PaneState& part : item.panes) {
        Pane& pane = server_.new_pane(session, window, size);
        if (window.active == nullptr || part.id == item.active)
            window.active = &pane;
    }
    window.restore_layout(item.layout);
    window.zoomed = window.told_zoomed = item.zoomed != 0 && window.panes.size() > 1;
    window.apply_layout();
    server_.alerts.watch_silence(window);
    for (std::size_t i = 0; i < item.panes.size(); ++i)
        begin_pane(*window.panes[i], session, item.panes[i], saved);
    return &window;
}

// What it showed, a line that says that it is over, and a shell; or the program, if the policy says
// so. Nothing of this is answered or passed on to a terminal: the pane is quiet meanwhile.
void Restorer::begin_pane(Pane& pane, const Session& session, const restore::PaneState& item,
                          std::uint64_t saved) {
    if (!item.contents.empty()) {
        pane.show_before(item.contents);
        pane.show_before(vt::reset_sequence(pane.terminal));
    }
    if (!item.title.empty())
        pane.show_before("\033]2;" + without_controls(item.title) + "\033\\");
    const bool own = item.ran.empty();
    const protocol::Texts& words = own ? item.words : item.ran;
    const bool again = !words.empty() && runs_again(words.front());
    std::string text = "[as of " + time_text(saved) + ", before the restart]\r\n";
    if (!words.empty())
        text += (again ? "[started again: " : "[here ran: ") +
                command_line(words, own).substr(0, kMaxShownCommand) + "]\r\n";
    if (!words.empty() && !again)
        text += "[" + offers.how(session) + "]\r\n";
    pane.show_before("\033[2m" + text + "\033[0m");
    PaneWish wish;
    wish.directory = item.directory;
    if (own && again)
        wish.words = item.words;
    server_.spawn(pane, session, wish);
    // As the user would: it is the shell's child, and the shell is there afterwards.
    if (!own && again)
        pane.input(command_line(item.ran, own) + "\r");
    if (!words.empty() && !again)
        offers.add({pane.id, static_cast<std::uint8_t>(own ? 1 : 0), 0, words});
}

} // namespace berth::mux
