// choose-buffer and choose-client: lists without anything below their lines.
#include "client.h"
#include "preview.h"
#include "server.h"
#include "tree_mode.h"

#include <algorithm>
#include <array>

namespace berth::mux {
namespace {

constexpr std::string_view kBufferFormat = "#{t/p:buffer_created}: #{buffer_sample}";
constexpr std::string_view kPaste = "paste-buffer -p -b '%%'";
constexpr std::array<std::string_view, 3> kBufferSorts = {"time", "name", "size"};

constexpr std::string_view kClientFormat = "#{t/p:client_activity}: session #{session_name}";
constexpr std::string_view kDetach = "detach-client -t '%%'";
constexpr std::array<std::string_view, 4> kClientSorts = {"name", "size", "creation", "activity"};

// Numbers for names, which stay while the list is shown.
class Names {
  public:
    [[nodiscard]] TreeId id_of(const std::string& name) {
        const auto [known, added] = ids_.try_emplace(name, ids_.size() + 1);
        if (added)
            names_[known->second] = name;
        return known->second;
    }
    [[nodiscard]] std::string name_of(TreeId id) const {
        const auto known = names_.find(id);
        return known != names_.end() ? known->second : "";
    }

  private:
    std::map<std::string, TreeId> ids_;
    std::map<TreeId, std::string> names_;
};

class ListOfBuffers final : public TreeMode {
  public:
    ListOfBuffers(Server& server, Pane& pane) : TreeMode(server, pane, kBufferFormat, kPaste) {}
    [[nodiscard]] std::string_view name() const override { return "buffer-mode"; }

  protected:
    [[nodiscard]] std::span<const std::string_view> sorts() const override { return kBufferSorts; }
    [[nodiscard]] std::vector<TreeItem> items() override {
        std::vector<const Buffer*> buffers;
        for (const Buffer& buffer : server().buffers.all())
            buffers.push_back(&buffer);
        if (sort() == "name")
            std::ranges::stable_sort(buffers, {}, &Buffer::name);
        else if (sort() == "size")
            std::ranges::stable_sort(buffers, std::ranges::greater{},
                                     [](const Buffer* each) { return each->text.size(); });
        if (reversed())
            std::ranges::reverse(buffers);
        std::vector<TreeItem> items;
        for (const Buffer* buffer : buffers) {
            const FormatAbout about{.pane = nullptr, .buffer = buffer};
            if (passes(about))
                items.push_back({names_.id_of(buffer->name),
                                 buffer->name,
                                 expand(server(), about, format()),
                                 {}});
        }
        return items;
    }
    [[nodiscard]] std::optional<std::string> target(TreeId id) const override {
        const std::string named = names_.name_of(id);
        return server().buffers.find(named) != nullptr ? std::optional(named) : std::nullopt;
    }
    void preview(vt::Canvas& canvas, vt::Rect area, TreeId id) override {
        const Buffer* buffer = server().buffers.find(names_.name_of(id));
        if (buffer == nullptr)
            return;
        std::string_view text = buffer->text;
        for (int row = 0; row < area.rows && !text.empty(); ++row) {
            const std::string_view line = text.substr(0, text.find('\n'));
            canvas.text(area.row + row, area.column, area.columns, line, {});
            text.remove_prefix(std::min(text.size(), line.size() + 1));
        }
    }
    bool own_key(Client& client, keys::Key key) override {
        if (key.modifiers != 0 || !key.is_character())
            return false;
        switch (key.code) {
        case 'd':
        case 'D':
            if (key.code == 'D' && view().tagged().empty())
                return true;
            remove(key.code == 'D' ? wanted() : current());
            return true;
        case 'p':
            choose(client);
            return true;
        case 'P':
            paste_tagged(client);
            return true;
        default:
            return false;
        }
    }
    [[nodiscard]] std::string_view own_help() const override {
        return "p, P         Paste the buffer, the tagged buffers\n"
               "d, D         Delete the buffer, the tagged buffers";
    }

  private:
    [[nodiscard]] std::vector<TreeId> current() {
        const auto id = view().current();
        return id ? std::vector<TreeId>{*id} : std::vector<TreeId>{};
    }
    void remove(const std::vector<TreeId>& ids) {
        for (const TreeId id : ids)
            server().buffers.remove(names_.name_of(id));
        if (server().buffers.all().empty())
            leave();
    }
    void paste_tagged(Client& client) {
        Server& all = server();
        const Origin origin{.client = client.id};
        const Answers answers{command::Value(std::string(kPaste))};
        std::vector<std::string> names;
        for (const TreeId id : wanted())
            if (auto named = target(id))
                names.push_back(std::move(*named));
        leave();
        for (const std::string& named : names)
            run_answer(all, origin, answers, std::span(&named, 1), nullptr);
    }

    Names names_;
};

class ListOfClients final : public TreeMode {
  public:
    ListOfClients(Server& server, Pane& pane) : TreeMode(server, pane, kClientFormat, kDetach) {}
    [[nodiscard]] std::string_view name() const override { return "client-mode"; }

  protected:
    [[nodiscard]] std::span<const std::string_view> sorts() const override { return kClientSorts; }
    [[nodiscard]] std::vector<TreeItem> items() override {
        std::vector<Client*> clients;
        for (const auto& client : server().clients())
            if (client->attached() && !client->ended())
                clients.push_back(client.get());
        if (sort() == "name")
            std::ranges::stable_sort(clients, {}, &Client::name);
        else if (sort() == "size")
            std::ranges::stable_sort(clients, {}, [](const Client* each) {
                return std::pair(each->size().columns, each->size().rows);
            });
        else if (sort() == "creation")
            std::ranges::stable_sort(clients, std::ranges::greater{}, &Client::created);
        else
            std::ranges::stable_sort(clients, std::ranges::greater{}, &Client::activity_us);
        if (reversed())
            std::ranges::reverse(clients);
        std::vector<TreeItem> items;
        for (const Client* client : clients) {
            const FormatAbout about = about_client(*client);
            if (passes(about))
                items.push_back(
                    {client->id, client->name(), expand(server(), about, format()), {}});
        }
        return items;
    }
    [[nodiscard]] std::optional<std::string> target(TreeId id) const override {
        const Client* client = server().client_by_id(id);
        return client != nullptr ? std::optional(client->name()) : std::nullopt;
    }
    // The top of what it shows, and its status line.
    void preview(vt::Canvas& canvas, vt::Rect area, TreeId id) override {
        const Client* client = server().client_by_id(id);
        if (client == nullptr || client->session == nullptr ||
            client->session->window() == nullptr || area.rows < 3)
            return;
        preview_pane(canvas, {area.row, area.column, area.rows - 2, area.columns},
                     *client->session->window()->active);
        for (int column = 0; column < area.columns; ++column)
            canvas.text(area.row + area.rows - 2, area.column + column, 1, "─", {});
        canvas.text(area.row + area.rows - 1, area.column, area.columns,
                    "[" + client->session->name + "] " + client->session->window()->name, {});
    }
    bool own_key(Client& client, keys::Key key) override {
        if (key.modifiers != 0 || !key.is_character())
            return false;
        switch (key.code) {
        case 'd':
        case 'x':
            detach(current(), key.code == 'x');
            return true;
        case 'D':
        case 'X':
            if (!view().tagged().empty())
                detach(wanted(), key.code == 'X');
            return true;
        default:
            (void)client;
            return false;
        }
    }
    [[nodiscard]] std::string_view own_help() const override {
        return "d, D         Detach the client, the tagged clients\n"
               "x, X         The same, and end what it was started by";
    }

  private:
    [[nodiscard]] static FormatAbout about_client(const Client& client) {
        Session* session = client.session;
        Window* window = session->window();
        return {session, session->current, window, window != nullptr ? window->active : nullptr,
                &client, nullptr};
    }
    [[nodiscard]] std::vector<TreeId> current() {
        const auto id = view().current();
        return id ? std::vector<TreeId>{*id} : std::vector<TreeId>{};
    }
    void detach(const std::vector<TreeId>& ids, bool hang_up) {
        for (const TreeId id : ids)
            if (Client* client = server().client_by_id(id))
                server().detach(*client, hang_up ? Departure::hang_up : Departure::plain);
    }
};

} // namespace

std::unique_ptr<TreeMode> make_list_of_buffers(const Call& call, const Found& found) {
    return std::make_unique<ListOfBuffers>(call.server, *found.pane);
}

std::unique_ptr<TreeMode> make_list_of_clients(const Call& call, const Found& found) {
    return std::make_unique<ListOfClients>(call.server, *found.pane);
}

} // namespace berth::mux
