#include "format_world.h"

#include <boost/test/unit_test.hpp>
#include <clocale>
#include <set>

using namespace berth::format;
using namespace berth::format::test;

namespace {

// Patterns match characters, not bytes, in a locale of UTF-8, as the mux has it.
struct Locale {
    Locale() { BOOST_REQUIRE(std::setlocale(LC_CTYPE, "C.UTF-8") != nullptr); }
    ~Locale() { std::setlocale(LC_CTYPE, "C"); }
};

struct Recorded : Locale {
    World world = World::recorded();
    WorldContext context{world, world.sessions.front()};

    std::string expanded(std::string_view text, Expand how = {}) {
        return expand(text, context, how);
    }
};

std::map<std::string, Row> differences() {
    std::map<std::string, Row> found;
    for (const Row& row : read_table(BERTH_CASES "/format/expand/differences.table"))
        found[row.at(0)] = row;
    return found;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(format_expand, Recorded)

// Each line: a format, what tmux 3.3a makes of it (tools/record-formats). A line of
// differences.table: the format, what tmux makes of it, what berth makes of it, why.
BOOST_AUTO_TEST_CASE(formats_expand_as_recorded) {
    const auto expected_differences = differences();
    std::set<std::string> seen;
    std::size_t count = 0;
    for (const auto& path : tables("expand")) {
        if (path.stem() == "differences")
            continue;
        const Expand how{.time = path.stem().string().starts_with("time-")};
        for (const Row& row : read_table(path)) {
            BOOST_REQUIRE_MESSAGE(row.size() == 2, path << ": " << row[0]);
            const auto different = expected_differences.find(row[0]);
            std::string wanted = unescape(row[1]);
            if (different != expected_differences.end()) {
                BOOST_TEST(row[1] == different->second.at(1),
                           row[0] << ": recorded otherwise than in differences.table");
                wanted = unescape(different->second.at(2));
                seen.insert(row[0]);
            }
            const std::string got = expanded(unescape(row[0]), how);
            BOOST_TEST(got == wanted, path.stem().string() << ": " << row[0] << "\n got [" << got
                                                           << "]\nwant [" << wanted << "]");
            ++count;
        }
    }
    BOOST_TEST(count >= 800U);
    BOOST_TEST(seen.size() == expected_differences.size());
}

// What newer tmux has and 3.3a cannot be asked about: written by hand.
BOOST_AUTO_TEST_CASE(newer_modifiers_expand) {
    world.jobs["date"] = "today";
    world.lines = {"first", "second line"};
    world.options["client-f-RGB"] = "1";
    const std::pair<std::string, std::string> cases[] = {
        {"#{!:0}#{!:#{@a}}#{!!:#{@a}}#{!!:}", "1010"},
        {"#{?@zero,1,@empty,2,@a,3,4}", "3"},
        {"#{?@zero,1,@empty,2,4}", "4"},
        {"#{?@zero,1}|", "|"},
        {"#{||:0,0,#{@a}}#{&&:1,1,#{@zero}}", "10"},
        {"#{R:ab,3}#{R:x,0}#{R:x,-1}#{R:,9}#{R:x}", "ababab"},
        {"#{R:#S,#{e|+:1,1}}", "mainmain"},
        {"#{S:#S,<#S>}", "<main>other"},
        {"#{W/r:#W }", "three two win "},
        {"#{W:#{loop_index}#{?loop_last_flag,.,#,}}", "0,1,2."},
        {"#{loop_index}", ""},
        {"#{q/a:@b}", "a,b\\}c\\#d"},
        {"#{q/s:@special}", R"('a b"d'\''e\f#g(h)*|<>;&`~[x]{y}?=%')"},
        {"#{q/a:@empty}#{q/s:@empty}", "''''"},
        {"#{m/z:HLO,#{@a}}#{m/z:hol,#{@a}}#{m/p:hlo,#{@a}}", "100,2,4"},
        {"#{c/f:red}#{c/b:colour9}", "\033[31m\033[48;5;9m"},
        {"#{C:second}#{C:nothing}", "20"},
        {"#{I/f:RGB}#{I/f:sixel}", "1"},
        {"#(date)#(date", "today"},
        {"#{A:a,b,c}", std::string(1, "abc"[world.now % 3])},
        {"#{t/d:@number}", "42s"},
    };
    for (const auto& [text, wanted] : cases)
        BOOST_TEST(expanded(text) == wanted, text << " gave [" << expanded(text) << "]");
    BOOST_TEST(expanded("a#(date)b", {.jobs = false}) == "ab");
}

BOOST_AUTO_TEST_CASE(times_are_told_shortly) {
    for (const auto& [seconds, wanted] : {std::pair{1, "1s"},
                                          {60, "1m"},
                                          {3600, "1h"},
                                          {10920, "3h2m"},
                                          {90061, "1d1h"},
                                          {86400, "1d"}}) {
        world.options["@t"] = std::to_string(world.now - seconds);
        BOOST_TEST(expanded("#{t/r:@t}") == wanted);
    }
}

BOOST_AUTO_TEST_CASE(strftime_uses_the_time_of_the_context) {
    world.now = 1445765102;
    BOOST_TEST(expanded("%Y-%m-%d #{@a} %H", {.time = true}) == "2015-10-25 hello 09");
    BOOST_TEST(expanded("%Y #{l:%H}", {.time = true}) == "2015 09");
    BOOST_TEST(expanded("%Y") == "%Y");
    world.options["@f"] = "%S";
    BOOST_TEST(expanded("#{T:@f}#{E:@f}#{@f}") == "02%S%S");
}

BOOST_AUTO_TEST_CASE(expansion_is_bounded) {
    world.options["@twice"] = "#{E:@twice}x#{E:@twice}";
    BOOST_TEST(expanded("#{E:@twice}").size() < kMaxText);
    BOOST_TEST(expanded("#{p2147483647:@a}").size() <= kMaxText);
    BOOST_TEST(expanded("#{R:" + std::string(1000, 'x') + ",2147483647}").size() <= kMaxText);
    world.options["@big"] = std::string(2 * kMaxText, 'y');
    BOOST_TEST(expanded("#{@big}#{@big}").size() <= kMaxText);
    std::string nested = "x";
    for (int i = 0; i < 1000; ++i)
        nested = "#{?@a," + nested + ",y}";
    BOOST_TEST(expanded(nested).empty());
    world.options["@repeats"] = "(((a{30}){30}){30}){30}";
    BOOST_TEST(expanded("#{m/r:#{@repeats},a}") == "0");
    BOOST_TEST(expanded("#{m/r:" + std::string(kMaxPattern + 1, '.') + "*,a}") == "0");
}

BOOST_AUTO_TEST_CASE(bytes_that_are_not_utf8_have_no_width) {
    world.options["@bad"] = "a\xff\x62\xc3\x63";
    BOOST_TEST(expanded("#{w:@bad}#{n:@bad}") == "35");
    BOOST_TEST(expanded("#{=2:@bad}") == "ab");
    BOOST_TEST(expanded("#{=-2:@bad}") == "bc");
    world.options["@control"] = "a\tb\001c";
    BOOST_TEST(expanded("#{w:@control}#{=2:@control}") == "3ab");
    world.options["@control"] = "#\001[fg=red]x";
    BOOST_TEST(expanded("#{=99:@control}") == "#\001[fg=red]x");
}

BOOST_AUTO_TEST_SUITE_END()
