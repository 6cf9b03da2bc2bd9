#include "prompt/complete.h"
#include "prompt/editor.h"
#include "prompt/history.h"

#include <boost/test/unit_test.hpp>

using namespace berth::prompt;

namespace {

// The line with its cursor as "|" after the edits.
std::string after(std::string_view text, std::initializer_list<Edit> edits) {
    Editor editor("-");
    editor.set(text);
    for (const Edit edit : edits)
        editor.apply(edit);
    std::string shown;
    for (std::size_t at = 0; at <= editor.characters().size(); ++at) {
        if (at == editor.cursor())
            shown += '|';
        if (at < editor.characters().size())
            shown += editor.characters()[at];
    }
    return shown;
}

} // namespace

BOOST_AUTO_TEST_SUITE(prompt_editor)

BOOST_AUTO_TEST_CASE(moves_and_erases) {
    BOOST_TEST(after("abc", {}) == "abc|");
    BOOST_TEST(after("abc", {Edit::left, Edit::erase_left}) == "a|c");
    BOOST_TEST(after("abc", {Edit::begin, Edit::erase_here}) == "|bc");
    BOOST_TEST(after("abc", {Edit::begin, Edit::left, Edit::right, Edit::erase_to_end}) == "a|");
    BOOST_TEST(after("abc", {Edit::right, Edit::erase_here}) == "abc|");
    BOOST_TEST(after("abc", {Edit::erase_all}) == "|");
    BOOST_TEST(after("ab", {Edit::transpose}) == "ba|");
    BOOST_TEST(after("a", {Edit::transpose}) == "a|");
}

BOOST_AUTO_TEST_CASE(words_end_at_blanks_and_separators) {
    BOOST_TEST(after("one two-three", {Edit::previous_word}) == "one two-|three");
    BOOST_TEST(after("one two-three", {Edit::previous_space_word}) == "one |two-three");
    BOOST_TEST(after("one two-three", {Edit::begin, Edit::past_word}) == "one| two-three");
    BOOST_TEST(after("one two-three", {Edit::begin, Edit::next_word}) == "one |two-three");
    BOOST_TEST(after("one two-three", {Edit::begin, Edit::next_word_end}) == "on|e two-three");
    BOOST_TEST(after("one  two", {Edit::begin, Edit::next_space_word}) == "one  |two");
    BOOST_TEST(after("one two-three", {Edit::erase_word}) == "one two-|");
}

BOOST_AUTO_TEST_CASE(characters_are_whole_and_control_characters_are_left_out) {
    Editor editor("");
    BOOST_TEST(editor.insert("a\xc3\xa4\n\x1b\xff\xe2\x82"));
    BOOST_TEST(editor.text() == "a\xc3\xa4");
    BOOST_TEST(editor.cursor() == 2U);
    BOOST_TEST(editor.apply(Edit::erase_left));
    BOOST_TEST(editor.text() == "a");
    BOOST_TEST(!editor.insert("\r"));
}

BOOST_AUTO_TEST_CASE(a_line_is_bounded) {
    Editor editor("");
    editor.insert(std::string(kMaxLine + 10, 'x'));
    BOOST_TEST(editor.text().size() == kMaxLine);
}

BOOST_AUTO_TEST_CASE(a_word_is_replaced) {
    Editor editor("");
    editor.set("set -g stat");
    editor.replace(editor.word(), "status");
    BOOST_TEST(editor.text() == "set -g status");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(prompt_history)

BOOST_AUTO_TEST_CASE(lines_are_kept_once_in_a_row_and_up_to_a_limit) {
    History history;
    for (const char* line : {"a", "b", "b", "c", "d"})
        history.add(Type::command, line, 3);
    BOOST_TEST(history.lines(Type::command) == (std::vector<std::string>{"b", "c", "d"}),
               boost::test_tools::per_element());
    BOOST_TEST(history.lines(Type::search).empty());
}

BOOST_AUTO_TEST_CASE(goes_up_to_the_oldest_and_down_to_an_empty_line) {
    const std::vector<std::string> lines = {"a", "b"};
    Browser browser;
    BOOST_TEST(!browser.down(lines));
    BOOST_TEST(*browser.up(lines) == "b");
    BOOST_TEST(*browser.up(lines) == "a");
    BOOST_TEST(!browser.up(lines));
    BOOST_TEST(*browser.down(lines) == "b");
    BOOST_TEST(browser.down(lines)->empty());
}

BOOST_AUTO_TEST_CASE(its_file_is_read_back) {
    History history;
    history.add(Type::command, "neww", 10);
    history.add(Type::window_target, "a:b", 10);
    History again;
    again.read(history.text() + "unknown:x\nnothing\n", 10);
    BOOST_TEST(again.text() == "command:neww\nwindow-target:a:b\n");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(prompt_complete)

BOOST_AUTO_TEST_CASE(matches_are_sorted_and_share_their_begin) {
    const std::vector<std::string> words = {"splitw", "split-window", "new", "splitw"};
    const auto found = matching(words, "sp");
    BOOST_TEST(found == (std::vector<std::string>{"split-window", "splitw"}),
               boost::test_tools::per_element());
    BOOST_TEST(common_begin(found) == "split");
    BOOST_TEST(common_begin({}).empty());
}

BOOST_AUTO_TEST_SUITE_END()
