#include "format/draw.h"

#include "format_world.h"

#include <boost/test/unit_test.hpp>
#include <ranges>

using namespace berth::format;
using namespace berth::format::test;

namespace {

// Runs of "{style}text". The terminal's own colours have no name of their own here, nor in what a
// terminal shows.
std::string runs(const Drawing& drawing) {
    std::string out;
    std::string last;
    for (const DrawnCell& cell : drawing.cells) {
        if (cell.width == 0)
            continue;
        Style style;
        style.pen = cell.pen;
        for (Colour* colour : {&style.pen.foreground, &style.pen.background, &style.pen.underline})
            if (colour->kind == Colour::Kind::terminal)
                *colour = Colour{};
        if (style_text(style) != last) {
            last = style_text(style);
            out += "{" + last + "}";
        }
        for (const char c : cell.text) {
            if (c == '\\' || c == '{')
                out += '\\';
            out += c;
        }
    }
    return out;
}

std::string drawn(std::string_view text, unsigned width = 20, std::string_view base = "default") {
    return runs(draw(text, width, parse_style(base)->pen));
}

std::string range_name(const Range* range) {
    if (range == nullptr)
        return "none";
    Style style;
    style.range = *range;
    std::string name = style_text(style).substr(std::string_view("range=").size());
    std::ranges::replace(name, '|', ' ');
    return name;
}

// What each column hits.
std::vector<std::string> hits(const Drawing& drawing) {
    std::vector<std::string> names;
    for (unsigned column = 0; column < drawing.cells.size(); ++column)
        names.push_back(range_name(drawing.range_at(column)));
    return names;
}

// The same from "left x4, none x5, window 3 x2".
std::vector<std::string> read_hits(std::string_view text) {
    std::vector<std::string> names;
    for (const auto part : text | std::views::split(std::string_view(", "))) {
        const std::string_view word(part.begin(), part.end());
        const std::size_t count = word.rfind(" x");
        names.insert(names.end(), std::stoul(std::string(word.substr(count + 2))),
                     std::string(word.substr(0, count)));
    }
    return names;
}

} // namespace

BOOST_AUTO_TEST_SUITE(format_draw)

// Each line: width, status-style, text, the line that tmux 3.3a shows (tools/record-formats).
BOOST_AUTO_TEST_CASE(lines_are_drawn_as_recorded) {
    std::size_t count = 0;
    for (const auto& path : tables("draw")) {
        for (const Row& row : read_table(path)) {
            BOOST_REQUIRE_MESSAGE(row.size() == 4, path << ": " << row[2]);
            const std::string got =
                drawn(unescape(row[2]), static_cast<unsigned>(std::stoul(row[0])), row[1]);
            BOOST_TEST(got == row[3], path.stem().string()
                                          << ": " << row[0] << " " << row[2] << "\n got " << got
                                          << "|\nwant " << row[3] << "|");
            ++count;
        }
    }
    BOOST_TEST(count >= 250U);
}

// Each line: width, text, what a click on each column of tmux 3.3a's line hits. There the column
// behind a range often belongs to it too, even if it is another range's first.
BOOST_AUTO_TEST_CASE(ranges_are_where_clicks_hit_them) {
    for (const Row& row : read_table(BERTH_CASES "/format/ranges.table")) {
        BOOST_REQUIRE_MESSAGE(row.size() == 3, row[1]);
        const auto got =
            hits(draw(unescape(row[1]), static_cast<unsigned>(std::stoul(row[0])), Pen{}));
        const auto wanted = read_hits(row[2]);
        BOOST_REQUIRE(got.size() == wanted.size());
        for (std::size_t i = 0; i < got.size(); ++i)
            BOOST_TEST((got[i] == wanted[i] || (i > 0 && wanted[i] == got[i - 1])),
                       row[1] << ": column " << i << " is " << got[i] << ", not " << wanted[i]);
    }
}

BOOST_AUTO_TEST_CASE(the_range_that_is_seen_is_hit) {
    for (const char* text :
         {"#[range=left]leftleft#[norange]#[align=absolute-centre]#[range=window|0]abs#[norange]",
          "#[align=absolute-centre]#[range=window|0]abs#[norange]#[align=left]#[range=left]"
          "leftleft"})
        BOOST_TEST(hits(draw(text, 11, Pen{})) ==
                   read_hits("left x4, window 0 x3, left x1, none x3"));
}

BOOST_AUTO_TEST_CASE(newer_ranges_and_links_are_kept) {
    const Drawing drawing =
        draw("#[range=user|x,link=https://example.org/]ab#[range=session|$2]c#[norange,nolink]d"
             "#[range=pane|%7]e#[range=control|3]f",
             10, Pen{});
    BOOST_TEST(hits(drawing) ==
               read_hits("user x x2, session $2 x1, none x1, pane %7 x1, control 3 x1, none x4"));
    BOOST_REQUIRE(drawing.links.size() == 1U);
    BOOST_TEST(drawing.links[0] == "https://example.org/");
    BOOST_TEST(drawing.cells[2].link == 1);
    BOOST_TEST(drawing.cells[3].link == 0);
}

BOOST_AUTO_TEST_CASE(set_default_stays_after_pop_default) {
    BOOST_TEST(drawn("#[fg=red]#[set-default]#[fg=blue]#[push-default]#[pop-default]#[default]x", 2,
                     "default") == "{fg=red}x{default} ");
}

BOOST_AUTO_TEST_CASE(what_combines_stays_with_its_cell) {
    const Drawing drawing = draw("e\u0301\u65e5x", 6, Pen{});
    BOOST_TEST(drawing.cells[0].text == "e\u0301");
    BOOST_TEST(drawing.cells[1].width == 2);
    BOOST_TEST(drawing.cells[2].width == 0);
    BOOST_TEST(drawing.cells[3].text == "x");
    BOOST_TEST(draw(std::string(10000, '\xcc') + "\u0301", 3, Pen{}).cells[0].text == " ");
}

BOOST_AUTO_TEST_CASE(half_of_a_wide_character_is_a_space) {
    BOOST_TEST(drawn("\u65e5\u65e5#[align=absolute-centre]x", 4) == "{default} x\u65e5");
    BOOST_TEST(drawn("\u65e5\u65e5#[align=absolute-centre]x", 5) == "{default}\u65e5x  ");
    BOOST_TEST(drawn("\u65e5", 1) == "{default} ");
}

BOOST_AUTO_TEST_CASE(widths_come_from_the_function) {
    const WidthFunction narrow = [](std::string_view) { return 1U; };
    BOOST_TEST(draw("\u65e5x", 3, Pen{}, narrow).cells[1].text == "x");
}

BOOST_AUTO_TEST_CASE(lines_are_bounded) {
    BOOST_TEST(draw(std::string(5 * kMaxColumns, 'x'), 3 * kMaxColumns, Pen{}).cells.size() ==
               kMaxColumns);
    BOOST_TEST(draw("x", 0, Pen{}).cells.empty());
    std::string links;
    for (std::size_t i = 0; i < kMaxLinks + 10; ++i)
        links += "#[link=" + std::to_string(i) + "]x";
    BOOST_TEST(draw(links, 400, Pen{}).links.size() == kMaxLinks);
}

BOOST_AUTO_TEST_SUITE_END()
