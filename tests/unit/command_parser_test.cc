// What the recorded cases do not show: limits, lines and groups, templates, and that a syntax error
// leaves nothing.
#include "command/parser.h"
#include "command/print.h"
#include "command/template.h"

#include <boost/test/unit_test.hpp>

#include <map>

using namespace berth::command;

namespace {

class Variables : public Context {
  public:
    std::optional<std::string> variable(const std::string& name) override {
        const auto found = values.find(name);
        return found == values.end() ? std::nullopt : std::optional(found->second);
    }
    void assign(const std::string& name, const std::string& value, Visibility how) override {
        values[name] = value;
        hidden = how == Visibility::hidden;
    }
    std::optional<std::string> home(const std::string&) override { return "/home"; }
    bool is_true(const std::string& condition) override {
        asked.push_back(condition);
        return condition == "1";
    }
    std::optional<std::string> alias(const std::string& name) override {
        return name == "twice" ? std::optional<std::string>("twice ; list-keys") : std::nullopt;
    }

    std::map<std::string, std::string> values;
    std::vector<std::string> asked;
    bool hidden = false;
};

std::string outcome(std::string_view text, const Source& source = {"f.conf"}) {
    Variables context;
    const auto list = parse_text(text, source, context);
    return list ? print(*list) : list.error().operation;
}

std::string repeat(std::string_view text, std::size_t count) {
    std::string out;
    for (std::size_t i = 0; i < count; ++i)
        out += text;
    return out;
}

std::string filled(std::string_view text, std::vector<std::string> answers) {
    return substitute(text, answers);
}

} // namespace

BOOST_AUTO_TEST_SUITE(command_parser)

BOOST_AUTO_TEST_CASE(commands_know_their_file_line_and_group) {
    Variables context;
    const auto list = parse_text("lsk ; lsp\n\nls\n", {"a.conf", 10}, context);
    BOOST_REQUIRE(list);
    const auto& commands = list->commands;
    BOOST_REQUIRE(commands.size() == 3U);
    BOOST_TEST(*commands[0].file == "a.conf");
    BOOST_TEST(commands[0].line == 10U);
    BOOST_TEST(commands[1].line == 10U);
    BOOST_TEST(commands[2].line == 12U);
    BOOST_TEST(commands[0].group == commands[1].group);
    BOOST_TEST(commands[1].group != commands[2].group);
    BOOST_TEST(outcome("lsk\nlsk -Z", {"a.conf", 10}) ==
               "a.conf:11: command list-keys: unknown flag -Z");
}

BOOST_AUTO_TEST_CASE(assignments_are_told_as_they_are_read) {
    Variables context;
    BOOST_TEST(parse_text("A=1\nB=${A}2\n%hidden C=$B", {}, context).value().commands.empty());
    BOOST_TEST(context.values.at("B") == "12");
    BOOST_TEST(context.values.at("C") == "12");
    BOOST_TEST(context.hidden);
}

BOOST_AUTO_TEST_CASE(only_conditions_that_matter_are_asked) {
    Variables context;
    const char* text = "%if 1\nlsk\n%elif 2\nlsp\n%endif\n%if 0\n%if 3\nls\n%endif\n%endif\n";
    BOOST_TEST(print(parse_text(text, {}, context).value()) == "list-keys");
    BOOST_TEST(context.asked == (std::vector<std::string>{"1", "0"}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(an_alias_does_not_name_itself) {
    BOOST_TEST(outcome("twice") == "f.conf:1: unknown command: twice");
}

BOOST_AUTO_TEST_CASE(nesting_is_bounded) {
    const auto nested = [](std::size_t depth) {
        return repeat("if 1 { ", depth) + "lsk" + repeat(" }", depth);
    };
    BOOST_TEST(outcome(nested(kMaxNesting)) ==
               repeat("if-shell 1 { ", kMaxNesting) + "list-keys" + repeat(" }", kMaxNesting));
    BOOST_TEST(outcome(nested(kMaxNesting + 1)) == "f.conf:1: nested too deeply");
    BOOST_TEST(outcome(nested(100000)) == "f.conf:1: nested too deeply");
    BOOST_TEST(outcome(repeat("%if 1 ", kMaxNesting + 1) + "lsk" +
                       repeat(" %endif", kMaxNesting + 1)) == "f.conf:1: nested too deeply");
    BOOST_TEST(outcome(repeat("%if 1\n", kMaxNesting + 1)) == "f.conf:101: nested too deeply");
}

BOOST_AUTO_TEST_CASE(sizes_are_bounded) {
    BOOST_TEST(outcome(std::string(kMaxText + 1, '#')) == "f.conf:1: text is too long");
    BOOST_TEST(outcome("display '" + std::string(kMaxWord + 1, 'x') + "'") ==
               "f.conf:1: token is too long");
    BOOST_TEST(outcome("%" + std::string(kMaxWord + 1, 'x')) == "f.conf:1: syntax error");
    BOOST_TEST(outcome("display ${" + std::string(kMaxName + 1, 'x') + "}") ==
               "f.conf:1: environment variable is too long");
    BOOST_TEST(outcome("display ~" + std::string(kMaxName + 1, 'x')) ==
               "f.conf:1: user name is too long");
    BOOST_TEST(outcome("send" + repeat(" x", kMaxArguments + 1)) == "f.conf:1: too many arguments");
    BOOST_TEST(outcome(repeat("lsk;", kMaxCommands + 1)) == "f.conf:1: too many commands");
    // A variable that doubles itself soon is too long for a word.
    BOOST_TEST(outcome("A=xxxxxxxx\n" + repeat("A=$A$A\n", 30)) == "f.conf:18: token is too long");
}

BOOST_AUTO_TEST_CASE(values_are_a_list_a_text_or_words) {
    Variables context;
    const auto list =
        std::make_shared<const CommandList>(parse_text("lsk ; lsp", {}, context).value());
    const auto printed = [&](std::vector<Value> values) {
        const auto parsed = parse_values(values, {}, context);
        return parsed ? print(*parsed) : parsed.error().operation;
    };
    BOOST_TEST(printed({list}) == "list-keys ; list-panes");
    BOOST_TEST(printed({"lsk ; lsp"}) == "list-keys ; list-panes");
    BOOST_TEST(printed({"lsk", ";", "lsp"}) == "list-keys ; list-panes");
    BOOST_TEST(printed({"if", "1", list}) == "if-shell 1 { list-keys ; list-panes }");
    BOOST_TEST(printed({list, "x"}) == "syntax error");
    BOOST_TEST(printed({}).empty());
    BOOST_TEST(text_of(list) == "list-keys ; list-panes");
}

BOOST_AUTO_TEST_CASE(answers_take_their_places) {
    BOOST_TEST(filled("x %% y", {"a"}) == "x a y");
    BOOST_TEST(filled("%1 %1 %%", {"a"}) == "a a a");
    BOOST_TEST(filled("%2 %1", {"a", "b"}) == "b a");
    BOOST_TEST(filled("%% %% %1 %2", {"a", "b"}) == "a b a b");
    BOOST_TEST(filled("%% %% %% %%", {"a"}) == "a a %% %%");
    BOOST_TEST(filled("%3x%9 %a %", {"q"}) == "%3x%9 %a %");
    BOOST_TEST(filled("%3 %2 %1", {"a", "b"}) == "b b a");
    BOOST_TEST(filled("%0 %10 %11", {"q"}) == "%0 q0 q1");
    BOOST_TEST(filled("%%1", {"q"}) == "q1");
    BOOST_TEST(filled("%%%%", {"q"}) == "q%");
    BOOST_TEST(filled("%2%%%%", {"x", "y"}) == "yx");
    BOOST_TEST(filled("%%%", {"a\"b$c"}) == "a\\\"b\\$c");
    BOOST_TEST(filled("%1 %2", {"%2", "b"}) == "%2 b");
    BOOST_TEST(filled("%% %1", {}) == "%% %1");
}

BOOST_AUTO_TEST_CASE(answers_take_their_places_in_braces) {
    Variables context;
    const auto list = parse_text("if 1 { neww -n '%%' '%1' } ; display '%%'", {}, context);
    BOOST_REQUIRE(list);
    const std::vector<std::string> answers{"a b"};
    BOOST_TEST(print(substitute(*list, answers)) ==
               "if-shell 1 { new-window -n \"a b\" \"a b\" } ; display-message \"a b\"");
}

BOOST_AUTO_TEST_SUITE_END()
