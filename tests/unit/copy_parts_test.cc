// What a search says that all its matches have in them.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <string>
#include <string_view>

#include "copy/search.h"
#include "copy_text_view.h"

using namespace berth;
namespace data = boost::unit_test::data;

namespace {

struct Sample {
    std::string_view text;
    bool regex;
    std::string_view part;
    std::string_view line; // with a match
};
std::ostream& operator<<(std::ostream& out, const Sample& sample) {
    return out << sample.text;
}

constexpr Sample kSamples[] = {
    {"two words", false, "words", "in two words"},
    {"gr\xc3\xb6\xc3\x9f"
     "er",
     false, "gr",
     "gr\xc3\xb6\xc3\x9f"
     "er"},
    {"  ", false, "", "a  b"},
    {"a.b", false, "a.b", "a.b"},
    {"error: .*failed", true, "error:", "error: it failed"},
    {"ab*cd", true, "cd", "acd"},
    {"ab?", true, "a", "a"},
    {"abc{0,2}d.", true, "ab", "abdx"},
    {"ab+c", true, "ab", "abbbc"},
    {"one|two.", true, "", "twos"},
    {"(one|two)three", true, "three", "twothree"},
    {"x(a(b|c)[)]d)?yz", true, "yz", "xyz"},
    {"[abc]xy", true, "xy", "bxy"},
    {"[[:digit:]]abc", true, "", "1abc"},
    {"[]abc]d", true, "d", "]d"},
    {"a\\.bc", true, "a.bc", "a.bc"},
    {"\\<word\\>", true, "word", "a word"},
    {"\\wing", true, "ing", "king"},
    {"^abc$", true, "abc", "abc"},
    {"Abc.", true, "Abc", "Abcd"},
};

} // namespace

BOOST_AUTO_TEST_SUITE(copy_parts)

BOOST_DATA_TEST_CASE(are_in_every_match, data::make(kSamples), sample) {
    const auto finder = copy::Finder::make(std::string(sample.text), sample.regex);
    BOOST_REQUIRE(finder);
    BOOST_TEST(finder->part() == sample.part);
    const tests::TextView view(40, 4, sample.line);
    const copy::Lines lines(view);
    BOOST_TEST(finder->first(lines, 0, 0).has_value());
    BOOST_TEST(sample.line.contains(finder->part()));
}

BOOST_AUTO_TEST_SUITE_END()
