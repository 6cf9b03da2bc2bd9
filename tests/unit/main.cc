// The entry point of every unit test program: Boost.Test's own, once.
#define BOOST_TEST_MODULE berth
#include <boost/test/unit_test.hpp>
