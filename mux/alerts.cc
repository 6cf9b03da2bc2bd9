#include "alerts.h"

#include "client.h"
#include "server.h"

#include <array>

namespace berth::mux {
namespace {

constexpr std::uint64_t kSecondUs = 1'000'000;

struct Row {
    Alert alert;
    char letter; // in session_alerts
    std::string_view hook;
    std::string_view action; // options
    std::string_view visual;
    std::string_view word;
};
constexpr std::array kRows = {
    Row{Alert::activity, '#', "alert-activity", "activity-action", "visual-activity", "Activity"},
    Row{Alert::bell, '!', "alert-bell", "bell-action", "visual-bell", "Bell"},
    Row{Alert::silence, '~', "alert-silence", "silence-action", "visual-silence", "Silence"},
};

const Row& row_of(Alert alert) {
    return *std::ranges::find(kRows, alert, &Row::alert);
}

unsigned bit(Alert alert) {
    return static_cast<unsigned>(alert);
}

bool applies(const std::string& action, bool current) {
    return action == "any" || (action == "current" && current) || (action == "other" && !current);
}

} // namespace

bool Alerts::has(const Session& session, const Window& window, Alert alert) {
    const auto found = session.alerts.find(window.id);
    return found != session.alerts.end() && (found->second & bit(alert)) != 0;
}

bool Alerts::any(const Session& session, const Window& window) {
    return session.alerts.contains(window.id);
}

std::string Alerts::text(const Session& session) {
    std::string result;
    for (const auto& [index, window] : session.windows) {
        if (!any(session, *window))
            continue;
        result.append(result.empty() ? "" : ",").append(std::to_string(index));
        for (const Row& row : kRows)
            if (has(session, *window, row.alert))
                result += row.letter;
    }
    return result;
}

void Alerts::bell(Window& window) {
    if (window.options.flag("monitor-bell"))
        raise(window, Alert::bell);
}

void Alerts::activity(const Pane& pane) {
    Window& window = *pane.window;
    if (const auto found = silences_.find(window.id); found != silences_.end())
        found->second.last_us = now_us();
    if (!window.options.flag("monitor-activity"))
        return;
    raise(window, Alert::activity);
    server_.hooks.of_pane("pane-activity", pane);
}

void Alerts::raise(Window& window, Alert alert) {
    bool changed = false;
    for (Session* session : server_.sessions_of(window)) {
        const bool old = has(*session, window, alert);
        if (old && alert != Alert::bell)
            continue; // told already
        const bool looked_at =
            session->window() == &window && !server_.clients_of(*session).empty();
        if (!looked_at && !old) {
            session->alerts[window.id] |= bit(alert);
            changed = true;
        }
        for (const auto& [index, linked] : session->windows)
            if (linked == &window) {
                tell(*session, index, window, alert);
                break;
            }
    }
    if (changed)
        server_.refresh(window);
}

void Alerts::tell(Session& session, int index, Window& window, Alert alert) {
    const Row& row = row_of(alert);
    const bool current = session.window() == &window;
    if (!applies(session.options.text(row.action), current))
        return;
    server_.hooks.of_link(row.hook, session, window);
    const std::string visual = session.options.text(row.visual);
    for (Client* client : server_.clients_of(session)) {
        if (visual != "on")
            client->display.bell();
        if (visual == "off")
            continue;
        client->show_message(std::string(row.word) + (current
                                                          ? " in current window"
                                                          : " in window " + std::to_string(index)));
    }
}

void Alerts::seen(const Window& window) {
    for (Session* session : server_.sessions_of(window))
        session->alerts.erase(window.id);
}

void Alerts::watch_all() {
    for (const auto& [id, window] : server_.windows())
        watch_silence(*window);
}

void Alerts::watch_silence(Window& window) {
    const auto seconds = static_cast<std::uint64_t>(window.options.number("monitor-silence"));
    if (seconds == 0) {
        silences_.erase(window.id);
        return;
    }
    Silence& silence = silences_[window.id];
    silence.last_us = now_us();
    silence.timer =
        server_.loop().after(seconds * kSecondUs, [this, id = window.id] { check_silence(id); });
}

// The timer is not set anew with everything that is printed: it looks when it ends.
void Alerts::check_silence(WindowId id) {
    const auto found = server_.windows().find(id);
    const auto silence = silences_.find(id);
    if (found == server_.windows().end() || silence == silences_.end())
        return;
    Window& window = *found->second;
    const std::uint64_t wanted =
        static_cast<std::uint64_t>(window.options.number("monitor-silence")) * kSecondUs;
    const std::uint64_t silent = now_us() - silence->second.last_us;
    const bool over = silent >= wanted;
    // Said once; what is printed next is what the next silence is counted from.
    silence->second.timer =
        server_.loop().after(over ? wanted : wanted - silent, [this, id] { check_silence(id); });
    if (over)
        raise(window, Alert::silence);
}

void Alerts::forget(const Window& window) {
    silences_.erase(window.id);
}

} // namespace berth::mux
