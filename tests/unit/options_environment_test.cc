#include "options/environment.h"

#include <boost/test/unit_test.hpp>

using namespace berth::options;

BOOST_AUTO_TEST_SUITE(options_environment)

BOOST_AUTO_TEST_CASE(a_session_goes_before_the_server_and_markers_and_hidden_ones_stay_out) {
    Environment server, session;
    server.put("PATH=/bin");
    server.put("DISPLAY=:0");
    server.put("LANG=C");
    server.put("no assignment");
    server.put("=nothing");
    session.set("DISPLAY", ":1");
    session.mark_removed("LANG");
    session.set("SECRET", "x", true);
    Environment merged = server;
    merged.merge(session);
    BOOST_TEST(merged.exported() == (std::vector<std::string>{"DISPLAY=:1", "PATH=/bin"}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(update_environment_copies_by_pattern_and_marks_what_is_missing) {
    Environment client, session;
    client.put("SSH_CONNECTION=a b");
    client.put("SSH_AUTH_SOCK=/s");
    client.put("EDITOR=vi");
    session.set("DISPLAY", ":1");
    const std::vector<std::string> patterns = {"SSH_*", "DISPLAY", "X[AB]"};
    session.update_from(client, patterns);
    BOOST_TEST(*session.find("SSH_CONNECTION")->value == "a b");
    BOOST_TEST(*session.find("SSH_AUTH_SOCK")->value == "/s");
    BOOST_TEST(!session.find("DISPLAY")->value.has_value());
    BOOST_TEST(!session.find("X[AB]")->value.has_value());
    BOOST_TEST((session.find("EDITOR") == nullptr));
}

BOOST_AUTO_TEST_SUITE_END()
