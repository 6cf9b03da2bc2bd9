// Commands of layouts: select-layout and its kin, rotate-window, resize-window, swap-pane.
#include "client.h"
#include "commands.h"
#include "options/number.h"
#include "server.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace berth::mux {
namespace {

constexpr long long kMostCells = 10'000;

layout::Extent extent_of(const Window& window, std::string_view option) {
    std::string text = window.options.text(option);
    const bool percent = text.ends_with('%');
    if (percent)
        text.pop_back();
    const auto value = options::read_number(text, 0, percent ? 100 : kMostCells);
    return {static_cast<unsigned>(value.value_or(0)), percent};
}

void apply_named(const Call& call, Window& window, layout::Named name) {
    window.last_layout = name;
    if (window.panes.size() < 2)
        return;
    layout::NamedOptions options;
    options.main_width = extent_of(window, "main-pane-width");
    options.main_height = extent_of(window, "main-pane-height");
    options.other_width = extent_of(window, "other-pane-width");
    options.other_height = extent_of(window, "other-pane-height");
    options.tiled_columns =
        static_cast<unsigned>(window.options.number("tiled-layout-max-columns"));
    window.layout->apply(name, window.order(), options);
    window.take_layout_size();
    call.server.layout_changed(window);
}

Flow apply_text(const Call& call, Window& window, const std::string& text) {
    auto parsed = layout::Layout::parse(text);
    if (!parsed)
        return call.fail("invalid layout: " + text);
    const std::size_t cells = parsed->count();
    switch (parsed->assign(window.order())) {
    case layout::Assigned::TooFew:
        return call.fail("have " + std::to_string(window.panes.size()) + " panes but need " +
                         std::to_string(cells) + ": " + text);
    case layout::Assigned::Mismatch:
        return call.fail("size mismatch after applying layout: " + text);
    case layout::Assigned::Done:
        break;
    }
    window.layout = std::move(parsed);
    window.take_layout_size();
    call.server.layout_changed(window);
    for (Session* session : call.server.sessions_of(window))
        call.server.resize_windows(*session);
    return Flow::done;
}

enum class Which { given, next, previous };

Flow set_layout(const Call& call, Which which) {
    const auto found = call.target();
    if (!found)
        return Flow::failed;
    Window& window = *found->window;
    call.server.unzoom(window);
    const std::string before = std::exchange(window.old_layout, window.layout_text());
    if (which != Which::given) {
        apply_named(call, window,
                    which == Which::next ? layout::next_named(window.last_layout)
                                         : layout::previous_named(window.last_layout));
        return Flow::done;
    }
    if (call.arguments().has('E')) {
        window.layout->spread(found->pane->id);
        call.server.layout_changed(window);
        return Flow::done;
    }
    std::string wanted(call.arguments().text(0));
    if (call.arguments().has('o')) {
        wanted = before;
    } else {
        const auto name = wanted.empty() ? window.last_layout : layout::parse_named(wanted);
        if (name) {
            apply_named(call, window, *name);
            return Flow::done;
        }
    }
    if (wanted.empty())
        return Flow::done;
    const Flow flow = apply_text(call, window, wanted);
    if (flow == Flow::failed)
        window.old_layout = before;
    return flow;
}

Flow select_layout(const Call& call) {
    return set_layout(call, call.arguments().has('n')   ? Which::next
                            : call.arguments().has('p') ? Which::previous
                                                        : Which::given);
}
Flow next_layout(const Call& call) {
    return set_layout(call, Which::next);
}
Flow previous_layout(const Call& call) {
    return set_layout(call, Which::previous);
}

// The panes change places, the cells stay; what is active stays where it was.
Flow rotate_window(const Call& call) {
    const auto found = call.target();
    if (!found)
        return Flow::failed;
    Window& window = *found->window;
    const bool zoomed = window.zoomed;
    call.server.unzoom(window);
    const auto place = static_cast<std::size_t>(window.index_of(*window.active));
    const auto before = window.order();
    if (call.arguments().has('D'))
        std::rotate(window.panes.begin(), window.panes.end() - 1, window.panes.end());
    else
        std::rotate(window.panes.begin(), window.panes.begin() + 1, window.panes.end());
    window.layout->rename(before, window.order());
    call.server.select_pane(*window.panes[place]);
    call.server.layout_changed(window);
    if (zoomed && call.arguments().has('Z'))
        call.server.zoom(window);
    return Flow::done;
}

std::optional<Found> swap_source(const Call& call, const Found& target) {
    const auto& panes = target.window->panes;
    const auto place = static_cast<std::size_t>(target.window->index_of(*target.pane));
    Found source = target;
    if (call.arguments().has('D'))
        source.pane = panes[(place + 1) % panes.size()].get();
    else if (call.arguments().has('U'))
        source.pane = panes[(place + panes.size() - 1) % panes.size()].get();
    else
        return call.target('s');
    return source;
}

Flow swap_pane(const Call& call) {
    const auto target = call.target();
    if (!target)
        return Flow::failed;
    const auto source = swap_source(call, *target);
    if (!source)
        return Flow::failed;
    if (source->pane == target->pane)
        return Flow::done;
    Window& from = *source->window;
    Window& to = *target->window;
    const bool zoomed_from = from.zoomed;
    const bool zoomed_to = to.zoomed;
    call.server.unzoom(from);
    call.server.unzoom(to);
    Pane* const was_active = from.active;
    call.server.swap_panes(*source->pane, *target->pane);
    if (!call.arguments().has('d')) {
        call.server.select_pane(*target->pane);
        if (&from != &to)
            call.server.select_pane(*source->pane);
    } else if (&from == &to && (was_active == source->pane || was_active == target->pane)) {
        call.server.select_pane(*source->pane);
    }
    if (call.arguments().has('Z')) {
        if (zoomed_from)
            call.server.zoom(from);
        if (zoomed_to)
            call.server.zoom(to);
    }
    return Flow::done;
}

// resize-window -A and -a: the largest or smallest client that shows the window.
vt::Size size_of_clients(const Call& call, const Found& found) {
    const bool largest = call.arguments().has('A');
    std::optional<vt::Size> size;
    for (Session* session : call.server.sessions_of(*found.window))
        for (const Client* client : call.server.clients_of(*session)) {
            vt::Size one = client->size();
            one.rows = std::max(1, one.rows - client->display.status_lines(*session));
            if (!size)
                size = one;
            const auto pick = [&](int a, int b) {
                return largest ? std::max(a, b) : std::min(a, b);
            };
            size = vt::Size{pick(size->rows, one.rows), pick(size->columns, one.columns)};
        }
    if (size)
        return *size;
    vt::Size fallback{24, 80};
    std::sscanf(found.session->options.text("default-size").c_str(), "%dx%d", &fallback.columns,
                &fallback.rows);
    return fallback;
}

bool take_dimension(const Call& call, char flag, std::string_view name, int& value) {
    const auto text = call.arguments().value(flag);
    if (!text)
        return true;
    const auto number = options::read_number(*text, 1, kMostCells);
    if (!number)
        return call.fail(std::string(name) + " " + std::string(number.error())) != Flow::failed;
    value = static_cast<int>(*number);
    return true;
}

Flow resize_window(const Call& call) {
    const command::Arguments& arguments = call.arguments();
    const auto found = call.target();
    if (!found)
        return Flow::failed;
    const auto adjustment = options::read_number(arguments.text(0, "1"), 1, kMostCells);
    if (!adjustment)
        return call.fail("adjustment " + std::string(adjustment.error()));
    const int change = static_cast<int>(*adjustment);
    vt::Size size = found->window->size;
    if (!take_dimension(call, 'x', "width", size.columns) ||
        !take_dimension(call, 'y', "height", size.rows))
        return Flow::failed;
    if (arguments.has('L') && size.columns >= change)
        size.columns -= change;
    else if (arguments.has('R'))
        size.columns += change;
    else if (arguments.has('U') && size.rows >= change)
        size.rows -= change;
    else if (arguments.has('D'))
        size.rows += change;
    if (arguments.has('A') || arguments.has('a'))
        size = size_of_clients(call, *found);
    found->window->options.put(*options::find_row("window-size"), {2, ""}); // manual
    call.server.resize_window(*found->window, size);
    return Flow::done;
}

constexpr std::array kRows = {
    CommandRow{"next-layout", next_layout},     CommandRow{"previous-layout", previous_layout},
    CommandRow{"resize-window", resize_window}, CommandRow{"rotate-window", rotate_window},
    CommandRow{"select-layout", select_layout}, CommandRow{"swap-pane", swap_pane},
};

} // namespace

std::span<const CommandRow> layout_commands() {
    return kRows;
}

} // namespace berth::mux
