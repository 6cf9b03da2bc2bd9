#include "tree_mode.h"

#include "client.h"
#include "mouse.h"
#include "prompt.h"
#include "server.h"
#include "status.h"
#include "style.h"

#include <algorithm>

namespace berth::mux {
namespace {

// The lines' keys: 0 to 9, then M-a to M-z.
constexpr std::string_view kKeyFormat =
    "#{?#{e|<:#{line},10},#{line},#{?#{e|<:#{line},36},M-#{a:#{e|+:97,#{e|-:#{line},10}}},}}";

constexpr std::string_view kHelp[] = {
    "Up, k        Up one line",
    "Down, j      Down one line",
    "Left, h, -   Close a line, or go to the one above it",
    "Right, l, +  Open a line",
    "M-+, M--     Open, close all lines",
    "t, T, C-t    Tag a line, untag all, tag all",
    "/, C-s, n, N Search, again, backwards",
    "f            Show only what a format is true for",
    "O, r         Another order, the reverse order",
    "v            With a preview or without",
    "Enter        Choose the line",
    "q, Escape    Leave",
};

} // namespace

void TreeMode::open(const Call& call, const Found& found) {
    const command::Arguments& arguments = call.arguments();
    key_format_ = arguments.value('K').value_or(kKeyFormat);
    const bool finds = call.command.row->name == "find-window";
    if (!finds) {
        if (const auto format = arguments.value('F'))
            format_ = *format;
        filter_ = arguments.value('f').value_or("");
        view_.previews = !arguments.has('N');
        reversed_ = arguments.has('r');
        if (arguments.size() > 0)
            answers_ = Answers(call, 0, "");
        const auto order = std::ranges::find(sorts(), arguments.value('O').value_or(""));
        if (order != sorts().end())
            sort_ = static_cast<std::size_t>(order - sorts().begin());
    }
    if (arguments.has('Z') && !found.window->zoomed && found.window->panes.size() > 1) {
        unzoom_ = true;
        call.server.select_pane(*found.pane);
        call.server.zoom(*found.window);
    }
}

void TreeMode::entered() {
    rebuild();
    view_.select(first());
}

bool TreeMode::passes(const FormatAbout& item) const {
    if (filter_.empty() || unfiltered_)
        return true;
    const std::string value = expand(server(), item, filter_);
    return !value.empty() && value != "0";
}

void TreeMode::rebuild() {
    unfiltered_ = false;
    std::vector<TreeItem> made = items();
    no_matches_ = made.empty() && !filter_.empty();
    if (no_matches_) {
        unfiltered_ = true;
        made = items();
    }
    view_.set(std::move(made));
}

std::string TreeMode::key_of(std::size_t line) const {
    const Extra extra = {{"line", std::to_string(line)}};
    return expand(server(), {.extra = &extra}, key_format_);
}

void TreeMode::draw_help(vt::Canvas& canvas, vt::Rect box) const {
    canvas.fill(box, {});
    int row = 0;
    const auto put = [&](std::string_view line) {
        if (row < box.rows)
            canvas.text(box.row + row++, box.column, box.columns, line, {});
    };
    for (const std::string_view line : kHelp)
        put(line);
    std::string_view own = own_help();
    while (!own.empty()) {
        const std::string_view line = own.substr(0, own.find('\n'));
        put(line);
        own.remove_prefix(std::min(own.size(), line.size() + 1));
    }
}

std::optional<vt::Cursor> TreeMode::draw(vt::Canvas& canvas, vt::Rect box) {
    if (helping_) {
        draw_help(canvas, box);
        return std::nullopt;
    }
    rebuild();
    const FormatAbout item{.window = pane().window, .pane = &pane()};
    TreeLook look;
    const options::Set& options = pane().window->options;
    look.selected = option_style(server(), item, options, "tree-mode-selection-style");
    look.border = option_style(server(), item, options, "tree-mode-border-style");
    look.sort = sorts().empty() ? "" : std::string(sort()) + (reversed_ ? ", reversed" : "");
    look.filter = filter_.empty() ? "" : no_matches_ ? "no matches" : "active";
    look.key = [this](std::size_t line) { return key_of(line); };
    view_.draw(canvas, box, server(), item, look,
               [this](vt::Canvas& on, vt::Rect area, TreeId id) { preview(on, area, id); });
    return std::nullopt;
}

void TreeMode::leave() {
    Window& window = *pane().window;
    Server& all = server();
    Pane& shown = pane();
    if (unzoom_ && window.zoomed)
        all.unzoom(window);
    all.leave_mode(shown);
}

void TreeMode::choose(Client& client) {
    const auto id = view_.current();
    const auto chosen = id ? target(*id) : std::nullopt;
    const Answers answers = answers_;
    Server& all = server();
    const Origin origin{.client = client.id};
    leave();
    if (chosen)
        run_answer(all, origin, answers, std::span(&*chosen, 1), nullptr);
}

std::vector<TreeId> TreeMode::wanted() const {
    std::vector<TreeId> ids(view_.tagged().begin(), view_.tagged().end());
    if (ids.empty())
        if (const auto id = view_.current())
            ids.push_back(*id);
    return ids;
}

TreeMode* TreeMode::still(Server& server, PaneId id, const TreeMode* mode) {
    const Pane* pane = server.find_pane(id);
    if (pane == nullptr)
        return nullptr;
    for (const auto& each : pane->modes)
        if (each.get() == mode)
            return static_cast<TreeMode*>(each.get());
    return nullptr;
}

void TreeMode::confirm(Client& client, std::string text, std::function<void(TreeMode&)> done) {
    PromptWish wish;
    wish.text = std::move(text);
    wish.takes = PromptTakes::key;
    Prompt::ask(server(), client, std::move(wish),
                [&all = server(), id = pane().id, mode = this,
                 done = std::move(done)](std::optional<std::string> key) {
                    TreeMode* list = still(all, id, mode);
                    if (list == nullptr || key != "y")
                        return;
                    done(*list);
                    if (const Pane* pane = all.find_pane(id))
                        all.refresh(*pane->window);
                });
}

void TreeMode::ask(Client& client, std::string text, std::string input,
                   std::function<void(TreeMode&, Client&, std::string)> done) {
    PromptWish wish;
    wish.text = std::move(text);
    wish.input = std::move(input);
    wish.type = prompt::Type::search;
    Prompt::ask(server(), client, std::move(wish),
                [&all = server(), id = pane().id, mode = this, asked = client.id,
                 done = std::move(done)](std::optional<std::string> line) {
                    TreeMode* list = still(all, id, mode);
                    Client* asker = all.client_by_id(asked);
                    if (list == nullptr || asker == nullptr || !line)
                        return;
                    done(*list, *asker, std::move(*line));
                    if (const Pane* pane = all.find_pane(id))
                        all.refresh(*pane->window);
                });
}

void TreeMode::answered(Client& client, TreeAnswer answer) {
    switch (answer) {
    case TreeAnswer::none:
    case TreeAnswer::done:
        break;
    case TreeAnswer::chosen:
        choose(client);
        return;
    case TreeAnswer::quit:
        leave();
        return;
    case TreeAnswer::sort_next:
        sort_ = (sort_ + 1) % std::max<std::size_t>(1, sorts().size());
        break;
    case TreeAnswer::sort_reversed:
        reversed_ = !reversed_;
        break;
    case TreeAnswer::search:
        ask(client, "(search) ", "", [](TreeMode& list, Client&, std::string line) {
            list.searched_ = std::move(line);
            list.view_.search(list.searched_, TreeView::Way::forward);
        });
        break;
    case TreeAnswer::search_again:
    case TreeAnswer::search_back:
        if (!searched_.empty())
            view_.search(searched_, answer == TreeAnswer::search_again ? TreeView::Way::forward
                                                                       : TreeView::Way::back);
        break;
    case TreeAnswer::filter:
        ask(client, "(filter) ", filter_, [](TreeMode& list, Client&, std::string line) {
            list.filter_ = std::move(line);
            list.rebuild();
        });
        break;
    case TreeAnswer::help:
        helping_ = true;
        break;
    }
    server().refresh(*pane().window);
}

// The wheel moves, a click makes a line current, a second one chooses it.
std::optional<keys::Key> TreeMode::mouse_key(keys::Key key, const MouseAt& mouse) {
    const keys::MouseType type = key.mouse().type;
    if (type == keys::MouseType::WheelUp || type == keys::MouseType::WheelDown)
        return keys::Key(type == keys::MouseType::WheelUp ? keys::Named::Up : keys::Named::Down);
    if (type != keys::MouseType::Down && type != keys::MouseType::DoubleClick)
        return std::nullopt;
    const Window& window = *pane().window;
    const int top = mouse.top - mouse.corner.row + static_cast<int>(window.box(pane()).y);
    if (!view_.click(static_cast<int>(mouse.report.y) - top))
        return std::nullopt;
    server().refresh(*pane().window);
    return type == keys::MouseType::DoubleClick ? std::optional(keys::Key(keys::kEnter))
                                                : std::nullopt;
}

void TreeMode::key(Client& client, keys::Key key, const MouseAt* mouse) {
    if (helping_) {
        helping_ = false;
        server().refresh(*pane().window);
        return;
    }
    rebuild();
    if (key.is_mouse()) {
        const auto means = mouse != nullptr ? mouse_key(key, *mouse) : std::nullopt;
        if (!means)
            return;
        key = *means;
    }
    Server& all = server();
    const PaneId id = pane().id;
    if (own_key(client, key)) {
        if (const Pane* still_there = all.find_pane(id))
            all.refresh(*still_there->window);
        return;
    }
    answered(client, view_.key(key, [this](std::size_t line) { return key_of(line); }));
}

} // namespace berth::mux
