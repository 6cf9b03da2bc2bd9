// berth-keeper, started over a socket pair; the test is its berthd and its mux.
#include "bench.h"

#include <csignal>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <thread>

using namespace berth;
using namespace berth::test;
using namespace berth::protocol;

BOOST_AUTO_TEST_SUITE(programs_keeper)

namespace {

struct Keeper {
    Folder folder;
    std::pair<Fd, Fd> channel = pair(); // ours, the keeper's
    Program program{{BERTH_KEEPER, "--fd", "3", "--socket", folder.path("socket"), "--agent",
                     folder.path("agent")},
                    channel.second.get()};
    Fd mux;
    Ready ready;

    Keeper() {
        channel.second.reset();
        link();
        expect<HeldEnd>(mux);
    }
    void link() {
        auto ends = pair();
        send(channel.first, KeeperLink{}, {ends.second.get()});
        mux = std::move(ends.first);
        ready = expect<Ready>(mux);
    }
    void spawn(std::uint64_t pane, Texts words, SpawnKind kind = SpawnKind::pane) {
        Spawn request;
        request.pane = pane;
        request.kind = kind;
        request.words = std::move(words);
        request.shell = "/bin/sh";
        request.rows = 30;
        request.columns = 100;
        send(mux, request);
    }
    Fd spawned(std::uint64_t pane) {
        std::vector<Fd> master;
        BOOST_TEST(expect<Spawned>(mux, &master).pane == pane);
        BOOST_REQUIRE_EQUAL(master.size(), 1U);
        return std::move(master[0]);
    }
};

Fd memory_of(const std::string& text) {
    Fd file(memfd_create("test", MFD_CLOEXEC));
    BOOST_REQUIRE(file &&
                  write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()));
    return file;
}

std::string content_of(const Fd& file) {
    char bytes[64] = {};
    const ssize_t size = pread(file.get(), bytes, sizeof bytes, 0);
    return {bytes, static_cast<std::size_t>(size > 0 ? size : 0)};
}

} // namespace

BOOST_AUTO_TEST_CASE(it_says_who_the_user_is) {
    Keeper keeper;
    BOOST_TEST(keeper.ready.uid == getuid());
    BOOST_TEST(!keeper.ready.user.empty());
    BOOST_TEST(keeper.ready.agent == keeper.folder.path("agent"));
    BOOST_TEST(keeper.ready.socket == keeper.folder.path("socket"));
}

BOOST_AUTO_TEST_CASE(a_program_gets_a_terminal_of_its_own_size_and_its_status_comes_back) {
    Keeper keeper;
    keeper.spawn(1, {"stty size; tty; exit 7"});
    std::vector<Fd> master;
    const auto spawned = expect<Spawned>(keeper.mux, &master);
    BOOST_REQUIRE_EQUAL(master.size(), 1U);
    const std::string output = read_until(master[0], "/dev/pts/");
    BOOST_TEST(output.find("30 100") != std::string::npos);
    BOOST_TEST(spawned.tty.starts_with("/dev/pts/"));
    const auto exited = expect<Exited>(keeper.mux);
    BOOST_TEST(exited.pane == 1U);
    BOOST_TEST(WEXITSTATUS(exited.wait_status) == 7);
}

BOOST_AUTO_TEST_CASE(the_login_shell_is_a_login_shell) {
    Keeper keeper;
    keeper.spawn(1, {});
    const Fd master = keeper.spawned(1);
    const std::string ask = "echo name=$0.\n";
    BOOST_REQUIRE(write(master.get(), ask.data(), ask.size()) > 0);
    read_until(master, "name=-sh.");
}

BOOST_AUTO_TEST_CASE(a_missing_shell_is_replaced_and_told) {
    Keeper keeper;
    Spawn request;
    request.pane = 1;
    request.shell = "/nonexistent/shell";
    send(keeper.mux, request);
    const Fd master = keeper.spawned(1);
    read_until(master, "/nonexistent/shell cannot be started; /bin/sh instead");
    const std::string ask = "echo $((40 + 2))\n";
    BOOST_REQUIRE(write(master.get(), ask.data(), ask.size()) > 0);
    read_until(master, "42");
}

BOOST_AUTO_TEST_CASE(environment_is_laid_over_the_keepers_own) {
    setenv("BERTH_TEST_KEPT", "kept", 1);
    setenv("BERTH_TEST_GONE", "gone", 1);
    Keeper keeper;
    send(keeper.mux, Environment{{"BERTH_TEST_NEW=new", "BERTH_TEST_GONE"}});
    send(keeper.mux, Environment{{"BERTH_TEST_NEW=newer"}});
    keeper.spawn(1, {"echo $BERTH_TEST_KEPT,$BERTH_TEST_GONE,$BERTH_TEST_NEW; sleep 100"});
    read_until(keeper.spawned(1), "kept,,newer");
    keeper.spawn(2, {"echo ${BERTH_TEST_NEW:-nothing}; sleep 100"});
    read_until(keeper.spawned(2), "nothing");
}

BOOST_AUTO_TEST_CASE(a_directory_that_is_gone_is_replaced_by_home) {
    Keeper keeper;
    Spawn request;
    request.pane = 1;
    request.words = {"/bin/sh", "-c", "pwd -P; sleep 100"};
    request.directory = "/nonexistent";
    send(keeper.mux, request);
    char home[PATH_MAX];
    BOOST_REQUIRE(realpath(keeper.ready.home.c_str(), home) != nullptr);
    read_until(keeper.spawned(1), home);
}

BOOST_AUTO_TEST_CASE(words_are_run_as_they_are_and_a_failed_exec_is_reported) {
    Keeper keeper;
    keeper.spawn(1, {"printf", "<%s>", "a b;c"});
    read_until(keeper.spawned(1), "<a b;c>");
    expect<Exited>(keeper.mux);
    keeper.spawn(2, {"/nonexistent/program", "word"});
    const auto failed = expect<SpawnFailed>(keeper.mux);
    BOOST_TEST(failed.pane == 2U);
    BOOST_TEST(failed.code == ENOENT);
    BOOST_TEST(!failed.text.empty());
    keeper.spawn(2, {"sleep", "100"}); // the number is free again
    keeper.spawned(2);
}

BOOST_AUTO_TEST_CASE(a_jobs_output_comes_whole_and_before_its_end) {
    Keeper keeper;
    keeper.spawn(1, {"head -c 3000000 /dev/zero; echo end >&2; exit 3"}, SpawnKind::job);
    expect<Spawned>(keeper.mux);
    std::string output;
    for (;;) {
        auto received = receive(keeper.mux);
        BOOST_REQUIRE(received);
        Packet packet{received->id, received->bytes, {}};
        JobOutput piece;
        Ping ping;
        if (decode(packet, piece) && packet.id == Id::job_output) {
            output += piece.bytes;
        } else if (packet.id == Id::ping) {
            BOOST_REQUIRE(decode(packet, ping));
            send(keeper.mux, Pong{ping.number});
        } else {
            Exited exited;
            BOOST_REQUIRE(packet.id == Id::exited && decode(packet, exited));
            BOOST_TEST(WEXITSTATUS(exited.wait_status) == 3);
            break;
        }
    }
    BOOST_TEST(output.size() == 3'000'004U);
    BOOST_TEST(output.ends_with("end\n"));
}

BOOST_AUTO_TEST_CASE(a_quiet_jobs_errors_are_not_heard) {
    Keeper keeper;
    keeper.spawn(1, {"echo error >&2; echo output"}, SpawnKind::quiet_job);
    expect<Spawned>(keeper.mux);
    BOOST_TEST(expect<JobOutput>(keeper.mux).bytes == "output\n");
    BOOST_TEST(expect<Exited>(keeper.mux).wait_status == 0);
}

BOOST_AUTO_TEST_CASE(a_job_reads_the_descriptor_that_came_with_it) {
    Keeper keeper;
    const Fd input = memory_of("from the mux");
    lseek(input.get(), 0, SEEK_SET);
    Spawn request;
    request.pane = 1;
    request.kind = SpawnKind::job;
    request.words = {"cat"};
    request.shell = "/bin/sh";
    send(keeper.mux, request, {input.get()});
    expect<Spawned>(keeper.mux);
    BOOST_TEST(expect<JobOutput>(keeper.mux).bytes == "from the mux");
    expect<Exited>(keeper.mux);
}

BOOST_AUTO_TEST_CASE(a_mux_that_does_not_read_is_not_queued_for_without_bound) {
    Keeper keeper;
    keeper.spawn(1, {"exec cat /dev/zero"}, SpawnKind::job);
    expect<Spawned>(keeper.mux);
    // A reader that is slower than the job, however slow the machine makes that one: a Ping says that
    // the output waits for it.
    std::size_t bytes = 0;
    for (int packets = 0;; ++packets) {
        std::this_thread::sleep_for(std::chrono::milliseconds(2 + packets / 16));
        auto received = receive(keeper.mux);
        BOOST_REQUIRE(received);
        if (received->id == Id::ping)
            break;
        bytes += received->bytes.size();
        BOOST_REQUIRE(bytes < 64U * 1024 * 1024);
    }
    send(keeper.mux, Forget{1});
    send(keeper.mux, Pong{});
    send(keeper.mux, Query{1});
    for (;;) {
        auto received = receive(keeper.mux);
        BOOST_REQUIRE(received);
        if (received->id == Id::info)
            break;
        BOOST_REQUIRE(received->id == Id::job_output);
    }
}

BOOST_AUTO_TEST_CASE(forgetting_a_job_ends_it_with_its_children) {
    Keeper keeper;
    keeper.spawn(1, {"sleep 1000 & echo $!; wait"}, SpawnKind::job);
    const auto spawned = expect<Spawned>(keeper.mux);
    const pid_t child = std::stoi(expect<JobOutput>(keeper.mux).bytes);
    send(keeper.mux, Forget{1});
    wait_until("the job's end",
               [&] { return !alive(child) && !alive(static_cast<pid_t>(spawned.pid)); });
}

BOOST_AUTO_TEST_CASE(forgetting_a_pane_hangs_its_program_up) {
    Keeper keeper;
    keeper.spawn(1, {"sleep 1000"});
    std::vector<Fd> master;
    const auto spawned = expect<Spawned>(keeper.mux, &master);
    master.clear();
    BOOST_TEST(alive(static_cast<pid_t>(spawned.pid)));
    send(keeper.mux, Forget{1});
    wait_until("the hangup", [&] { return !alive(static_cast<pid_t>(spawned.pid)); });
}

BOOST_AUTO_TEST_CASE(a_signal_reaches_the_process_group) {
    Keeper keeper;
    keeper.spawn(1, {"trap 'exit 9' USR1; echo ready; while :; do sleep 0.05; done"});
    const Fd master = keeper.spawned(1);
    read_until(master, "ready");
    send(keeper.mux, Signal{1, SIGUSR1});
    const int status = expect<Exited>(keeper.mux).wait_status;
    BOOST_TEST((WIFEXITED(status) && WEXITSTATUS(status) == 9));
}

BOOST_AUTO_TEST_CASE(a_query_names_the_foreground_program_and_its_folder) {
    Keeper keeper;
    keeper.spawn(1, {"cd /usr; echo ready; exec sleep 1000"});
    const Fd master = keeper.spawned(1);
    read_until(master, "ready");
    Info info;
    wait_until("exec", [&] {
        send(keeper.mux, Query{1});
        info = expect<Info>(keeper.mux);
        return info.program == "sleep";
    });
    BOOST_TEST(info.directory == "/usr");
    send(keeper.mux, Query{99});
    BOOST_TEST(expect<Info>(keeper.mux).program.empty());
}

BOOST_AUTO_TEST_CASE(a_new_mux_gets_what_is_kept_and_what_runs_or_ran) {
    Keeper keeper;
    keeper.spawn(3, {"exit 5"});
    keeper.spawned(3);
    expect<Exited>(keeper.mux);
    keeper.spawn(4, {"echo alive; sleep 1000"});
    const Fd master = keeper.spawned(4);
    read_until(master, "alive");
    const Fd of_mux = memory_of("of the mux");
    const Fd of_pane = memory_of("of pane 4");
    send(keeper.mux, Keep{0}, {of_mux.get()});
    send(keeper.mux, Keep{4 * kSlotsPerPane}, {of_pane.get()});
    send(keeper.mux, Keep{4 * kSlotsPerPane + 1}, {of_pane.get()});
    send(keeper.mux, Drop{4 * kSlotsPerPane + 1});
    send(keeper.mux, Keep{77 * kSlotsPerPane}, {of_pane.get()}); // of no pane
    keeper.link();
    std::vector<Fd> kept;
    BOOST_TEST(expect<Kept>(keeper.mux, &kept).slot == 0U);
    BOOST_TEST(content_of(kept.at(0)) == "of the mux");
    BOOST_TEST(expect<Kept>(keeper.mux, &kept).slot == 4 * kSlotsPerPane);
    BOOST_TEST(content_of(kept.at(0)) == "of pane 4");
    const auto ended = expect<Spawned>(keeper.mux);
    BOOST_TEST((ended.pane == 3 && ended.ended == 1 && WEXITSTATUS(ended.wait_status) == 5));
    std::vector<Fd> again;
    const auto running = expect<Spawned>(keeper.mux, &again);
    BOOST_TEST((running.pane == 4 && running.ended == 0));
    BOOST_TEST(again.size() == 1U);
    expect<HeldEnd>(keeper.mux);
    send(keeper.mux, Forget{4});
    keeper.link();
    expect<Kept>(keeper.mux);
    expect<Spawned>(keeper.mux);
    expect<HeldEnd>(keeper.mux);
}

// The keeper may hear of the next mux before it has read what the one before it sent last.
BOOST_AUTO_TEST_CASE(what_a_mux_sent_last_is_kept_for_the_next_one) {
    Keeper keeper;
    keeper.spawn(1, {"sleep 1000"});
    const Fd master = keeper.spawned(1);
    BOOST_REQUIRE_EQUAL(kill(keeper.program.pid(), SIGSTOP), 0);
    for (int i = 0; i < 50; ++i) { // more than are read at a time
        const Fd part = memory_of("part " + std::to_string(i));
        send(keeper.mux, Keep{kSlotsPerPane}, {part.get()});
    }
    auto ends = pair();
    send(keeper.channel.first, KeeperLink{}, {ends.second.get()});
    keeper.mux = std::move(ends.first);
    ends.second.reset();
    BOOST_REQUIRE_EQUAL(kill(keeper.program.pid(), SIGCONT), 0);
    expect<Ready>(keeper.mux);
    std::vector<Fd> kept;
    BOOST_TEST(expect<Kept>(keeper.mux, &kept).slot == kSlotsPerPane);
    BOOST_TEST(content_of(kept.at(0)) == "part 49");
    BOOST_TEST(expect<Spawned>(keeper.mux).pane == 1U);
    expect<HeldEnd>(keeper.mux);
}

BOOST_AUTO_TEST_CASE(a_malformed_or_early_packet_drops_the_mux_alone) {
    const std::vector<std::string> bad = {encode(Spawn{}), // pane 0
                                          encode(Signal{1, 1000}),
                                          encode(Keep{0}), // no such signal; nothing beside it
                                          encode(Pong{}),
                                          encode(Ready{}),
                                          encode(Shutdown{}), // not asked for; not its to say
                                          encode(Environment{{std::string("A=\0B", 4)}}),
                                          encode(Query{1}) + "x",
                                          encode(Query{1}).substr(0, 5),
                                          std::string("\x28", 1),
                                          std::string("\xff\xff", 2),
                                          std::string(kMaxPacket + 1, 'x')};
    Keeper keeper;
    keeper.spawn(1, {"sleep 1000"});
    Fd master = keeper.spawned(1);
    for (const std::string& bytes : bad) {
        BOOST_REQUIRE(send_packet(keeper.mux.get(), bytes));
        BOOST_TEST(!receive(keeper.mux).has_value());
        keeper.link();
        BOOST_TEST(expect<Spawned>(keeper.mux).pane == 1U);
        expect<HeldEnd>(keeper.mux);
    }
    keeper.spawn(1, {"true"}); // the number is taken
    BOOST_TEST(!receive(keeper.mux).has_value());
}

BOOST_AUTO_TEST_CASE(it_ends_when_it_is_told_to_and_hangs_everything_up) {
    Keeper keeper;
    keeper.spawn(1, {"sleep 1000"});
    const auto spawned = expect<Spawned>(keeper.mux);
    send(keeper.channel.first, Shutdown{});
    const int status = keeper.program.wait();
    BOOST_TEST((WIFEXITED(status) && WEXITSTATUS(status) == 0));
    BOOST_TEST(!alive(static_cast<pid_t>(spawned.pid)));
    BOOST_TEST(access(keeper.folder.path("agent").c_str(), F_OK) != 0);
}

BOOST_AUTO_TEST_SUITE_END()
