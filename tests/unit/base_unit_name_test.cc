#include "base/unit_name.h"

#include <boost/test/unit_test.hpp>

using berth::unit_instance;

BOOST_AUTO_TEST_SUITE(base_unit_name)

// The right sides are systemd-escape(1)'s.
BOOST_AUTO_TEST_CASE(names_of_directories_are_escaped_as_systemd_does) {
    BOOST_TEST(unit_instance("alice", 1000) == "alice");
    BOOST_TEST(unit_instance("first.last", 1000) == "first.last");
    BOOST_TEST(unit_instance("user@domain", 1000) == "user\\x40domain");
    BOOST_TEST(unit_instance("DOMAIN\\user", 1000) == "DOMAIN\\x5cuser");
    BOOST_TEST(unit_instance("a-b_c:d", 1000) == "a\\x2db_c:d");
    BOOST_TEST(unit_instance(".hidden", 1000) == "\\x2ehidden");
    BOOST_TEST(unit_instance("two words", 1000) == "two\\x20words");
    BOOST_TEST(unit_instance("j\xc3\xb6rg", 1000) == "j\\xc3\\xb6rg");
    BOOST_TEST(unit_instance("a/b", 1000) == "a-b");
    BOOST_TEST(unit_instance(std::string(200, 'x'), 1000) == std::string(200, 'x'));
}

BOOST_AUTO_TEST_CASE(a_name_that_looks_like_a_uid_is_replaced_by_the_uid) {
    BOOST_TEST(unit_instance("1234", 1000) == "1000");
    BOOST_TEST(unit_instance("1234x", 1000) == "1234x");
}

BOOST_AUTO_TEST_SUITE_END()
