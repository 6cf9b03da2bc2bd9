// Composed output judged by the engine itself, and of whole panes: a client that is a second
// Terminal shows the canvas, cell by cell, and the pane that was drawn into it.
#include "vt/renderer.h"
#include "vt/replay.h"

#include <boost/test/unit_test.hpp>
#include <iterator>
#include <random>

#include "vt_case_files.h"

namespace vt = berth::vt;

namespace {

using Random = std::mt19937;

vt::Capabilities everything() {
    vt::Capabilities can;
    can.colors = vt::ColorDepth::rgb;
    can.repeat = can.back_color_erase = can.side_margins = can.italic = can.strikethrough =
        can.overline = true;
    can.scripts = can.underline_styles = can.underline_color = can.hyperlinks = can.cluster_mode =
        can.cursor_shape = true;
    can.titles = can.focus = can.bracketed_paste = can.kitty_keyboard = can.modify_other_keys =
        true;
    return can;
}

// A terminal that a client sits at.
struct Client {
    vt::Terminal terminal;
    vt::Sink sink;

    explicit Client(vt::Size size) : terminal(size) {}
    void write(std::string_view bytes) { terminal.write(bytes, sink); }
};

vt::Style seen(const vt::LineView& line, int column) {
    vt::Style style = line.style(column);
    const vt::Cell cell = line.cell(column);
    std::string text;
    line.append_text(column, text);
    constexpr std::uint32_t kVisible =
        vt::kInverse | vt::kStrikethrough | vt::kOverline | vt::kUnderlineMask;
    if (text == " " && cell.width() != vt::Width::tail && (style.attributes & kVisible) == 0)
        return {.foreground = {}, .background = style.background, .underline_color = {}};
    return style;
}

// The first difference of what two lines look like.
std::string line_difference(const vt::LineView& a, const vt::LineView& b, int columns) {
    for (int column = 0; column < columns; ++column) {
        std::string first;
        std::string second;
        a.append_text(column, first);
        b.append_text(column, second);
        const std::string where = "column " + std::to_string(column) + ": ";
        if (first != second)
            return where + "'" + first + "' and '" + second + "'";
        if (seen(a, column) != seen(b, column))
            return where + "style";
        const vt::Hyperlink* link = a.link(column);
        const vt::Hyperlink* other = b.link(column);
        if ((link == nullptr) != (other == nullptr) || (link != nullptr && *link != *other))
            return where + "link";
    }
    return {};
}

std::string difference(const vt::Canvas& canvas, const vt::Terminal& terminal) {
    for (int row = 0; row < canvas.size().rows; ++row) {
        const std::string differs =
            line_difference(canvas.line(row), terminal.line(row), canvas.size().columns);
        if (!differs.empty())
            return "row " + std::to_string(row) + " " + differs;
    }
    const vt::Cursor cursor = terminal.cursor();
    if (canvas.cursor.visible != cursor.visible)
        return "cursor's visibility";
    if (cursor.visible &&
        (cursor.row != canvas.cursor.row || cursor.column != canvas.cursor.column))
        return "cursor";
    return {};
}

std::string printable(std::string_view bytes) {
    std::string text;
    for (const char byte : bytes)
        text += byte == '\x1b'
                    ? std::string("ESC ")
                    : (byte < ' ' && byte >= 0 ? "^" + std::string(1, static_cast<char>(byte + 64))
                                               : std::string(1, byte));
    return text;
}

// What programs write, for a pane.
std::string random_output(Random& random) {
    constexpr const char* kPieces[] = {"int main() {\r\n",
                                       "    return 0;\r\n",
                                       "\r\n",
                                       "some words and more words ",
                                       "\u4e16\u754c",
                                       "e\u0301",
                                       "======================",
                                       "\x1b[m",
                                       "\x1b[1;31m",
                                       "\x1b[44m",
                                       "\x1b[7m",
                                       "\x1b[4:3m",
                                       "\x1b[38;2;9;8;7m",
                                       "\x1b[58:5:3m",
                                       "\x1b[53m",
                                       "\x1b[K",
                                       "\x1b[J",
                                       "\x1b[2J",
                                       "\x1b[H",
                                       "\x1b[5;10H",
                                       "\x1b[3;8r",
                                       "\x1b[r",
                                       "\x1b[L",
                                       "\x1b[2M",
                                       "\x1b[S",
                                       "\x1b[T",
                                       "\x1b[?2027h",
                                       "\U0001F468\u200d\U0001F469",
                                       "\u2764\ufe0f",
                                       "\U0001F1E9\U0001F1EA",
                                       "\x1b]8;;http://example.org\x1b\\",
                                       "\x1b]8;id=x;http://example.org/x\x1b\\",
                                       "\x1b]8;;\x1b\\",
                                       "\x1b[?1049h",
                                       "\x1b[?1049l",
                                       "\x1b[?5h",
                                       "\x1b[?5l",
                                       "\x1b]4;1;rgb:12/34/56\x1b\\",
                                       "\x1b]11;rgb:20/20/20\x1b\\",
                                       "\x1b]111\x1b\\",
                                       "\x1b#6",
                                       "\x1b#5",
                                       "\x1b[4@",
                                       "\x1b[3P",
                                       "\x1bM",
                                       "\r\n\r\n\r\n"};
    std::string output;
    for (int pieces = 1 + static_cast<int>(random() % 12); pieces > 0; --pieces)
        output += kPieces[random() % std::size(kPieces)];
    return output;
}

void random_overlay(Random& random, vt::Canvas& canvas) {
    const vt::Size size = canvas.size();
    const vt::Rect area{static_cast<int>(random() % 10), static_cast<int>(random() % 30), 4, 14};
    vt::Style style;
    style.foreground = vt::Color::indexed(static_cast<std::uint8_t>(random()));
    style.set_underline(static_cast<vt::Underline>(random() % 6));
    if (random() % 3 == 0) {
        canvas.fill(area, style);
        canvas.box(area, vt::BorderLines::rounded, style);
        canvas.text(area.row + 1, area.column + 1, 12, "a menu \u2764\ufe0f x", style);
    }
    if (random() % 3 == 0)
        canvas.highlight(area, vt::kInverse, {}, vt::Color::rgb(1, 2, 3));
    canvas.text(size.rows - 1, 0, size.columns, "[main] " + std::to_string(random() % 100), style);
}

// Gives how many frames scrolled between side margins.
int play_panes(unsigned seed, const vt::Capabilities& can) {
    int sideways = 0;
    Random random(seed);
    const vt::Size size{8 + static_cast<int>(random() % 16), 30 + static_cast<int>(random() % 60)};
    const int left = size.columns / 2;
    vt::Terminal first({size.rows - 1, left});
    vt::Terminal second({size.rows - 1, size.columns - left - 1});
    vt::Sink sink;
    Client client(size);
    vt::Renderer renderer;
    client.write(renderer.enter(can));
    vt::Canvas canvas(size);
    for (int frame = 0; frame < 40; ++frame) {
        first.write(random_output(random), sink);
        if (random() % 2 == 0)
            second.write(random_output(random), sink);
        canvas.clear();
        canvas.draw(first, {0, 0, size.rows - 1, left});
        canvas.draw(second, {0, left + 1, size.rows - 1, size.columns - left - 1});
        for (int row = 0; row + 1 < size.rows; ++row)
            canvas.border(row, left, vt::kEdgeUp | vt::kEdgeDown, vt::BorderLines::single, {});
        random_overlay(random, canvas);
        canvas.cursor = first.cursor();
        const std::string bytes = renderer.frame(canvas, can);
        client.write(bytes);
        sideways += bytes.find("\x1b[?69h") != std::string::npos ? 1 : 0;
        const std::string differs = difference(canvas, client.terminal);
        BOOST_REQUIRE_MESSAGE(differs.empty(), "seed " << seed << " frame " << frame << ": "
                                                       << differs << " after " << printable(bytes));
        BOOST_REQUIRE(renderer.frame(canvas, can).empty());
    }
    return sideways;
}

} // namespace

BOOST_AUTO_TEST_SUITE(vt_composed)

BOOST_AUTO_TEST_CASE(a_client_shows_two_panes_cell_by_cell) {
    int sideways = 0;
    for (unsigned seed = 1; seed <= 60; ++seed)
        sideways += play_panes(seed, everything());
    BOOST_TEST(sideways > 100);
}

BOOST_AUTO_TEST_CASE(a_client_without_side_margins_and_rep_shows_the_same) {
    vt::Capabilities can = everything();
    can.side_margins = can.repeat = can.back_color_erase = can.erase_characters = false;
    can.synchronized = true;
    for (unsigned seed = 100; seed <= 120; ++seed)
        BOOST_TEST(play_panes(seed, can) == 0);
}

// One terminal drawn alone is what it shows itself.
BOOST_AUTO_TEST_CASE(every_case_of_the_engine_is_composed_as_it_is) {
    int compared = 0;
    for (const vt::test::CaseInput& each : vt::test::case_inputs()) {
        const vt::Size size = each.size;
        Client pane(size);
        pane.write(each.in);
        const vt::Terminal& terminal = pane.terminal;
        const bool recoloured =
            terminal.palette() != terminal.default_palette() || terminal.modes().reverse_video;
        vt::Canvas canvas(size);
        canvas.draw(terminal, {0, 0, size.rows, size.columns});
        canvas.cursor = terminal.cursor();
        vt::Renderer renderer;
        Client client(size);
        client.write(renderer.enter(everything()) + renderer.frame(canvas, everything()));
        BOOST_TEST_CONTEXT(each.name) {
            BOOST_TEST(difference(canvas, client.terminal) == "");
            for (int row = 0; row < size.rows && !recoloured; ++row)
                if (terminal.line(row).size == vt::LineSize::single)
                    BOOST_TEST(line_difference(terminal.line(row), client.terminal.line(row),
                                               size.columns) == "");
        }
        ++compared;
    }
    BOOST_TEST(compared > 500);
}

BOOST_AUTO_TEST_CASE(leaving_restores_the_clients_terminal) {
    Client client({10, 40});
    client.write("\x1b]2;before\x1b\\the user's shell\r\n$ ssh host\r\n");
    Client untouched({10, 40});
    untouched.write("\x1b]2;before\x1b\\the user's shell\r\n$ ssh host\r\n");
    vt::Renderer renderer;
    client.write(renderer.enter(everything()));
    vt::Canvas canvas({10, 40});
    canvas.text(3, 3, 40, "composed",
                {.foreground = vt::Color::indexed(3), .background = {}, .underline_color = {}});
    canvas.cursor = {.row = 3,
                     .column = 5,
                     .visible = false,
                     .blink = false,
                     .shape = vt::CursorShape::bar,
                     .shape_set = true};
    canvas.modes = {.mouse = vt::MouseTracking::any,
                    .focus_events = true,
                    .bracketed_paste = true,
                    .kitty_flags = 5,
                    .modify_other_keys = 2,
                    .title = "berth"};
    client.write(renderer.frame(canvas, everything()));
    BOOST_TEST(client.terminal.title() == "berth");
    BOOST_TEST((client.terminal.screen() == vt::Screen::alternate));
    client.write(renderer.leave());
    BOOST_TEST((client.terminal.modes() == untouched.terminal.modes()));
    BOOST_TEST((client.terminal.cursor() == untouched.terminal.cursor()));
    BOOST_TEST((client.terminal.pen() == untouched.terminal.pen()));
    BOOST_TEST(client.terminal.title() == "before");
    BOOST_TEST(client.terminal.kitty_stack(vt::Screen::alternate).empty());
    BOOST_TEST(client.terminal.kitty_flags() == 0);
    for (int row = 0; row < 10; ++row)
        BOOST_TEST(client.terminal.line(row).text() == untouched.terminal.line(row).text());
}

// Transparent, then composed while lines scroll, then transparent: native scrollback is whole.
BOOST_AUTO_TEST_CASE(a_trip_to_composed_and_back_keeps_native_scrollback_whole) {
    const vt::Size size{6, 30};
    Client pane(size);
    Client client(size);
    const auto relay = [&](const std::string& bytes) {
        pane.write(bytes);
        client.write(bytes);
    };
    relay("\x1b[?2004h\x1b[1;35m");
    for (int line = 0; line < 9; ++line)
        relay("transparent " + std::to_string(line) + "\r\n");
    const std::uint64_t before = pane.terminal.scrolled_lines();

    vt::Renderer renderer;
    client.write(vt::reset_sequence(pane.terminal, {.leave_below = false, .clear_title = false}));
    client.write(renderer.enter(everything()));
    vt::Canvas canvas(size);
    for (int line = 0; line < 12; ++line) {
        pane.write("composed " + std::to_string(line) + "\r\n");
        canvas.clear();
        canvas.draw(pane.terminal, {0, 0, size.rows, size.columns});
        canvas.cursor = pane.terminal.cursor();
        client.write(renderer.frame(canvas, everything()));
        BOOST_TEST(difference(canvas, client.terminal) == "");
    }
    client.write(renderer.leave());
    client.write(
        vt::replay(pane.terminal, {.history_lines = pane.terminal.scrolled_lines() - before}));
    relay("again\r\n");

    BOOST_TEST(client.terminal.history().lines() == pane.terminal.history().lines());
    vt::LineBuffer first;
    vt::LineBuffer second;
    for (std::size_t line = 0; line < pane.terminal.history().lines(); ++line)
        BOOST_TEST(client.terminal.history().line(line, first).text() ==
                   pane.terminal.history().line(line, second).text());
    for (int row = 0; row < size.rows; ++row)
        BOOST_TEST(line_difference(pane.terminal.line(row), client.terminal.line(row),
                                   size.columns) == "");
    BOOST_TEST((client.terminal.modes() == pane.terminal.modes()));
    BOOST_TEST((client.terminal.cursor() == pane.terminal.cursor()));
    BOOST_TEST((client.terminal.pen() == pane.terminal.pen()));
}

BOOST_AUTO_TEST_SUITE_END()
