// The words of `berth share`.
#include "share_words.h"

#include <boost/test/unit_test.hpp>

using namespace berth::mux;
using namespace berth::protocol;

namespace {

std::string complaint(const std::vector<std::string>& words) {
    const auto read = read_share_words(words);
    return read ? "" : read.error().operation;
}

} // namespace

BOOST_AUTO_TEST_SUITE(mux_share_words)

BOOST_AUTO_TEST_CASE(without_words_a_session_to_read_and_to_type_by_token) {
    const auto read = read_share_words({});
    BOOST_REQUIRE(read.has_value());
    BOOST_TEST((read->make.scope == ShareScope::session));
    BOOST_TEST(read->make.read == 1);
    BOOST_TEST(read->make.write == 1);
    BOOST_TEST(read->make.token == 1);
    BOOST_TEST(read->make.ttl == 0U);
}

BOOST_AUTO_TEST_CASE(every_flag_is_read) {
    const auto read = read_share_words(
        {"-r",           "-t",    "pane",    "--with", "bob",    "--with=@staff", "--once",
         "--ttl",        "1h30m", "--uses",  "3",      "--keys", "a.pub",         "--key",
         "ssh-rsa AAAA", "--ask", "--floor", "--name", "demo",   "--json"});
    BOOST_REQUIRE(read.has_value());
    BOOST_TEST((read->make.scope == ShareScope::pane));
    BOOST_TEST(read->make.write == 0);
    BOOST_TEST(read->make.token == 0);
    BOOST_TEST((read->make.with == Texts{"bob", "@staff"}));
    BOOST_TEST(read->make.once == 1);
    BOOST_TEST(read->make.ttl == 5400U);
    BOOST_TEST(read->make.uses == 3U);
    BOOST_TEST((read->key_files == std::vector<std::string>{"a.pub"}));
    BOOST_TEST((read->make.keys == Texts{"ssh-rsa AAAA"}));
    BOOST_TEST(read->make.ask == 1);
    BOOST_TEST(read->make.floor == 1);
    BOOST_TEST(read->make.name == "demo");
    BOOST_TEST(read->json);
    BOOST_TEST(read_share_words({"-w"})->make.read == 0);
    BOOST_TEST(read_share_words({"--with", "bob", "--token"})->make.token == 1);
}

BOOST_AUTO_TEST_CASE(wrong_words_are_told_with_what_is_allowed) {
    BOOST_TEST(complaint({"-x"}) == "share: unknown word -x");
    BOOST_TEST(complaint({"-t", "screen"}) == "share: -t takes session, window or pane");
    BOOST_TEST(complaint({"--ttl"}) == "share: --ttl takes a time such as 90s, 15m, 1h30m or 2d");
    BOOST_TEST(complaint({"--ttl", "soon"}) ==
               "share: --ttl takes a time such as 90s, 15m, 1h30m or 2d");
    BOOST_TEST(complaint({"--uses", "0"}) == "share: --uses takes a number above 0");
    BOOST_TEST(complaint({"--once=1"}) == "share: --once takes no value");
    BOOST_TEST(complaint({"--name", std::string(65, 'a')}) ==
               "share: --name takes at most 64 bytes");
}

BOOST_AUTO_TEST_CASE(times) {
    BOOST_TEST(read_duration("90").value() == 90U);
    BOOST_TEST(read_duration("2d").value() == 172800U);
    for (const char* text : {"", "0", "h", "-1", "1x", "99999999999", "400d", "1 h"})
        BOOST_TEST(!read_duration(text).has_value(), text);
}

BOOST_AUTO_TEST_CASE(keys_of_a_file) {
    const auto keys = keys_of("# mine\n\n  ssh-rsa AAAA me \r\nssh-ed25519 BBBB");
    BOOST_TEST((keys == std::vector<std::string>{"ssh-rsa AAAA me", "ssh-ed25519 BBBB"}));
}

BOOST_AUTO_TEST_SUITE_END()
