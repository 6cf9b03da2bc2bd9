#include "share_events.h"

#include <nlohmann/json.hpp>

namespace berth::daemon {

std::string share_event(std::string_view event, std::uint64_t when, const std::string& host,
                        const Share& share, const Present* guest, std::string_view why) {
    using nlohmann::ordered_json;
    constexpr const char* kScopes[] = {"session", "window", "pane"};
    ordered_json all;
    all["event"] = event;
    all["time"] = when;
    all["host"] = host;
    all["user"] = share.owner_name;
    all["share"] = share.state.id;
    all["name"] = share.state.name;
    all["scope"] = kScopes[static_cast<std::size_t>(share.state.scope)];
    all["expires"] = share.state.expires;
    all["guests"] = share.guests.size();
    if (guest != nullptr) {
        ordered_json& one = all["guest"];
        one["id"] = guest->id;
        one["name"] = guest->name;
        one["address"] = guest->address;
        one["role"] = guest->role == protocol::Role::write ? "write" : "read";
    }
    if (!why.empty())
        all["why"] = why;
    return all.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

} // namespace berth::daemon
