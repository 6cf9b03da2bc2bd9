// What drawing into a canvas leaves in its cells, and colours for lesser terminals.
#include "vt/canvas.h"
#include "vt/colour.h"

#include <boost/test/unit_test.hpp>

namespace vt = berth::vt;

namespace {

constexpr vt::Style kRed{
    .foreground = vt::Color::indexed(1), .background = {}, .underline_color = {}};

std::string row_text(const vt::Canvas& canvas, int row) {
    std::string text;
    for (int column = 0; column < canvas.size().columns; ++column)
        canvas.line(row).append_text(column, text);
    return text;
}

int squared_distance(vt::Rgb a, vt::Rgb b) {
    const auto part = [](int x, int y) { return (x - y) * (x - y); };
    return part(a.red, b.red) + part(a.green, b.green) + part(a.blue, b.blue);
}

} // namespace

BOOST_AUTO_TEST_SUITE(vt_canvas)

BOOST_AUTO_TEST_CASE(text_is_clipped_and_says_what_it_took) {
    vt::Canvas canvas({3, 10});
    BOOST_TEST(canvas.text(0, 0, 10, "hello", kRed) == 5);
    BOOST_TEST(canvas.text(0, 7, 10, "world", {}) == 3);
    BOOST_TEST(row_text(canvas, 0) == "hello  wor");
    BOOST_TEST(canvas.text(1, 0, 3, "\u4e16\u754c", {}) == 2);
    BOOST_TEST(row_text(canvas, 1) == "\u4e16        ");
    BOOST_TEST(canvas.text(2, 0, 10, "e\u0301\x1b[31mx", {}) == 6);
    BOOST_TEST(row_text(canvas, 2) == "e\u0301[31mx    ");
    BOOST_TEST(canvas.text(5, 0, 10, "below", {}) == 0);
    BOOST_TEST((canvas.line(0).style(0) == kRed));
}

BOOST_AUTO_TEST_CASE(half_of_a_wide_character_never_stays) {
    vt::Canvas canvas({1, 8});
    canvas.text(0, 0, 8, "\u4e16\u754c\u4e16\u754c", {});
    canvas.text(0, 1, 1, "x", {});
    BOOST_TEST(row_text(canvas, 0) == " x\u754c\u4e16\u754c");
    canvas.fill({0, 4, 1, 1}, {}, U'#');
    BOOST_TEST(row_text(canvas, 0) == " x\u754c# \u754c");
}

BOOST_AUTO_TEST_CASE(a_blank_has_no_foreground) {
    vt::Canvas canvas({1, 4});
    canvas.text(0, 0, 4, "a b", kRed);
    BOOST_TEST((canvas.line(0).style(1) == vt::Style{}));
    vt::Style inverse = kRed;
    inverse.attributes = vt::kInverse;
    canvas.text(0, 0, 4, "a b", inverse);
    BOOST_TEST((canvas.line(0).style(1) == inverse));
}

BOOST_AUTO_TEST_CASE(borders_join) {
    vt::Canvas canvas({3, 5});
    canvas.box({0, 0, 3, 5}, vt::BorderLines::single, {});
    for (int row = 1; row < 2; ++row)
        canvas.border(row, 2, vt::kEdgeUp | vt::kEdgeDown, vt::BorderLines::single, {});
    canvas.border(0, 2, vt::kEdgeDown, vt::BorderLines::single, {});
    canvas.border(2, 2, vt::kEdgeUp, vt::BorderLines::single, {});
    BOOST_TEST(row_text(canvas, 0) == "┌─┬─┐");
    BOOST_TEST(row_text(canvas, 1) == "│ │ │");
    BOOST_TEST(row_text(canvas, 2) == "└─┴─┘");
    canvas.box({0, 0, 2, 2}, vt::BorderLines::simple, {});
    BOOST_TEST(row_text(canvas, 0).starts_with("++"));
}

BOOST_AUTO_TEST_CASE(highlight_toggles_and_recolours) {
    vt::Canvas canvas({1, 3});
    canvas.text(0, 0, 3, "abc", kRed);
    canvas.highlight({0, 1, 1, 9}, vt::kInverse, {}, vt::Color::indexed(4));
    BOOST_TEST((canvas.line(0).style(0) == kRed));
    BOOST_TEST(canvas.line(0).style(1).attributes == std::uint32_t{vt::kInverse});
    BOOST_TEST((canvas.line(0).style(2).background == vt::Color::indexed(4)));
    canvas.highlight({0, 1, 1, 1}, vt::kInverse);
    BOOST_TEST(canvas.line(0).style(1).attributes == 0U);
}

BOOST_AUTO_TEST_CASE(a_terminal_is_cropped_and_what_it_does_not_reach_is_blank) {
    vt::Terminal terminal({2, 6});
    vt::Sink sink;
    terminal.write("abcdef\r\nghijkl", sink);
    vt::Canvas canvas({4, 10});
    canvas.fill({0, 0, 4, 10}, {}, U'.');
    canvas.draw(terminal, {1, 2, 3, 5}, 0, 2);
    BOOST_TEST(row_text(canvas, 0) == "..........");
    BOOST_TEST(row_text(canvas, 1) == "..cdef ...");
    BOOST_TEST(row_text(canvas, 2) == "..ijkl ...");
    BOOST_TEST(row_text(canvas, 3) == "..     ...");
    canvas.draw(terminal, {-1, -2, 3, 5});
    BOOST_TEST(row_text(canvas, 0) == "ijk.......");
    BOOST_TEST(canvas.regions().size() == 2U);
}

BOOST_AUTO_TEST_CASE(what_is_kept_can_be_drawn_over) {
    vt::Canvas canvas({2, 8});
    vt::Terminal terminal({2, 4}, {});
    vt::Sink nobody;
    terminal.write("\u4e16\u754c", nobody);
    canvas.draw(terminal, {0, 0, 2, 4});
    canvas.text(0, 4, 4, "|kept", {});
    terminal.write("\r\x1b[2Kab", nobody);
    BOOST_TEST(canvas.keep());
    BOOST_TEST(!canvas.cursor.visible);
    BOOST_TEST(canvas.regions().empty());
    canvas.draw(terminal, {0, 0, 2, 4});
    BOOST_TEST(row_text(canvas, 0) == "ab  |kep");
    BOOST_TEST(canvas.regions().size() == 1);
}

BOOST_AUTO_TEST_CASE(areas_outside_are_no_area) {
    vt::Canvas canvas({2, 2});
    canvas.fill({-5, -5, 3, 3}, kRed, U'x');
    canvas.fill({2, 2, 3, 3}, kRed, U'x');
    canvas.box({5, 5, 9, 9}, vt::BorderLines::single, {});
    canvas.highlight({0, 0, -1, -1}, vt::kInverse);
    BOOST_TEST(row_text(canvas, 0) + row_text(canvas, 1) == "    ");
}

BOOST_AUTO_TEST_CASE(the_nearest_of_256_is_the_nearest) {
    for (int index = 16; index < 256; ++index) {
        const auto exact = static_cast<std::uint8_t>(index);
        BOOST_TEST(
            (vt::palette_rgb(vt::nearest_256(vt::palette_rgb(exact))) == vt::palette_rgb(exact)));
    }
    for (unsigned value = 0; value < 0x1000000; value += 4099) {
        const vt::Rgb color{static_cast<std::uint8_t>(value >> 16),
                            static_cast<std::uint8_t>(value >> 8 & 255),
                            static_cast<std::uint8_t>(value & 255)};
        int least = 1 << 30;
        for (int index = 16; index < 256; ++index)
            least = std::min(
                least, squared_distance(color, vt::palette_rgb(static_cast<std::uint8_t>(index))));
        BOOST_REQUIRE(squared_distance(color, vt::palette_rgb(vt::nearest_256(color))) == least);
    }
}

BOOST_AUTO_TEST_CASE(styles_lose_what_a_terminal_cannot_show) {
    vt::Style style;
    style.foreground = vt::Color::rgb(255, 0, 0);
    style.background = vt::Color::indexed(21);
    style.underline_color = vt::Color::indexed(3);
    style.attributes = vt::kItalic | vt::kFaint;
    style.set_underline(vt::Underline::curly);
    vt::Capabilities can;
    can.colors = vt::ColorDepth::sixteen;
    const vt::Style sixteen = vt::lowered(style, can);
    BOOST_TEST((sixteen.foreground == vt::Color::indexed(9)));
    BOOST_TEST((sixteen.background == vt::Color::indexed(4)));
    BOOST_TEST(sixteen.underline_color.is_default());
    BOOST_TEST((sixteen.underline() == vt::Underline::single));
    BOOST_TEST((sixteen.attributes & vt::kItalic) == 0U);
    BOOST_TEST((sixteen.attributes & vt::kFaint) != 0U);
    can.colors = vt::ColorDepth::eight;
    const vt::Style eight = vt::lowered(style, can);
    BOOST_TEST((eight.foreground == vt::Color::indexed(1)));
    BOOST_TEST((eight.attributes & vt::kBold) != 0U);
    can.colors = vt::ColorDepth::none;
    BOOST_TEST(vt::lowered(style, can).foreground.is_default());
    can.colors = vt::ColorDepth::indexed;
    BOOST_TEST((vt::lowered(style, can).foreground == vt::Color::indexed(196)));
}

BOOST_AUTO_TEST_SUITE_END()
