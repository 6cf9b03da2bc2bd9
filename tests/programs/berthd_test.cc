// A private berthd with a real keeper; the test is its mux and its clients.
#include "bench.h"

#include <cstdlib>
#include <fcntl.h>
#include <sys/wait.h>

using namespace berth;
using namespace berth::test;
using namespace berth::protocol;

BOOST_AUTO_TEST_SUITE(programs_berthd)

namespace {

// A mux that is linked to its keeper and has adopted the first client.
struct Linked {
    Berthd::Mux mux;
    Fd keeper;
    Fd client; // the mux's end
    Adopt adopt;
};

Fd take_link(const Berthd::Mux& mux) {
    std::vector<Fd> link;
    expect<KeeperLink>(mux.channel, &link);
    BOOST_REQUIRE_EQUAL(link.size(), 1U);
    return std::move(link[0]);
}

Adopt adopt(const Berthd::Mux& mux, Fd& client) {
    std::vector<Fd> connection;
    const auto message = expect<Adopt>(mux.channel, &connection);
    BOOST_REQUIRE_EQUAL(connection.size(), 1U);
    client = std::move(connection[0]);
    return message;
}

Linked serve_first(Berthd& berthd) {
    Linked linked;
    linked.mux = berthd.mux();
    linked.keeper = take_link(linked.mux);
    expect<Ready>(linked.keeper);
    expect<HeldEnd>(linked.keeper);
    linked.adopt = adopt(linked.mux, linked.client);
    return linked;
}

} // namespace

BOOST_AUTO_TEST_CASE(the_mux_gets_the_clients_own_connection_with_what_it_said_next) {
    Berthd berthd;
    const Fd client = berthd.client();
    Command command;
    command.words = {"list-sessions"};
    send(client, command);
    const Linked linked = serve_first(berthd);
    BOOST_TEST(linked.adopt.number == 1U);
    BOOST_TEST(linked.adopt.uid == getuid());
    BOOST_TEST(linked.adopt.pid == static_cast<std::uint32_t>(getpid()));
    BOOST_TEST((expect<Command>(linked.client).words == command.words));
    send(linked.client, Finish{.status = 3, .text = "done"});
    BOOST_TEST(expect<Finish>(client).status == 3);
}

BOOST_AUTO_TEST_CASE(who_does_not_ask_for_a_start_is_told_that_no_server_runs) {
    Berthd berthd;
    const Fd client = berthd.client(false);
    const auto refused = expect<Refused>(client);
    BOOST_TEST(refused.code == ENOENT);
    BOOST_TEST(refused.text == "no server running on " + berthd.socket());
}

BOOST_AUTO_TEST_CASE(when_nothing_is_left_all_end_and_the_socket_goes) {
    Berthd berthd;
    const Fd client = berthd.client();
    Linked linked = serve_first(berthd);
    send(linked.mux.channel, Idle{1});
    expect<Shutdown>(linked.mux.channel);
    BOOST_TEST(!receive(linked.keeper).has_value()); // the keeper has ended
    linked.mux = {};
    BOOST_TEST(berthd.program().wait() == 0);
    BOOST_TEST(access(berthd.socket().c_str(), F_OK) != 0);
}

BOOST_AUTO_TEST_CASE(an_idle_that_a_client_overtook_ends_nothing) {
    Berthd berthd;
    const Fd first = berthd.client();
    Linked linked = serve_first(berthd);
    const Fd second = berthd.client();
    Fd other;
    BOOST_TEST(adopt(linked.mux, other).number == 2U);
    send(linked.mux.channel, Idle{1});
    const Fd third = berthd.client();
    BOOST_TEST(adopt(linked.mux, other).number == 3U);
}

BOOST_AUTO_TEST_CASE(a_client_that_comes_while_all_ends_gets_a_new_server) {
    Berthd berthd;
    const Fd first = berthd.client();
    Linked linked = serve_first(berthd);
    send(linked.mux.channel, Idle{1});
    expect<Shutdown>(linked.mux.channel);
    const Fd second = berthd.client();
    BOOST_TEST(!berthd.mux_is_started(100)); // it waits for the old ones' end
    linked.mux = {};
    const Linked again = serve_first(berthd);
    BOOST_TEST(again.adopt.number == 1U);
}

BOOST_AUTO_TEST_CASE(a_mux_that_dies_is_replaced_and_linked_to_the_same_keeper) {
    Berthd berthd;
    const Fd client = berthd.client();
    Linked linked = serve_first(berthd);
    Spawn request;
    request.pane = 1;
    request.words = {"sleep", "1000"};
    send(linked.keeper, request);
    expect<Spawned>(linked.keeper);
    BOOST_REQUIRE_EQUAL(kill(linked.mux.pid, SIGKILL), 0);
    linked.mux = {};
    linked.keeper.reset();
    const auto mux = berthd.mux();
    const Fd keeper = take_link(mux);
    expect<Ready>(keeper);
    BOOST_TEST(expect<Spawned>(keeper).pane == 1U);
    expect<HeldEnd>(keeper);
    const Fd next = berthd.client(false);
    Fd other;
    BOOST_TEST(adopt(mux, other).number == 1U);
}

BOOST_AUTO_TEST_CASE(a_mux_that_keeps_dying_is_waited_with_and_clients_are_told) {
    Berthd berthd;
    const Fd client = berthd.client();
    Linked linked = serve_first(berthd);
    linked.mux = {};
    for (int i = 0; i < 5; ++i)
        static_cast<void>(berthd.mux()); // let go of
    Refused refused;
    wait_until("a refusal", [&] { // one that comes before the last death is known is cut off
        const Fd next = berthd.client();
        const auto answer = receive(next);
        return answer && decode(Packet{answer->id, answer->bytes, {}}, refused);
    });
    BOOST_TEST(refused.code == EAGAIN);
    BOOST_TEST(refused.text.find("within a minute") != std::string::npos);
    const auto mux = berthd.mux(); // after the back-off
    take_link(mux);
}

BOOST_AUTO_TEST_CASE(a_new_berthd_takes_keeper_and_mux_over) {
    Berthd berthd;
    const Fd client = berthd.client();
    Linked linked = serve_first(berthd);
    Spawn request;
    request.pane = 1;
    request.words = {"sleep", "1000"};
    send(linked.keeper, request);
    expect<Spawned>(linked.keeper);
    berthd.program().kill_now();
    BOOST_TEST(!receive(linked.mux.channel).has_value());
    berthd.start();
    const Fd next = berthd.client();
    std::vector<Fd> link;
    expect<MuxLink>(linked.keeper, &link);
    BOOST_REQUIRE_EQUAL(link.size(), 1U);
    linked.mux.channel = std::move(link[0]);
    Fd other;
    const auto message = adopt(linked.mux, other);
    send(linked.client, Output{Stream::out, "still here"}); // attached clients noticed nothing
    BOOST_TEST(expect<Output>(client).bytes == "still here");
    send(linked.mux.channel, Idle{linked.adopt.number}); // said before the new client came
    const Fd last = berthd.client();
    BOOST_TEST(adopt(linked.mux, other).number == message.number + 1);
    send(linked.mux.channel, Idle{message.number + 1});
    expect<Shutdown>(linked.mux.channel);
}

BOOST_AUTO_TEST_CASE(a_new_berthd_starts_a_mux_for_a_keeper_that_has_none) {
    Berthd berthd;
    const Fd client = berthd.client();
    Linked linked = serve_first(berthd);
    berthd.program().kill_now();
    linked.mux = {};
    linked.keeper.reset();
    berthd.start();
    const auto mux = berthd.mux();
    const Fd keeper = take_link(mux);
    expect<Ready>(keeper);
}

BOOST_AUTO_TEST_CASE(a_keeper_that_dies_takes_its_mux_along) {
    Berthd berthd;
    const Fd client = berthd.client();
    Linked linked = serve_first(berthd);
    Spawn request;
    request.pane = 1;
    request.words = {"sh", "-c", "echo $PPID; sleep 1000"};
    send(linked.keeper, request);
    std::vector<Fd> master;
    expect<Spawned>(linked.keeper, &master);
    const pid_t keeper = std::stoi(read_until(master.at(0), "\n"));
    BOOST_REQUIRE_EQUAL(kill(keeper, SIGKILL), 0);
    expect<Shutdown>(linked.mux.channel);
    linked.mux = {};
    BOOST_TEST(berthd.program().wait() == 0);
}

BOOST_AUTO_TEST_CASE(a_first_packet_that_is_not_a_right_one_drops_that_peer_alone) {
    Berthd berthd;
    const Fd client = berthd.client();
    Linked linked = serve_first(berthd);
    Open open;
    const std::string right = encode(open);
    const Fd null(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    const std::vector<std::string> bad = {right + "x",
                                          right.substr(0, right.size() - 1),
                                          std::string("\x01", 1),
                                          std::string("\xff\xff", 2),
                                          std::string(kMaxPacket + 1, 'x'),
                                          encode(Adopt{}),
                                          encode(KeeperLink{}),
                                          encode(Shutdown{}),
                                          encode(Idle{})};
    for (const std::string& bytes : bad) {
        const Fd peer = berthd.connect();
        BOOST_REQUIRE(send_packet(peer.get(), bytes));
        BOOST_TEST(!receive(peer).has_value());
    }
    const Fd peer = berthd.connect();
    send(peer, open, {null.get()}); // a descriptor that nobody asked for
    BOOST_TEST(!receive(peer).has_value());
    const Fd next = berthd.client(false);
    Fd other;
    BOOST_TEST(adopt(linked.mux, other).number == 2U);
}

BOOST_AUTO_TEST_CASE(a_second_keeper_and_a_foreign_mux_are_refused) {
    Berthd berthd;
    const Fd client = berthd.client();
    Linked linked = serve_first(berthd);
    for (const Purpose purpose : {Purpose::keeper, Purpose::mux}) {
        const Fd peer = berthd.connect();
        send(peer, Open{.purpose = purpose, .user = {}, .words = {}});
        BOOST_TEST(expect<Refused>(peer).code == (purpose == Purpose::mux ? EACCES : EEXIST));
        BOOST_TEST(!receive(peer).has_value());
    }
}

BOOST_AUTO_TEST_CASE(a_mux_that_speaks_out_of_turn_is_replaced) {
    Berthd berthd;
    const Fd client = berthd.client();
    Linked linked = serve_first(berthd);
    send(linked.mux.channel, Spawn{}); // is the keeper's
    BOOST_TEST(!receive(linked.mux.channel).has_value());
    linked.mux = {};
    take_link(berthd.mux());
}

BOOST_AUTO_TEST_CASE(other_versions_are_refused_with_both_ranges) {
    Berthd berthd;
    const Fd peer = berthd.connect();
    Open open;
    open.oldest = kVersion + 1;
    open.version = kVersion + 3;
    send(peer, open);
    const auto refused = expect<Refused>(peer);
    BOOST_TEST(refused.code == EPROTONOSUPPORT);
    BOOST_TEST(refused.text.find("protocol") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_peer_that_says_nothing_is_dropped) {
    Berthd berthd;
    const Fd silent = berthd.connect();
    const Fd client = berthd.client(); // is not held up by it
    serve_first(berthd);
    BOOST_TEST(!receive(silent).has_value());
}

BOOST_AUTO_TEST_CASE(the_policy_reaches_the_mux_and_a_bad_one_changes_nothing) {
    Berthd berthd;
    berthd.write_policy("[login]\non_login = mirror\nreplay_lines = 77\n[history]\nlimit = 5\n"
                        "[session]\nmax_sessions = 3\n");
    const auto reload = [&berthd](const std::string& said) {
        BOOST_REQUIRE_EQUAL(kill(berthd.program().pid(), SIGHUP), 0);
        wait_until(said, [&] { return berthd.log().find(said) != std::string::npos; });
    };
    const Fd client = berthd.client(); // berthd is up
    const Linked linked = serve_first(berthd);
    reload("read anew");
    Fd other;
    const Fd second = berthd.client();
    const Adopt after = adopt(linked.mux, other);
    BOOST_TEST((after.on_login == OnLogin::mirror && after.replay_lines == 77));
    BOOST_TEST((after.history_limit == 5 && after.max_sessions == 3 && after.max_clients == 128));
    berthd.write_policy("[login]\non_login = later\nreplay_lines = -1\n");
    reload("stays in force");
    BOOST_TEST(berthd.log().find("berth.conf:2: on_login = later") != std::string::npos);
    BOOST_TEST(berthd.log().find("berth.conf:3: replay_lines = -1") != std::string::npos);
    const Fd third = berthd.client();
    BOOST_TEST(adopt(linked.mux, other).replay_lines == 77U);
    const auto [text, code] = berthd.ask({"policy", "show"});
    BOOST_TEST(text.find("login.replay_lines = 77") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_admin_sees_who_runs_and_ends_it) {
    Berthd berthd;
    const Fd client = berthd.client();
    Linked linked = serve_first(berthd);
    const auto [status, status_code] = berthd.ask({"status"});
    BOOST_TEST(status_code == 0);
    BOOST_TEST(status.starts_with("berthd "));
    BOOST_TEST(status.find("berth-mux " + std::to_string(linked.mux.pid)) != std::string::npos);
    const auto [json, json_code] = berthd.ask({"users", "--json"});
    BOOST_TEST(json.find("\"mux\": " + std::to_string(linked.mux.pid)) != std::string::npos);
    BOOST_TEST(berthd.ask({"nonsense"}).second == 1);
    BOOST_TEST(berthd.ask({"shutdown", "no such account"}).second == 1);
    const Fd socket = berthd.connect();
    Open open;
    open.purpose = Purpose::admin;
    open.words = {"shutdown"};
    send(socket, open);
    expect<Shutdown>(linked.mux.channel);
    linked.mux = {};
    BOOST_TEST(expect<Reply>(socket).status == 0); // once all is over
    BOOST_TEST(berthd.program().wait() == 0);
}

BOOST_AUTO_TEST_SUITE_END()
