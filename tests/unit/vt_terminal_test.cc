#include "vt/terminal.h"

#include <boost/test/unit_test.hpp>

namespace {

using berth::vt::Sink;
using berth::vt::Size;
using berth::vt::Terminal;

BOOST_AUTO_TEST_SUITE(vt_terminal)

BOOST_AUTO_TEST_CASE(text_wraps_and_scrolls_into_the_history) {
    Terminal terminal(Size{2, 5});
    Sink sink;
    terminal.write("abcdefg\r\nhi", sink);
    BOOST_TEST(terminal.line(0).text() == "fg");
    BOOST_TEST(terminal.line(1).text() == "hi");
    BOOST_TEST(terminal.cursor().column == 2);
    BOOST_REQUIRE(terminal.history().lines() == 1U);
    berth::vt::LineBuffer buffer;
    const auto line = terminal.history().line(0, buffer);
    BOOST_TEST(line.text() == "abcde");
    BOOST_TEST(line.wrapped);
}

BOOST_AUTO_TEST_CASE(sizes_are_clamped) {
    BOOST_TEST((clamped(Size{0, -5}) == Size{1, 1}));
    const Size huge = clamped(Size{1 << 30, 1 << 30});
    BOOST_TEST(huge.columns == berth::vt::kMaxDimension);
    BOOST_TEST(huge.rows * huge.columns <= berth::vt::kMaxCells);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
