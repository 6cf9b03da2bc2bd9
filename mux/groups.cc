// Groups of sessions: each has the windows of all, at the same indices, and a current window of its
// own. A group is its sessions: it has no life of its own.
#include "server.h"

#include <algorithm>

namespace berth::mux {

std::vector<Session*> Server::group_named(std::string_view name) const {
    std::vector<Session*> members;
    for (const auto& [id, session] : sessions_)
        if (!name.empty() && session->group == name)
            members.push_back(session.get());
    return members;
}

std::string Server::name_in_group(std::string_view group) const {
    return free_name(std::string(group) + "-" + std::to_string(next_session_));
}

// After the windows of a session have changed: the others of its group have them too. What was
// current stays so, wherever it is now.
void Server::synchronize_group(const Session& from) {
    std::vector<SessionId> others;
    for (const Session* member : group_named(from.group))
        if (member != &from)
            others.push_back(member->id);
    for (const SessionId id : others) {
        Session* other = find_session(id);
        if (other == nullptr || other->windows == from.windows)
            continue;
        Window* const current = other->window();
        other->windows = from.windows;
        if (current != nullptr && other->window() != current) {
            const auto found = std::ranges::find_if(
                other->windows, [&](const auto& link) { return link.second == current; });
            if (found != other->windows.end())
                other->current = found->first;
        }
        links_removed(*other, 0);
    }
}

} // namespace berth::mux
