// Commands that show something above the window: display-menu, display-popup, display-panes.
#include "answers.h"
#include "client.h"
#include "command/print.h"
#include "commands.h"
#include "formats.h"
#include "menu.h"
#include "mouse.h"
#include "options/number.h"
#include "pane_numbers.h"
#include "popup.h"
#include "position.h"
#include "server.h"
#include "style.h"

#include <algorithm>
#include <array>

namespace berth::mux {
namespace {

class MenuOverlay final : public Overlay {
  public:
    MenuOverlay(Server& server, Client& client, Menu menu, Origin origin,
                std::shared_ptr<Execution> waiting)
        : server_(server), client_(client), menu_(std::move(menu)), origin_(std::move(origin)),
          waiting_(std::move(waiting)) {}

    void draw(vt::Canvas& canvas) override {
        menu_.draw(canvas, server_, {.session = client_.session, .client = &client_});
        if (client_.session->options.flag("mouse"))
            canvas.modes.mouse = vt::MouseTracking::any;
    }

    Took event(const keys::Event& event) override {
        MenuAnswer answer = MenuAnswer::none;
        if (event.kind == keys::EventKind::Key && event.action != keys::Action::Release)
            answer = menu_.key(event.key);
        else if (event.kind == keys::EventKind::Mouse)
            answer = menu_.mouse(event.mouse);
        if (answer == MenuAnswer::none)
            client_.display.refresh();
        else
            end(answer);
        return Took::yes;
    }

    void resized() override { client_.close_overlay(*this); }

    void closed() override {
        if (const auto waiting = std::exchange(waiting_, nullptr))
            waiting->resume();
    }

  private:
    void end(MenuAnswer answer) {
        const auto waiting = std::exchange(waiting_, nullptr);
        client_.close_overlay(*this);
        if (answer == MenuAnswer::chosen)
            run_answer(server_, origin_, Answers(menu_.items()[*menu_.chosen()].command), {},
                       nullptr);
        if (waiting != nullptr)
            waiting->resume();
    }

    Server& server_;
    Client& client_;
    Menu menu_;
    Origin origin_;
    std::shared_ptr<Execution> waiting_;
};

// A style option that a flag of the command may change.
format::Pen styled(const Call& call, const FormatAbout& about, char flag, std::string_view option,
                   const format::Pen& base) {
    const format::Pen pen = option_style(call.server, about, about.window->options, option, base);
    const auto given = flag != 0 ? call.arguments().value(flag) : std::nullopt;
    return given ? style_pen(call.server, about, *given, pen) : pen;
}

std::optional<vt::BorderLines> lines_of(const Call& call, const FormatAbout& about,
                                        std::string_view option, std::string& choice) {
    choice = call.arguments().value('b').value_or(about.window->options.text(option));
    constexpr std::array<std::string_view, 7> known = {"single",  "double", "heavy", "simple",
                                                       "rounded", "padded", "none"};
    if (std::ranges::find(known, choice) == known.end()) {
        (void)call.fail(std::string(option) + " unknown value: " + choice);
        return std::nullopt;
    }
    return border_lines(choice);
}

// name, key, command, …; an empty name stands alone. False: the error was told.
bool read_items(const Call& call, const FormatAbout& about, std::vector<MenuItem>& items) {
    const command::Arguments& arguments = call.arguments();
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const std::string_view name = arguments.text(i);
        if (name.empty()) {
            if (!items.empty())
                items.emplace_back();
            continue;
        }
        if (i + 2 >= arguments.size()) {
            (void)call.fail("not enough arguments");
            return false;
        }
        MenuItem item;
        item.name = expand(call.server, about, name);
        if (const auto key = keys::parse_key(arguments.text(i + 1)); key && !key->none())
            item.key = *key;
        item.command = command::Value(
            expand(call.server, about, command::text_of(arguments.positional(i + 2))));
        i += 2;
        if (item.name.starts_with('-')) {
            item.enabled = false;
            item.name.erase(0, 1);
        }
        if (!item.name.empty())
            items.push_back(std::move(item));
    }
    return true;
}

Flow display_menu(const Call& call) {
    const command::Arguments& arguments = call.arguments();
    const auto client = find_client(call.server, call.execution.origin(), arguments.value('c'));
    if (!client)
        return call.fail(client.error().operation);
    const auto found = call.target();
    if (!found)
        return Flow::failed;
    if ((*client)->overlay() != nullptr || (*client)->tty() == nullptr)
        return Flow::done;
    const FormatAbout item = about(*found, *client);
    std::vector<MenuItem> items;
    if (!read_items(call, item, items))
        return Flow::failed;
    MenuLook look;
    std::string choice;
    const auto lines = lines_of(call, item, "menu-border-lines", choice);
    if (!lines)
        return Flow::failed;
    look.lines = *lines;
    look.title = expand(call.server, item, arguments.value('T').value_or(""));
    look.style = styled(call, item, 's', "menu-style", {});
    look.selected = styled(call, item, 'H', "menu-selected-style", look.style);
    look.border = styled(call, item, 'S', "menu-border-style", look.style);
    look.mouse = call.execution.origin().mouse != nullptr || arguments.has('M');
    look.stays_open = arguments.has('O');
    Menu menu(std::move(items), look);
    const vt::Size size = (*client)->size();
    if (menu.items().empty() || menu.columns() > size.columns || menu.rows() > size.rows)
        return Flow::done;
    const Position at = position_of(call, **client, item, menu.columns(), menu.rows());
    menu.place(at.column, at.row);
    std::size_t start = 0;
    if (const auto given = arguments.value('C'); given && *given != "-")
        start = static_cast<std::size_t>(std::strtoul(std::string(*given).c_str(), nullptr, 10));
    if (!look.mouse && arguments.value('C').value_or("") != "-")
        menu.choose(start);
    (*client)->show_overlay(std::make_shared<MenuOverlay>(
        call.server, **client, std::move(menu), origin_of(call, **client, found->pane->id),
        call.execution.shared_from_this()));
    return Flow::waits;
}

// -w or -h: cells, or percent of what there is; half of it without. nullopt: the error was told.
std::optional<int> extent(const Call& call, char flag, std::string_view name, int of) {
    const auto given = call.arguments().value(flag);
    if (!given)
        return std::max(1, of / 2);
    std::string text(*given);
    const bool percent = text.ends_with('%');
    if (percent)
        text.pop_back();
    const auto value = options::read_number(text, 0, percent ? 100 : of);
    if (!value) {
        (void)call.fail(std::string(name) + " " + std::string(value.error()));
        return std::nullopt;
    }
    return static_cast<int>(percent ? *value * of / 100 : *value);
}

Flow display_popup(const Call& call) {
    const command::Arguments& arguments = call.arguments();
    const auto client = find_client(call.server, call.execution.origin(), arguments.value('c'));
    if (!client)
        return call.fail(client.error().operation);
    const auto found = call.target();
    if (!found)
        return Flow::failed;
    if (arguments.has('C')) {
        if (const auto shown = (*client)->overlay())
            (*client)->close_overlay(*shown);
        return Flow::done;
    }
    if ((*client)->overlay() != nullptr || (*client)->tty() == nullptr)
        return Flow::done;
    const FormatAbout item = about(*found, *client);
    const vt::Size size = (*client)->size();
    const auto rows = extent(call, 'h', "height", size.rows);
    if (!rows)
        return Flow::failed;
    const auto columns = extent(call, 'w', "width", size.columns);
    if (!columns)
        return Flow::failed;
    PopupWish wish;
    std::string choice;
    const auto lines = lines_of(call, item, "popup-border-lines", choice);
    if (!lines)
        return Flow::failed;
    wish.lines = *lines;
    wish.border = !arguments.has('B') && choice != "none";
    const int least = wish.border ? 3 : 1;
    if (*rows < least || *columns < least)
        return Flow::done;
    wish.style = styled(call, item, 's', "popup-style", {});
    wish.border_style = styled(call, item, 'S', "popup-border-style", wish.style);
    wish.title = expand(call.server, item, arguments.value('T').value_or(""));
    const Position at = position_of(call, **client, item, *columns, *rows);
    wish.area = {at.row, at.column, *rows, *columns};
    wish.ends = arguments.count('E') > 1 ? PopupEnds::with_success
                : arguments.has('E')     ? PopupEnds::with_program
                                         : PopupEnds::by_key;
    wish.any_key = arguments.has('k');
    wish.job.session = found->session;
    wish.job.pane = found->pane->id;
    wish.job.shell = found->session->options.text("default-shell");
    const Client* asker = call.client();
    if (const auto directory = arguments.value('d'))
        wish.job.directory = expand(call.server, item, *directory);
    else if (call.execution.origin().command_line && asker != nullptr)
        wish.job.directory = asker->request.directory;
    else
        wish.job.directory = found->session->directory;
    for (const std::string& entry : arguments.values('e'))
        wish.job.environment.push_back(entry);
    for (std::size_t i = 0; i < arguments.size(); ++i)
        wish.job.words.emplace_back(arguments.text(i));
    if (wish.job.words.empty())
        if (const std::string command = found->session->options.text("default-command");
            !command.empty())
            wish.job.words = {command};
    if (wish.job.words.size() == 1 && wish.job.words.front().empty())
        wish.job.words.clear();
    if (wish.job.words.empty())
        wish.job.words = {wish.job.shell, "-i"};
    Popup::show(call.server, **client, std::move(wish), call.execution.shared_from_this());
    return Flow::waits;
}

// -t is a client in tmux 3.3a and a pane later: whoever shows that one.
Result<Client*> client_of_panes(const Call& call) {
    const auto given = call.arguments().value('t');
    auto client = find_client(call.server, call.execution.origin(), given);
    if (client || !given)
        return client;
    const auto found =
        find_target(call.server, call.execution.origin(), given, call.command.row->target);
    if (found)
        for (Client* each : call.server.clients_of(*found->session))
            if (each->session->window() == found->window)
                return each;
    return client;
}

Flow display_panes(const Call& call) {
    const command::Arguments& arguments = call.arguments();
    const auto client = client_of_panes(call);
    if (!client)
        return call.fail(client.error().operation);
    if ((*client)->overlay() != nullptr || (*client)->tty() == nullptr)
        return Flow::done;
    const long long fallback = (*client)->session->window()->options.number("display-panes-time");
    long long delay = fallback;
    if (const auto given = arguments.value('d')) {
        const auto value = options::read_number(*given, 0, UINT32_MAX);
        if (!value)
            return call.fail("delay " + std::string(value.error()));
        delay = *value;
    }
    const auto waiting = arguments.has('b') ? nullptr : call.execution.shared_from_this();
    PaneNumbers::show(call.server, **client, Answers(call, 0, "select-pane -t \"%%%\""),
                      origin_of(call, **client), static_cast<std::uint64_t>(delay),
                      arguments.has('N'), waiting);
    return waiting != nullptr ? Flow::waits : Flow::done;
}

constexpr std::array kRows = {
    CommandRow{"display-menu", display_menu},
    CommandRow{"display-panes", display_panes},
    CommandRow{"display-popup", display_popup},
};

} // namespace

std::span<const CommandRow> menu_commands() {
    return kRows;
}

} // namespace berth::mux
