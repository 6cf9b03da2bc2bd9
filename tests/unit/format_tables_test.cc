#include "format/modifiers.h"
#include "format/variables.h"

#include <boost/test/unit_test.hpp>

using namespace berth::format;

BOOST_AUTO_TEST_SUITE(format_tables)

BOOST_AUTO_TEST_CASE(every_variable_is_found) {
    BOOST_TEST(variables().size() == 278U);
    for (const VariableInfo& variable : variables())
        BOOST_TEST(find_variable(variable.name) == &variable);
    BOOST_TEST(find_variable("session_created")->time);
    BOOST_TEST(find_variable("copy_cursor_x")->local);
    BOOST_TEST(group_name(find_variable("pane_id")->group) == "pane");
    BOOST_TEST((find_variable("nope") == nullptr));
}

BOOST_AUTO_TEST_CASE(aliases_stand_for_variables) {
    for (const char letter : std::string_view("DFHIPSTWh"))
        BOOST_TEST((find_variable(alias(letter).value()) != nullptr));
    BOOST_TEST(!alias('x'));
}

BOOST_AUTO_TEST_CASE(modifiers_are_read_up_to_the_colon) {
    const auto same = [](std::string_view text) { return std::string(text); };
    const auto list = parse_modifiers("=/5/...;b;s|a|b|i:name", same);
    BOOST_REQUIRE(list);
    BOOST_TEST(list->length == 18U);
    BOOST_TEST(list->modifiers.size() == 3U);
    BOOST_TEST(list->find(Action::limit)->arguments.at(1) == "...");
    BOOST_TEST(list->find(Action::substitute)->flag('a'));
    BOOST_TEST((list->find(Action::pad) == nullptr));
    BOOST_TEST(!parse_modifiers("name", same));
    BOOST_TEST(!parse_modifiers("=5", same));
    std::string many;
    for (std::size_t i = 0; i <= kMaxModifiers; ++i)
        many += "b;";
    BOOST_TEST(!parse_modifiers(many + ":x", same));
}

BOOST_AUTO_TEST_SUITE_END()
