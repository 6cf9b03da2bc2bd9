#include "menu.h"

#include "format/text.h"
#include "status.h"
#include "style.h"

#include <algorithm>

namespace berth::mux {
namespace {

constexpr int kPage = 5; // lines that PPage and NPage go

int columns_of(std::string_view text) {
    return static_cast<int>(format::text_columns(text, format::default_width));
}

std::string with_key(const MenuItem& item) {
    if (!item.key || !item.enabled)
        return item.name;
    return item.name + "#[default] #[align=right](" + keys::key_name(*item.key) + ")";
}

enum class Means { up, down, page_up, page_down, first, last, choose, close };
struct KeyRow {
    keys::Key key;
    Means means;
};
const KeyRow kKeys[] = {
    {keys::Key(keys::Named::Up), Means::up},
    {keys::Key('k'), Means::up},
    {keys::Key(keys::Named::BTab), Means::up},
    {keys::Key(keys::Named::Down), Means::down},
    {keys::Key('j'), Means::down},
    {keys::Key(keys::kTab), Means::down},
    {keys::Key(keys::Named::PPage), Means::page_up},
    {keys::Key('b', keys::kCtrl), Means::page_up},
    {keys::Key(keys::Named::NPage), Means::page_down},
    {keys::Key('f', keys::kCtrl), Means::page_down},
    {keys::Key(keys::Named::Home), Means::first},
    {keys::Key('g'), Means::first},
    {keys::Key(keys::Named::End), Means::last},
    {keys::Key('G'), Means::last},
    {keys::Key(keys::kEnter), Means::choose},
    {keys::Key(keys::Named::KPEnter), Means::choose},
    {keys::Key('m', keys::kCtrl), Means::choose},
    {keys::Key(keys::kEscape), Means::close},
    {keys::Key('[', keys::kCtrl), Means::close},
    {keys::Key('c', keys::kCtrl), Means::close},
    {keys::Key('g', keys::kCtrl), Means::close},
    {keys::Key('q'), Means::close},
};

} // namespace

Menu::Menu(std::vector<MenuItem> items, MenuLook look)
    : items_(std::move(items)), look_(std::move(look)) {
    width_ = columns_of(look_.title);
    for (const MenuItem& item : items_)
        width_ = std::max(width_, columns_of(with_key(item)));
}

void Menu::place(int column, int row) {
    column_ = column;
    row_ = row;
}

void Menu::choose(std::optional<std::size_t> index) {
    chosen_.reset();
    if (!index || items_.empty())
        return;
    jump(static_cast<int>(std::min(*index, items_.size() - 1)), 1);
}

// The first that may be chosen from there on, around the end.
void Menu::jump(int to, int by) {
    const int count = static_cast<int>(items_.size());
    for (int tries = 0; tries < count; ++tries, to += by) {
        const auto index = static_cast<std::size_t>((to % count + count) % count);
        if (may_choose(index)) {
            chosen_ = index;
            return;
        }
    }
}

void Menu::step(int by) {
    const int from = chosen_ ? static_cast<int>(*chosen_) : by > 0 ? -1 : 0;
    jump(from + by, by);
}

MenuAnswer Menu::key(keys::Key key) {
    for (std::size_t index = 0; index < items_.size(); ++index)
        if (may_choose(index) && items_[index].key == key) {
            chosen_ = index;
            return MenuAnswer::chosen;
        }
    const auto* row = std::ranges::find(kKeys, key, &KeyRow::key);
    if (row == std::end(kKeys))
        return MenuAnswer::none;
    const int count = static_cast<int>(items_.size());
    const int from = chosen_ ? static_cast<int>(*chosen_) : 0;
    switch (row->means) {
    case Means::up:
        step(-1);
        break;
    case Means::down:
        step(1);
        break;
    case Means::page_up:
        jump(std::max(0, from - kPage), 1);
        break;
    case Means::page_down:
        jump(std::min(count - 1, from + kPage), -1);
        break;
    case Means::first:
        jump(0, 1);
        break;
    case Means::last:
        jump(count - 1, -1);
        break;
    case Means::choose:
        return chosen_ ? MenuAnswer::chosen : MenuAnswer::closed;
    case Means::close:
        return MenuAnswer::closed;
    }
    return MenuAnswer::none;
}

MenuAnswer Menu::mouse(const keys::MouseReport& report) {
    const bool pressed = report.action == keys::MouseAction::Press;
    const bool released = report.action == keys::MouseAction::Release;
    if (!look_.mouse)
        return pressed ? MenuAnswer::closed : MenuAnswer::none;
    const int x = static_cast<int>(report.x);
    const int y = static_cast<int>(report.y) - row_ - 1;
    const bool inside =
        x > column_ && x < column_ + columns() - 1 && y >= 0 && y < static_cast<int>(items_.size());
    if (!inside) {
        chosen_.reset();
        return (look_.stays_open ? pressed : released) ? MenuAnswer::closed : MenuAnswer::none;
    }
    const bool wheel = report.button == keys::kWheelUp || report.button == keys::kWheelDown;
    const auto index = static_cast<std::size_t>(y);
    chosen_ = may_choose(index) ? std::optional(index) : std::nullopt;
    const bool takes = look_.stays_open ? pressed && !wheel : released;
    if (!takes)
        return MenuAnswer::none;
    return chosen_ ? MenuAnswer::chosen : MenuAnswer::closed;
}

void Menu::draw_title(vt::Canvas& canvas, Server& server, const FormatAbout& about) const {
    if (look_.title.empty())
        return;
    // Where the title leaves the border to be seen, only its own columns are drawn.
    const auto drawing = format::draw(look_.title, static_cast<unsigned>(width_), look_.border);
    int begin = 0;
    int end = width_;
    while (begin < end && drawing.cells[static_cast<std::size_t>(begin)].text == " ")
        ++begin;
    while (end > begin && drawing.cells[static_cast<std::size_t>(end - 1)].text == " ")
        --end;
    for (int at = begin; at < end; ++at) {
        const auto& cell = drawing.cells[static_cast<std::size_t>(at)];
        if (cell.width > 0)
            draw_formatted(canvas, server, about, row_, column_ + 2 + at, cell.width,
                           cell.text == "#" ? "##" : cell.text, cell.pen);
    }
}

void Menu::draw_item(vt::Canvas& canvas, Server& server, const FormatAbout& about,
                     std::size_t index) const {
    const MenuItem& item = items_[index];
    const int row = row_ + 1 + static_cast<int>(index);
    if (item.line()) {
        const vt::Style border = cell_style(look_.border);
        for (int column = 0; column < columns(); ++column) {
            const unsigned edges =
                (column > 0 ? vt::kEdgeLeft : 0U) | (column < columns() - 1 ? vt::kEdgeRight : 0U) |
                (column == 0 || column == columns() - 1 ? vt::kEdgeUp | vt::kEdgeDown : 0U);
            canvas.border(row, column_ + column, edges, look_.lines, border);
        }
        return;
    }
    format::Pen pen = chosen_ == index ? look_.selected : look_.style;
    canvas.fill({row, column_ + 1, 1, width_ + 2}, cell_style(pen));
    if (!item.enabled)
        pen.attributes |= std::to_underlying(format::Attribute::dim);
    draw_formatted(canvas, server, about, row, column_ + 2, width_, with_key(item), pen);
}

void Menu::draw(vt::Canvas& canvas, Server& server, const FormatAbout& about) const {
    const vt::Rect area{row_, column_, rows(), columns()};
    canvas.fill(area, cell_style(look_.style));
    canvas.box(area, look_.lines, cell_style(look_.border));
    draw_title(canvas, server, about);
    for (std::size_t index = 0; index < items_.size(); ++index)
        draw_item(canvas, server, about, index);
    canvas.cursor.visible = false;
}

} // namespace berth::mux
