#include "position.h"

#include "client.h"
#include "execution.h"
#include "format/draw.h"
#include "mouse.h"
#include "scene.h"
#include "server.h"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace berth::mux {
namespace {

struct Letter {
    char letter;
    std::string_view column;
    std::string_view row;
};
constexpr std::array kLetters = {
    Letter{'C', "#{popup_centre_x}", "#{popup_centre_y}"},
    Letter{'R', "#{popup_pane_right}", "#{popup_pane_top}"},
    Letter{'P', "#{popup_pane_left}", "#{popup_pane_bottom}"},
    Letter{'M', "#{popup_mouse_centre_x}", "#{popup_mouse_top}"},
    Letter{'S', "#{popup_centre_x}", "#{popup_status_line_y}"},
    Letter{'W', "#{popup_window_status_line_x}", "#{popup_window_status_line_y}"},
    Letter{'L', "#{popup_last_x}", "#{popup_last_y}"},
};

class Places {
  public:
    Places(const Call& call, Client& client, const FormatAbout& about, int columns, int rows)
        : call_(call), client_(client), about_(about), columns_(columns), rows_(rows),
          size_(client.size()), shown_(rows_of(call.server, client)) {}

    [[nodiscard]] Extra variables() {
        const int lowest = size_.rows - rows_;
        put("popup_width", columns_);
        put("popup_height", rows_);
        put("popup_centre_x", std::max(0, (size_.columns - 1) / 2 - columns_ / 2));
        const int centre = (size_.rows - 1) / 2 + rows_ / 2;
        put("popup_centre_y", centre >= size_.rows ? lowest : centre);
        put("popup_last_x", client_.last_box.column);
        put("popup_last_y", client_.last_box.row + rows_);
        mouse();
        pane();
        status();
        return std::move(extra_);
    }

  private:
    void put(std::string_view name, int value) {
        extra_.emplace(std::string(name), std::to_string(value));
    }

    void mouse() {
        const auto& at = call_.execution.origin().mouse;
        if (at == nullptr)
            return;
        const int x = static_cast<int>(at->report.x);
        const int y = static_cast<int>(at->report.y);
        put("popup_mouse_x", x);
        put("popup_mouse_y", y);
        put("popup_mouse_centre_x", std::max(0, x - columns_ / 2));
        put("popup_mouse_centre_y", std::min(size_.rows - rows_, std::max(0, y - rows_ / 2)));
        put("popup_mouse_top", y + rows_ >= size_.rows ? size_.rows - 1 : y + rows_);
        put("popup_mouse_bottom", std::max(0, y - rows_));
    }

    void pane() {
        const Window* window = about_.window;
        const Pane* pane = about_.pane;
        if (window == nullptr || pane == nullptr || client_.session->window() != window)
            return;
        const layout::Box box =
            window->only() != nullptr ? window->box(*window->only()) : window->box(*pane);
        const int left = static_cast<int>(box.x) - client_.corner.column;
        const int top = shown_.top + static_cast<int>(box.y) - client_.corner.row;
        put("popup_pane_top", top + rows_ >= size_.rows ? size_.rows - rows_ : top + rows_);
        put("popup_pane_bottom", top + static_cast<int>(box.height));
        put("popup_pane_left", left);
        put("popup_pane_right", std::max(0, left + static_cast<int>(box.width) - columns_));
    }

    // Beside the status line; with the window's entry in it, if that is seen.
    void status() {
        if (shown_.lines == 0)
            return;
        const bool top = shown_.status == 0;
        const int beside = top ? shown_.lines + rows_ : size_.rows - shown_.lines;
        put("popup_status_line_y", beside);
        const auto& formats = client_.session->options.items("status-format");
        for (int line = 0; line < shown_.lines; ++line) {
            const auto format = formats.find(static_cast<unsigned>(line));
            if (format == formats.end())
                continue;
            const std::string text = expand(call_.server,
                                            {.session = client_.session,
                                             .index = client_.session->current,
                                             .window = client_.session->window(),
                                             .pane = client_.session->window()->active,
                                             .client = &client_},
                                            format->second.text, true);
            const auto drawing =
                format::draw(text, static_cast<unsigned>(size_.columns), format::Pen{});
            for (const format::DrawnRange& range : drawing.ranges)
                if (range.range.kind == format::Range::Kind::window &&
                    static_cast<int>(range.range.number) == about_.index) {
                    put("popup_window_status_line_x", static_cast<int>(range.begin));
                    put("popup_window_status_line_y",
                        top ? line + 1 + rows_ : size_.rows - shown_.lines + line);
                    return;
                }
        }
    }

    const Call& call_;
    Client& client_;
    const FormatAbout& about_;
    int columns_;
    int rows_;
    vt::Size size_;
    Rows shown_;
    Extra extra_;
};

std::string_view meaning(std::string_view text, std::string_view Letter::* which) {
    const char letter = text.empty() ? 'C' : text.size() == 1 ? text[0] : '\0';
    const auto found = std::ranges::find(kLetters, letter, &Letter::letter);
    return found == kLetters.end() ? text : (*found).*which;
}

} // namespace

Position position_of(const Call& call, Client& client, const FormatAbout& about, int columns,
                     int rows) {
    const Extra extra = Places(call, client, about, columns, rows).variables();
    FormatAbout item = about;
    item.client = &client;
    item.extra = &extra;
    const auto number = [&](char flag, std::string_view Letter::* which) {
        const std::string text =
            expand(call.server, item, meaning(call.arguments().value(flag).value_or(""), which));
        return static_cast<int>(
            std::clamp(std::strtol(text.c_str(), nullptr, 10), -100'000L, 100'000L));
    };
    Position position{number('x', &Letter::column), number('y', &Letter::row)};
    // What is said of the row is where the box ends.
    position.row = position.row < rows ? 0 : position.row - rows;
    position.column = std::max(0, std::min(position.column, client.size().columns - columns));
    position.row = std::max(0, std::min(position.row, client.size().rows - rows));
    client.last_box = {
        .row = position.row, .column = position.column, .rows = rows, .columns = columns};
    return position;
}

} // namespace berth::mux
