#include "monitors.h"

#include "server.h"

namespace berth::mux {

bool Monitors::set(std::string name, std::string_view what, std::string format, std::string command,
                   std::optional<SessionId> session) {
    if (!monitors_.contains(name) && monitors_.size() >= kMaxMonitors)
        return false;
    monitors_[std::move(name)] = {.what = std::string(what),
                                  .format = std::move(format),
                                  .command = std::move(command),
                                  .session = session};
    if (!due_)
        due_ = server_.loop().after(kMonitorUs, [this] { check_all(); });
    return true;
}

bool Monitors::remove(std::string_view name) {
    const auto found = monitors_.find(name);
    if (found == monitors_.end())
        return false;
    monitors_.erase(found);
    if (monitors_.empty())
        due_.reset();
    return true;
}

std::vector<std::string> Monitors::lines() const {
    std::vector<std::string> lines;
    for (const auto& [name, monitor] : monitors_)
        lines.push_back(name + ":" + monitor.what + ":" + monitor.format + " " + monitor.command);
    return lines;
}

void Monitors::check_all() {
    due_ = server_.loop().after(kMonitorUs, [this] { check_all(); });
    for (auto& [name, monitor] : monitors_)
        for (const auto& [id, session] : server_.sessions())
            if ((!monitor.session || *monitor.session == id) && session->window() != nullptr)
                check(name, monitor, *session);
}

void Monitors::check(const std::string& name, Monitor& monitor, Session& session) {
    if (monitor.what.empty()) {
        look(name, monitor, "$" + std::to_string(session.id),
             {.session = &session,
              .index = session.current,
              .window = session.window(),
              .pane = session.window()->active});
        return;
    }
    const bool all = monitor.what.ends_with('*');
    for (const auto& [index, window] : session.windows) {
        FormatAbout item{
            .session = &session, .index = index, .window = window, .pane = window->active};
        if (monitor.what[0] == '@') {
            if (const std::string id = "@" + std::to_string(window->id); all || id == monitor.what)
                look(name, monitor, id, item);
            continue;
        }
        for (const auto& pane : window->panes) {
            item.pane = pane.get();
            if (const std::string id = "%" + std::to_string(pane->id); all || id == monitor.what)
                look(name, monitor, id, item);
        }
    }
}

// The first value is only remembered.
void Monitors::look(const std::string& name, Monitor& monitor, const std::string& target,
                    const FormatAbout& item) {
    std::string value = expand(server_, item, monitor.format);
    const auto [last, first] = monitor.last.try_emplace(target, value);
    if (first || last->second == value)
        return;
    ++monitor.fired;
    auto extra = std::make_shared<Extra>();
    (*extra)["hook"] = name;
    (*extra)["hook_value"] = value;
    (*extra)["hook_last"] = std::exchange(last->second, value);
    (*extra)["hook_monitor_format"] = monitor.format;
    (*extra)["hook_monitor_target"] = target;
    (*extra)["hook_fire_count"] = std::to_string(monitor.fired);
    (*extra)["hook_fire_time"] = std::to_string(epoch_seconds());
    (*extra)["hook_session"] = "$" + std::to_string(item.session->id);
    (*extra)["hook_session_name"] = item.session->name;
    (*extra)["hook_window"] = "@" + std::to_string(item.window->id);
    (*extra)["hook_window_index"] = std::to_string(item.index);
    (*extra)["hook_window_name"] = item.window->name;
    Origin origin;
    if (item.pane != nullptr) {
        (*extra)["hook_pane"] = "%" + std::to_string(item.pane->id);
        origin.current = item.pane->id;
    }
    origin.event = std::move(extra);
    server_.hooks.wake(name);
    server_.hooks.run_soon(std::move(origin), {monitor.command});
}

} // namespace berth::mux
