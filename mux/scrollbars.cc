#include "scrollbars.h"

#include "borders.h"
#include "client.h"
#include "copy_mode.h"
#include "server.h"
#include "status.h"
#include "style.h"

#include <algorithm>

namespace berth::mux {
namespace {

// The option's choices, in the table's order.
enum class When { off, modal, on, hiding };

When when_of(const Window& window) {
    return static_cast<When>(window.options.number("pane-scrollbars"));
}

layout::Box bar_box(const Scrollbar& bar, layout::Box whole) {
    const unsigned columns = std::min(static_cast<unsigned>(bar.columns), whole.width);
    return {bar.left ? whole.x : whole.x + whole.width - columns, whole.y, columns, whole.height};
}

} // namespace

layout::Box box_with_scrollbar(const Window& window, const Pane& pane) {
    if (window.only() == nullptr)
        return window.layout ? window.layout->box(pane.id).value_or(layout::Box{}) : layout::Box{};
    return window.only() == &pane ? whole_box(window) : layout::Box{};
}

std::optional<Scrollbar> scrollbar_of(const Window& window, const Pane& pane) {
    const When when = when_of(window);
    if (when == When::off || (when != When::on && pane.mode() == nullptr))
        return std::nullopt;
    const auto style = format::parse_style(pane.options.text("pane-scrollbars-style"));
    Scrollbar bar;
    bar.columns = style && style->width > 0 ? static_cast<int>(std::min(style->width, 1000U)) : 1;
    bar.pad = style ? static_cast<int>(std::min(style->pad, 1000U)) : 0;
    bar.left = window.options.text("pane-scrollbars-position") == "left";
    bar.over = when == When::hiding;
    return bar;
}

layout::Box beside_scrollbar(const Window& window, const Pane& pane, layout::Box box) {
    const auto bar = scrollbar_of(window, pane);
    if (!bar || bar->over || box.width == 0)
        return box;
    const unsigned taken = std::min(static_cast<unsigned>(bar->columns + bar->pad), box.width - 1);
    box.width -= taken;
    if (bar->left)
        box.x += taken;
    return box;
}

Slider slider_of(const Pane& pane, int rows) {
    const CopyMode* copying = copy_mode_of(pane);
    const vt::Terminal& shown = copying != nullptr ? copying->backing() : pane.terminal;
    const auto history = static_cast<long long>(shown.history().lines());
    const long long all = std::max(1LL, history + shown.size().rows);
    const long long first = copying != nullptr ? copying->state().top() : history;
    Slider slider;
    slider.rows =
        std::max(1, static_cast<int>(rows * static_cast<long long>(shown.size().rows) / all));
    slider.row =
        copying != nullptr ? static_cast<int>((rows + 1LL) * first / all) : rows - slider.rows;
    slider.row = std::clamp(slider.row, 0, std::max(0, rows - 1));
    slider.rows = std::min(slider.rows, rows - slider.row);
    return slider;
}

BarPart scrollbar_at(const Window& window, const Pane& pane, unsigned x, unsigned y) {
    const auto bar = scrollbar_of(window, pane);
    if (!bar)
        return BarPart::none;
    const layout::Box box = bar_box(*bar, box_with_scrollbar(window, pane));
    if (x < box.x || x >= box.x + box.width || y < box.y || y >= box.y + box.height)
        return BarPart::none;
    const Slider slider = slider_of(pane, static_cast<int>(box.height));
    const int row = static_cast<int>(y - box.y);
    return row < slider.row                 ? BarPart::above
           : row < slider.row + slider.rows ? BarPart::slider
                                            : BarPart::below;
}

void draw_scrollbars(vt::Canvas& canvas, Server& server, const Client& client, const Window& window,
                     int top) {
    if (when_of(window) == When::off)
        return;
    for (const auto& pane : window.panes) {
        const auto bar = scrollbar_of(window, *pane);
        const layout::Box box =
            bar ? bar_box(*bar, box_with_scrollbar(window, *pane)) : layout::Box{};
        if (box.width == 0 || box.height == 0)
            continue;
        const FormatAbout here{.session = client.session,
                               .index = client.session->current,
                               .window = client.session->window(),
                               .pane = pane.get(),
                               .client = &client};
        format::Pen pen = option_style(server, here, pane->options, "pane-scrollbars-style");
        const vt::Rect area{top + static_cast<int>(box.y), static_cast<int>(box.x),
                            static_cast<int>(box.height), static_cast<int>(box.width)};
        canvas.fill(area, cell_style(pen));
        pen.background = pen.foreground;
        const Slider slider = slider_of(*pane, area.rows);
        canvas.fill({area.row + slider.row, area.column, slider.rows, area.columns},
                    cell_style(pen));
        if (bar->over || bar->pad == 0)
            continue;
        const int beside = bar->left ? area.column + area.columns : area.column - bar->pad;
        canvas.fill({area.row, std::max(0, beside), area.rows, bar->pad}, {});
    }
}

} // namespace berth::mux
