// choose-tree: sessions, their windows, their panes.
#include "client.h"
#include "preview.h"
#include "server.h"
#include "tree_mode.h"

#include <algorithm>
#include <array>

namespace berth::mux {
namespace {

constexpr std::string_view kFormat =
    "#{?pane_format,"
    "#{?pane_marked,#[reverse],}#{pane_current_command}#{?pane_active,*,}#{?pane_marked,M,}"
    "#{?#{&&:#{pane_title},#{!=:#{pane_title},#{host_short}}},: \"#{pane_title}\",},"
    "#{?window_format,#{?window_marked_flag,#[reverse],}#{window_name}#{window_flags}"
    "#{?#{&&:#{==:#{window_panes},1},#{&&:#{pane_title},#{!=:#{pane_title},#{host_short}}}},"
    ": \"#{pane_title}\",},"
    "#{session_windows} windows"
    "#{?session_grouped, (group #{session_group}: #{session_group_list}),}"
    "#{?session_attached, (attached),}}}";
constexpr std::string_view kAnswer = "switch-client -Zt '%%'";

constexpr std::array<std::string_view, 3> kSorts = {"index", "name", "time"};

// What a line stands for. 0: a session itself, a window itself; else one more than the window's
// index, the pane's number.
struct Place {
    SessionId session = 0;
    std::uint32_t window = 0;
    std::uint32_t pane = 0;
    auto operator<=>(const Place&) const = default;
};

enum class Depth { sessions, windows, panes };

class TreeOfPanes final : public TreeMode {
  public:
    TreeOfPanes(Server& server, Pane& pane, Depth depth, const Found& found)
        : TreeMode(server, pane, kFormat, kAnswer), depth_(depth), session_(found.session->id),
          index_(found.index) {}

    [[nodiscard]] std::string_view name() const override { return "tree-mode"; }

  protected:
    [[nodiscard]] std::span<const std::string_view> sorts() const override { return kSorts; }
    [[nodiscard]] std::vector<TreeItem> items() override;
    [[nodiscard]] std::optional<std::string> target(TreeId id) const override;
    void preview(vt::Canvas& canvas, vt::Rect area, TreeId id) override;
    [[nodiscard]] TreeId first() override;
    bool own_key(Client& client, keys::Key key) override;
    [[nodiscard]] std::string_view own_help() const override {
        return "x, X         Kill the line, the tagged lines\n"
               "<, >         Scroll the preview\n"
               "H            Go to where the list was opened\n"
               "m, M         Mark the pane, clear the mark\n"
               ":            Run a command for each tagged line";
    }

  private:
    [[nodiscard]] TreeId id_of(const Place& place) {
        const auto [known, added] = ids_.try_emplace(place, ids_.size() + 1);
        if (added)
            places_[known->second] = place;
        return known->second;
    }
    // Empty when it has gone.
    [[nodiscard]] FormatAbout about(TreeId id) const;
    [[nodiscard]] std::optional<TreeItem> session_item(Session& session);
    [[nodiscard]] std::optional<TreeItem> window_item(Session& session, int index, Window& window);
    [[nodiscard]] std::string text(FormatAbout item, std::string_view kind) const;
    void kill(TreeId id);
    void kill_current(Client& client);
    void kill_tagged(Client& client);
    void mark(bool set);
    void command(Client& client);

    Depth depth_;
    SessionId session_;
    int index_;
    int scroll_ = 0;
    std::map<Place, TreeId> ids_;
    std::map<TreeId, Place> places_;
};

std::string TreeOfPanes::text(FormatAbout item, std::string_view kind) const {
    Extra extra = {{"pane_format", "0"}, {"window_format", "0"}, {"session_format", "0"}};
    extra[std::string(kind)] = "1";
    item.extra = &extra;
    return expand(server(), item, format());
}

std::optional<TreeItem> TreeOfPanes::window_item(Session& session, int index, Window& window) {
    const auto number = static_cast<std::uint32_t>(index) + 1;
    TreeItem item;
    item.id = id_of({session.id, number, 0});
    item.name = std::to_string(index);
    FormatAbout here{&session, index, &window, window.active, nullptr, nullptr};
    item.text = text(here, "window_format");
    item.expanded = depth_ == Depth::panes;
    bool any = false;
    for (const auto& pane : window.panes) {
        here.pane = pane.get();
        if (!passes(here))
            continue;
        any = true;
        if (window.panes.size() == 1)
            continue;
        TreeItem& below = item.children.emplace_back();
        below.id = id_of({session.id, number, pane->id + 1});
        below.name =
            std::to_string(window.index_of(*pane) + window.options.number("pane-base-index"));
        below.text = text(here, "pane_format");
    }
    return any ? std::optional(std::move(item)) : std::nullopt;
}

std::optional<TreeItem> TreeOfPanes::session_item(Session& session) {
    TreeItem item;
    item.id = id_of({session.id, 0, 0});
    item.name = session.name;
    Window* shown = session.window();
    item.text = text({&session, session.current, shown, shown != nullptr ? shown->active : nullptr,
                      nullptr, nullptr},
                     "session_format");
    item.expanded = depth_ != Depth::sessions;
    std::vector<std::pair<int, Window*>> windows(session.windows.begin(), session.windows.end());
    if (sort() == "name")
        std::ranges::stable_sort(windows, {}, [](const auto& each) { return each.second->name; });
    else if (sort() == "time")
        std::ranges::stable_sort(windows, std::ranges::greater{},
                                 [](const auto& each) { return each.second->activity; });
    if (reversed())
        std::ranges::reverse(windows);
    for (const auto& [index, window] : windows)
        if (auto below = window_item(session, index, *window))
            item.children.push_back(std::move(*below));
    return item.children.empty() ? std::nullopt : std::optional(std::move(item));
}

std::vector<TreeItem> TreeOfPanes::items() {
    std::vector<Session*> sessions;
    for (const auto& [id, session] : server().sessions())
        sessions.push_back(session.get());
    if (sort() == "name")
        std::ranges::stable_sort(sessions, {}, &Session::name);
    else if (sort() == "time")
        std::ranges::stable_sort(sessions, std::ranges::greater{}, &Session::activity);
    if (reversed())
        std::ranges::reverse(sessions);
    std::vector<TreeItem> items;
    for (Session* session : sessions)
        if (auto item = session_item(*session))
            items.push_back(std::move(*item));
    return items;
}

FormatAbout TreeOfPanes::about(TreeId id) const {
    const auto known = places_.find(id);
    Session* session =
        known != places_.end() ? server().find_session(known->second.session) : nullptr;
    if (session == nullptr)
        return {};
    const Place& place = known->second;
    FormatAbout item{session, session->current, session->window(), nullptr, nullptr, nullptr};
    if (place.window != 0) {
        item.index = static_cast<int>(place.window) - 1;
        const auto window = session->windows.find(item.index);
        item.window = window != session->windows.end() ? window->second : nullptr;
    }
    if (item.window == nullptr)
        return {};
    item.pane = place.pane != 0 ? item.window->find(place.pane - 1) : item.window->active;
    return item.pane != nullptr ? item : FormatAbout{};
}

std::optional<std::string> TreeOfPanes::target(TreeId id) const {
    const FormatAbout item = about(id);
    if (item.session == nullptr)
        return std::nullopt;
    const Place& place = places_.at(id);
    std::string text = "=" + item.session->name + ":";
    if (place.window != 0)
        text += std::to_string(item.index) + ".";
    if (place.pane != 0)
        text += "%" + std::to_string(item.pane->id);
    return text;
}

void TreeOfPanes::preview(vt::Canvas& canvas, vt::Rect area, TreeId id) {
    const FormatAbout item = about(id);
    if (item.session == nullptr)
        return;
    const Place& place = places_.at(id);
    if (place.pane != 0)
        preview_pane(canvas, area, *item.pane);
    else if (place.window != 0)
        preview_window(canvas, area, server(), *item.window, scroll_);
    else
        preview_session(canvas, area, server(), *item.session, scroll_);
}

TreeId TreeOfPanes::first() {
    const auto number = static_cast<std::uint32_t>(index_) + 1;
    const Pane& here = pane();
    if (depth_ == Depth::sessions)
        return id_of({session_, 0, 0});
    if (depth_ == Depth::windows || here.window->panes.size() == 1)
        return id_of({session_, number, 0});
    return id_of({session_, number, here.id + 1});
}

void TreeOfPanes::kill(TreeId id) {
    const FormatAbout item = about(id);
    if (item.session == nullptr)
        return;
    const Place& place = places_.at(id);
    if (place.pane != 0)
        server().kill_pane(*item.pane);
    else if (place.window != 0)
        server().kill_window(*item.window);
    else
        server().kill_session(*item.session);
}

void TreeOfPanes::kill_current(Client& client) {
    const auto id = view().current();
    const FormatAbout item = id ? about(*id) : FormatAbout{};
    if (item.session == nullptr)
        return;
    const Place& place = places_.at(*id);
    const long long base = item.window->options.number("pane-base-index");
    const std::string what =
        place.pane != 0     ? "pane " + std::to_string(item.window->index_of(*item.pane) + base)
        : place.window != 0 ? "window " + std::to_string(item.index)
                            : "session " + item.session->name;
    confirm(client, "Kill " + what + "? ",
            [id = *id](TreeMode& list) { static_cast<TreeOfPanes&>(list).kill(id); });
}

// What is killed may take the pane with this list along.
void TreeOfPanes::kill_tagged(Client& client) {
    const std::size_t count = view().tagged().size();
    if (count == 0)
        return;
    confirm(client, "Kill " + std::to_string(count) + " tagged? ", [](TreeMode& list) {
        auto& tree = static_cast<TreeOfPanes&>(list);
        Server& all = tree.server();
        const PaneId own = tree.pane().id;
        const std::vector<TreeId> ids = tree.wanted();
        for (const TreeId id : ids)
            if (all.find_pane(own) != nullptr)
                tree.kill(id);
    });
}

void TreeOfPanes::mark(bool set) {
    const auto id = view().current();
    server().marked = set && id ? about(*id).pane : nullptr;
}

void TreeOfPanes::command(Client& client) {
    const std::size_t count = view().tagged().size();
    const std::string text = count > 0 ? "(" + std::to_string(count) + " tagged) " : "(current) ";
    ask(client, text, "", [](TreeMode& list, Client& asker, std::string line) {
        auto& tree = static_cast<TreeOfPanes&>(list);
        Server& all = tree.server();
        std::vector<std::string> targets;
        for (const TreeId id : tree.wanted())
            if (auto each = tree.target(id))
                targets.push_back(std::move(*each));
        const Origin origin{.client = asker.id};
        for (const std::string& each : targets)
            run_answer(all, origin, Answers(command::Value(line)), std::span(&each, 1), nullptr);
    });
}

bool TreeOfPanes::own_key(Client& client, keys::Key key) {
    if (key.modifiers != 0 || !key.is_character())
        return false;
    switch (key.code) {
    case 'x':
        kill_current(client);
        return true;
    case 'X':
        kill_tagged(client);
        return true;
    case '<':
        --scroll_;
        return true;
    case '>':
        ++scroll_;
        return true;
    case 'H':
        view().select(first());
        return true;
    case 'm':
        mark(true);
        return true;
    case 'M':
        mark(false);
        return true;
    case ':':
        command(client);
        return true;
    default:
        return false;
    }
}

} // namespace

std::unique_ptr<TreeMode> make_tree_of_panes(const Call& call, const Found& found) {
    const bool finds = call.command.row->name == "find-window";
    const Depth depth = !finds && call.arguments().has('s')   ? Depth::sessions
                        : !finds && call.arguments().has('w') ? Depth::windows
                                                              : Depth::panes;
    return std::make_unique<TreeOfPanes>(call.server, *found.pane, depth, found);
}

} // namespace berth::mux
