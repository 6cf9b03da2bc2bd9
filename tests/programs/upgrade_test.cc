// Keepers and muxes of different versions beside one berthd, and one mux in the place of another.
// The test is the muxes.
#include "bench.h"

#include "base/program.h"

#include <csignal>
#include <filesystem>
#include <fstream>
#include <poll.h>
#include <sys/stat.h>

using namespace berth;
using namespace berth::test;
using namespace berth::protocol;
namespace fs = std::filesystem;

BOOST_AUTO_TEST_SUITE(programs_upgrade)

namespace {

struct Link {
    KeeperLink message;
    Fd keeper;
};

Link take_link(const Berthd::Mux& mux) {
    Link link;
    std::vector<Fd> descriptors;
    link.message = expect<KeeperLink>(mux.channel, &descriptors);
    BOOST_REQUIRE_EQUAL(descriptors.size(), 1U);
    link.keeper = std::move(descriptors[0]);
    return link;
}

// A mux with a pane that is held.
struct Running {
    Berthd berthd;
    Fd client = berthd.client();
    Berthd::Mux mux = berthd.mux();
    Link link = take_link(mux);

    Running() {
        expect<Ready>(link.keeper);
        expect<HeldEnd>(link.keeper);
        Spawn request;
        request.pane = 1;
        request.words = {"sleep", "1000"};
        send(link.keeper, request);
        expect<Spawned>(link.keeper);
        std::vector<Fd> connection;
        expect<Adopt>(mux.channel, &connection);
    }
    [[nodiscard]] std::string installed() const {
        return berthd.folder().path("libexec/berth-mux");
    }
    // As a package does it: another file in that place.
    void install(const std::string& script = "") const {
        const std::string next = installed() + ".new";
        if (script.empty())
            fs::copy_file(BERTH_STUB_MUX, next);
        else
            write_file(next, script);
        BOOST_REQUIRE_EQUAL(chmod(next.c_str(), 0755), 0);
        fs::rename(next, installed());
    }
    void put_aside() const {
        fs::create_directory(berthd.folder().path("libexec/previous"));
        fs::copy_file(installed(), berthd.folder().path("libexec/previous/berth-mux"));
    }
    [[nodiscard]] Fd ask(const std::string& what) const {
        Fd socket = berthd.connect();
        Open open;
        open.purpose = Purpose::admin;
        open.words = {what};
        send(socket, open);
        return socket;
    }
    void was_handed_nobody() const {
        pollfd none{mux.channel.get(), POLLIN, 0};
        BOOST_TEST(poll(&none, 1, 0) == 0, "a mux that goes was handed a client");
    }
    // Whoever waits.
    void next_one_serves() {
        link.keeper.reset();
        const auto next = berthd.mux();
        const Link its = take_link(next);
        std::vector<Fd> connection;
        expect<Adopt>(next.channel, &connection);
        BOOST_TEST(connection.size() == 1U);
    }
    void retire() {
        expect<Retire>(mux.channel);
        mux = {};
        link.keeper.reset();
    }
};

} // namespace

BOOST_AUTO_TEST_CASE(what_each_runs_is_known) {
    Running running;
    auto [text, status] = running.berthd.ask({"status"});
    BOOST_TEST(text.find("(1.0)") != std::string::npos, text);
    BOOST_TEST(text.find("not the installed") == std::string::npos, text);
    running.install();
    std::tie(text, status) = running.berthd.ask({"status"});
    BOOST_TEST(text.find("(1.0, not the installed one)") != std::string::npos, text);
    std::tie(text, status) = running.berthd.ask({"status", "--json"});
    BOOST_TEST(text.find("\"mux_version\": \"1.0\"") != std::string::npos, text);
    BOOST_TEST(text.find("\"mux_current\": false") != std::string::npos, text);
    BOOST_TEST(text.find("\"keeper_current\": true") != std::string::npos, text);
}

BOOST_AUTO_TEST_CASE(the_ends_of_a_link_are_told_what_the_other_speaks) {
    Running running;
    BOOST_TEST(running.link.message.oldest == kOldestVersion);
    BOOST_TEST(running.link.message.version == kVersion);
    BOOST_TEST(running.link.message.strict == 0);
    // A mux of a later version, which still speaks ours.
    Open later;
    later.purpose = Purpose::mux;
    later.version = kVersion + 5;
    later.words = {"9.0", "a stamp"};
    send(running.mux.channel, later);
    wait_until("the version", [&] {
        return running.berthd.ask({"status"}).first.find("(9.0, not") != std::string::npos;
    });
    const Fd next = running.berthd.client(false); // and is served by it
    std::vector<Fd> connection;
    expect<Adopt>(running.mux.channel, &connection);
    // One that does not is of no use.
    later.oldest = kVersion + 1;
    send(running.mux.channel, later);
    BOOST_TEST(!receive(running.mux.channel).has_value());
    BOOST_TEST(running.berthd.log().find("speaks protocol " + std::to_string(kVersion + 1) +
                                         " to " + std::to_string(kVersion + 5)) !=
               std::string::npos);
    running.mux = {};
    const auto mux = running.berthd.mux();
    BOOST_TEST(take_link(mux).message.strict == 0);
}

BOOST_AUTO_TEST_CASE(nothing_is_replaced_that_is_of_the_installed_version) {
    Running running;
    const auto [text, status] = running.berthd.ask({"upgrade"});
    BOOST_TEST(status == 0);
    BOOST_TEST(text.find("every berth-mux") != std::string::npos, text);
}

BOOST_AUTO_TEST_CASE(a_mux_takes_the_place_of_an_earlier_one) {
    Running running;
    running.install();
    const Fd admin = running.ask("upgrade");
    running.retire();
    const Fd meanwhile = running.berthd.client(false); // waits
    const auto mux = running.berthd.mux();
    const Link link = take_link(mux);
    BOOST_TEST(link.message.strict == 1);
    expect<Ready>(link.keeper);
    BOOST_TEST(expect<Spawned>(link.keeper).pane == 1U);
    expect<HeldEnd>(link.keeper);
    std::vector<Fd> connection;
    expect<Adopt>(mux.channel, &connection);
    send(mux.channel, Recovered{1, 1});
    const auto ping = expect<Ping>(mux.channel);
    send(mux.channel, Pong{ping.number});
    const auto reply = expect<Reply>(admin);
    BOOST_TEST(reply.status == 0);
    BOOST_TEST(reply.text.find("berth-mux 1.0 to 1.0") != std::string::npos, reply.text);
    BOOST_TEST(running.berthd.ask({"status"}).first.find("not the installed") == std::string::npos);
}

// Whoever comes at the instant at which a mux goes, before or after berthd has seen it, is served
// by the next one.
BOOST_AUTO_TEST_CASE(who_comes_while_a_mux_goes_is_served_by_the_next_one) {
    for (const bool retiring : {true, false})
        for (const bool client_first : {true, false}) {
            Running running;
            Fd admin;
            if (retiring) {
                running.install();
                admin = running.ask("upgrade");
                expect<Retire>(running.mux.channel);
                const Fd early = running.berthd.client(false); // it has not gone yet
                BOOST_TEST(running.berthd.ask({"status"}).second == 0);
                running.was_handed_nobody();
            }
            const pid_t berthd = running.berthd.program().pid();
            const Fd socket = running.berthd.connect();
            BOOST_TEST(running.berthd.ask({"status"}).second == 0); // it is accepted
            BOOST_REQUIRE_EQUAL(kill(berthd, SIGSTOP), 0);
            Open open;
            open.start = 0;
            if (client_first)
                send(socket, open);
            running.mux = {};
            if (!client_first)
                send(socket, open);
            BOOST_REQUIRE_EQUAL(kill(berthd, SIGCONT), 0);
            running.next_one_serves();
        }
}

// Its channel is open for as long as its memory takes to be given back; here, because we hold it.
BOOST_AUTO_TEST_CASE(who_comes_while_a_killed_mux_still_ends_is_served_by_the_next_one) {
    Running running;
    BOOST_REQUIRE_EQUAL(kill(running.mux.pid, SIGKILL), 0);
    wait_until("its end", [&] { return !alive(running.mux.pid); });
    const Fd next = running.berthd.client(false);
    BOOST_TEST(running.berthd.ask({"status"}).second == 0); // it was looked at
    running.was_handed_nobody();
    running.mux = {};
    running.next_one_serves();
}

// It starts and goes, it cannot be started at all, it connects and dies.
BOOST_AUTO_TEST_CASE(the_one_before_goes_on_where_a_new_one_does_not_come_up) {
    for (const std::string& script : {std::string("#!/bin/sh\nexit 3\n"),
                                      std::string("#!/no/such/interpreter\n"), std::string("")}) {
        Running running;
        running.put_aside();
        running.install(script);
        const Fd admin = running.ask("upgrade");
        running.retire();
        if (script.empty()) {
            const auto mux = running.berthd.mux();
            take_link(mux);
            BOOST_REQUIRE_EQUAL(kill(mux.pid, SIGKILL), 0);
        }
        auto mux = running.berthd.mux();
        const Link link = take_link(mux);
        BOOST_TEST(link.message.strict == 0);
        expect<Ready>(link.keeper);
        BOOST_TEST(expect<Spawned>(link.keeper).pane == 1U);
        const auto reply = expect<Reply>(admin);
        BOOST_TEST(reply.status == 1);
        BOOST_TEST(reply.text.find("the one before goes on") != std::string::npos, reply.text);
        const std::string exe = fs::read_symlink("/proc/" + std::to_string(mux.pid) + "/exe");
        BOOST_TEST(exe.ends_with("/previous/berth-mux"), exe);
        BOOST_TEST(running.berthd.ask({"status"}).first.find("did not take over") !=
                   std::string::npos);
        BOOST_TEST(running.berthd.log().find("did not take over") != std::string::npos);
        // The next crash does not lead to the refused one either.
        BOOST_REQUIRE_EQUAL(kill(mux.pid, SIGKILL), 0);
        mux = {}; // and our copy of its channel
        const auto again = running.berthd.mux();
        const std::string next = fs::read_symlink("/proc/" + std::to_string(again.pid) + "/exe");
        BOOST_TEST(next.ends_with("/previous/berth-mux"), next);
    }
}

BOOST_AUTO_TEST_CASE(one_that_hangs_is_given_up_and_a_repaired_one_is_tried_again) {
    Running running;
    running.put_aside();
    running.install("#!/bin/sh\nexec sleep 1000\n");
    const Fd admin = running.ask("upgrade");
    running.retire();
    running.mux = running.berthd.mux(); // the one before
    running.link = take_link(running.mux);
    BOOST_TEST(expect<Reply>(admin).status == 1);
    running.install();
    const Fd again = running.ask("upgrade");
    running.retire();
    const auto mux = running.berthd.mux();
    const Link link = take_link(mux);
    send(mux.channel, Recovered{1, 1});
    send(mux.channel, Pong{expect<Ping>(mux.channel).number});
    BOOST_TEST(expect<Reply>(again).status == 0);
    BOOST_TEST(running.berthd.ask({"status"}).first.find("did not take over") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(without_one_before_the_installed_one_is_started_again) {
    Running running;
    running.install("#!/bin/sh\nexit 3\n");
    const Fd admin = running.ask("upgrade");
    running.retire();
    const auto reply = expect<Reply>(admin);
    BOOST_TEST(reply.status == 1);
    BOOST_TEST(reply.text.find("goes on") == std::string::npos, reply.text);
    running.install();
    const auto mux = running.berthd.mux(); // after the back-off
    take_link(mux);
}

BOOST_AUTO_TEST_CASE(a_server_that_ends_meanwhile_is_no_failure) {
    Running running;
    running.install();
    const Fd admin = running.ask("upgrade");
    expect<Retire>(running.mux.channel);
    send(running.mux.channel, Idle{1}); // on its way
    expect<Shutdown>(running.mux.channel);
    running.mux = {};
    BOOST_TEST(expect<Reply>(admin).status == 0);
}

BOOST_AUTO_TEST_SUITE_END()
