#include "base/result.h"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(base_result)

BOOST_AUTO_TEST_CASE(an_error_names_the_operation_and_the_reason) {
    const berth::Error error{ENOENT, "open /nowhere"};
    BOOST_TEST(error.text() == "open /nowhere: No such file or directory");
}

BOOST_AUTO_TEST_SUITE_END()
