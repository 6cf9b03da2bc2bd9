// berth-keeper goes on as another program in the same process; the test is its berthd and its mux.
#include "bench.h"

#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>

using namespace berth;
using namespace berth::test;
using namespace berth::protocol;
namespace fs = std::filesystem;

BOOST_AUTO_TEST_SUITE(programs_renew)

namespace {

Fd stream(const std::string& path, bool listening) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    Fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const auto* generic = reinterpret_cast<const sockaddr*>(&address);
    if (listening)
        BOOST_REQUIRE(bind(socket.get(), generic, sizeof address) == 0 &&
                      listen(socket.get(), 4) == 0);
    else
        BOOST_REQUIRE_EQUAL(connect(socket.get(), generic, sizeof address), 0);
    return socket;
}

void say(const Fd& socket, const std::string& text) {
    BOOST_REQUIRE_EQUAL(write(socket.get(), text.data(), text.size()),
                        static_cast<ssize_t>(text.size()));
}

struct Keeper {
    Folder folder;
    std::string path = installed();
    std::pair<Fd, Fd> channel = pair(); // ours, the keeper's
    Program program{
        {path, "--fd", "3", "--socket", folder.path("socket"), "--agent", folder.path("agent")},
        channel.second.get()};
    Fd mux;

    Keeper() {
        channel.second.reset();
        expect<Open>(channel.first);
        send(channel.first, Hello{});
        link();
        expect<HeldEnd>(mux);
    }
    std::string installed() const {
        fs::copy_file(BERTH_KEEPER, folder.path("berth-keeper"));
        return folder.path("berth-keeper");
    }
    // As a package does it: another file in that place.
    void install(const std::string& script = "") const {
        const std::string next = path + ".new";
        if (script.empty())
            fs::copy_file(BERTH_KEEPER, next);
        else
            write_file(next, script);
        BOOST_REQUIRE_EQUAL(chmod(next.c_str(), 0755), 0);
        fs::rename(next, path);
    }
    void link() {
        auto ends = pair();
        send(channel.first, KeeperLink{}, {ends.second.get()});
        mux = std::move(ends.first);
        expect<Ready>(mux);
    }
    Fd spawn(std::uint64_t pane, Texts words, SpawnKind kind = SpawnKind::pane) {
        Spawn request;
        request.pane = pane;
        request.kind = kind;
        request.words = std::move(words);
        request.shell = "/bin/sh";
        send(mux, request);
        std::vector<Fd> master;
        BOOST_TEST(expect<Spawned>(mux, &master).pane == pane);
        return master.empty() ? Fd() : std::move(master[0]);
    }
    // Whether the new program said Open.
    Open renewed() {
        send(channel.first, Renew{});
        const auto open = expect<Open>(channel.first);
        send(channel.first, Hello{});
        return open;
    }
    // The device and inode of the file that it runs.
    [[nodiscard]] bool runs_the_installed() const {
        struct stat runs{};
        struct stat lies{};
        BOOST_REQUIRE_EQUAL(
            stat(("/proc/" + std::to_string(program.pid()) + "/exe").c_str(), &runs), 0);
        return stat(path.c_str(), &lies) == 0 && runs.st_ino == lies.st_ino;
    }
    void check_that_all_is_there(const Fd& master) {
        say(master, "what is typed\n");
        read_until(master, "<what is typed>");
        link();
        std::vector<Fd> kept;
        BOOST_TEST(expect<Kept>(mux, &kept).slot == kSlotsPerPane);
        BOOST_TEST(expect<Spawned>(mux).pane == 1U);
        expect<HeldEnd>(mux);
        send(mux, Signal{1, SIGKILL});
        const int status = expect<Exited>(mux).wait_status;
        BOOST_TEST((WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL));
    }
    // A pane that echoes lines, and something that is kept for it.
    Fd with_a_pane() {
        Fd master =
            spawn(1, {"stty -echo; echo up; while read -r line; do echo \"<$line>\"; done"});
        read_until(master, "up");
        const Fd memory(memfd_create("test", MFD_CLOEXEC));
        send(mux, Keep{kSlotsPerPane}, {memory.get()});
        return master;
    }
};

} // namespace

BOOST_AUTO_TEST_CASE(programs_terminals_and_what_is_kept_stay) {
    Keeper keeper;
    const Fd master = keeper.with_a_pane();
    keeper.install();
    BOOST_TEST(!keeper.runs_the_installed());
    const auto open = keeper.renewed();
    BOOST_TEST((open.purpose == Purpose::keeper && open.words.size() == 2));
    BOOST_TEST(keeper.runs_the_installed());
    keeper.check_that_all_is_there(master);
    keeper.install();
    keeper.renewed(); // and again, with the pane ended and not forgotten
    keeper.link();
    expect<Kept>(keeper.mux);
    const auto spawned = expect<Spawned>(keeper.mux);
    BOOST_TEST((spawned.pane == 1 && spawned.ended == 1));
    send(keeper.channel.first, Shutdown{});
    BOOST_TEST(keeper.program.wait() == 0);
    BOOST_TEST(access(keeper.folder.path("agent").c_str(), F_OK) != 0);
}

BOOST_AUTO_TEST_CASE(what_ends_and_what_is_asked_meanwhile_is_not_lost) {
    Keeper keeper;
    keeper.with_a_pane();
    keeper.install();
    const Fd short_lived = keeper.spawn(2, {"read -r line; exit 7"});
    send(keeper.mux, Environment{{"BERTH_TEST_PART=first"}}); // of the Spawn that comes afterwards
    send(keeper.channel.first, Renew{});
    say(short_lived, "go\n");
    Spawn request;
    request.pane = 3;
    request.words = {"echo part=$BERTH_TEST_PART; sleep 1000"};
    request.shell = "/bin/sh";
    send(keeper.mux, request);
    bool exited = false;
    Fd master;
    while (!exited || !master) {
        auto received = receive(keeper.mux);
        BOOST_REQUIRE(received);
        Packet packet{received->id, received->bytes, std::move(received->descriptors)};
        Exited end;
        Spawned spawned;
        if (packet.id == Id::exited) {
            BOOST_REQUIRE(decode(packet, end));
            BOOST_TEST((end.pane == 2 && WEXITSTATUS(end.wait_status) == 7));
            exited = true;
        } else {
            BOOST_REQUIRE(packet.id == Id::spawned && decode(packet, spawned));
            BOOST_TEST(spawned.pane == 3U);
            master = std::move(packet.descriptors.at(0));
        }
    }
    read_until(master, "part=first");
    expect<Open>(keeper.channel.first);
    BOOST_TEST(keeper.runs_the_installed());
}

BOOST_AUTO_TEST_CASE(a_jobs_output_is_whole) {
    Keeper keeper;
    keeper.spawn(1, {"i=0; while test $i -lt 20000; do i=$((i+1)); echo $i; done; exit 3"},
                 SpawnKind::job);
    keeper.install();
    send(keeper.channel.first, Renew{});
    std::string output;
    for (;;) {
        auto received = receive(keeper.mux);
        BOOST_REQUIRE(received);
        Packet packet{received->id, received->bytes, {}};
        JobOutput piece;
        Ping ping;
        Exited end;
        if (packet.id == Id::job_output && decode(packet, piece)) {
            output += piece.bytes;
        } else if (packet.id == Id::ping && decode(packet, ping)) {
            send(keeper.mux, Pong{ping.number});
        } else {
            BOOST_REQUIRE(packet.id == Id::exited && decode(packet, end));
            BOOST_TEST(WEXITSTATUS(end.wait_status) == 3);
            break;
        }
    }
    std::string wanted;
    for (int i = 1; i <= 20000; ++i)
        wanted += std::to_string(i) + "\n";
    BOOST_TEST((output == wanted));
    expect<Open>(keeper.channel.first);
}

BOOST_AUTO_TEST_CASE(connections_to_the_agent_stay) {
    Keeper keeper;
    const Fd agent = stream(keeper.folder.path("real"), true);
    send(keeper.mux, Agent{{keeper.folder.path("real")}});
    send(keeper.mux, Query{1});
    expect<Info>(keeper.mux); // it knows
    const Fd client = stream(keeper.folder.path("agent"), false);
    const Fd served(accept4(agent.get(), nullptr, nullptr, SOCK_CLOEXEC));
    say(client, "asked");
    read_until(served, "asked");
    keeper.install();
    keeper.renewed();
    say(served, "answered");
    read_until(client, "answered");
    say(client, "again");
    read_until(served, "again");
    const Fd second = stream(keeper.folder.path("agent"), false); // and it listens
    const Fd other(accept4(agent.get(), nullptr, nullptr, SOCK_CLOEXEC));
    say(second, "new");
    read_until(other, "new");
}

// It does not start, is none, says no, says nothing, or is not there.
BOOST_AUTO_TEST_CASE(one_that_does_not_take_the_state_changes_nothing) {
    for (const std::string& script :
         {std::string("#!/no/such/interpreter\n"), std::string("#!/bin/sh\nexit 64\n"),
          std::string("#!/bin/sh\necho nonsense\n"), std::string("#!/bin/sh\nexec sleep 1000\n"),
          std::string("-")}) {
        Keeper keeper;
        const Fd master = keeper.with_a_pane();
        keeper.install(script);
        if (script == "-")
            fs::remove(keeper.path);
        send(keeper.channel.first, Renew{});
        const auto failed = expect<RenewFailed>(keeper.channel.first);
        BOOST_TEST(failed.text.find("berth-keeper") != std::string::npos, failed.text);
        BOOST_TEST(!keeper.runs_the_installed());
        keeper.check_that_all_is_there(master);
        keeper.install(); // one that does
        keeper.renewed();
        BOOST_TEST(keeper.runs_the_installed());
    }
}

BOOST_AUTO_TEST_CASE(a_mux_that_does_not_read_is_waited_for_and_then_left_alone) {
    Keeper keeper;
    const Fd master = keeper.with_a_pane();
    keeper.spawn(2, {"exec cat /dev/zero"}, SpawnKind::job);
    // As long as the job has not filled what takes its output, it is renewed.
    RenewFailed failed;
    wait_until("a refusal", [&] {
        send(keeper.channel.first, Renew{});
        const auto answer = receive(keeper.channel.first);
        BOOST_REQUIRE(answer);
        if (answer->id == Id::open)
            send(keeper.channel.first, Hello{});
        return decode(Packet{answer->id, answer->bytes, {}}, failed) &&
               answer->id == Id::renew_failed;
    });
    BOOST_TEST(failed.text.find("does not read") != std::string::npos, failed.text);
    say(master, "what is typed\n");
    read_until(master, "<what is typed>");
}

// It said that it takes the state, and cannot go on after all: it executes the one before.
BOOST_AUTO_TEST_CASE(the_one_before_goes_on_where_it_is_executed_again) {
    Keeper keeper;
    const Fd master = keeper.with_a_pane();
    keeper.install("#!/bin/sh\ntest $1 = --check-state && echo ok && exit\n"
                   "exec /proc/self/fd/$4 --resume $2 --returned\n");
    send(keeper.channel.first, Renew{});
    expect<Open>(keeper.channel.first);
    const auto failed = expect<RenewFailed>(keeper.channel.first);
    BOOST_TEST(failed.text.find("could not go on") != std::string::npos, failed.text);
    BOOST_TEST(!keeper.runs_the_installed());
    keeper.check_that_all_is_there(master);
}

BOOST_AUTO_TEST_CASE(one_that_cannot_read_the_state_executes_the_one_before) {
    Folder folder;
    const std::string script = folder.path("before");
    write_file(script, "#!/bin/sh\necho \"$@\" >" + folder.path("said") + "\n");
    BOOST_REQUIRE_EQUAL(chmod(script.c_str(), 0755), 0);
    const Fd file(open(script.c_str(), O_RDONLY | O_CLOEXEC));
    const Fd before(fcntl(file.get(), F_DUPFD, 10)); // stays open over exec
    const Fd rubbish(memfd_create("test", MFD_CLOEXEC));
    say(rubbish, "rubbish");
    Program program({BERTH_KEEPER, "--resume", "3", "--before", std::to_string(before.get())},
                    rubbish.get());
    BOOST_TEST(program.wait() == 0);
    BOOST_TEST(read_file(folder.path("said")) == "--resume 3 --returned\n");
}

BOOST_AUTO_TEST_SUITE_END()
