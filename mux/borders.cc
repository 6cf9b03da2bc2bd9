#include "borders.h"

#include "client.h"
#include "formats.h"
#include "layout/borders.h"
#include "server.h"
#include "status.h"
#include "style.h"

#include <algorithm>
#include <array>
#include <map>

namespace berth::mux {
namespace {

// By the choices of pane-border-lines, in the table's order.
constexpr std::array kLines = {layout::BorderLines::Single, layout::BorderLines::Double,
                               layout::BorderLines::Heavy,  layout::BorderLines::Simple,
                               layout::BorderLines::Number, layout::BorderLines::Spaces,
                               layout::BorderLines::None};
constexpr char32_t kOutside = U'·';

class Borders {
  public:
    Borders(vt::Canvas& canvas, Server& server, const Client& client, const Window& window, int top)
        : canvas_(canvas), server_(server), client_(client), window_(window), top_(top),
          lines_(
              kLines[std::min(static_cast<std::size_t>(window.options.number("pane-border-lines")),
                              kLines.size() - 1)]) {}

    void draw(const layout::Layout& layout, layout::Size view) {
        const auto order = window_.order();
        const layout::BorderView wanted{
            .active = window_.active->id,
            .order = order,
            .indicators =
                static_cast<layout::Indicators>(window_.options.number("pane-border-indicators")),
            .view = view,
        };
        for (const layout::BorderCell& cell : layout::borders(layout, wanted)) {
            Pane* pane = cell.owner ? window_.find(*cell.owner) : nullptr;
            const std::optional<unsigned> index =
                pane != nullptr ? std::optional(number_of(*pane)) : std::nullopt;
            canvas_.text(top_ + static_cast<int>(cell.y), static_cast<int>(cell.x), 1,
                         layout::border_text(cell, lines_, index),
                         cell_style(pen(cell.active ? window_.active : pane, cell.active)));
        }
        for (const layout::StatusRow& row : layout::status_rows(layout))
            if (row.y < view.height && row.x < view.width)
                draw_text(row, view);
    }

  private:
    [[nodiscard]] FormatAbout about_pane(Pane* pane) const {
        Session* session = client_.session;
        return {.session = session,
                .index = session->current,
                .window = session->window(),
                .pane = pane != nullptr ? pane : window_.active,
                .client = &client_};
    }
    [[nodiscard]] unsigned number_of(const Pane& pane) const {
        return static_cast<unsigned>(window_.index_of(pane) +
                                     window_.options.number("pane-base-index"));
    }
    const format::Pen& pen(Pane* pane, bool active) {
        const auto [found, made] = pens_.try_emplace(std::pair(pane, active));
        if (made) {
            const options::Set& options = pane != nullptr ? pane->options : window_.options;
            found->second = option_style(server_, about_pane(pane), options,
                                         active ? "pane-active-border-style" : "pane-border-style");
        }
        return found->second;
    }

    // The text's cells; between its parts the border stays.
    void draw_text(const layout::StatusRow& row, layout::Size view) {
        Pane* pane = window_.find(row.pane);
        if (pane == nullptr)
            return;
        const FormatAbout here = about_pane(pane);
        const format::Pen base = pen(pane, pane == window_.active);
        const std::string text =
            expand(server_, here, pane->options.text("pane-border-format"), true);
        const auto drawing = format::draw(text, row.width, base);
        const auto blank = [&](std::size_t at) {
            return at >= drawing.cells.size() ||
                   (drawing.cells[at].text == " " && drawing.cells[at].pen == base);
        };
        for (std::size_t at = 0; at < drawing.cells.size(); ++at) {
            const format::DrawnCell& cell = drawing.cells[at];
            const bool gap = blank(at) && (blank(at + 1) || (at > 0 && blank(at - 1)));
            const unsigned column = row.x + static_cast<unsigned>(at);
            if (cell.width > 0 && !gap && column + cell.width <= view.width)
                canvas_.text(top_ + static_cast<int>(row.y), static_cast<int>(column), cell.width,
                             cell.text, cell_style(themed(server_, here, cell.pen)));
        }
    }

    vt::Canvas& canvas_;
    Server& server_;
    const Client& client_;
    const Window& window_;
    int top_;
    layout::BorderLines lines_;
    std::map<std::pair<Pane*, bool>, format::Pen> pens_;
};

} // namespace

void fill_outside(vt::Canvas& canvas, const Window& window, int top, int rows) {
    const int columns = canvas.size().columns;
    if (window.size.columns < columns)
        canvas.fill({top, window.size.columns, rows, columns - window.size.columns}, {}, kOutside);
    if (window.size.rows < rows)
        canvas.fill({top + window.size.rows, 0, rows - window.size.rows, columns}, {}, kOutside);
}

layout::BorderStatus border_status(const Window& window) {
    const std::string value = window.options.text("pane-border-status");
    return value == "top"      ? layout::BorderStatus::Top
           : value == "bottom" ? layout::BorderStatus::Bottom
                               : layout::BorderStatus::Off;
}

layout::Box whole_box(const Window& window) {
    layout::Box box{0, 0, static_cast<unsigned>(window.size.columns),
                    static_cast<unsigned>(window.size.rows)};
    const layout::BorderStatus status = border_status(window);
    if (status == layout::BorderStatus::Off || box.height < 2)
        return box;
    --box.height;
    if (status == layout::BorderStatus::Top)
        ++box.y;
    return box;
}

void draw_borders(vt::Canvas& canvas, Server& server, const Client& client, const Window& window,
                  int top, int rows) {
    if (window.active == nullptr || rows <= 0)
        return;
    fill_outside(canvas, window, top, rows);
    const layout::Size view{static_cast<unsigned>(canvas.size().columns),
                            static_cast<unsigned>(rows)};
    Borders borders(canvas, server, client, window, top);
    if (window.only() == nullptr && window.layout)
        return borders.draw(*window.layout, view);
    auto alone =
        layout::Layout::single(window.active->id, {static_cast<unsigned>(window.size.columns),
                                                   static_cast<unsigned>(window.size.rows)});
    alone.set_status(border_status(window));
    borders.draw(alone, view);
}

} // namespace berth::mux
