#include "command/arguments.h"
#include "command/own_rows.h"
#include "command/parser.h"
#include "command/print.h"

#include <boost/test/unit_test.hpp>

using namespace berth::command;

namespace {

berth::Result<Arguments> parse(std::string_view name, std::vector<Value> words) {
    return Arguments::parse(*find(name).value(), words);
}

std::string complaint(std::string_view name, std::vector<Value> words) {
    const auto arguments = parse(name, std::move(words));
    return arguments ? "" : arguments.error().operation;
}

Value commands() {
    return std::make_shared<const CommandList>();
}

} // namespace

BOOST_AUTO_TEST_SUITE(command_arguments)

BOOST_AUTO_TEST_CASE(there_are_as_many_commands_as_in_the_newest_tmux) {
    BOOST_TEST(std::size(kRows) == 92U);
}

BOOST_AUTO_TEST_CASE(every_row_is_found_by_its_name_and_its_alias) {
    for (const Row& row : kRows) {
        BOOST_TEST((find(row.name).value() == &row), row.name);
        if (!row.alias.empty())
            BOOST_TEST((find(row.alias).value() == &row), row.alias);
    }
}

BOOST_AUTO_TEST_CASE(a_row_is_found_by_an_unambiguous_start) {
    BOOST_TEST(find("kill-se").error().operation ==
               "ambiguous command: kill-se, could be: kill-server, kill-session");
    BOOST_TEST(find("kill-ser").value()->name == "kill-server");
    BOOST_TEST(find("new").value()->name == "new-session"); // an alias wins
    BOOST_TEST(find("display-p").error().operation ==
               "ambiguous command: display-p, could be: display-popup, display-panes");
    BOOST_TEST(find("nope").error().operation == "unknown command: nope");
    BOOST_TEST(find("splitww").error().operation == "unknown command: splitww");
}

BOOST_AUTO_TEST_CASE(berth_s_own_commands_take_nothing_from_tmux_s_abbreviations) {
    for (const Row& row : kOwnRows)
        BOOST_TEST((find(row.name).value() == &row), row.name);
    BOOST_TEST(find("shar").error().operation == "unknown command: shar");
    BOOST_TEST(find("ro").value()->name == "rotate-window");
    BOOST_TEST(find("res").error().operation.starts_with("ambiguous command: res, could be: "
                                                         "resize-pane, "));
    const auto a = parse("share", {"-w", "--ttl", "1h", "--", "-x"});
    BOOST_REQUIRE(a);
    BOOST_TEST(a->size() == 5U);
    BOOST_TEST(a->text(0) == "-w");
    BOOST_TEST(a->text(4) == "-x");
}

BOOST_AUTO_TEST_CASE(flags_are_read_grouped_repeated_and_with_values) {
    const auto a =
        parse("new-session", {"-Ad", "-es=1", "-e", "t=2", "-x", "80", "-d", "vim", "-x"});
    BOOST_REQUIRE(a);
    BOOST_TEST(a->has('A'));
    BOOST_TEST(a->count('d') == 2U);
    BOOST_TEST(!a->has('D'));
    BOOST_TEST(a->values('e').size() == 2U);
    BOOST_TEST(a->values('e')[0] == "s=1");
    BOOST_TEST(a->value('e').value() == "t=2");
    BOOST_TEST(a->value('x').value() == "80");
    BOOST_TEST(!a->value('y'));
    BOOST_TEST(!a->value('A'));
    BOOST_TEST(a->size() == 2U);
    BOOST_TEST(a->text(1) == "-x");
    BOOST_TEST(a->text(2, "none") == "none");
}

BOOST_AUTO_TEST_CASE(two_dashes_end_the_flags) {
    const auto a = parse("send-keys", {"-l", "--", "-x"});
    BOOST_REQUIRE(a);
    BOOST_TEST(a->size() == 1U);
    BOOST_TEST(a->positional(0).text() == "-x");
}

BOOST_AUTO_TEST_CASE(an_optional_value_is_taken_only_where_it_can_be_one) {
    BOOST_TEST(parse("resize-pane", {"-D", "5"}).value().value('D').value() == "5");
    BOOST_TEST(parse("resize-pane", {"-D", "-5"}).value().value('D').value() == "-5");
    const auto followed = parse("resize-pane", {"-D", "-t", "%1", "5"});
    BOOST_REQUIRE(followed);
    BOOST_TEST(followed->has('D'));
    BOOST_TEST(!followed->value('D'));
    BOOST_TEST(followed->value('t').value() == "%1");
    BOOST_TEST(followed->text(0) == "5");
    BOOST_TEST(print(parse("resize-pane", {"-D"}).value()) == "-D --");
    BOOST_TEST(print(parse("resize-pane", {"-D", "--", "5"}).value()) == "-D -- 5");
    BOOST_TEST(print(parse("resize-pane", {"-D", "-t", "%1", "5"}).value()) == "-D -t \"%1\" 5");
    BOOST_TEST(print(parse("resize-pane", {"-D", "-x"}).value()) == "-D -x");
}

BOOST_AUTO_TEST_CASE(errors_are_in_the_words_of_tmux) {
    BOOST_TEST(complaint("list-keys", {"-Z"}) == "command list-keys: unknown flag -Z");
    BOOST_TEST(complaint("list-keys", {"-\t"}) == "command list-keys: invalid flag -\t");
    BOOST_TEST(complaint("has-session", {"-?"}) == "usage: has-session [-t target-session]");
    BOOST_TEST(complaint("bind-key", {}) ==
               "command bind-key: too few arguments (need at least 1)");
    BOOST_TEST(complaint("kill-server", {"x"}) ==
               "command kill-server: too many arguments (need at most 0)");
    BOOST_TEST(complaint("display-message", {commands()}) ==
               "command display-message: argument 1 must be \"string\"");
    BOOST_TEST(complaint("display-message", {"-t", commands()}) ==
               "command display-message: -t argument must be a string");
    BOOST_TEST(complaint("if-shell", {"a", commands(), commands()}).empty());
}

BOOST_AUTO_TEST_CASE(the_number_of_arguments_is_bounded) {
    const std::vector<Value> words(kMaxArguments + 1, Value("a"));
    BOOST_TEST(complaint("send-keys", words) ==
               "command send-keys: too many arguments (need at most 16384)");
}

BOOST_AUTO_TEST_CASE(a_missing_last_value_is_left_to_the_command) {
    const auto a = parse("send-keys", {"-N"});
    BOOST_REQUIRE(a);
    BOOST_TEST(a->has('N'));
    BOOST_TEST(!a->value('N'));
}

BOOST_AUTO_TEST_SUITE_END()
