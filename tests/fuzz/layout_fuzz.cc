// Reads any text as a layout string, its checksum put right, and then does to the layout what the
// rest of the input says. What must hold: panes fill the window, none is empty, and the text of the
// result is read back as the same.
#include "layout/borders.h"
#include "layout/layout.h"

#include <cstdint>
#include <cstdio>
#include <cstdlib>

using namespace berth::layout;

namespace {

void require(bool holds) {
    if (!holds)
        std::abort();
}

std::string summed(std::string_view tree) {
    unsigned sum = 0;
    for (const char c : tree)
        sum = ((sum >> 1) + ((sum & 1) << 15) + static_cast<unsigned char>(c)) & 0xffff;
    char digits[8];
    std::snprintf(digits, sizeof digits, "%04x,", sum);
    return digits + std::string(tree);
}

void act(Layout& layout, std::uint8_t what, std::uint8_t amount) {
    const auto panes = layout.panes();
    const PaneId pane = panes[amount % panes.size()];
    const Axis axis = what & 8 ? Axis::Horizontal : Axis::Vertical;
    Split split{.target = pane, .pane = static_cast<PaneId>(panes.size()), .axis = axis};
    split.full = (what & 16) != 0;
    split.where = what & 32 ? Where::Before : Where::After;
    switch (what & 7) {
    case 0:
        if (what & 64)
            split.size = amount;
        (void)layout.split(split);
        break;
    case 1:
        layout.remove(pane);
        break;
    case 2:
        layout.resize(pane, static_cast<Direction>((what >> 3) & 3), amount);
        break;
    case 3:
        layout.resize_to(pane, axis, amount);
        break;
    case 4:
        layout.resize_window({amount + 1U, (what >> 3) + 1U});
        break;
    case 5:
        layout.spread(pane);
        break;
    case 6:
        layout.apply(static_cast<Named>(amount % 7), panes);
        break;
    default:
        layout.set_status(static_cast<BorderStatus>(amount % 3));
    }
}

void check(const Layout& layout) {
    require(consistent(layout.root()));
    for (const PaneId pane : layout.panes()) {
        const Box box = layout.box(pane).value();
        require(box.width > 0 && box.height > 0);
    }
    if (layout.size().width > 120 || layout.size().height > 40)
        return;
    const auto order = layout.panes();
    require(Layout::parse(layout.text()).value().text() == layout.text());
    (void)borders(layout, {.active = order[0], .order = order, .view = layout.size()});
    (void)status_rows(layout);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const std::string_view tree = input.substr(0, input.find('\n'));
    auto layout = Layout::parse(summed(tree));
    if (!layout || layout->count() > 100)
        return 0;
    std::vector<PaneId> order(layout->count());
    for (std::size_t i = 0; i < order.size(); i++)
        order[i] = static_cast<PaneId>(i);
    if (layout->assign(order) != Assigned::Done)
        return 0;
    check(*layout);
    for (std::size_t i = tree.size() + 1; i + 1 < size && layout->count() < 100; i += 2) {
        act(*layout, data[i], data[i + 1]);
        check(*layout);
    }
    return 0;
}
