// Addresses of web hooks.
#include "policy/policy.h"
#include "policy/url.h"

#include <boost/test/unit_test.hpp>

using namespace berth::policy;

BOOST_AUTO_TEST_SUITE(policy_url)

BOOST_AUTO_TEST_CASE(addresses_that_are_taken) {
    struct Row {
        const char* text;
        const char* host;
        unsigned port;
        const char* target;
    };
    for (const Row& row :
         {Row{"http://example.org", "example.org", 80, "/"},
          Row{"http://127.0.0.1:8080/hook?a=b&c=%20", "127.0.0.1", 8080, "/hook?a=b&c=%20"},
          Row{"http://[2001:db8::1]:9/x", "2001:db8::1", 9, "/x"},
          Row{"http://[::1]", "::1", 80, "/"}, Row{"http://a-b.example/", "a-b.example", 80, "/"},
          Row{"http://host?x", "host", 80, "/?x"}}) {
        const auto url = parse_url(row.text);
        BOOST_REQUIRE_MESSAGE(url, row.text);
        BOOST_TEST(url->host == row.host);
        BOOST_TEST(url->port == row.port);
        BOOST_TEST(url->target == row.target);
    }
}

BOOST_AUTO_TEST_CASE(addresses_that_are_refused) {
    for (const std::string& text :
         {std::string(), std::string("https://example.org/"), std::string("http://"),
          std::string("http:///x"), std::string("http://user@host/"), std::string("http://-x/"),
          std::string("http://host:0/"), std::string("http://host:65536/"),
          std::string("http://host:/"), std::string("http://host:1x/"), std::string("http://[::1"),
          std::string("http://[::1]x/"), std::string("http://[]/"), std::string("http://a b/"),
          std::string("http://host/a b"), std::string("http://host/\r\nX: y"),
          std::string("http://host/#part"), std::string("http://h\xc3\xb6st/"),
          "http://host/" + std::string(kMaxUrl, 'a')})
        BOOST_TEST(!parse_url(text), text);
}

BOOST_AUTO_TEST_CASE(the_policy_takes_none_but_these_and_says_so) {
    const auto good = Policy::parse(std::vector<Source>{
        {"one", "[share]\nwebhook = http://127.0.0.1:8080/hook\n\n[user bob]\nwebhook =\n"}});
    BOOST_REQUIRE(good.has_value());
    BOOST_TEST(good->effective("alice", {}).text(OptionId::share_webhook) ==
               "http://127.0.0.1:8080/hook");
    BOOST_TEST(good->effective("bob", {}).text(OptionId::share_webhook).empty());
    const auto bad =
        Policy::parse(std::vector<Source>{{"one", "[share]\nwebhook = https://example.org/\n"}});
    BOOST_REQUIRE(!bad.has_value());
    BOOST_TEST(bad.error().front().text() ==
               "one:2: webhook = https://example.org/ (allowed: http://HOST[:PORT][/PATH], or "
               "nothing. https is not spoken: name a relay of this machine's)");
}

BOOST_AUTO_TEST_SUITE_END()
