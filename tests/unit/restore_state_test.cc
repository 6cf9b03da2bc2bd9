// The state of a reboot as bytes: what is written is read, whatever is cut or of another version is
// refused.
#include "restore/state.h"

#include <boost/test/unit_test.hpp>

using namespace berth::restore;

BOOST_AUTO_TEST_SUITE(restore_state)

namespace {

State example() {
    State state;
    state.saved = 1'700'000'000;
    WindowState& window = state.windows.emplace_back();
    window.id = 3;
    window.name = "edit";
    window.named = 1;
    window.rows = 30;
    window.columns = 100;
    window.layout = "d2f6,100x30,0,0{50x30,0,0,4,49x30,51,0,5}";
    window.active = 5;
    window.panes.push_back(
        {4, "/home/alice", "title", {"vim", "notes.txt"}, {}, "\033[1mcontents"});
    window.panes.push_back({5, "/tmp", "", {}, {"tail", "-f", "log"}, ""});
    SessionState& session = state.sessions.emplace_back();
    session.name = "main";
    session.directory = "/home/alice";
    session.created = 1;
    session.links = {{0, 3}, {7, 3}};
    session.environment = {"EDITOR=vim", "GONE"};
    return state;
}

} // namespace

BOOST_AUTO_TEST_CASE(what_is_written_is_read) {
    const std::string bytes = encode(example());
    State read;
    BOOST_REQUIRE(decode(bytes, read));
    BOOST_TEST(encode(read) == bytes);
    BOOST_TEST(read.windows.at(0).panes.at(1).words.at(2) == "log");
    BOOST_TEST(read.sessions.at(0).links.at(1).index == 7U);
}

BOOST_AUTO_TEST_CASE(what_is_cut_or_longer_is_refused_and_changes_nothing) {
    const std::string bytes = encode(example());
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        State read;
        BOOST_TEST(!decode(std::string_view(bytes).substr(0, size), read));
        BOOST_TEST(read.windows.empty());
    }
    State read;
    BOOST_TEST(!decode(bytes + "x", read));
}

BOOST_AUTO_TEST_CASE(another_version_is_refused) {
    State state = example();
    state.version = kStateVersion + 1;
    State read;
    BOOST_TEST(!decode(encode(state), read));
}

BOOST_AUTO_TEST_CASE(what_is_beyond_a_limit_is_not_written) {
    State state = example();
    state.windows[0].name.resize(kMaxText + 1);
    BOOST_TEST(encode(state).empty());
}

BOOST_AUTO_TEST_SUITE_END()
