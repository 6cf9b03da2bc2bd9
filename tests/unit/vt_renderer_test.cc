// Frames of random canvases, judged by libvterm: after every frame the terminal shows the canvas.
#include "vt/renderer.h"

#include <boost/test/unit_test.hpp>
#include <random>

#include "vt_libvterm.h"

namespace vt = berth::vt;

namespace {

using Random = std::mt19937;

int below(Random& random, int limit) {
    return static_cast<int>(random() % static_cast<unsigned>(limit));
}

vt::Style random_style(Random& random) {
    vt::Style style;
    constexpr std::uint32_t kBits[] = {
        0, 0, vt::kBold, vt::kItalic, vt::kInverse, vt::kBold | vt::kStrikethrough};
    style.attributes = kBits[random() % std::size(kBits)];
    if (random() % 6 == 0)
        style.set_underline(vt::Underline::single);
    const auto color = [&] {
        switch (random() % 4) {
        case 0:
            return vt::Color::indexed(static_cast<std::uint8_t>(random()));
        case 1:
            return vt::Color::rgb(static_cast<std::uint8_t>(random()), 7, 200);
        default:
            return vt::Color();
        }
    };
    style.foreground = color();
    style.background = color();
    return style;
}

std::string random_text(Random& random) {
    constexpr const char* kWords[] = {"hello",
                                      " ",
                                      "a",
                                      "----------------",
                                      "\u4e16\u754c",
                                      "\u00e9",
                                      "     ",
                                      "\u2588\u2588",
                                      "x = y;",
                                      "            ",
                                      "(\uac00)",
                                      "1234567890"};
    std::string text;
    for (int words = 1 + below(random, 6); words > 0; --words)
        text += kWords[random() % std::size(kWords)];
    return text;
}

// Lines to scroll through, as a pane would.
struct Document {
    std::vector<std::string> lines;
    std::vector<vt::Style> styles;

    explicit Document(Random& random) {
        for (int line = 0; line < 60; ++line) {
            lines.push_back(random_text(random) + std::to_string(line));
            styles.push_back(random() % 3 == 0 ? random_style(random) : vt::Style{});
        }
    }
    void draw(vt::Canvas& canvas, const vt::Rect& area, int from) const {
        for (int row = 0; row < area.rows; ++row) {
            const auto line = static_cast<std::size_t>(from + row) % lines.size();
            canvas.fill({area.row + row, area.column, 1, area.columns}, {});
            canvas.text(area.row + row, area.column, area.columns, lines[line], styles[line]);
        }
        canvas.add_region(area);
    }
};

void random_change(Random& random, vt::Canvas& canvas) {
    const int row = below(random, canvas.size().rows);
    const int column = below(random, canvas.size().columns);
    const vt::Rect area{row, column, 1 + below(random, 6), 1 + below(random, 30)};
    switch (random() % 8) {
    case 0:
        canvas.fill(area, random_style(random), random() % 2 ? U' ' : U'#');
        break;
    case 1:
        canvas.box(area, vt::BorderLines::single, random_style(random));
        break;
    case 2:
        canvas.highlight(area, vt::kInverse);
        break;
    case 3:
        canvas.fill(area, {});
        break;
    default:
        canvas.text(row, column, canvas.size().columns, random_text(random), random_style(random));
    }
    canvas.cursor = {.row = below(random, canvas.size().rows),
                     .column = below(random, canvas.size().columns)};
    canvas.cursor.visible = random() % 4 != 0;
}

vt::Capabilities full_capabilities() {
    vt::Capabilities can;
    can.colors = vt::ColorDepth::rgb;
    can.back_color_erase = can.italic = can.strikethrough = can.cursor_shape = true;
    return can;
}

void play(unsigned seed, const vt::Capabilities& can, bool new_tables) {
    Random random(seed);
    const vt::Size size{10 + below(random, 20), 20 + below(random, 80)};
    vt::test::LibvtermScreen screen(size.rows, size.columns);
    vt::Renderer renderer;
    screen.write(renderer.enter(can));
    const Document document(random);
    vt::Canvas canvas(size);
    int from = 0;
    for (int frame = 0; frame < 40; ++frame) {
        if (new_tables && frame % 5 == 4) {
            canvas = vt::Canvas(size);
            document.draw(canvas, {0, 0, size.rows - 1, size.columns}, from);
        }
        if (random() % 3 == 0) {
            from = std::max(0, from + below(random, 9) - 4);
            document.draw(canvas, {1, 0, size.rows - 3, size.columns}, from);
        }
        for (int changes = below(random, 4); changes > 0; --changes)
            random_change(random, canvas);
        screen.write(renderer.frame(canvas, can));
        const std::string differs = difference(canvas, screen);
        BOOST_REQUIRE_MESSAGE(differs.empty(),
                              "seed " << seed << " frame " << frame << ": " << differs);
        BOOST_TEST(renderer.frame(canvas, can).empty());
    }
}

} // namespace

BOOST_AUTO_TEST_SUITE(vt_renderer)

BOOST_AUTO_TEST_CASE(libvterm_shows_every_frame_of_random_canvases) {
    for (unsigned seed = 1; seed <= 60; ++seed)
        play(seed, full_capabilities(), seed % 2 == 0);
}

BOOST_AUTO_TEST_CASE(libvterm_shows_every_frame_with_the_plainest_means) {
    vt::Capabilities can = full_capabilities();
    can.back_color_erase = can.erase_characters = can.scroll_regions = can.absolute_column = false;
    for (unsigned seed = 100; seed <= 120; ++seed)
        play(seed, can, false);
}

// A 80x24 client: a pane of source text above a status line.
struct Typical {
    vt::Capabilities can = full_capabilities();
    vt::Canvas canvas{vt::Size{24, 80}};
    vt::Renderer renderer;
    int top = 0;

    Typical() {
        can.repeat = true;
        static_cast<void>(renderer.enter(can));
        draw();
        static_cast<void>(frame());
    }
    void draw() {
        canvas.clear();
        for (int row = 0; row < 23; ++row)
            canvas.text(row, 2 * ((top + row) % 4), 80,
                        "statement(" + std::to_string(top + row) + ", argument);", {});
        canvas.add_region({0, 0, 23, 80});
        vt::Style bar;
        bar.background = vt::Color::indexed(2);
        canvas.fill({23, 0, 1, 80}, bar);
        canvas.text(23, 0, 80, "[main] 0:shell* 12:00", bar);
        canvas.cursor = {.row = 22, .column = 30};
    }
    std::string frame() { return renderer.frame(canvas, can); }
};

BOOST_AUTO_TEST_CASE(typical_updates_cost_so_many_bytes) {
    Typical typical;
    BOOST_TEST(typical.frame().empty());

    typical.canvas.text(22, 30, 80, "x", {});
    typical.canvas.cursor.column = 31;
    BOOST_TEST(typical.frame() == "\x1b[mx");

    typical.canvas.text(22, 31, 80, " ", {});
    typical.canvas.cursor.column = 32;
    BOOST_TEST(typical.frame() == " ");

    typical.canvas.cursor.column = 31;
    BOOST_TEST(typical.frame() == "\b");

    typical.canvas.text(
        23, 17, 80, "8",
        {.foreground = {}, .background = vt::Color::indexed(2), .underline_color = {}});
    BOOST_TEST(typical.frame().size() <= 24U);

    typical.draw();
    static_cast<void>(typical.frame());
    ++typical.top;
    typical.draw();
    BOOST_TEST(typical.frame().size() <= 76U); // a line of output: scroll and one line

    typical.top += 3;
    typical.draw();
    BOOST_TEST(typical.frame().size() <= 156U);

    typical.top -= 5;
    typical.draw();
    BOOST_TEST(typical.frame().size() <= 230U);

    typical.renderer.invalidate();
    BOOST_TEST(typical.frame().size() <= 900U);

    typical.canvas.fill({0, 0, 23, 80}, {});
    BOOST_TEST(typical.frame().size() <= 120U); // EL in every row

    typical.canvas.fill({0, 0, 1, 80}, {}, U'-');
    BOOST_TEST(typical.frame().size() <= 30U); // REP
}

BOOST_AUTO_TEST_CASE(with_mode_2026_a_frame_is_one_update) {
    Typical typical;
    typical.can.synchronized = true;
    const std::string frame = typical.frame();
    BOOST_TEST(frame.starts_with("\x1b[?2026h"));
    BOOST_TEST(frame.ends_with("\x1b[?2026l"));
    BOOST_TEST(typical.frame().empty());
}

BOOST_AUTO_TEST_CASE(modes_are_set_once_and_left_clean) {
    Typical typical;
    typical.can.titles = typical.can.kitty_keyboard = typical.can.bracketed_paste = true;
    static_cast<void>(typical.frame());
    typical.canvas.modes = {.mouse = vt::MouseTracking::button,
                            .bracketed_paste = true,
                            .kitty_flags = 1,
                            .title = "one"};
    const std::string on = typical.frame();
    for (const char* part :
         {"\x1b[?1002h", "\x1b[?1006h", "\x1b[?2004h", "\x1b[>1u", "\x1b]0;one\x1b\\"})
        BOOST_TEST(on.find(part) != std::string::npos, part);
    BOOST_TEST(typical.frame().empty());
    typical.canvas.modes.kitty_flags = 5;
    BOOST_TEST(typical.frame() == "\x1b[=5u");
    const std::string off = typical.renderer.leave();
    for (const char* part : {"\x1b[?1002l", "\x1b[?1006l", "\x1b[?2004l", "\x1b[<u", "\x1b[23;0t",
                             "\x1b[?1049l", "\x1b[?7h"})
        BOOST_TEST(off.find(part) != std::string::npos, part);
    BOOST_TEST(typical.renderer.leave().empty());
}

BOOST_AUTO_TEST_SUITE_END()
