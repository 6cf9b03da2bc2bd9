#include "layout/layout.h"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <string>
#include <vector>

namespace layout = berth::layout;
using layout::Axis;
using layout::Layout;
using layout::Named;
using layout::PaneId;

namespace {

// The checksum is right: what follows it is what the test is about.
std::string summed(const std::string& tree) {
    unsigned sum = 0;
    for (const char c : tree)
        sum = (((sum >> 1) + ((sum & 1) << 15)) + static_cast<unsigned char>(c)) & 0xffff;
    char digits[8];
    snprintf(digits, sizeof digits, "%04x,", sum);
    return digits + tree;
}

// A user who does anything to a window, the same for the same seed.
class Anybody {
  public:
    explicit Anybody(unsigned seed) : state_(seed * 2654435761U + 1) {
        const Status statuses[] = {Status::Off, Status::Top, Status::Bottom};
        tree_.set_status(statuses[seed % 3]);
    }
    void act() {
        switch (below(8)) {
        case 0:
        case 1:
        case 2:
            split();
            break;
        case 3:
            if (tree_.remove(any()))
                tree_.resize_window(window_);
            break;
        case 4:
            tree_.resize(any(), static_cast<layout::Direction>(below(4)), below(30));
            break;
        case 5:
            tree_.resize_to(any(), axis(), below(90));
            break;
        case 6:
            window_ = {below(120) + 1, below(50) + 1};
            tree_.resize_window(window_);
            break;
        default:
            arrange();
        }
    }
    [[nodiscard]] const Layout& tree() const { return tree_; }

  private:
    using Status = layout::BorderStatus;

    unsigned below(unsigned limit) {
        state_ = state_ * 1664525 + 1013904223;
        return (state_ >> 8) % limit;
    }
    Axis axis() { return below(2) == 0 ? Axis::Horizontal : Axis::Vertical; }
    PaneId any() {
        const auto panes = tree_.panes();
        return panes[below(static_cast<unsigned>(panes.size()))];
    }
    void split() {
        layout::Split request{.target = any(), .pane = next_++, .axis = axis()};
        request.where = below(2) == 0 ? layout::Where::After : layout::Where::Before;
        request.full = below(4) == 0;
        if (below(2) == 0)
            request.size = below(120);
        const std::size_t count = tree_.count();
        const bool done = tree_.split(request);
        BOOST_TEST(tree_.count() == count + (done ? 1U : 0U));
    }
    void arrange() {
        const auto panes = tree_.panes();
        if (below(3) == 0)
            tree_.spread(any());
        else
            tree_.apply(static_cast<Named>(below(7)), panes);
        if (below(3) == 0)
            tree_.swap(any(), any());
    }

    Layout tree_{0, {80, 24}};
    layout::Size window_{80, 24};
    PaneId next_ = 1;
    unsigned state_;
};

bool roomy(const Layout& tree) {
    const auto panes = tree.panes();
    return std::ranges::all_of(panes, [&](PaneId pane) {
        const auto box = tree.box(pane).value();
        return box.width >= 1 && box.height >= 1 && box.x + box.width <= tree.size().width &&
               box.y + box.height <= tree.size().height;
    });
}

bool reads(const std::string& tree) {
    return Layout::parse(summed(tree)).has_value();
}

layout::Assigned assigned(const std::string& tree, std::vector<PaneId> order) {
    return Layout::parse(summed(tree)).value().assign(order);
}

} // namespace

BOOST_AUTO_TEST_SUITE(layout_layout)

BOOST_AUTO_TEST_CASE(a_layout_string_that_is_none_is_refused) {
    BOOST_TEST(Layout::parse("b25f,80x24,0,0,2").has_value());
    for (const char* text : {"", "b25f", "b25f,", "b25e,80x24,0,0,2", "b25g,80x24,0,0,2",
                             "b25f;80x24,0,0,2", " b25f,80x24,0,0,2"})
        BOOST_TEST(!Layout::parse(text), text);
    for (const char* tree : {"80",
                             "80x",
                             "80x24",
                             "80x24,",
                             "80x24,0",
                             "80x24,0,",
                             "0x24,0,0,1",
                             "80x0,0,0,1",
                             "80x24,0,0,1,2",
                             "80x24,0,0{",
                             "80x24,0,0{}",
                             "80x24,0,0[]",
                             "80x24,0,0{40x24,0,0,1,39x24,41,0,2",
                             "80x24,0,0{40x24,0,0,1,39x24,41,0,2]",
                             "80x24,0,0{40x24,0,0,1,}",
                             "80x24,0,0<40x24,0,0,1>",
                             "-80x24,0,0,1",
                             "99999x24,0,0,1",
                             "80x99999999999999999999,0,0,1",
                             "80x24,0,0,1 ",
                             "+80x24,0,0,1"})
        BOOST_TEST(!reads(tree), tree);
}

BOOST_AUTO_TEST_CASE(depth_and_length_are_bounded) {
    std::string deep = "80x24,0,0";
    for (int i = 0; i < 5000; i++)
        deep += "{80x24,0,0";
    BOOST_TEST(!reads(deep));
    std::string wide = "80x24,0,0{";
    for (int i = 0; i < 20000; i++)
        wide += "1x24,0,0,1,";
    BOOST_TEST(!reads(wide + "1x24,0,0,1}"));
}

BOOST_AUTO_TEST_CASE(a_string_needs_no_pane_numbers) {
    auto tree = Layout::parse("bb62,159x48,0,0{79x48,0,0,79x48,80,0}");
    BOOST_REQUIRE(tree);
    const std::vector<PaneId> order = {7, 3};
    BOOST_TEST((tree->assign(order) == layout::Assigned::Done));
    BOOST_TEST(tree->text().ends_with(",159x48,0,0{79x48,0,0,7,79x48,80,0,3}"));
}

BOOST_AUTO_TEST_CASE(a_node_of_one_child_is_its_child) {
    auto tree = Layout::parse(summed("80x24,0,0{80x24,0,0[80x12,0,0,1,80x11,0,13,2]}"));
    BOOST_REQUIRE(tree);
    const std::vector<PaneId> order = {1};
    BOOST_TEST((tree->assign(order) == layout::Assigned::Done));
    BOOST_TEST(tree->text() == summed("80x24,0,0,1"));
}

BOOST_AUTO_TEST_CASE(cells_have_to_fit_the_panes_and_each_other) {
    using enum layout::Assigned;
    BOOST_TEST((assigned("80x24,0,0{40x24,0,0,0,39x24,41,0,1}", {0, 1, 2}) == TooFew));
    BOOST_TEST((assigned("80x24,0,0{40x24,0,0,0,39x20,41,0,1}", {0, 1}) == Mismatch));
    BOOST_TEST((assigned("80x24,0,0[80x12,0,0{40x12,0,0,0,40x12,41,0,1},80x11,0,13,2]",
                         {0, 1, 2}) == Mismatch));
    BOOST_TEST((assigned("80x24,0,0,0", {}) == TooFew));
}

BOOST_AUTO_TEST_CASE(no_split_makes_an_empty_pane) {
    // tmux 3.3a answers this split with a pane of no rows.
    auto tree = Layout::parse(summed("40x24,0,0[40x22,0,0{19x22,0,0,8,20x22,20,0[20x11,20,0{1x11,"
                                     "20,0,2,18x11,22,0,5},20x3,20,12{1x3,20,12,6,7x3,22,12,"
                                     "12,10x3,30,12[10x1,30,12,13,10x1,30,14,4]},20x6,20,16{7x6,20,"
                                     "16,7,1x6,28,16,9,10x6,30,16[10x3,30,16,3,10x2,30,20,"
                                     "14]}]},40x1,0,23,11]"));
    BOOST_REQUIRE(tree);
    const auto before = tree->text();
    BOOST_TEST(!tree->split({.target = 6, .pane = 15, .axis = Axis::Horizontal, .full = true}));
    BOOST_TEST(tree->text() == before);
}

BOOST_AUTO_TEST_CASE(unknown_panes_change_nothing) {
    Layout tree(0, {80, 24});
    BOOST_TEST(!tree.split({.target = 5, .pane = 6}));
    BOOST_TEST(!tree.remove(5));
    BOOST_TEST(!tree.remove(0));
    BOOST_TEST(!tree.box(5));
    tree.resize(5, layout::Direction::Up, 1);
    tree.resize_to(5, Axis::Vertical, 1);
    tree.spread(5);
    tree.swap(5, 6);
    BOOST_TEST(tree.neighbours(5, layout::Direction::Up, tree.panes()).empty());
    BOOST_TEST(tree.text() == "b25d,80x24,0,0,0");
}

BOOST_AUTO_TEST_CASE(layouts_that_are_mirrored) {
    Layout tree(0, {80, 24});
    const std::vector<PaneId> order = {0, 1, 2};
    BOOST_REQUIRE(tree.split({.target = 0, .pane = 1}));
    BOOST_REQUIRE(tree.split({.target = 1, .pane = 2}));
    layout::NamedOptions options;
    options.main_width = {50, false};
    options.main_height = {15, false};
    tree.apply(Named::MainVerticalMirrored, order, options);
    BOOST_TEST(tree.text() ==
               summed("80x24,0,0{29x24,0,0[29x11,0,0,1,29x12,0,12,2],50x24,30,0,0}"));
    tree.apply(Named::MainHorizontalMirrored, order, options);
    BOOST_TEST(tree.text() == summed("80x24,0,0[80x8,0,0{39x8,0,0,1,40x8,40,0,2},80x15,0,9,0]"));
}

BOOST_AUTO_TEST_CASE(tiled_keeps_to_its_columns) {
    Layout tree(0, {80, 24});
    std::vector<PaneId> order = {0};
    for (PaneId pane = 1; pane < 6; pane++) {
        tree.apply(Named::Tiled, order);
        BOOST_REQUIRE(tree.split({.target = 0, .pane = pane}));
        order.push_back(pane);
    }
    layout::NamedOptions options;
    options.tiled_columns = 1;
    tree.apply(Named::Tiled, order, options);
    BOOST_TEST(tree.root().children.size() == 6U);
    options.tiled_columns = 2;
    tree.apply(Named::Tiled, order, options);
    BOOST_TEST(tree.root().children.size() == 3U);
}

BOOST_AUTO_TEST_CASE(names_of_layouts) {
    BOOST_TEST((layout::parse_named("tiled") == Named::Tiled));
    BOOST_TEST((layout::parse_named("t") == Named::Tiled));
    BOOST_TEST((layout::parse_named("main-vertical") == Named::MainVertical));
    BOOST_TEST(!layout::parse_named("main-v"));
    BOOST_TEST(!layout::parse_named("even"));
    BOOST_TEST(!layout::parse_named(""));
    BOOST_TEST((layout::next_named(std::nullopt) == Named::EvenHorizontal));
    BOOST_TEST((layout::next_named(Named::Tiled) == Named::EvenHorizontal));
    BOOST_TEST((layout::previous_named(Named::EvenHorizontal) == Named::Tiled));
    BOOST_TEST(layout::named_name(Named::MainHorizontalMirrored) == "main-horizontal-mirrored");
}

BOOST_AUTO_TEST_CASE(whatever_happens_panes_fill_the_window) {
    for (unsigned seed = 0; seed < 300; seed++) {
        Anybody user(seed);
        for (int step = 0; step < 80; step++) {
            user.act();
            const Layout& tree = user.tree();
            BOOST_REQUIRE_MESSAGE(layout::consistent(tree.root()) && roomy(tree),
                                  seed << ":" << step << " " << tree.text());
        }
    }
}

BOOST_AUTO_TEST_CASE(copies_are_independent) {
    Layout one(0, {80, 24});
    BOOST_REQUIRE(one.split({.target = 0, .pane = 1}));
    Layout two = one;
    BOOST_TEST(two.remove(1));
    BOOST_TEST(one.count() == 2U);
    BOOST_TEST(two.text() == Layout::single(0, {80, 24}).text());
}

BOOST_AUTO_TEST_CASE(a_border_is_dragged) {
    Layout window(0, {80, 24});
    BOOST_REQUIRE(window.split({.target = 0, .pane = 1, .axis = Axis::Horizontal}));
    BOOST_REQUIRE(window.split({.target = 1, .pane = 2, .axis = Axis::Vertical}));
    const layout::Box left = *window.box(0);
    const layout::Box above = *window.box(1);
    BOOST_TEST(!window.drag(1, 1, 5, 5)); // inside a pane
    BOOST_TEST(window.drag(left.width, 2, 5, 0));
    BOOST_TEST(window.box(0)->width == left.width + 5);
    BOOST_TEST(window.drag(above.x + 10, above.height, 0, -3));
    BOOST_TEST(window.box(1)->height == above.height - 3);
    // Where they meet both follow.
    BOOST_TEST(window.drag(left.width + 5, above.height - 3, -5, 3));
    BOOST_TEST(window.box(1)->height == above.height);
    BOOST_TEST(window.drag(left.width, 0, -1000, 0)); // as far as it goes
    BOOST_TEST(window.box(0)->width == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
