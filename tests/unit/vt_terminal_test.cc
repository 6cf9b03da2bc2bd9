// What cases of bytes alone cannot say: sizes, reflow, history, snapshots that are not ours, long
// strings, counters.
#include "vt/terminal.h"

#include <boost/test/unit_test.hpp>

#include "vt_libvterm.h"

namespace {

using namespace berth::vt;

struct Record : Sink {
    std::string answers;
    std::string relayed;
    std::vector<std::string> events;

    void answer(std::string_view bytes) override { answers += bytes; }
    void relay(std::string_view bytes) override {
        relayed += bytes;
        ++relays;
    }
    void title_changed() override { events.emplace_back("title"); }
    void screen_changed(Screen now) override {
        events.emplace_back(now == Screen::main ? "main" : "alternate");
    }
    void synchronized(bool on) override { events.emplace_back(on ? "hold" : "go"); }
    void notification(int code, std::string_view text) override {
        events.push_back(std::to_string(code) + ":" + std::string(text));
    }
    void progress(int state, int percent) override {
        events.push_back("progress " + std::to_string(state) + " " + std::to_string(percent));
    }
    void window_name(std::string_view name) override {
        events.push_back("name " + std::string(name));
    }
    void passthrough(std::string_view bytes) override {
        events.push_back("pass " + std::string(bytes));
    }
    void prompt_mark(char kind, std::string_view parameters) override {
        events.push_back(std::string(1, kind) + " " + std::string(parameters));
    }
    int relays = 0;
};

std::string screen(const Terminal& terminal) {
    std::string text;
    for (int row = 0; row < terminal.size().rows; ++row)
        text += terminal.line(row).text() + "|";
    return text;
}

std::string history(const Terminal& terminal) {
    std::string text;
    LineBuffer buffer;
    for (std::size_t index = 0; index < terminal.history().lines(); ++index)
        text += terminal.history().line(index, buffer).text() + "|";
    return text;
}

std::string lines(int from, int to) {
    std::string text;
    for (int line = from; line <= to; ++line)
        text += (line == from ? "" : "\r\n") + std::to_string(line);
    return text;
}

Terminal fed(Size size, std::string_view bytes) {
    Terminal terminal(size);
    Sink sink;
    terminal.write(bytes, sink);
    return terminal;
}

BOOST_AUTO_TEST_SUITE(vt_terminal)

BOOST_AUTO_TEST_CASE(sizes_are_clamped) {
    BOOST_TEST((clamped(Size{0, -5}) == Size{1, 1}));
    const Size huge = clamped(Size{1 << 30, 1 << 30});
    BOOST_TEST(huge.columns == kMaxDimension);
    BOOST_TEST(huge.rows * huge.columns <= kMaxCells);
    Terminal terminal(Size{1 << 30, 1 << 30});
    BOOST_TEST((terminal.size() == huge));
    terminal.resize(Size{-1, 0});
    BOOST_TEST((terminal.size() == Size{1, 1}));
}

BOOST_AUTO_TEST_CASE(a_flood_of_text_is_relayed_in_one_piece) {
    Terminal terminal(Size{24, 80});
    Record record;
    std::string flood;
    for (int line = 0; line < 1000; ++line)
        flood += "\x1b[31mline\x1b[m \xe4\xb8\xad\r\n";
    terminal.write(flood, record);
    BOOST_TEST(record.relays == 1);
    BOOST_TEST(record.relayed == flood);
}

BOOST_AUTO_TEST_CASE(reflow_joins_and_cuts) {
    Terminal terminal = fed(Size{4, 10}, "abcdefghijklmno\r\nxyz");
    BOOST_TEST(screen(terminal) == "abcdefghij|klmno|xyz||");
    terminal.resize(Size{4, 20});
    BOOST_TEST(screen(terminal) == "abcdefghijklmno|xyz|||");
    BOOST_TEST(terminal.cursor().row == 1);
    BOOST_TEST(terminal.cursor().column == 3);
    terminal.resize(Size{4, 5});
    BOOST_TEST(screen(terminal) == "abcde|fghij|klmno|xyz|");
    BOOST_TEST(terminal.cursor().row == 3);
    terminal.resize(Size{4, 10});
    BOOST_TEST(screen(terminal) == "abcdefghij|klmno|xyz||");
}

BOOST_AUTO_TEST_CASE(reflow_takes_the_history_along) {
    Terminal terminal = fed(Size{2, 4}, "abcdefghijkl\r\nmn");
    BOOST_TEST(history(terminal) == "abcd|efgh|");
    BOOST_TEST(screen(terminal) == "ijkl|mn|");
    terminal.resize(Size{2, 6});
    BOOST_TEST(history(terminal) == "abcdef|");
    BOOST_TEST(screen(terminal) == "ghijkl|mn|");
    terminal.resize(Size{2, 12});
    BOOST_TEST(history(terminal) + screen(terminal) == "abcdefghijkl|mn|");
    terminal.resize(Size{2, 4});
    BOOST_TEST(history(terminal) + screen(terminal) == "abcd|efgh|ijkl|mn|");
    terminal.resize(Size{2, 3});
    BOOST_TEST(history(terminal) + screen(terminal) == "abc|def|ghi|jkl|mn|");
}

BOOST_AUTO_TEST_CASE(reflow_does_not_cut_wide_characters) {
    Terminal terminal = fed(Size{4, 6}, "a\xe4\xb8\xad\xe6\x96\x87z");
    terminal.resize(Size{4, 4});
    BOOST_TEST(screen(terminal) == "a\xe4\xb8\xad|\xe6\x96\x87z|||");
    terminal.resize(Size{4, 6});
    BOOST_TEST(screen(terminal) == "a\xe4\xb8\xad\xe6\x96\x87z||||");
    terminal.resize(Size{4, 1});
    terminal.resize(Size{4, 6});
    BOOST_TEST(terminal.line(0).used <= 6);
}

BOOST_AUTO_TEST_CASE(reflow_keeps_the_cursor_on_its_character) {
    Terminal terminal = fed(Size{4, 10}, "abcdefghijklmno\x1b[1;4H");
    terminal.resize(Size{4, 3});
    BOOST_TEST(terminal.line(terminal.cursor().row).text() == "def");
    BOOST_TEST(terminal.cursor().column == 0);
}

BOOST_AUTO_TEST_CASE(reflow_keeps_a_pending_wrap) {
    Terminal terminal = fed(Size{3, 5}, "abcde");
    BOOST_TEST(terminal.cursor().pending_wrap);
    terminal.resize(Size{3, 8});
    BOOST_TEST(!terminal.cursor().pending_wrap);
    BOOST_TEST(terminal.cursor().column == 5);
    terminal.resize(Size{3, 5});
    Sink sink;
    terminal.write("f", sink);
    BOOST_TEST(screen(terminal) == "abcde|f||");
}

BOOST_AUTO_TEST_CASE(height_takes_lines_from_the_history_and_gives_them_back) {
    Terminal terminal = fed(Size{3, 10}, lines(1, 6));
    BOOST_TEST(history(terminal) + ":" + screen(terminal) == "1|2|3|:4|5|6|");
    terminal.resize(Size{5, 10});
    BOOST_TEST(history(terminal) + ":" + screen(terminal) == "1|:2|3|4|5|6|");
    BOOST_TEST(terminal.cursor().row == 4);
    terminal.resize(Size{2, 10});
    BOOST_TEST(history(terminal) + ":" + screen(terminal) == "1|2|3|4|:5|6|");
    BOOST_TEST(terminal.cursor().row == 1);
}

BOOST_AUTO_TEST_CASE(blank_lines_below_give_way_first) {
    Terminal terminal = fed(Size{5, 10}, "a\r\nb");
    terminal.resize(Size{2, 10});
    BOOST_TEST(history(terminal) + ":" + screen(terminal) == ":a|b|");
}

BOOST_AUTO_TEST_CASE(the_alternate_screen_is_cropped) {
    Terminal terminal =
        fed(Size{3, 10}, "main text\x1b[?1049h\x1b[Habcdefghij\r\n\xe4\xb8\xad\xe4\xb8\xad\r\n3");
    terminal.resize(Size{2, 3});
    BOOST_TEST(screen(terminal) == "\xe4\xb8\xad|3|");
    terminal.resize(Size{3, 10});
    Sink sink;
    terminal.write("\x1b[?1049l", sink);
    BOOST_TEST(screen(terminal) == "main text|||");
    BOOST_TEST(terminal.cursor().column == 9);
}

BOOST_AUTO_TEST_CASE(styles_links_and_marks_survive_reflow) {
    Terminal terminal = fed(Size{2, 8}, "\x1b]133;A\x1b\\\x1b[1;38;2;1;2;3mab\x1b]8;;http://x/"
                                        "\x1b\\cd\x1b[m\x1b]8;;\x1b\\efghij\r\nk\r\nl");
    terminal.resize(Size{3, 4});
    terminal.resize(Size{4, 20});
    const LineView line = terminal.line(0);
    BOOST_TEST(line.text() == "abcdefghij");
    BOOST_TEST((line.mark == Mark::prompt));
    BOOST_TEST((line.style(0).foreground == Color::rgb(1, 2, 3)));
    BOOST_TEST(((line.style(3).attributes & kBold) != 0));
    BOOST_TEST((line.style(4) == Style()));
    BOOST_REQUIRE(line.link(2) != nullptr);
    BOOST_TEST(line.link(2)->uri == "http://x/");
    BOOST_TEST((line.link(4) == nullptr));
}

BOOST_AUTO_TEST_CASE(history_keeps_to_its_limits) {
    Config config;
    config.history = {.lines = 10, .bytes = 1U << 20};
    Terminal terminal(Size{2, 20}, config);
    Sink sink;
    terminal.write(lines(1, 500), sink);
    BOOST_TEST(terminal.history().lines() == 10U);
    BOOST_TEST(terminal.history().dropped() == 488U);
    BOOST_TEST(terminal.scrolled_lines() == 498U);
    LineBuffer buffer;
    BOOST_TEST(terminal.history().line(0, buffer).text() == "489");
    terminal.set_history_limits({.lines = 3, .bytes = 1U << 20});
    BOOST_TEST(history(terminal) == "496|497|498|");
    terminal.set_history_limits({.lines = 0, .bytes = 1U << 20});
    terminal.write("\r\n1\r\n2", sink);
    BOOST_TEST(terminal.history().lines() == 0U);
}

BOOST_AUTO_TEST_CASE(history_keeps_to_its_bytes) {
    Config config;
    config.history = {.lines = 1'000'000, .bytes = 100'000};
    Terminal terminal(Size{2, 80}, config);
    Sink sink;
    const std::string line(78, 'x');
    for (int count = 0; count < 10'000; ++count)
        terminal.write(line + "\r\n", sink);
    BOOST_TEST(terminal.history().bytes() < 130'000U);
    BOOST_TEST(terminal.history().lines() > 800U);
    LineBuffer buffer;
    for (std::size_t index = 0; index < terminal.history().lines(); ++index)
        BOOST_REQUIRE(terminal.history().line(index, buffer).text() == line);
}

BOOST_AUTO_TEST_CASE(history_lines_are_what_they_were) {
    Terminal terminal(Size{1, 24});
    Sink sink;
    terminal.write("a\x1b[31mb\x1b[4:3;58:5:9mc\x1b[m \xe4\xb8\xad"
                   "e\xcc\x81\x1b[1\"qp\x1b[0\"q\x1b#6\r\n",
                   sink);
    LineBuffer buffer;
    const LineView line = terminal.history().line(0, buffer);
    BOOST_TEST(line.text() == "abc \xe4\xb8\xad"
                              "e\xcc\x81p");
    BOOST_TEST((line.size == LineSize::double_width));
    BOOST_TEST((line.style(1).foreground == Color::indexed(1)));
    BOOST_TEST((line.style(2).underline() == Underline::curly));
    BOOST_TEST((line.style(2).underline_color == Color::indexed(9)));
    BOOST_TEST((line.cell(4).width() == Width::wide));
    BOOST_TEST((line.cell(5).width() == Width::tail));
}

BOOST_AUTO_TEST_CASE(generations_tell_what_changed) {
    Terminal terminal = fed(Size{4, 10}, lines(1, 4));
    std::vector<std::uint64_t> before;
    for (int row = 0; row < 4; ++row)
        before.push_back(terminal.line(row).generation);
    Sink sink;
    terminal.write("\r\n5", sink); // scrolls: the lines keep their generations as they move
    for (int row = 0; row < 3; ++row)
        BOOST_TEST(terminal.line(row).generation == before[static_cast<std::size_t>(row) + 1]);
    BOOST_TEST(terminal.line(3).generation > before[3]);
    const std::uint64_t last = terminal.line(3).generation;
    terminal.write("\x1b[1;1H\x1b[m", sink);
    BOOST_TEST(terminal.line(3).generation == last);
    terminal.write("\x1b[4;1HX", sink);
    BOOST_TEST(terminal.line(3).generation > last);
}

BOOST_AUTO_TEST_CASE(a_long_image_is_relayed_in_pieces) {
    Terminal terminal(Size{4, 10});
    Record record;
    const std::string image = "\x1b_Gf=32;" + std::string(kMaxHeld * 2, 'A') + "\x1b\\";
    for (std::size_t place = 0; place < image.size(); place += 1000) {
        terminal.write(std::string_view(image).substr(place, 1000), record);
        BOOST_TEST(terminal.pending().size() <= kMaxHeld + 1);
    }
    BOOST_TEST(record.relayed == image);
    BOOST_TEST(!terminal.relaying_string());
    terminal.write(std::string_view(image).substr(0, kMaxHeld + 100), record);
    BOOST_TEST(terminal.relaying_string());
    record.relayed.clear();
    terminal.write("\x18x", record);
    BOOST_TEST(!terminal.relaying_string());
    BOOST_TEST(record.relayed == "\x18\x18x");
}

BOOST_AUTO_TEST_CASE(a_long_string_of_another_kind_is_dropped) {
    Terminal terminal(Size{4, 10});
    Record record;
    const std::string title = "\x1b]2;" + std::string(kMaxHeld * 2, 'A') + "\a";
    for (std::size_t place = 0; place < title.size(); place += 999)
        terminal.write(std::string_view(title).substr(place, 999), record);
    terminal.write("x", record);
    BOOST_TEST(record.relayed == "x");
    BOOST_TEST(terminal.title().size() <= 4096U + 4);
    BOOST_TEST(terminal.at_ground());
}

BOOST_AUTO_TEST_CASE(an_endless_string_takes_bounded_memory) {
    Terminal terminal(Size{4, 10});
    Record record;
    terminal.write("\x1b]52;c;", record);
    const std::string piece(1U << 16, 'A');
    for (int count = 0; count < 100; ++count)
        terminal.write(piece, record);
    BOOST_TEST(terminal.snapshot().size() < 3U << 20);
    BOOST_TEST(record.relayed.empty());
    terminal.write("\a", record);
    BOOST_TEST(terminal.at_ground());
}

BOOST_AUTO_TEST_CASE(events_are_told) {
    Terminal terminal(Size{4, 20});
    Record record;
    terminal.write("\x1b]2;t\a\x1b[?1049h\x1b[?2026h\x1b[?2026l\x1b[?1049l\x1b]9;hi\a\x1b]9;4;1;"
                   "50\a\x1b]777;notify;a;b\a"
                   "\x1bkname\x1b\\\x1bPtmux;\x1b\x1b]0;x\a\x1b\\\x1b]133;D;0\a",
                   record);
    const std::vector<std::string> expected = {
        "title", "alternate",     "hold",           "go",        "main",
        "9:hi",  "progress 1 50", "777:notify;a;b", "name name", "pass \x1b]0;x\a",
        "D 0"};
    BOOST_TEST(record.events == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(mode_2048_reports_a_resize) {
    Terminal terminal(Size{4, 20});
    Record record;
    terminal.set_cell_pixels(8, 16);
    terminal.write("\x1b[?2048h", record);
    record.answers.clear();
    terminal.resize(Size{5, 30}, record);
    BOOST_TEST(record.answers == "\x1b[48;5;30;80;240t");
    terminal.resize(Size{5, 30}, record);
    BOOST_TEST(record.answers == "\x1b[48;5;30;80;240t");
}

BOOST_AUTO_TEST_CASE(mode_2031_reports_the_color_scheme) {
    Terminal terminal(Size{4, 20});
    Record record;
    terminal.set_dark(false, record);
    BOOST_TEST(record.answers.empty());
    terminal.write("\x1b[?2031h", record);
    terminal.set_dark(true, record);
    BOOST_TEST(record.answers == "\x1b[?997;1n");
}

BOOST_AUTO_TEST_CASE(eight_bit_controls_in_answers) {
    Terminal terminal(Size{4, 20});
    Record record;
    terminal.write("\x1b G\x1b[5n\x1b F\x1b[5n", record);
    BOOST_TEST(record.answers == "\x9b"
                                 "0n\x1b[0n");
}

BOOST_AUTO_TEST_CASE(default_colors_change_where_the_program_set_none) {
    Terminal terminal = fed(Size{2, 10}, "\x1b]4;1;#010203\a");
    Palette other;
    other.colors[1] = {9, 9, 9};
    other.colors[2] = {8, 8, 8};
    terminal.set_default_palette(other);
    BOOST_TEST((terminal.palette().colors[1] == Rgb{1, 2, 3}));
    BOOST_TEST((terminal.palette().colors[2] == Rgb{8, 8, 8}));
    Sink sink;
    terminal.write("\x1b]104\a", sink);
    BOOST_TEST((terminal.palette().colors[1] == Rgb{9, 9, 9}));
}

BOOST_AUTO_TEST_CASE(features_are_remembered) {
    Terminal terminal = fed(Size{2, 10}, "plain\x1b[1m");
    BOOST_TEST(terminal.features() == 0U);
    Sink sink;
    terminal.write("\x1b[38;2;1;2;3m\x1b[4:3m\xe4\xb8\xad\x1b[?2004h", sink);
    BOOST_TEST(terminal.features() ==
               (feature_bit(Feature::rgb_color) | feature_bit(Feature::underline_style) |
                feature_bit(Feature::wide_character) | feature_bit(Feature::bracketed_paste)));
}

BOOST_AUTO_TEST_CASE(an_alternate_screen_that_was_resized_keeps_its_styles) {
    Terminal terminal = fed(Size{6, 20}, "\x1b[?1049h\x1b[1;31mred\x1b[m plain");
    terminal.resize(Size{28, 35});
    Terminal restored(Size{2, 2}, Config{});
    BOOST_REQUIRE(restored.restore(terminal.snapshot()).has_value());
    BOOST_TEST((restored.line(0).style(0).foreground == Color::indexed(1)));
    BOOST_TEST((restored.line(0).style(4) == Style()));
    BOOST_TEST((restored == terminal));
}

BOOST_AUTO_TEST_CASE(damaged_snapshots_are_refused_or_harmless) {
    Config config;
    config.history = {.lines = 50, .bytes = 1U << 20};
    Terminal terminal(Size{3, 12}, config);
    Sink sink;
    terminal.write("\x1b]133;A\a\x1b[1;38;2;1;2;3mab\x1b]8;id=x;http://x/\a\xe4\xb8\xad"
                   "e\xcc\x81\x1b[m\r\n1\r\n2\r\n3\x1b[>5u\x1b[?1049hx\x1b[12;3",
                   sink);
    const std::string good = terminal.snapshot();
    std::size_t refused = 0;
    for (std::size_t place = 0; place < good.size(); ++place) {
        for (const unsigned flip : {0x01U, 0x80U, 0xffU}) {
            std::string bad = good;
            bad[place] = static_cast<char>(static_cast<unsigned char>(bad[place]) ^ flip);
            Terminal target(Size{2, 2}, config);
            const Terminal untouched(Size{2, 2}, config);
            if (!target.restore(bad)) {
                ++refused;
                BOOST_REQUIRE((target == untouched));
                continue;
            }
            target.write("\x1b[Hx\r\n\r\n\r\n\x1b[2J", sink);
            target.resize(Size{2, 5});
        }
        Terminal target(Size{2, 2}, config);
        BOOST_REQUIRE(!target.restore(std::string_view(good).substr(0, place)));
    }
    BOOST_TEST(refused > good.size() / 4);
    Terminal target(Size{2, 2}, config);
    BOOST_REQUIRE(target.restore(good).has_value());
    BOOST_TEST((target == terminal));
    BOOST_TEST(!target.restore(good + "x").has_value());
}

BOOST_AUTO_TEST_CASE(tables_are_swept_when_full) {
    Terminal terminal(Size{2, 40});
    Sink sink;
    std::string bytes;
    for (int link = 0; link < 70'000; ++link)
        bytes += "\x1b[H\x1b]8;;http://x/" + std::to_string(link) + "\ax";
    terminal.write(bytes, sink);
    BOOST_TEST(terminal.line(0).link(0)->uri == "http://x/69999");
    BOOST_TEST(terminal.tables().links.size() <= Cell::kMaxLinks);
    bytes.clear();
    for (int color = 0; color < 1'100'000; ++color) {
        bytes += "\x1b[H\x1b[38;2;" + std::to_string(color >> 16) + ";" +
                 std::to_string(color >> 8 & 255) + ";" + std::to_string(color & 255) + "mx";
    }
    terminal.write(bytes, sink);
    BOOST_TEST((terminal.line(0).style(0).foreground ==
                Color::rgb(1'099'999 >> 16, 1'099'999 >> 8 & 255, 1'099'999 & 255)));
    BOOST_TEST(terminal.tables().styles.size() <= Cell::kMaxStyles);
}

// An independent emulator sees the same text, for everything that it knows.
BOOST_AUTO_TEST_CASE(agrees_with_libvterm_on_random_text) {
    std::uint32_t state = 1;
    const auto random = [&state](std::uint32_t below) {
        state = state * 1664525 + 1013904223;
        return (state >> 8) % below;
    };
    for (int round = 0; round < 300; ++round) {
        const Size size{static_cast<int>(random(8)) + 3, static_cast<int>(random(20)) + 8};
        Terminal ours(size);
        berth::vt::test::LibvtermScreen theirs(size.rows, size.columns);
        Sink sink;
        for (int step = 0; step < 60; ++step) {
            static constexpr std::string_view kFinals = "ABCDHJKLMPSTX@dG`ae";
            std::string bytes;
            switch (random(4)) {
            case 0:
                bytes = "\x1b[" + std::to_string(random(12)) + kFinals[random(kFinals.size())];
                break;
            case 1:
                bytes = "\x1b[" + std::to_string(random(10) + 1) + ";" +
                        std::to_string(random(24) + 1) + "H";
                break;
            case 2:
                bytes = random(2) == 0 ? "\r\n" : random(2) == 0 ? "\x1bM" : "\xc3\xa9";
                break;
            default:
                bytes.assign(random(12), static_cast<char>('a' + random(26)));
            }
            // IL and DL go to the left margin (ECMA-48, xterm), which libvterm does not.
            // Half-overwritten wide characters differ too, so there are none.
            if (bytes.ends_with('L') || bytes.ends_with('M'))
                bytes = "\r" + bytes;
            ours.write(bytes, sink);
            theirs.write(bytes);
            // At a pending wrap after a wide character libvterm stays on it, xterm goes on to the
            // edge.
            const VTermPos there = theirs.cursor();
            const Cursor here = ours.cursor();
            BOOST_REQUIRE_MESSAGE(
                there.row == here.row && (there.col == here.column || here.pending_wrap),
                "round " << round << " step " << step << ": " << there.row << ',' << there.col
                         << " and " << here.row << ',' << here.column);
            const std::string place = "\x1b[" + std::to_string(here.row + 1) + ";" +
                                      std::to_string(here.column + 1) + "H";
            ours.write(place, sink); // forget a pending wrap
            theirs.write(place);
        }
        for (int row = 0; row < size.rows; ++row) {
            std::string text;
            for (int column = 0; column < size.columns; ++column)
                text += theirs.text(row, column);
            text.resize(text.find_last_not_of(' ') + 1);
            BOOST_REQUIRE_EQUAL(ours.line(row).text(), text);
        }
    }
}

// A clone shares the history's blocks; neither side sees what the other does from then on.
BOOST_AUTO_TEST_CASE(a_clone_goes_its_own_way) {
    Sink sink;
    Config config;
    config.history.lines = 500;
    Terminal terminal({3, 20}, config);
    for (int line = 0; line < 300; ++line)
        terminal.write("line " + std::to_string(line) + "\r\n", sink);
    const std::string lines = history(terminal);
    const std::string shown = screen(terminal);
    Terminal clone = terminal.clone();
    BOOST_TEST(bool(clone == terminal));
    for (int line = 300; line < 1300; ++line)
        terminal.write("later " + std::to_string(line) + "\r\n", sink);
    BOOST_TEST(history(clone) == lines);
    BOOST_TEST(screen(clone) == shown);
    const std::string later = history(terminal);
    clone.resize({5, 4});
    for (int line = 0; line < 1000; ++line)
        clone.write("x\r\n", sink);
    BOOST_TEST(history(terminal) == later);
    Terminal third = terminal.clone();
    terminal = std::move(clone);
    BOOST_TEST(history(third) == later);
    third.resize({10, 20}); // takes lines back from the history
    third.resize({3, 20});
    BOOST_TEST(history(third) == later);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
