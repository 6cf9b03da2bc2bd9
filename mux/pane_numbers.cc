#include "pane_numbers.h"

#include "client.h"
#include "digits.h"
#include "format/colour.h"
#include "scene.h"
#include "server.h"
#include "status.h"
#include "style.h"

namespace berth::mux {
namespace {

constexpr int kMostNumbers = 36; // 0 to 9, then letters

// What is typed for a pane beyond 9.
std::string letter_of(int index) {
    return index > 9 && index < kMostNumbers ? std::string(1, static_cast<char>('a' + index - 10))
                                             : "";
}

std::optional<int> number_typed(keys::Key key) {
    if (key.modifiers != 0)
        return std::nullopt;
    if (key.code >= '0' && key.code <= '9')
        return static_cast<int>(key.code - '0');
    if (key.code >= 'a' && key.code <= 'z')
        return static_cast<int>(key.code - 'a') + 10;
    return std::nullopt;
}

} // namespace

void PaneNumbers::show(Server& server, Client& client, Answers answers, Origin origin,
                       std::uint64_t delay_ms, bool ignores_keys,
                       std::shared_ptr<Execution> waiting) {
    const auto shown = std::make_shared<PaneNumbers>(
        server, client, std::move(answers), std::move(origin), ignores_keys, std::move(waiting));
    client.show_overlay(shown);
    if (delay_ms > 0)
        shown->timer_ = server.loop().after(
            delay_ms * 1000, [&numbers = *shown] { numbers.client_.close_overlay(numbers); });
}

PaneNumbers::PaneNumbers(Server& server, Client& client, Answers answers, Origin origin,
                         bool ignores_keys, std::shared_ptr<Execution> waiting)
    : server_(server), client_(client), answers_(std::move(answers)), origin_(std::move(origin)),
      ignores_keys_(ignores_keys), waiting_(std::move(waiting)) {}

void PaneNumbers::draw(vt::Canvas& canvas) {
    const Window& window = *client_.session->window();
    const Rows rows = rows_of(server_, client_);
    canvas.cursor.visible = false;
    for (const auto& pane : window.panes) {
        const layout::Box box = window.box(*pane);
        vt::Rect area{static_cast<int>(box.y), static_cast<int>(box.x),
                      static_cast<int>(box.height), static_cast<int>(box.width)};
        const int above = std::max(0, client_.corner.row - area.row);
        const int before = std::max(0, client_.corner.column - area.column);
        area = {area.row + above - client_.corner.row, area.column + before - client_.corner.column,
                area.rows - above, area.columns - before};
        area.rows = std::min(area.rows, rows.rows - area.row);
        area.columns = std::min(area.columns, canvas.size().columns - area.column);
        area.row += rows.top;
        if (area.rows > 0 && area.columns > 0)
            draw_pane(canvas, window, *pane, area);
    }
}

void PaneNumbers::draw_pane(vt::Canvas& canvas, const Window& window, const Pane& pane,
                            vt::Rect box) const {
    const FormatAbout item{
        client_.session, client_.session->current, client_.session->window(), nullptr, &client_,
        nullptr};
    const int index =
        window.index_of(pane) + static_cast<int>(window.options.number("pane-base-index"));
    const std::string number = std::to_string(index);
    const std::string letter = letter_of(index);
    const vt::Style style = cell_style(
        style_pen(server_, item,
                  "fg=" + window.options.text(&pane == window.active ? "display-panes-active-colour"
                                                                     : "display-panes-colour")));
    const int length = static_cast<int>(number.size());
    if (box.columns < length)
        return;
    if (box.columns < length * kDigitColumns || box.rows < kDigitRows) {
        const std::string text = letter.empty() ? number : number + " " + letter;
        const int width = static_cast<int>(text.size());
        canvas.text(box.row + box.rows / 2,
                    box.column + std::max(0, box.columns / 2 - (width + 1) / 2), box.columns, text,
                    style);
        return;
    }
    draw_digits(canvas, box, box.rows / 2 - 2, box.columns / 2 - length * 3, number, style);
    if (box.rows <= kDigitRows + 1)
        return;
    const vt::Size size = pane.terminal.size();
    const std::string text = std::to_string(size.columns) + "x" + std::to_string(size.rows);
    const int width = static_cast<int>(text.size());
    if (box.columns >= width)
        canvas.text(box.row, box.column + box.columns - width, width, text, style);
    if (!letter.empty())
        canvas.text(box.row + box.rows / 2 + 3, box.column + box.columns / 2 + length * 3 - 2, 1,
                    letter, style);
}

Overlay::Took PaneNumbers::event(const keys::Event& event) {
    if (ignores_keys_)
        return Took::no;
    if (event.kind != keys::EventKind::Key || event.action == keys::Action::Release)
        return event.kind == keys::EventKind::Key ? Took::yes : Took::no;
    const Window* window = client_.session->window();
    const auto number = number_typed(event.key);
    const Pane* chosen = nullptr;
    for (const auto& pane : window->panes)
        if (number &&
            window->index_of(*pane) + window->options.number("pane-base-index") == *number)
            chosen = pane.get();
    const auto waiting = std::exchange(waiting_, nullptr);
    client_.close_overlay(*this);
    if (chosen != nullptr) {
        const std::string id = "%" + std::to_string(chosen->id);
        run_answer(server_, origin_, answers_, std::span(&id, 1), waiting);
    } else if (waiting != nullptr) {
        waiting->resume();
    }
    // A key that is no pane's means what it always means.
    return number ? Took::yes : Took::no;
}

void PaneNumbers::resized() {
    client_.close_overlay(*this);
}

void PaneNumbers::closed() {
    timer_.reset();
    if (const auto waiting = std::exchange(waiting_, nullptr))
        waiting->resume();
}

} // namespace berth::mux
