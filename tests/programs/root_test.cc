// berthd as root without a service manager: any account, PAM sessions, privileges given up. Works
// in a mount namespace of its own with accounts and PAM files of its own; skipped without root.
#include "accounts.h"

#include <csignal>
#include <cstdlib>
#include <unistd.h>

using namespace berth;
using namespace berth::test;
using namespace berth::protocol;

namespace {

struct Setup {
    Setup() { enter_namespace(); }
};
BOOST_TEST_GLOBAL_FIXTURE(Setup);

std::string owner_line(pid_t pid, const char* field) {
    const std::string status = read_file("/proc/" + std::to_string(pid) + "/status");
    const std::size_t at = status.find(std::string("\n") + field + ":");
    BOOST_REQUIRE(at != std::string::npos);
    return status.substr(at + 1, status.find('\n', at + 1) - at - 1);
}

} // namespace

BOOST_AUTO_TEST_SUITE(programs_root)

BOOST_AUTO_TEST_CASE(a_keeper_runs_as_its_account_in_a_pam_session_and_a_mux_as_nobody) {
    setenv("BERTH_TEST_SECRET", "of berthd", 1);
    Berthd berthd(Mode::machine);
    const Fd client = connect_as(berthd, kAlice, start_for(""));
    auto mux = berthd.mux();
    Fd keeper = take_link(mux.channel);
    const auto ready = expect<Ready>(keeper);
    BOOST_TEST((ready.uid == kAlice && ready.user == "alice" && ready.shell == "/bin/sh"));
    expect<HeldEnd>(keeper);
    std::vector<Fd> connection;
    const auto adopted = expect<Adopt>(mux.channel, &connection);
    BOOST_TEST((adopted.uid == kAlice && adopted.user == "alice"));
    const std::string ids = owner_line(mux.pid, "Uid");
    BOOST_TEST(ids.find("\t0") == std::string::npos);
    BOOST_TEST(owner_line(mux.pid, "Groups").find(" 0 ") == std::string::npos);
    BOOST_TEST(pam_hooks().find("open_session alice 0") != std::string::npos);

    Spawn request;
    request.pane = 1;
    request.words = {"id; groups; env; ls -l $(tty); umask; exit 0"};
    send(keeper, request);
    std::vector<Fd> master;
    expect<Spawned>(keeper, &master);
    const std::string output = read_until(master.at(0), "\n0022");
    for (const char* part :
         {"uid=54321(alice) gid=54321", "54400(staff-of-test)", "BERTH_TEST_PAM=from_pam",
          "HOME=/tmp", "USER=alice", "LOGNAME=alice", "SHELL=/bin/sh", "PATH=", "alice"})
        BOOST_TEST(output.find(part) != std::string::npos, part << " is not in " << output);
    BOOST_TEST(output.find("BERTH_TEST_SECRET") == std::string::npos);
    expect<Exited>(keeper);

    send(mux.channel, Idle{1});
    expect<Shutdown>(mux.channel);
    mux = {};
    wait_until("the end of the PAM session",
               [] { return pam_hooks().find("close_session alice") != std::string::npos; });
    // berthd goes on
    wait_until("berthd's word that no session is left",
               [&] { return berthd.ask({"users"}).first.empty(); });
    unsetenv("BERTH_TEST_SECRET");
}

BOOST_AUTO_TEST_CASE(odd_names_work) {
    Berthd berthd(Mode::machine);
    for (std::size_t i = 0; i < odd_names().size(); ++i) {
        const auto uid = static_cast<uid_t>(kFirstOdd + i);
        const Fd client = i % 2 == 0 ? connect_as(berthd, uid, start_for(""))
                                     : connect_as(berthd, 0, start_for(odd_names()[i]));
        auto mux = berthd.mux();
        const Fd keeper = take_link(mux.channel);
        BOOST_TEST(expect<Ready>(keeper).user == odd_names()[i]);
        std::vector<Fd> connection;
        const auto adopted = expect<Adopt>(mux.channel, &connection);
        BOOST_TEST(adopted.user == odd_names()[i]);
        BOOST_TEST(adopted.uid == (i % 2 == 0 ? uid : 0));
        send(mux.channel, Idle{1});
        expect<Shutdown>(mux.channel);
    }
}

BOOST_AUTO_TEST_CASE(nobody_but_root_acts_as_another) {
    Berthd berthd(Mode::machine);
    const Fd client = connect_as(berthd, kAlice, start_for(""));
    const auto mux = berthd.mux();
    take_link(mux.channel);
    for (const Purpose purpose : {Purpose::attach, Purpose::command, Purpose::keeper}) {
        Open open = start_for("alice");
        open.purpose = purpose;
        const Fd other = connect_as(berthd, kFirstOdd, open);
        BOOST_TEST(expect<Refused>(other).code == EACCES);
    }
    Open open;
    open.purpose = Purpose::admin;
    open.words = {"shutdown", "alice"};
    BOOST_TEST(expect<Reply>(connect_as(berthd, kFirstOdd, open)).status == 1);
    open.words = {"users"};
    BOOST_TEST(expect<Reply>(connect_as(berthd, kFirstOdd, open)).text.empty());
    BOOST_TEST(expect<Reply>(connect_as(berthd, kAlice, open)).text.starts_with("alice: "));
    open.words = {"policy", "show", "alice"};
    BOOST_TEST(expect<Refused>(connect_as(berthd, kFirstOdd, open)).code == EACCES);
    const Fd unknown = connect_as(berthd, 0, start_for("no such account"));
    BOOST_TEST(expect<Refused>(unknown).code == ENOENT);
    const Fd nameless = connect_as(berthd, 54999, start_for(""));
    BOOST_TEST(expect<Refused>(nameless).code == ENOENT);
    const Fd keeper_by_root = connect_as(berthd, 0, [] {
        Open wish = start_for("alice");
        wish.purpose = Purpose::keeper;
        return wish;
    }());
    BOOST_TEST(expect<Refused>(keeper_by_root).code == EACCES);
}

BOOST_AUTO_TEST_CASE(a_policy_for_a_group_holds_for_its_members) {
    Berthd berthd(Mode::machine);
    BOOST_TEST(berthd.ask({"status"}).second == 0); // it is up, and has read its policy
    berthd.write_policy("[login]\nreplay_lines = 1\n[group staff-of-test]\nreplay_lines = 2\n");
    BOOST_TEST(berthd.ask({"policy", "show", "alice"}).first.find("replay_lines = 2000") !=
               std::string::npos);
    BOOST_REQUIRE_EQUAL(kill(berthd.program().pid(), SIGHUP), 0);
    wait_until("the reload", [&] {
        return berthd.ask({"policy", "show", "alice"}).first.find("replay_lines = 2 ") !=
               std::string::npos;
    });
    BOOST_TEST(berthd.ask({"policy", "show", "first.last"}).first.find("replay_lines = 1 ") !=
               std::string::npos);
    const Fd client = connect_as(berthd, kAlice, start_for(""));
    const auto mux = berthd.mux();
    take_link(mux.channel);
    std::vector<Fd> connection;
    BOOST_TEST(expect<Adopt>(mux.channel, &connection).replay_lines == 2U);
}

BOOST_AUTO_TEST_CASE(sessions_stay_when_a_new_berthd_does_not_find_the_account) {
    Berthd berthd(Mode::machine);
    const Fd client = connect_as(berthd, kAlice, start_for(""));
    const auto mux = berthd.mux();
    const Fd keeper = take_link(mux.channel);
    expect<Ready>(keeper);
    expect<HeldEnd>(keeper);
    berthd.program().kill_now();
    cover("/etc/passwd", "root:x:0:0::/root:/bin/sh\n");
    berthd.start();
    std::vector<Fd> link;
    expect<MuxLink>(keeper, &link); // taken, without a name
    wait_until("the mux", [&] {
        return berthd.ask({"users"}).first.find("uid 54321: uid 54321, berth-keeper ") == 0;
    });
    const Fd nameless = connect_as(berthd, kAlice, start_for(""));
    std::vector<Fd> connection;
    BOOST_TEST(expect<Adopt>(link.at(0), &connection).user.empty());
    uncover("/etc/passwd");
    const Fd named = connect_as(berthd, kAlice, start_for(""));
    BOOST_TEST(expect<Adopt>(link.at(0), &connection).user == "alice");
    BOOST_TEST(berthd.ask({"users"}).first.starts_with("alice: "));
}

BOOST_AUTO_TEST_CASE(one_account_cannot_take_every_place) {
    Berthd berthd(Mode::machine);
    std::vector<Fd> silent;
    BOOST_REQUIRE_EQUAL(seteuid(kAlice), 0);
    for (int i = 0; i < 64; ++i)
        silent.push_back(berthd.connect());
    const Fd beyond = berthd.connect();
    BOOST_REQUIRE_EQUAL(seteuid(0), 0);
    BOOST_TEST(expect<Refused>(beyond).text == "too many connections");
    const Fd other = connect_as(berthd, kFirstOdd, start_for(""));
    take_link(berthd.mux().channel);
}

BOOST_AUTO_TEST_SUITE_END()
