#include "base/resident.h"

#include <boost/test/unit_test.hpp>
#include <fstream>
#include <locale>
#include <sstream>
#include <string>

BOOST_AUTO_TEST_SUITE(base_resident)

namespace {

// KiB of pages of files that are mapped here and were never written.
long clean_pages() {
    std::ifstream file("/proc/self/smaps_rollup");
    long sum = 0;
    for (std::string word; file >> word;)
        if (word == "Private_Clean:" || word == "Shared_Clean:") {
            long size = 0;
            file >> size;
            sum += size;
        }
    return sum;
}

std::string formatted() {
    std::ostringstream out;
    out.imbue(std::locale::classic());
    out << 1.5 << ' ' << true;
    return out.str();
}

} // namespace

BOOST_AUTO_TEST_CASE(pages_of_programs_are_let_go_and_come_back_when_they_are_used) {
    BOOST_TEST(formatted() == "1.5 1");
    const long before = clean_pages();
    berth::forget_start_pages();
    const long after = clean_pages();
    BOOST_TEST_MESSAGE(before << " KiB, then " << after << " KiB");
    BOOST_TEST(after < before);
    BOOST_TEST(formatted() == "1.5 1");
}

BOOST_AUTO_TEST_SUITE_END()
