#include "layout/borders.h"

#include <algorithm>
#include <array>
#include <utility>

namespace berth::layout {
namespace {

enum class Side : std::uint8_t { None, Left, Right, Top, Bottom };

struct Pane {
    PaneId id;
    Box box;
};

// What the rules need to know about a window.
class Window {
  public:
    Window(const Layout& layout, const BorderView& view)
        : size_(layout.size()), status_(layout.status()),
          inside_(std::size_t{size_.width} * size_.height, false) {
        for (const PaneId id : view.order)
            if (const auto box = layout.box(id))
                panes_.push_back({id, *box});
        for (const Pane& pane : panes_)
            fill(pane.box);
        const bool halves =
            view.indicators == Indicators::Colour || view.indicators == Indicators::Both;
        const bool two = status_ == BorderStatus::Off && halves && panes_.size() == 2;
        halved_columns_ = two && layout.root().kind == Kind::LeftRight;
        halved_rows_ = two && layout.root().kind == Kind::TopBottom;
        std::ranges::rotate(panes_, std::ranges::find(panes_, view.active, &Pane::id));
    }

    [[nodiscard]] bool border(unsigned x, unsigned y) const {
        if (x > size_.width || y > size_.height)
            return false;
        if (x == size_.width || y == size_.height)
            return true;
        return !inside_[std::size_t{y} * size_.width + x];
    }

    // Beyond the window's left and upper edge borders go on; where status rows are, they end there.
    [[nodiscard]] std::uint8_t joins(unsigned x, unsigned y) const {
        const bool top = status_ == BorderStatus::Top;
        const bool last = status_ == BorderStatus::Bottom && y + 1 == size_.height;
        std::uint8_t result = 0;
        if (x == 0 || border(x - 1, y))
            result |= kLeft;
        if (border(x + 1, y))
            result |= kRight;
        if (y == 0 ? !top : border(x, y - 1))
            result |= kUp;
        if (!last && border(x, y + 1))
            result |= kDown;
        return result;
    }

    [[nodiscard]] Side side(const Box& box, unsigned x, unsigned y) const {
        const Side vertical = beside(box, x, y);
        return vertical != Side::None ? vertical : above_below(box, x, y);
    }

    // From the active pane on, as tmux looks for them.
    [[nodiscard]] const Pane* owner(unsigned x, unsigned y) const {
        const auto found = std::ranges::find_if(
            panes_, [&](const Pane& pane) { return side(pane.box, x, y) != Side::None; });
        return found == panes_.end() ? nullptr : &*found;
    }
    [[nodiscard]] const Pane* active(const BorderView& view) const {
        return !panes_.empty() && panes_.front().id == view.active ? &panes_.front() : nullptr;
    }
    [[nodiscard]] Size size() const { return size_; }

  private:
    void fill(const Box& box) {
        for (unsigned y = box.y; y < std::min(box.y + box.height, size_.height); y++)
            for (unsigned x = box.x; x < std::min(box.x + box.width, size_.width); x++)
                inside_[std::size_t{y} * size_.width + x] = true;
    }

    // Two panes share one line: the upper half is the left pane's, the lower half the right one's.
    [[nodiscard]] Side beside(const Box& box, unsigned x, unsigned y) const {
        const bool left = box.x != 0 && x == box.x - 1;
        const bool right = x == box.x + box.width;
        if (halved_columns_) {
            if (box.x == 0)
                return right && y <= size_.height / 2 ? Side::Right : Side::None;
            return left && y > size_.height / 2 ? Side::Left : Side::None;
        }
        if ((box.y != 0 && y + 1 < box.y) || y > box.y + box.height)
            return Side::None;
        return left ? Side::Left : right ? Side::Right : Side::None;
    }

    // A status row belongs to one pane alone, so only that side is its border.
    [[nodiscard]] Side above_below(const Box& box, unsigned x, unsigned y) const {
        const bool above = status_ != BorderStatus::Bottom && box.y != 0 && y == box.y - 1;
        const bool below = status_ != BorderStatus::Top && y == box.y + box.height;
        if (halved_rows_) {
            if (box.y == 0)
                return below && x <= size_.width / 2 ? Side::Bottom : Side::None;
            return above && x > size_.width / 2 ? Side::Top : Side::None;
        }
        if ((box.x != 0 && x + 1 < box.x) || x > box.x + box.width)
            return Side::None;
        return above ? Side::Top : below ? Side::Bottom : Side::None;
    }

    Size size_;
    BorderStatus status_;
    std::vector<bool> inside_;
    std::vector<Pane> panes_; // the active one first
    bool halved_columns_ = false;
    bool halved_rows_ = false;
};

// In the second cell of a side, unless lines of other panes meet the border there from inside.
Arrow arrow(const Box& box, Side side, const BorderCell& cell) {
    const bool across = side == Side::Top || side == Side::Bottom;
    const std::uint8_t line = across ? kLeft | kRight : kUp | kDown;
    const std::uint8_t away = side == Side::Top      ? kUp
                              : side == Side::Bottom ? kDown
                              : side == Side::Left   ? kLeft
                                                     : kRight;
    const bool second = across ? cell.x == box.x + 1 : cell.y == box.y + 1;
    if (!second || (cell.joins != line && cell.joins != (line | away)))
        return Arrow::None;
    switch (side) {
    case Side::Top:
        return Arrow::Down;
    case Side::Bottom:
        return Arrow::Up;
    case Side::Left:
        return Arrow::Right;
    case Side::Right:
        return Arrow::Left;
    case Side::None:
        break;
    }
    return Arrow::None;
}

BorderCell border_cell(const Window& window, const BorderView& view, unsigned x, unsigned y) {
    BorderCell cell{.x = x, .y = y, .joins = window.joins(x, y)};
    const Size size = window.size();
    const bool edge = x == size.width || y == size.height;
    if (const Pane* owner = edge ? nullptr : window.owner(x, y))
        cell.owner = owner->id;
    const Pane* active = window.active(view);
    if (edge || !active || cell.owner != active->id)
        return cell;
    cell.active = true;
    if (view.indicators == Indicators::Arrows || view.indicators == Indicators::Both)
        cell.arrow = arrow(active->box, window.side(active->box, x, y), cell);
    return cell;
}

// By the bits of joins: down 1, up 2, right 4, left 8.
using Glyphs = std::array<const char*, 16>;

constexpr Glyphs kSingle = {" ", "│", "│", "│", "─", "┌", "└", "├",
                            "─", "┐", "┘", "┤", "─", "┬", "┴", "┼"};
constexpr Glyphs kDouble = {" ", "║", "║", "║", "═", "╔", "╚", "╠",
                            "═", "╗", "╝", "╣", "═", "╦", "╩", "╬"};
constexpr Glyphs kHeavy = {" ", "┃", "┃", "┃", "━", "┏", "┗", "┣",
                           "━", "┓", "┛", "┫", "━", "┳", "┻", "╋"};
constexpr Glyphs kSimple = {" ", "|", "|", "|", "-", "+", "+", "+",
                            "-", "+", "+", "+", "-", "+", "+", "+"};
constexpr std::array<const char*, 5> kArrows = {"", "↑", "↓", "←", "→"};

} // namespace

std::vector<BorderCell> borders(const Layout& layout, const BorderView& view) {
    const Window window(layout, view);
    const Size size = window.size();
    std::vector<BorderCell> cells;
    for (unsigned y = 0; y < std::min(view.view.height, size.height + 1); y++)
        for (unsigned x = 0; x < std::min(view.view.width, size.width + 1); x++)
            if (window.border(x, y))
                cells.push_back(border_cell(window, view, x, y));
    return cells;
}

std::string border_text(const BorderCell& cell, BorderLines lines, std::optional<unsigned> index) {
    if (cell.arrow != Arrow::None)
        return kArrows[std::to_underlying(cell.arrow)];
    switch (lines) {
    case BorderLines::Single:
        return kSingle[cell.joins];
    case BorderLines::Double:
        return kDouble[cell.joins];
    case BorderLines::Heavy:
        return kHeavy[cell.joins];
    case BorderLines::Simple:
        return kSimple[cell.joins];
    case BorderLines::Number:
        return index ? std::string(1, static_cast<char>('0' + *index % 10)) : "*";
    case BorderLines::Spaces:
    case BorderLines::None:
        break;
    }
    return " ";
}

std::vector<StatusRow> status_rows(const Layout& layout) {
    constexpr unsigned kIndent = 2;
    std::vector<StatusRow> rows;
    if (layout.status() == BorderStatus::Off)
        return rows;
    const bool top = layout.status() == BorderStatus::Top;
    for (const PaneId pane : layout.panes()) {
        const Box box = layout.box(pane).value_or(Box{});
        const bool row = top ? box.y > 0 : box.y + box.height < layout.size().height;
        if (row && box.width > 2 * kIndent)
            rows.push_back({pane, box.x + kIndent, top ? box.y - 1 : box.y + box.height,
                            box.width - 2 * kIndent});
    }
    return rows;
}

} // namespace berth::layout
