#include "copy/copy.h"
#include "copy_text_view.h"

#include <boost/test/unit_test.hpp>

using namespace berth::copy;
using berth::tests::TextView;

namespace {

struct Fixture {
    explicit Fixture(std::string_view text, bool vi = true, int columns = 20, int rows = 5)
        : view(columns, rows, text),
          copy(view, Settings{.vi = vi, .word_separators = "-_@."}, 0, view.cursor_row()) {}

    Action run(std::string_view name, std::vector<std::string> arguments = {}, int repeat = 1,
               std::optional<Point> mouse = std::nullopt) {
        return copy.run(name, arguments, repeat, mouse);
    }
    [[nodiscard]] Point cursor() const {
        return {copy.cursor_column(), copy.top() + copy.cursor_row()};
    }

    TextView view;
    Copy copy;
};

std::string numbered(int count) {
    std::string text;
    for (int i = 0; i < count; ++i)
        text += "line " + std::to_string(i) + "\n";
    return text;
}

std::ostream& print(std::ostream& out, Point point) {
    return out << point.column << ',' << point.line;
}

} // namespace

namespace berth::copy {
std::ostream& operator<<(std::ostream& out, const Point& point) {
    return print(out, point);
}
std::ostream& operator<<(std::ostream& out, const Range& range) {
    return out << range.begin << '-' << range.end;
}
} // namespace berth::copy

BOOST_AUTO_TEST_SUITE(copy_mode)

BOOST_AUTO_TEST_CASE(commands_of_the_newest_tmux_are_all_there) {
    BOOST_TEST(command_names().size() == 100U); // 99, and refresh-from-pane of 3.3
}

BOOST_AUTO_TEST_CASE(unknown_commands_and_wrong_arguments_do_nothing) {
    Fixture fixture(numbered(9));
    BOOST_TEST(!fixture.run("nosuch").known);
    BOOST_TEST(!fixture.run("cursor-up", {"x"}).known);
    BOOST_TEST(!fixture.run("goto-line").known);
    BOOST_TEST(fixture.run("cursor-up").known);
}

BOOST_AUTO_TEST_CASE(copying_says_where_the_text_goes) {
    Fixture fixture("some words\n");
    fixture.run("history-top");
    fixture.run("select-word");
    const Action plain = fixture.run("copy-selection-no-clear", {"name"});
    BOOST_TEST(*plain.text == "some");
    BOOST_TEST(plain.prefix == "name");
    BOOST_TEST(
        (plain.to_buffer && plain.to_clipboard && !plain.append && !plain.pipe && !plain.cancel));
    const Action piped = fixture.run("copy-pipe-no-clear", {"xclip", "clip"});
    BOOST_TEST((*piped.pipe == "xclip" && piped.prefix == "clip" && piped.to_buffer));
    const Action only = fixture.run("pipe-no-clear");
    BOOST_TEST((only.pipe->empty() && !only.to_buffer && !only.to_clipboard));
    const Action kept = fixture.run("copy-pipe-no-clear", {"-CP", "cat"});
    BOOST_TEST((*kept.pipe == "cat" && !kept.to_buffer && !kept.to_clipboard));
    BOOST_TEST(fixture.copy.selection_present());
    const Action append = fixture.run("append-selection-and-cancel");
    BOOST_TEST((append.append && append.cancel && *append.text == "some"));
    const Action none = fixture.run("copy-pipe-and-cancel", {"cat"});
    BOOST_TEST((!none.text && !none.pipe && !none.to_buffer && none.cancel));
}

BOOST_AUTO_TEST_CASE(prompts_are_found_by_their_marks) {
    Fixture fixture(numbered(20));
    fixture.view.line(3).prompt = true;
    fixture.view.line(4).output = true;
    fixture.view.line(10).prompt = true;
    fixture.run("previous-prompt");
    BOOST_TEST(fixture.cursor() == (Point{0, 10}));
    fixture.run("previous-prompt");
    BOOST_TEST(fixture.cursor() == (Point{0, 3}));
    fixture.run("previous-prompt");
    BOOST_TEST(fixture.cursor() == (Point{0, 3}));
    fixture.run("next-prompt", {"-o"});
    BOOST_TEST(fixture.cursor() == (Point{0, 4}));
    fixture.run("history-bottom");
    fixture.run("previous-prompt", {}, 2);
    BOOST_TEST(fixture.cursor() == (Point{0, 3}));
}

BOOST_AUTO_TEST_CASE(the_view_is_scrolled_round_the_cursor) {
    Fixture fixture(numbered(40));
    fixture.run("goto-line", {"20"});
    fixture.run("top-line");
    const Point at = fixture.cursor();
    for (const auto& [command, row] :
         {std::pair("scroll-middle", 2), std::pair("scroll-bottom", 4), std::pair("scroll-top", 0),
          std::pair("recentre-top-bottom", 2), std::pair("recentre-top-bottom", 0),
          std::pair("recentre-top-bottom", 4), std::pair("recentre-top-bottom", 2)}) {
        fixture.run(command);
        BOOST_TEST(fixture.cursor() == at);
        BOOST_TEST(fixture.copy.cursor_row() == row, command);
    }
    fixture.run("cursor-centre-vertical");
    BOOST_TEST(fixture.copy.cursor_row() == 2);
    fixture.run("cursor-centre-horizontal");
    BOOST_TEST(fixture.copy.cursor_column() == 7);
    fixture.run("scroll-to-mouse", {}, 1, Point{19, 0});
    BOOST_TEST(fixture.copy.top() == 0);
    BOOST_TEST(fixture.run("scroll-to-mouse", {"-e"}, 1, Point{19, 4}).cancel);
    BOOST_TEST(fixture.copy.scroll_position() == 0);
}

BOOST_AUTO_TEST_CASE(switches_are_kept_or_handed_on) {
    Fixture fixture(numbered(20));
    fixture.run("toggle-position");
    BOOST_TEST(!fixture.copy.position_shown());
    fixture.run("scroll-exit-on");
    BOOST_TEST(fixture.copy.scroll_exit());
    fixture.run("page-up");
    BOOST_TEST(fixture.run("page-down").cancel);
    fixture.run("scroll-exit-toggle");
    BOOST_TEST(!fixture.run("scroll-down").cancel);
    BOOST_TEST((fixture.run("refresh-toggle").refresh == Refresh::kToggle));
    BOOST_TEST((fixture.run("refresh-now").refresh == Refresh::kNow));
    BOOST_TEST((fixture.run("line-numbers-on").line_numbers == LineNumbers::kOn));
    BOOST_TEST(fixture.run("cancel").cancel);
}

BOOST_AUTO_TEST_CASE(positions_stay_on_their_text_when_old_lines_go) {
    Fixture fixture(numbered(30));
    fixture.run("goto-line", {"10"});
    fixture.run("top-line");
    fixture.run("set-mark");
    fixture.run("begin-selection");
    fixture.run("end-of-line");
    const std::string text = *fixture.run("copy-selection-no-clear").text;
    const Point at = fixture.cursor();
    fixture.view.drop(4);
    fixture.copy.view_changed(4);
    BOOST_TEST(fixture.cursor() == (Point{at.column, at.line - 4}));
    BOOST_TEST(fixture.copy.mark()->line == at.line - 4);
    BOOST_TEST(*fixture.run("copy-selection-no-clear").text == text);
    fixture.view.drop(20);
    fixture.copy.view_changed(20);
    BOOST_TEST(fixture.copy.top() == 0);
    BOOST_TEST(fixture.copy.selection_start() == (Point{0, 0}));
}

BOOST_AUTO_TEST_CASE(a_drag_selects_and_scrolls_at_the_edges) {
    Fixture fixture(numbered(30), false);
    fixture.copy.drag_begin({2, 3});
    fixture.copy.drag_to({4, 4});
    const int top = fixture.copy.top();
    BOOST_TEST(fixture.copy.selection_start() == (Point{2, top + 3}));
    BOOST_TEST(fixture.copy.selection_end() == (Point{4, top + 4}));
    fixture.copy.drag_to({4, -1});
    BOOST_TEST(fixture.copy.top() == top - 1);
    BOOST_TEST(fixture.copy.selection_end() == (Point{4, top - 1}));
    fixture.copy.drag_end();
    BOOST_TEST((fixture.copy.selection_present() && !fixture.copy.selection_active()));
    BOOST_TEST(fixture.run("copy-selection-and-cancel").text->starts_with(" 25\nline 26"));
}

BOOST_AUTO_TEST_CASE(drawing_knows_selection_and_matches) {
    Fixture fixture("one foo two foo\nabc foo defghijklm foo end\nlast\n");
    fixture.run("history-top");
    fixture.run("search-forward", {"foo"});
    BOOST_TEST(fixture.copy.matches(0) == (std::vector<Range>{{4, 7}, {12, 15}}),
               boost::test_tools::per_element());
    BOOST_TEST(*fixture.copy.current_match(0) == (Range{4, 7}));
    BOOST_TEST(fixture.copy.matches(1) == (std::vector<Range>{{4, 7}, {19, 20}}),
               boost::test_tools::per_element());
    BOOST_TEST(fixture.copy.matches(2) == (std::vector<Range>{{0, 2}}),
               boost::test_tools::per_element());
    BOOST_TEST(fixture.copy.search_count() == 4);
    BOOST_TEST(!fixture.copy.selected(0).has_value());
    fixture.run("begin-selection");
    fixture.run("cursor-down", {}, 2);
    BOOST_TEST(*fixture.copy.selected(0) == (Range{4, 20}));
    BOOST_TEST(*fixture.copy.selected(1) == (Range{0, 20}));
    BOOST_TEST(*fixture.copy.selected(2) == (Range{0, 5}));
    BOOST_TEST(!fixture.copy.selected(3).has_value());
    fixture.run("rectangle-on");
    BOOST_TEST(*fixture.copy.selected(1) == (Range{4, 5}));
}

BOOST_AUTO_TEST_CASE(words_and_lines_under_the_cursor_go_over_wraps) {
    Fixture fixture("a first word-pair in a_very long line\nb\n");
    fixture.run("history-top");
    fixture.run("next-word", {}, 2);
    BOOST_TEST(fixture.copy.word() == "word");
    BOOST_TEST(fixture.copy.line() == "a first word-pair in a_very long line");
    fixture.run("cursor-right", {}, 4);
    BOOST_TEST(fixture.copy.word() == "pair"); // on "-": as tmux tells it
    fixture.run("jump-forward", {"v"});
    BOOST_TEST(fixture.copy.word() == "very");
}

BOOST_AUTO_TEST_CASE(a_search_that_takes_too_long_stops) {
    TextView view(20, 5, numbered(2000));
    int asked = 0;
    Copy copy(view,
              {.vi = true,
               .word_separators = {},
               .wrap_search = true,
               .expired = [&] { return ++asked > 2; }},
              0, 4);
    const std::vector<std::string> text = {"nosuch"};
    copy.run("search-backward", text);
    BOOST_TEST(copy.timed_out());
    BOOST_TEST(asked == 3);
}

BOOST_AUTO_TEST_CASE(selection_mode_changes_the_unit_of_a_selection) {
    Fixture fixture("one two three\nfour five\n");
    fixture.run("history-top");
    fixture.run("next-word");
    fixture.run("begin-selection");
    fixture.run("selection-mode", {"word"});
    fixture.run("next-word");
    BOOST_TEST(*fixture.run("copy-selection").text == "two three");
}

BOOST_AUTO_TEST_CASE(a_resized_view_shows_the_cursors_text) {
    Fixture fixture(numbered(20));
    fixture.run("begin-selection");
    fixture.copy.resized({3, 4}); // in the history: the first line that is shown
    BOOST_TEST(fixture.cursor() == (Point{3, 4}));
    BOOST_TEST(fixture.copy.cursor_row() == 0);
    BOOST_TEST(!fixture.copy.selection_present());
    fixture.copy.resized({0, 18}); // on the screen
    BOOST_TEST(fixture.copy.scroll_position() == 0);
    BOOST_TEST(fixture.cursor() == (Point{0, 18}));
    fixture.copy.resized({900, 900});
    BOOST_TEST(fixture.cursor() == (Point{20, 20}));
}

BOOST_AUTO_TEST_CASE(a_search_of_an_earlier_mode_goes_on) {
    Fixture fixture(numbered(20));
    fixture.copy.remember_search("line 1[0-2]", true);
    fixture.run("search-again");
    BOOST_TEST(fixture.copy.line() == "line 12");
    BOOST_TEST(fixture.copy.search_regex());
    fixture.run("search-again");
    BOOST_TEST(fixture.copy.line() == "line 11");
}

BOOST_AUTO_TEST_CASE(repeats_of_repeats_find_nothing_and_cost_nothing) {
    for (const std::string& hostile : {"l" + std::string(40, '+'),
                                       std::string(40, '(') + "l" +
                                           [] {
                                               std::string text;
                                               for (int i = 0; i < 40; ++i)
                                                   text += ")+";
                                               return text;
                                           }(),
                                       std::string("(((l{200}){200}){200}){200}")}) {
        Fixture fixture(numbered(20));
        fixture.copy.remember_search(hostile, true);
        const auto before = fixture.cursor();
        fixture.run("search-again");
        BOOST_TEST(fixture.cursor() == before);
    }
    for (const std::string harmless :
         {"(l+i*n)+e? 1[+*0-2]+", "l{1}ine{1,3} [1]{1,200}[0-2]", "(l|x)(i|y)ne \\+*1+2"}) {
        Fixture fixture(numbered(20));
        fixture.copy.remember_search(harmless, true);
        fixture.run("search-again");
        BOOST_TEST(fixture.copy.line() == "line 12", harmless);
    }
}

BOOST_AUTO_TEST_CASE(a_mouse_key_moves_the_cursor) {
    Fixture fixture(numbered(20));
    fixture.copy.move_to({2, 1});
    BOOST_TEST(fixture.copy.line() == "line 17");
    BOOST_TEST(fixture.copy.cursor_column() == 2);
    fixture.copy.move_to({-5, 99});
    BOOST_TEST(fixture.copy.cursor_row() == 4);
    BOOST_TEST(fixture.copy.selection_mode() == "char");
}

// What is found "before" the cursor may be a blank behind the end of its own, empty line, and right
// of it is the next line: below what is shown, when the cursor is in the last row.
BOOST_AUTO_TEST_CASE(a_jump_backward_that_leads_down_scrolls) {
    Fixture fixture("a\n\nb\n\nc\n", false, 4, 2);
    fixture.run("history-top");
    fixture.run("cursor-down");
    BOOST_TEST(fixture.cursor() == (Point{0, 1}));
    fixture.run("jump-to-backward", {" "});
    BOOST_TEST(fixture.cursor() == (Point{0, 2}));
    BOOST_TEST(fixture.copy.cursor_row() == 1);
    BOOST_TEST(fixture.copy.top() == 1);
}

BOOST_AUTO_TEST_SUITE_END()
