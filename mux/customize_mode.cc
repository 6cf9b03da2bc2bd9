// customize-mode: options by scope, to be read, set and unset.
#include "client.h"
#include "command/print.h"
#include "options/table.h"
#include "server.h"
#include "tree_mode.h"

#include <algorithm>
#include <array>

namespace berth::mux {
namespace {

constexpr std::string_view kFormat = "#{option_value}#{?option_unit, #{option_unit},}";
constexpr std::string_view kNothing = "";

struct Scope {
    std::string_view title;
    std::string_view flags; // of set-option
};
constexpr std::array kScopes = {
    Scope{"Server Options", "-s"}, Scope{"Global Session Options", "-g"},
    Scope{"Session Options", ""},  Scope{"Global Window Options", "-gw"},
    Scope{"Window Options", "-w"}, Scope{"Pane Options", "-p"},
};

constexpr TreeId kPerScope = TreeId{1} << 32;

class CustomizeMode final : public TreeMode {
  public:
    CustomizeMode(Server& server, Pane& pane, const Found& found)
        : TreeMode(server, pane, kFormat, kNothing), session_(found.session->id) {}
    [[nodiscard]] std::string_view name() const override { return "options-mode"; }

  protected:
    [[nodiscard]] std::span<const std::string_view> sorts() const override { return {}; }
    [[nodiscard]] std::vector<TreeItem> items() override;
    [[nodiscard]] std::optional<std::string> target(TreeId id) const override {
        return row_of(id) != nullptr ? std::optional(std::string(row_of(id)->name)) : std::nullopt;
    }
    void preview(vt::Canvas& canvas, vt::Rect area, TreeId id) override;
    bool own_key(Client& client, keys::Key key) override;
    [[nodiscard]] std::string_view own_help() const override {
        return "Enter, s     Set the option\n"
               "u            Unset it: the global value, or the default, holds again";
    }

  private:
    // Which set the scope is; nullptr: it has gone.
    [[nodiscard]] const options::Set* set_of(std::size_t scope) const;
    [[nodiscard]] static std::span<const options::Row> rows_of(std::size_t scope) {
        return scope == 0  ? options::server_rows()
               : scope < 3 ? options::session_rows()
                           : options::window_rows();
    }
    [[nodiscard]] static const options::Row* row_of(TreeId id) {
        const auto rows = rows_of(static_cast<std::size_t>(id / kPerScope));
        const auto index = static_cast<std::size_t>(id % kPerScope);
        return index > 0 && index <= rows.size() ? &rows[index - 1] : nullptr;
    }
    [[nodiscard]] std::string command(TreeId id, std::string_view more) const;
    void set(Client& client, TreeId id);

    SessionId session_;
};

const options::Set* CustomizeMode::set_of(std::size_t scope) const {
    const Session* session = server().find_session(session_);
    switch (scope) {
    case 0:
        return &server().server_options;
    case 1:
        return &server().global_session_options;
    case 2:
        return session != nullptr ? &session->options : nullptr;
    case 3:
        return &server().global_window_options;
    case 4:
        return &pane().window->options;
    default:
        return &pane().options;
    }
}

std::vector<TreeItem> CustomizeMode::items() {
    std::vector<TreeItem> items;
    for (std::size_t scope = 0; scope < kScopes.size(); ++scope) {
        const options::Set* set = set_of(scope);
        if (set == nullptr)
            continue;
        TreeItem top{scope * kPerScope, std::string(kScopes[scope].title), "", {}};
        TreeId id = top.id;
        for (const options::Row& row : rows_of(scope)) {
            ++id;
            const bool here = scope != 5 || (row.scopes & options::kPane) != 0;
            if (!here)
                continue;
            const Extra extra = {{"option_name", std::string(row.name)},
                                 {"option_value", set->text(row.name)},
                                 {"option_unit", std::string(row.unit)},
                                 {"option_is_global", scope == 1 || scope == 3 ? "1" : "0"},
                                 {"is_option", "1"}};
            const FormatAbout about{
                .window = pane().window, .pane = &pane(), .buffer = nullptr, .extra = &extra};
            if (passes(about))
                top.children.push_back(
                    {id, std::string(row.name), expand(server(), about, format()), {}});
        }
        if (!top.children.empty())
            items.push_back(std::move(top));
    }
    return items;
}

void CustomizeMode::preview(vt::Canvas& canvas, vt::Rect area, TreeId id) {
    const options::Row* row = row_of(id);
    const options::Set* set = set_of(static_cast<std::size_t>(id / kPerScope));
    if (row == nullptr || set == nullptr)
        return;
    const std::array lines = {
        std::string(row->help),
        std::string(),
        "Value:    " + set->text(row->name),
        "Set here: " + std::string(set->own(row->name) != nullptr ? "yes" : "no"),
        "Default:  " + std::string(row->fallback),
    };
    for (int at = 0; at < static_cast<int>(lines.size()) && at < area.rows; ++at)
        canvas.text(area.row + at, area.column, area.columns, lines[static_cast<std::size_t>(at)],
                    {});
}

// set-option for the line's option: with a value, or "-u".
std::string CustomizeMode::command(TreeId id, std::string_view more) const {
    const std::size_t scope = static_cast<std::size_t>(id / kPerScope);
    std::string text = "set-option " + std::string(kScopes[scope].flags);
    if (scope == 2)
        text += " -t " + command::quote("$" + std::to_string(session_) + ":");
    else if (scope >= 4)
        text += " -t " + command::quote("%" + std::to_string(pane().id));
    if (more == "-u")
        return text + " -u " + std::string(row_of(id)->name);
    return text + " " + std::string(row_of(id)->name) + " " + command::quote(more);
}

void CustomizeMode::set(Client& client, TreeId id) {
    const options::Row* row = row_of(id);
    const options::Set* of = set_of(static_cast<std::size_t>(id / kPerScope));
    if (row == nullptr || of == nullptr)
        return;
    // The value is no format here.
    std::string input;
    for (const char c : of->text(row->name))
        input += c == '#' ? "##" : std::string(1, c);
    ask(client, "(" + std::string(row->name) + ") ", std::move(input),
        [id](TreeMode& list, Client& asker, std::string line) {
            auto& mode = static_cast<CustomizeMode&>(list);
            run_text(mode.server(), asker, mode.command(id, line));
        });
}

bool CustomizeMode::own_key(Client& client, keys::Key key) {
    const auto id = view().current();
    const bool enter = key == keys::Key(keys::kEnter) || key == keys::Key('m', keys::kCtrl);
    if (!id || (!enter && key != keys::Key('s') && key != keys::Key('u')))
        return false;
    if (row_of(*id) == nullptr) {
        if (enter)
            view().expand(*id, true);
        return true;
    }
    if (key == keys::Key('u'))
        run_text(server(), client, command(*id, "-u"));
    else
        set(client, *id);
    return true;
}

} // namespace

std::unique_ptr<TreeMode> make_list_of_options(const Call& call, const Found& found) {
    return std::make_unique<CustomizeMode>(call.server, *found.pane, found);
}

} // namespace berth::mux
