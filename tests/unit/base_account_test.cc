#include "base/account.h"

#include <boost/test/unit_test.hpp>
#include <unistd.h>

using namespace berth;

BOOST_AUTO_TEST_SUITE(base_account)

BOOST_AUTO_TEST_CASE(an_account_is_found_by_uid_and_by_name) {
    const auto root = find_account(uid_t{0}, Groups::find);
    BOOST_REQUIRE(root.has_value());
    BOOST_TEST(root->name == "root");
    BOOST_TEST(root->has_groups);
    BOOST_TEST(!root->groups.empty());
    const auto named = find_account(std::string("root"));
    BOOST_REQUIRE(named.has_value());
    BOOST_TEST((named->uid == 0 && named->home == root->home && !named->has_groups));
}

BOOST_AUTO_TEST_CASE(who_is_not_known_is_an_error) {
    BOOST_TEST(find_account(std::string("no such account")).error().code == ENOENT);
    BOOST_TEST(find_account(uid_t{4'123'456'789}).error().code == ENOENT);
}

BOOST_AUTO_TEST_CASE(a_lookup_comes_through_the_loop_and_can_be_given_up) {
    Loop loop;
    std::string name;
    const AccountLookup lookup(loop, uid_t{0}, Groups::leave, [&](Result<Account> account) {
        name = account ? account->name : account.error().text();
        loop.exit(0);
    });
    {
        const AccountLookup given_up(loop, uid_t{0}, Groups::leave,
                                     [&](Result<Account>) { name = "called"; });
    }
    BOOST_TEST(name.empty());
    loop.run();
    BOOST_TEST(name == "root");
}

BOOST_AUTO_TEST_SUITE_END()
