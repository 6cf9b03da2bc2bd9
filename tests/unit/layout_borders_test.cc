// Draws the borders of tests/cases/borders and compares them with what tmux 3.3a drew
// (tools/record-borders).
#include "layout/borders.h"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace layout = berth::layout;
using layout::BorderLines;
using layout::Indicators;
using layout::Layout;
using layout::PaneId;
using layout::Size;

namespace {

std::vector<std::string> lines_of(const std::filesystem::path& path) {
    std::ifstream file(path);
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);)
        lines.push_back(line);
    return lines;
}

Size size_of(const std::string& text) {
    const auto cross = text.find('x');
    return {static_cast<unsigned>(std::stoul(text.substr(0, cross))),
            static_cast<unsigned>(std::stoul(text.substr(cross + 1)))};
}

struct Options {
    BorderLines lines = BorderLines::Single;
    Indicators indicators = Indicators::Colour;
    layout::BorderStatus status = layout::BorderStatus::Off;
};

Options options_of(const std::vector<std::string>& commands) {
    Options options;
    for (const std::string& command : commands) {
        std::istringstream stream(command);
        std::string set, flag, name, value;
        stream >> set >> flag >> name >> value;
        if (name == "pane-border-lines")
            options.lines = value == "double"   ? BorderLines::Double
                            : value == "heavy"  ? BorderLines::Heavy
                            : value == "simple" ? BorderLines::Simple
                            : value == "number" ? BorderLines::Number
                                                : BorderLines::Single;
        if (name == "pane-border-indicators")
            options.indicators = value == "off"      ? Indicators::Off
                                 : value == "arrows" ? Indicators::Arrows
                                 : value == "both"   ? Indicators::Both
                                                     : Indicators::Colour;
        if (name == "pane-border-status")
            options.status =
                value == "top" ? layout::BorderStatus::Top : layout::BorderStatus::Bottom;
    }
    return options;
}

// A client's screen: cells of text, and the letters of their styles.
struct Screen {
    std::vector<std::vector<std::string>> text;
    std::vector<std::string> styles;

    explicit Screen(Size size)
        : text(size.height, std::vector<std::string>(size.width, " ")),
          styles(size.height, std::string(size.width, '.')) {}

    [[nodiscard]] std::string print() const {
        std::string all;
        for (const auto& row : text) {
            for (const std::string& cell : row)
                all += cell;
            all += "\n";
        }
        for (const std::string& row : styles)
            all += row + "\n";
        return all;
    }
};

void fill_outside(Screen& screen, Size window) {
    for (std::size_t y = 0; y < screen.text.size(); y++)
        for (std::size_t x = 0; x < screen.text[y].size(); x++)
            if (x > window.width || y > window.height) {
                screen.text[y][x] = "·";
                screen.styles[y][x] = 'b';
            }
}

void draw(Screen& screen, const Layout& tree, const layout::BorderView& view, BorderLines lines) {
    for (const layout::BorderCell& cell : layout::borders(tree, view)) {
        std::optional<unsigned> index;
        if (cell.owner)
            index = static_cast<unsigned>(std::ranges::find(view.order, *cell.owner) -
                                          view.order.begin());
        screen.text[cell.y][cell.x] = layout::border_text(cell, lines, index);
        screen.styles[cell.y][cell.x] = cell.active ? 'a' : 'b';
    }
    for (const layout::StatusRow& row : layout::status_rows(tree))
        for (unsigned x = row.x; x < row.x + row.width; x++) {
            screen.text[row.y][x] = "X";
            screen.styles[row.y][x] = row.pane == view.active ? 'a' : 'b';
        }
}

// What tmux's capture left out at the ends of rows is blank.
std::string recorded(const std::vector<std::string>& out, Size view) {
    std::string all;
    for (std::size_t i = 3; i < out.size(); i++) {
        const auto cells = static_cast<std::size_t>(
            std::ranges::count_if(out[i], [](char c) { return (c & 0xc0) != 0x80; }));
        const char blank = i < 3 + view.height ? ' ' : '.';
        all += out[i] + std::string(view.width > cells ? view.width - cells : 0, blank) + "\n";
    }
    return all;
}

void compare(const std::filesystem::path& folder) {
    const auto in = lines_of(folder / "in");
    const auto out = lines_of(folder / "out");
    const Options options = options_of(in);
    auto tree = Layout::parse(out.at(0));
    BOOST_REQUIRE(tree);
    std::vector<PaneId> order;
    std::istringstream panes(out.at(1));
    for (std::string id; panes >> id;)
        order.push_back(static_cast<PaneId>(std::stoul(id.substr(1))));
    BOOST_REQUIRE((tree->assign(order) == layout::Assigned::Done));
    tree->set_status(options.status);
    const Size view = size_of(in.at(1));
    Screen screen(view);
    fill_outside(screen, tree->size());
    const auto active = static_cast<PaneId>(std::stoul(out.at(2).substr(1)));
    draw(screen, *tree,
         {.active = active, .order = order, .indicators = options.indicators, .view = view},
         options.lines);
    BOOST_TEST(screen.print() == recorded(out, view), folder.filename().string()
                                                          << " have\n"
                                                          << screen.print() << "want\n"
                                                          << recorded(out, view));
}

} // namespace

BOOST_AUTO_TEST_SUITE(layout_borders)

BOOST_AUTO_TEST_CASE(borders_are_drawn_as_tmux_draws_them) {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(BERTH_CASES "/borders")) {
        compare(entry.path());
        count++;
    }
    BOOST_TEST(count >= 40U);
}

BOOST_AUTO_TEST_CASE(what_no_case_can_record) {
    const layout::BorderCell line{.x = 0, .y = 0, .joins = layout::kUp | layout::kDown};
    BOOST_TEST(layout::border_text(line, BorderLines::Spaces) == " ");
    BOOST_TEST(layout::border_text(line, BorderLines::None) == " ");
    BOOST_TEST(layout::border_text(line, BorderLines::Number) == "*");
    BOOST_TEST(layout::border_text(line, BorderLines::Number, 13) == "3");
    const Layout one(0, {10, 5});
    const std::vector<PaneId> order = {0};
    BOOST_TEST(layout::borders(one, {.order = order, .view = {10, 5}}).empty());
    BOOST_TEST(layout::status_rows(one).empty());
}

BOOST_AUTO_TEST_SUITE_END()
