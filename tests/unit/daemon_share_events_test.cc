// What a web hook is told.
#include "share_events.h"

#include <boost/test/unit_test.hpp>

using namespace berth::daemon;

namespace {

Share a_share() {
    Share share;
    share.state.id = 3;
    share.state.name = "help";
    share.state.expires = 1'700'003'600;
    share.owner_name = "alice";
    share.read_digest = std::string(64, 'd');
    share.write_digest = std::string(64, 'e');
    share.keys = {"ssh-ed25519 AAAAkey"};
    share.bound = "SHA256:bound";
    return share;
}

Present a_guest() {
    Present guest;
    guest.id = 12;
    guest.name = "b\"o\n\xff";
    guest.address = "192.0.2.2";
    guest.role = berth::protocol::Role::write;
    return guest;
}

} // namespace

BOOST_AUTO_TEST_SUITE(daemon_share_events)

BOOST_AUTO_TEST_CASE(an_event_is_one_line_of_json) {
    const Share share = a_share();
    const Present guest = a_guest();
    BOOST_TEST(share_event("join", 1'700'000'000, "host", share, &guest, "") ==
               "{\"event\":\"join\",\"time\":1700000000,\"host\":\"host\",\"user\":\"alice\","
               "\"share\":3,\"name\":\"help\",\"scope\":\"session\",\"expires\":1700003600,"
               "\"guests\":0,\"guest\":{\"id\":12,\"name\":\"b\\\"o\\n\xef\xbf\xbd\","
               "\"address\":\"192.0.2.2\",\"role\":\"write\"}}");
    BOOST_TEST(share_event("end", 1, "host", share, nullptr, "has expired")
                   .ends_with("\"guests\":0,\"why\":\"has expired\"}"));
}

BOOST_AUTO_TEST_CASE(it_has_nothing_that_lets_anybody_in) {
    const Share share = a_share();
    const Present guest = a_guest();
    for (const char* event : {"share", "join", "leave", "refused", "end"}) {
        const std::string text = share_event(event, 1, "host", share, &guest, "kicked");
        for (const std::string& secret :
             {share.read_digest, share.write_digest, share.keys[0], share.bound})
            BOOST_TEST(text.find(secret) == std::string::npos);
    }
}

BOOST_AUTO_TEST_SUITE_END()
