// Commands of panes: split-window, select-pane, resize-pane, send-keys, capture-pane and their kin.
#include "capture.h"
#include "client.h"
#include "commands.h"
#include "formats.h"
#include "mode.h"
#include "mouse.h"
#include "options/number.h"
#include "server.h"

#include <algorithm>
#include <array>

namespace berth::mux {
namespace {

constexpr std::string_view kPaneLine = "#{pane_index}: [#{pane_width}x#{pane_height}] [history "
                                       "#{history_size}/#{history_limit}, #{history_bytes} bytes] "
                                       "#{pane_id}#{?pane_active, (active),}#{?pane_dead, (dead),}";
constexpr std::string_view kPrintNew = "#{session_name}:#{window_index}.#{pane_index}";

std::optional<unsigned> number_of(std::string_view text) {
    const std::string copy(text);
    char* end = nullptr;
    const unsigned long value = std::strtoul(copy.c_str(), &end, 10);
    if (copy.empty() || *end != '\0' || copy[0] == '-' || value > 100'000)
        return std::nullopt;
    return static_cast<unsigned>(value);
}

Flow split_window(const Call& call) {
    const command::Arguments& arguments = call.arguments();
    const auto found = call.target();
    if (!found)
        return Flow::failed;
    Window& window = *found->window;
    layout::Split request;
    request.target = found->pane->id;
    request.axis = arguments.has('h') ? layout::Axis::Horizontal : layout::Axis::Vertical;
    request.where = arguments.has('b') ? layout::Where::Before : layout::Where::After;
    request.full = arguments.has('f');
    if (!take_size(call, window, request))
        return call.fail(arguments.has('p') ? "create pane failed: -p invalid" : "lines invalid");
    PaneWish wish;
    for (std::size_t i = 0; i < arguments.size(); ++i)
        wish.words.emplace_back(arguments.text(i));
    wish.directory = call.server.directory_for(call, *found->session);
    for (const std::string& entry : arguments.values('e'))
        wish.environment.push_back(entry);
    Pane* pane = call.server.split(*found->session, window, request, std::move(wish));
    if (pane == nullptr)
        return call.fail("no space for new pane");
    if (!arguments.has('d'))
        call.server.select_pane(*pane);
    if (arguments.has('Z'))
        window.zoomed = true;
    call.server.layout_changed(window);
    if (arguments.has('P'))
        call.print(expand(call.server, {found->session, found->index, &window, pane, call.client()},
                          arguments.value('F').value_or(kPrintNew)));
    return Flow::done;
}

Flow kill_pane(const Call& call) {
    const auto found = call.target();
    if (!found)
        return Flow::failed;
    if (!call.arguments().has('a')) {
        call.server.kill_pane(*found->pane);
        return Flow::done;
    }
    std::vector<Pane*> others;
    for (const auto& pane : found->window->panes)
        if (pane.get() != found->pane)
            others.push_back(pane.get());
    for (Pane* pane : others)
        call.server.kill_pane(*pane);
    return Flow::done;
}

// -Z: what selecting a pane has undone.
void zoom_again(const Call& call, Window& window) {
    if (window.zoomed)
        return;
    window.zoomed = true;
    call.server.layout_changed(window);
}

// -d, -e: nothing that is typed reaches the pane's program, or it does again; no pane is selected.
bool switches_input(const Call& call, Pane& pane) {
    const bool off = call.arguments().has('d') && !call.arguments().has('e');
    if (!off && !call.arguments().has('e'))
        return false;
    pane.input_off = off;
    call.server.changed();
    call.server.refresh(*pane.window);
    return true;
}

Flow select_pane(const Call& call) {
    const command::Arguments& arguments = call.arguments();
    const auto found = call.target();
    if (!found)
        return Flow::failed;
    Window& window = *found->window;
    if (arguments.has('M') && call.execution.origin().mouse != nullptr) {
        call.server.select_pane(*found->pane); // the one whose border was clicked
        return Flow::done;
    }
    if (arguments.has('m') || arguments.has('M')) {
        call.server.marked =
            arguments.has('M') || call.server.marked == found->pane ? nullptr : found->pane;
        call.server.hooks.of_pane("marked-pane-changed", *found->pane);
        call.server.refresh(window);
        return Flow::done;
    }
    if (arguments.has('T') && !arguments.has('d') && !arguments.has('e')) {
        found->pane->terminal.set_title(
            expand(call.server, about(*found, call.client()), *arguments.value('T')));
        found->pane->checkpoint();
        call.server.pane_title(*found->pane);
        return Flow::done;
    }
    Pane* pane = found->pane;
    if (arguments.has('l')) {
        pane = window.last;
        if (pane == nullptr)
            return call.fail("no last pane");
    }
    const bool keep_zoom = arguments.has('Z') && window.zoomed;
    struct Side {
        char flag;
        layout::Direction direction;
    };
    for (const Side& side :
         {Side{'L', layout::Direction::Left}, Side{'R', layout::Direction::Right},
          Side{'U', layout::Direction::Up}, Side{'D', layout::Direction::Down}})
        if (arguments.has(side.flag)) {
            pane = window.neighbour(side.direction);
            if (pane == nullptr)
                return Flow::done;
        }
    if (switches_input(call, *pane))
        return Flow::done;
    call.server.select_pane(*pane);
    if (keep_zoom)
        zoom_again(call, window);
    return Flow::done;
}

Flow last_pane(const Call& call) {
    const auto found = call.target();
    if (!found)
        return Flow::failed;
    if (found->window->last == nullptr)
        return call.fail("no last pane");
    if (switches_input(call, *found->window->last))
        return Flow::done;
    const bool keep_zoom = call.arguments().has('Z') && found->window->zoomed;
    call.server.select_pane(*found->window->last);
    if (keep_zoom)
        zoom_again(call, *found->window);
    return Flow::done;
}

bool resize_to(const Call& call, Window& window, Pane& pane, char flag, layout::Axis axis) {
    const auto text = call.arguments().value(flag);
    if (!text)
        return true;
    std::string_view number_text = *text;
    const bool percent = number_text.ends_with('%');
    if (percent)
        number_text.remove_suffix(1);
    auto number = number_of(number_text);
    if (!number || (percent && *number > 100))
        return false;
    if (percent)
        number = *number *
                 (axis == layout::Axis::Horizontal ? window.layout->size().width
                                                   : window.layout->size().height) /
                 100;
    window.layout->resize_to(pane.id, axis, *number);
    return true;
}

// resize-pane -M: the borders below the mouse follow it until its button is let go.
Flow drag_border(const Call& call) {
    const MouseAt* mouse = call.execution.origin().mouse.get();
    const Client* client = call.client();
    if (mouse == nullptr || client == nullptr || client->session == nullptr ||
        client->session->id != mouse->session)
        return Flow::done;
    const auto follow = [&server = call.server](const MouseAt& at) {
        const Client* dragging = server.client_by_id(at.client);
        Window* window = dragging != nullptr && dragging->session != nullptr
                             ? dragging->session->window()
                             : nullptr;
        if (window == nullptr || !window->layout || window->zoomed)
            return;
        const PanePlace from = place_in_window(at, MouseMoment::before);
        const PanePlace to = place_in_window(at);
        if (window->layout->drag(static_cast<unsigned>(from.column),
                                 static_cast<unsigned>(from.row), to.column - from.column,
                                 to.row - from.row))
            server.layout_changed(*window);
    };
    follow(*mouse);
    start_drag(call.server, *mouse, {.moved = follow, .ended = [] {}});
    return Flow::done;
}

Flow resize_pane(const Call& call) {
    const command::Arguments& arguments = call.arguments();
    if (arguments.has('M'))
        return drag_border(call);
    const auto found = call.target();
    if (!found)
        return Flow::failed;
    Window& window = *found->window;
    if (arguments.has('Z')) {
        if (window.panes.size() > 1) {
            if (!window.zoomed)
                call.server.select_pane(*found->pane);
            window.zoomed = !window.zoomed;
            call.server.layout_changed(window);
        }
        return Flow::done;
    }
    if (window.zoomed) {
        window.zoomed = false;
        window.apply_layout();
    }
    if (!resize_to(call, window, *found->pane, 'x', layout::Axis::Horizontal))
        return call.fail("width invalid");
    if (!resize_to(call, window, *found->pane, 'y', layout::Axis::Vertical))
        return call.fail("height invalid");
    struct Side {
        char flag;
        layout::Direction direction;
    };
    for (const Side& side :
         {Side{'L', layout::Direction::Left}, Side{'R', layout::Direction::Right},
          Side{'U', layout::Direction::Up}, Side{'D', layout::Direction::Down}}) {
        if (!arguments.has(side.flag))
            continue;
        // The amount follows the flag, or stands alone as in older scripts.
        const auto amount = options::read_number(
            arguments.value(side.flag).value_or(arguments.text(0, "1")), 1, 100'000);
        if (!amount)
            return call.fail("adjustment " + std::string(amount.error()));
        window.layout->resize(found->pane->id, side.direction, static_cast<unsigned>(*amount));
    }
    call.server.layout_changed(window);
    return Flow::done;
}

void print_panes(const Call& call, Session& session, int index, Window& window,
                 const std::string& before) {
    for (const auto& pane : window.panes) {
        const FormatAbout item{&session, index, &window, pane.get(), nullptr};
        if (const auto filter = call.arguments().value('f'))
            if (const std::string value = expand(call.server, item, *filter);
                value.empty() || value == "0")
                continue;
        call.print(expand(call.server, item,
                          call.arguments().value('F').value_or(before + std::string(kPaneLine))));
    }
}

Flow list_panes(const Call& call) {
    if (call.arguments().has('a')) {
        for (Session* session : call.server.by_name())
            for (const auto& [index, window] : session->windows)
                print_panes(call, *session, index, *window, "#{session_name}:#{window_index}.");
        return Flow::done;
    }
    const auto found = call.target();
    if (!found)
        return Flow::failed;
    if (call.arguments().has('s')) {
        for (const auto& [index, window] : found->session->windows)
            print_panes(call, *found->session, index, *window, "#{window_index}.");
        return Flow::done;
    }
    print_panes(call, *found->session, found->index, *found->window, "");
    return Flow::done;
}

// The client that commands of a pane's mode are for; nullptr: nobody is attached.
Client* client_of(const Call& call) {
    const auto client = find_client(call.server, call.execution.origin(), {});
    return client ? *client : nullptr;
}

void send_one(Server& server, Client* client, Pane& pane, keys::Key key) {
    if (pane.mode() != nullptr)
        server.send_mode_key(client, pane, key);
    else
        server.send_key(pane, key);
}

void send_word(Server& server, Client* client, Pane& pane, std::string_view word, bool literal) {
    if (!literal)
        if (const auto key = keys::parse_key(word)) {
            send_one(server, client, pane, *key);
            return;
        }
    if (pane.mode() == nullptr) {
        server.send_text(pane, word);
        return;
    }
    while (const auto next = keys::first_utf8(word)) {
        if (pane.mode() == nullptr)
            break;
        server.send_mode_key(client, pane, keys::Key(next->value));
        word.remove_prefix(next->size);
    }
}

// send-keys -X: a command of the pane's mode.
Flow send_command(const Call& call, Pane& pane, std::optional<unsigned> count) {
    PaneMode* mode = pane.mode();
    if (mode == nullptr)
        return call.fail("not in a mode");
    std::vector<std::string> words;
    for (std::size_t word = 0; word < call.arguments().size(); ++word)
        words.emplace_back(call.arguments().text(word));
    const int repeat = count ? static_cast<int>(*count) : std::exchange(mode->repeat, 1);
    const bool known = mode->command({call, words, repeat, call.execution.origin().mouse.get()});
    return known ? Flow::done : call.fail("not in a mode");
}

Flow send_keys(const Call& call) {
    const command::Arguments& arguments = call.arguments();
    const auto found = call.target();
    if (!found)
        return Flow::failed;
    if (arguments.has('M')) {
        const MouseAt* mouse = call.execution.origin().mouse.get();
        Client* client = client_of(call);
        if (mouse == nullptr || !mouse->pane || client == nullptr)
            return call.fail("no mouse target");
        call.server.send_mouse(*client, *mouse);
        return Flow::done;
    }
    std::optional<unsigned> count;
    if (const auto text = arguments.value('N')) {
        const auto number = number_of(*text);
        if (!number || *number == 0)
            return call.fail(!number ? "repeat count invalid" : "repeat count too small");
        count = *number;
        if (arguments.size() == 0 && found->pane->mode() != nullptr) {
            found->pane->mode()->repeat = static_cast<int>(*count);
            return Flow::done;
        }
    }
    if (arguments.has('X'))
        return send_command(call, *found->pane, count);
    if (arguments.has('R')) {
        found->pane->terminal.reset();
        found->pane->checkpoint();
    }
    Client* client = client_of(call);
    for (unsigned i = 0; i < count.value_or(1); ++i)
        for (std::size_t word = 0; word < arguments.size(); ++word) {
            if (arguments.has('H')) {
                const std::string digits(arguments.text(word));
                char* end = nullptr;
                const unsigned long byte = std::strtoul(digits.c_str(), &end, 16);
                if (!digits.empty() && *end == '\0' && byte <= 0xff)
                    call.server.send_text(*found->pane, std::string(1, static_cast<char>(byte)));
            } else {
                send_word(call.server, client, *found->pane, arguments.text(word),
                          arguments.has('l'));
            }
        }
    if (arguments.has('R'))
        call.server.refresh(*found->window);
    return Flow::done;
}

Flow send_prefix(const Call& call) {
    const auto found = call.target();
    if (!found)
        return Flow::failed;
    const auto key = keys::parse_key(
        found->session->options.text(call.arguments().has('2') ? "prefix2" : "prefix"));
    if (key)
        send_one(call.server, client_of(call), *found->pane, *key);
    return Flow::done;
}

Flow capture_pane(const Call& call) {
    const auto found = call.target();
    if (!found)
        return Flow::failed;
    const auto text = capture(*found->pane, call.arguments());
    if (!text)
        return call.fail(text.error().operation);
    if (call.arguments().has('p')) {
        std::string_view lines = *text;
        if (lines.ends_with('\n'))
            lines.remove_suffix(1);
        call.print(lines);
        return Flow::done;
    }
    call.server.buffers.add(*text, call.arguments().value('b'));
    return Flow::done;
}

constexpr std::array kRows = {
    CommandRow{"capture-pane", capture_pane}, CommandRow{"kill-pane", kill_pane},
    CommandRow{"last-pane", last_pane},       CommandRow{"list-panes", list_panes},
    CommandRow{"resize-pane", resize_pane},   CommandRow{"select-pane", select_pane},
    CommandRow{"send-keys", send_keys},       CommandRow{"send-prefix", send_prefix},
    CommandRow{"split-window", split_window},
};

} // namespace

bool take_size(const Call& call, const Window& window, layout::Split& request) {
    std::string_view text = call.arguments().value('l').value_or("");
    bool percent = false;
    if (call.arguments().has('p')) {
        text = *call.arguments().value('p');
        percent = true;
    } else if (text.ends_with('%')) {
        text.remove_suffix(1);
        percent = true;
    }
    if (text.empty() && !percent)
        return true;
    const auto number = number_of(text);
    if (!number)
        return false;
    request.size = percent ? window.layout->percent(request, *number) : *number;
    return true;
}

std::span<const CommandRow> pane_commands() {
    return kRows;
}

} // namespace berth::mux
