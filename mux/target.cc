#include "target.h"

#include "client.h"
#include "command/target.h"
#include "execution.h"
#include "mouse.h"
#include "server.h"

#include <algorithm>

namespace berth::mux {
namespace {

using command::Place;

// The mux's sessions, windows and panes, as lib/command looks targets up in them.
class Here final : public command::World {
  public:
    Here(Server& server, const Origin& origin) : server_(server), origin_(origin) {}

    std::optional<Place> current(std::uint8_t traits) const override {
        if (const Pane* pane = origin_.current ? server_.find_pane(*origin_.current) : nullptr)
            return place_of(*pane);
        if (const auto place = active())
            return place;
        if (origin_.pane)
            if (const Pane* pane = server_.find_pane(*origin_.pane))
                return place_of(*pane->window->active); // as tmux has it: of its window
        const auto order = server_.by_activity();
        if (order.empty())
            return std::nullopt;
        if ((traits & command::kUnattached) != 0)
            for (Session* session : order)
                if (server_.clients_of(*session).empty())
                    return place_of(*session);
        return place_of(*order.front());
    }
    std::optional<Place> mouse() const override {
        const MouseAt* mouse = origin_.mouse.get();
        const Session* held =
            mouse != nullptr && mouse->session ? server_.find_session(*mouse->session) : nullptr;
        if (held == nullptr)
            return std::nullopt;
        const Pane* pane = mouse->pane ? server_.find_pane(*mouse->pane) : nullptr;
        for (const auto& [index, item] : held->windows)
            if (pane != nullptr ? item == pane->window
                                : index == mouse->index.value_or(held->current))
                return Place{command::SessionId{held->id}, index, command::WindowId{item->id},
                             command::PaneId{(pane != nullptr ? pane : item->active)->id}};
        return std::nullopt;
    }
    std::optional<Place> marked() const override {
        return server_.marked != nullptr ? place_of(*server_.marked) : std::nullopt;
    }
    std::optional<Place> active() const override {
        const Client* client = origin_.client != 0 ? server_.client_by_id(origin_.client) : nullptr;
        if (client == nullptr || client->session == nullptr)
            return std::nullopt;
        return place_of(*client->session);
    }

    std::vector<command::SessionId> sessions() const override {
        std::vector<command::SessionId> ids;
        for (const auto& [id, session] : server_.sessions())
            ids.push_back(command::SessionId{id});
        return ids;
    }
    std::string session_name(command::SessionId id) const override { return session(id).name; }
    std::optional<command::SessionId> client_session(std::string_view name) const override {
        for (const auto& client : server_.clients())
            if (client->session != nullptr &&
                (client->name() == name || client->name() == "/dev/" + std::string(name)))
                return command::SessionId{client->session->id};
        return std::nullopt;
    }

    std::vector<command::Link> windows(command::SessionId id) const override {
        std::vector<command::Link> links;
        for (const auto& [index, window] : session(id).windows)
            links.push_back({index, command::WindowId{window->id}});
        return links;
    }
    std::string window_name(command::WindowId id) const override { return window(id).name; }
    int current_index(command::SessionId id) const override { return session(id).current; }
    std::optional<int> last_index(command::SessionId id) const override {
        const Session& found = session(id);
        return found.last.empty() ? std::nullopt : std::optional(found.last.back());
    }
    std::optional<command::SessionId> session_of(command::WindowId id) const override {
        const auto found = server_.windows().find(static_cast<WindowId>(id));
        if (found == server_.windows().end())
            return std::nullopt;
        Session* best = best_session(*found->second);
        return best != nullptr ? std::optional(command::SessionId{best->id}) : std::nullopt;
    }

    std::vector<command::PaneId> panes(command::WindowId id) const override {
        std::vector<command::PaneId> ids;
        for (const auto& pane : window(id).panes)
            ids.push_back(command::PaneId{pane->id});
        return ids;
    }
    int first_pane_index(command::WindowId id) const override {
        return static_cast<int>(window(id).options.number("pane-base-index"));
    }
    command::PaneId active_pane(command::WindowId id) const override {
        return command::PaneId{window(id).active->id};
    }
    std::optional<command::PaneId> last_pane(command::WindowId id) const override {
        const Window& found = window(id);
        return found.last != nullptr ? std::optional(command::PaneId{found.last->id})
                                     : std::nullopt;
    }
    std::optional<command::WindowId> window_of(command::PaneId id) const override {
        const Pane* pane = server_.find_pane(static_cast<PaneId>(id));
        return pane != nullptr ? std::optional(command::WindowId{pane->window->id}) : std::nullopt;
    }
    command::Rectangle rectangle(command::PaneId id) const override {
        const Pane& pane = *server_.find_pane(static_cast<PaneId>(id));
        const auto box = pane.window->layout
                             ? pane.window->layout->box(pane.id).value_or(layout::Box{})
                             : layout::Box{};
        return {static_cast<int>(box.x), static_cast<int>(box.y), static_cast<int>(box.width),
                static_cast<int>(box.height)};
    }
    std::uint64_t last_active(command::PaneId id) const override {
        return server_.find_pane(static_cast<PaneId>(id))->active_at;
    }

  private:
    [[nodiscard]] Session& session(command::SessionId id) const {
        return *server_.find_session(static_cast<SessionId>(id));
    }
    [[nodiscard]] Window& window(command::WindowId id) const {
        return *server_.windows().at(static_cast<WindowId>(id));
    }

    // The one used last, before all the one that shows the window now.
    [[nodiscard]] Session* best_session(const Window& shown) const {
        Session* best = nullptr;
        for (Session* holder : server_.sessions_of(shown))
            if (best == nullptr || std::pair(holder->window() == &shown, holder->activity_us) >
                                       std::pair(best->window() == &shown, best->activity_us))
                best = holder;
        return best;
    }
    [[nodiscard]] static std::optional<Place> place_of(const Session& found) {
        if (found.window() == nullptr)
            return std::nullopt;
        return Place{command::SessionId{found.id}, found.current,
                     command::WindowId{found.window()->id},
                     command::PaneId{found.window()->active->id}};
    }
    [[nodiscard]] std::optional<Place> place_of(const Pane& pane) const {
        const Session* holder = best_session(*pane.window);
        if (holder == nullptr)
            return std::nullopt;
        for (const auto& [index, item] : holder->windows)
            if (item == pane.window)
                return Place{command::SessionId{holder->id}, index, command::WindowId{item->id},
                             command::PaneId{pane.id}};
        return std::nullopt;
    }

    Server& server_;
    const Origin& origin_;
};

} // namespace

Result<Found> find_target(Server& server, const Origin& origin,
                          std::optional<std::string_view> text, const command::TargetFlag& flag) {
    const auto kind = flag.kind == command::Kind::none || flag.kind == command::Kind::client
                          ? command::Kind::pane
                          : flag.kind;
    const auto place = command::resolve(text, kind, flag.traits, Here(server, origin));
    if (!place)
        return std::unexpected(place.error());
    Found found;
    found.mouse = origin.mouse.get();
    found.session = server.find_session(static_cast<SessionId>(place->session));
    found.has_index = place->index.has_value();
    found.index = place->index.value_or(0);
    if (place->window)
        found.window = server.windows().at(static_cast<WindowId>(*place->window)).get();
    if (place->pane)
        found.pane = server.find_pane(static_cast<PaneId>(*place->pane));
    return found;
}

Result<Client*> find_client(Server& server, const Origin& origin,
                            std::optional<std::string_view> text) {
    if (text) {
        std::string name(*text);
        if (name.ends_with(':'))
            name.pop_back();
        for (const auto& client : server.clients())
            if (client->attached() && client->guest == nullptr &&
                (client->name() == name || client->name() == "/dev/" + name))
                return client.get();
        return fail(ENOENT, "can't find client: " + name);
    }
    Client* asker = origin.client != 0 ? server.client_by_id(origin.client) : nullptr;
    if (asker != nullptr && asker->attached())
        return asker;
    const auto here = find_target(server, origin, std::nullopt, {'t', command::Kind::session, 0});
    const Session* wanted = here ? here->session : nullptr;
    Client* best = nullptr;
    const auto rank = [&](const Client& client) {
        return std::pair(client.session == wanted, client.activity_us);
    };
    for (const auto& client : server.clients())
        if (client->attached() && client->guest == nullptr && (best == nullptr || rank(*client) > rank(*best)))
            best = client.get();
    if (best == nullptr)
        return fail(ENOENT, "no current client");
    return best;
}

} // namespace berth::mux
