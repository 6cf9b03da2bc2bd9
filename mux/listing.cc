// Lists for programs: berth --json ls.
#include "client.h"
#include "server.h"

#include <nlohmann/json.hpp>

namespace berth::mux {

std::string Server::sessions_json() const {
    auto list = nlohmann::json::array();
    for (const auto& [id, session] : sessions_) {
        auto windows = nlohmann::json::array();
        for (const auto& [index, window] : session->windows)
            windows.push_back({{"index", index},
                               {"id", "@" + std::to_string(window->id)},
                               {"name", window->name},
                               {"active", index == session->current},
                               {"panes", window->panes.size()},
                               {"rows", window->size.rows},
                               {"columns", window->size.columns}});
        auto clients = nlohmann::json::array();
        for (const Client* client : clients_of(*session))
            clients.push_back({{"tty", client->request.tty},
                               {"pid", client->adopt.pid},
                               {"user", client->adopt.user},
                               {"address", client->address()},
                               {"read_only", client->read_only}});
        list.push_back({{"id", "$" + std::to_string(session->id)},
                        {"name", session->name},
                        {"created", session->created},
                        {"activity", session->activity},
                        {"windows", windows},
                        {"clients", clients}});
    }
    return list.dump(2, ' ', false, nlohmann::json::error_handler_t::replace);
}

} // namespace berth::mux
