#include "notices.h"

#include "client.h"
#include "control.h"
#include "server.h"

#include <array>
#include <utility>

namespace berth::mux {

std::string_view event_name(Event event) {
    constexpr std::array kNames = std::to_array<std::string_view>(
        {"client-attached", "client-detached", "client-resized", "client-session-changed",
         "pane-mode-changed", "paste-buffer-changed", "paste-buffer-deleted", "session-closed",
         "session-created", "session-renamed", "session-window-changed", "window-layout-changed",
         "window-linked", "window-pane-changed", "window-renamed", "window-unlinked"});
    static_assert(kNames.size() == static_cast<std::size_t>(Event::window_unlinked) + 1);
    return kNames[static_cast<std::size_t>(event)];
}

void Notices::add(Notice notice) {
    waiting_.push_back(std::move(notice));
    if (!due_)
        due_ = server_.loop().defer([this] {
            due_.reset();
            flush();
        });
}

void Notices::flush() {
    for (const Notice& notice : std::exchange(waiting_, {}))
        for (const auto& client : server_.clients())
            if (Control* control = client->control())
                control->notice(notice);
}

} // namespace berth::mux
