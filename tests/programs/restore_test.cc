// berth-keeper and the files of a reboot: the test is its mux, and makes its home directory.
#include "bench.h"
#include "restore/store.h"

#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>

using namespace berth;
using namespace berth::test;
using namespace berth::protocol;
namespace fs = std::filesystem;

BOOST_AUTO_TEST_SUITE(programs_restore)

namespace {

constexpr const char* kState = "/.local/state/berth";

// What the test is about cannot be made on every machine; said once.
bool possible(const char* kind) {
    Folder folder;
    Program probe({BERTH_IN_HOME, kind, folder.path(""), "/bin/true"});
    const bool good = WEXITSTATUS(probe.wait()) == 0;
    if (!good)
        BOOST_TEST_MESSAGE("skipped: no home directory of the kind " << kind << " here");
    return good;
}

struct Keeper {
    Folder own;
    std::pair<Fd, Fd> channel = pair();
    Program program;
    Fd mux;

    Keeper(const char* kind, const std::string& home)
        : program({BERTH_IN_HOME, kind, home, BERTH_KEEPER, "--fd", "3", "--socket",
                   own.path("socket")},
                  channel.second.get()) {
        channel.second.reset();
        link();
    }
    void link() {
        auto ends = pair();
        send(channel.first, KeeperLink{}, {ends.second.get()});
        mux = std::move(ends.first);
        (void)expect<Ready>(mux);
        (void)expect<HeldEnd>(mux);
    }
    void ask_to_save(const std::string& contents) {
        const Fd file(memfd_create("test", MFD_CLOEXEC));
        BOOST_REQUIRE(write(file.get(), contents.data(), contents.size()) ==
                      static_cast<ssize_t>(contents.size()));
        send(mux, SaveState{}, {file.get()});
    }
    int save(const std::string& contents) {
        ask_to_save(contents);
        return expect<StateSaved>(mux).code;
    }
    // Empty: nothing is kept.
    std::string loaded() {
        std::vector<Fd> file;
        const auto answer = expect<StateLoaded>(mux, &file);
        if (answer.code != 0)
            return "error " + std::to_string(answer.code);
        char bytes[64] = {};
        const ssize_t size = file.empty() ? 0 : pread(file[0].get(), bytes, sizeof bytes, 0);
        return {bytes, static_cast<std::size_t>(size)};
    }
    std::string load() {
        send(mux, LoadState{});
        return loaded();
    }
    // A program runs, and prints.
    void spawn(std::uint64_t pane, const std::string& words, const std::string& printed) {
        Spawn request;
        request.pane = pane;
        request.kind = SpawnKind::job;
        request.words = {"/bin/sh", "-c", words};
        send(mux, request);
        (void)expect<Spawned>(mux);
        BOOST_TEST(expect<JobOutput>(mux).bytes == printed);
    }
};

// The files of a state, the newest first.
std::vector<fs::path> files(const std::string& home) {
    std::vector<fs::path> found;
    if (fs::exists(home + kState))
        for (const auto& entry : fs::directory_iterator(home + kState))
            found.push_back(entry.path());
    std::ranges::sort(found); // NAME, NAME.old
    return found;
}

std::string make_home(const Folder& folder) {
    std::string home = folder.path("home");
    fs::create_directory(home);
    return home;
}

} // namespace

BOOST_AUTO_TEST_CASE(what_a_keeper_saves_the_next_one_loads) {
    if (!possible("plain"))
        return;
    Folder folder;
    const std::string home = make_home(folder);
    {
        Keeper keeper("plain", home);
        BOOST_TEST(keeper.load() == "");
        BOOST_TEST(!fs::exists(home + "/.local")); // nothing is made before there is something
        BOOST_TEST(keeper.save("first") == 0);
        BOOST_TEST(keeper.save("second") == 0);
        BOOST_TEST(keeper.load() == ""); // its own is no news
    }
    const auto found = files(home);
    BOOST_REQUIRE_EQUAL(found.size(), 2U);
    for (const fs::path& file : found) {
        struct stat info{};
        BOOST_REQUIRE_EQUAL(stat(file.c_str(), &info), 0);
        BOOST_TEST((info.st_mode & 07777) == 0600);
    }
    struct stat info{};
    BOOST_REQUIRE_EQUAL(stat((home + kState).c_str(), &info), 0);
    BOOST_TEST((info.st_mode & 07777) == 0700);
    {
        Keeper keeper("plain", home);
        BOOST_TEST(keeper.load() == "second");
        BOOST_TEST(keeper.load() == "second"); // until something was saved: a mux may have died
    }
    fs::resize_file(found[0], 40);
    Keeper keeper("plain", home);
    BOOST_TEST(keeper.load() == "first");
}

BOOST_AUTO_TEST_CASE(what_the_user_has_ended_does_not_come_back) {
    if (!possible("plain"))
        return;
    Folder folder;
    const std::string home = make_home(folder);
    Keeper keeper("plain", home);
    BOOST_TEST(keeper.save("first") == 0);
    BOOST_TEST(keeper.save("second") == 0);
    send(keeper.mux, SaveState{});
    BOOST_TEST(expect<StateSaved>(keeper.mux).code == 0);
    BOOST_TEST(files(home).empty());
}

BOOST_AUTO_TEST_CASE(what_ends_with_the_machine_does) {
    if (!possible("plain"))
        return;
    Folder folder;
    const std::string home = make_home(folder);
    {
        Keeper keeper("plain", home);
        BOOST_TEST(keeper.save("first") == 0);
        // The job ends some time after SIGTERM, so that the keeper still listens.
        keeper.spawn(
            1,
            "trap 'echo stopping; sleep 0.5; exit' TERM; echo running; while :; do sleep 0.1; done",
            "running\n");
        BOOST_REQUIRE_EQUAL(kill(keeper.program.pid(), SIGTERM), 0);
        send(keeper.mux, SaveState{}); // as when the mux sees its last session end
        BOOST_TEST(WEXITSTATUS(keeper.program.wait()) == 0);
    }
    Keeper keeper("plain", home);
    BOOST_TEST(keeper.load() == "first");
}

BOOST_AUTO_TEST_CASE(a_full_disk_is_said_and_the_old_state_stays) {
    if (!possible("small"))
        return;
    Keeper keeper("small", "-");
    const std::string home = "/proc/" + std::to_string(keeper.program.pid()) + "/root/root";
    BOOST_TEST(keeper.save("first") == 0);
    BOOST_TEST(keeper.save(std::string(100'000, 'x')) == ENOSPC);
    const auto found = files(home);
    BOOST_REQUIRE_EQUAL(found.size(), 1U);
    const std::string bytes = read_file(found[0]);
    BOOST_TEST((restore::unframe(bytes) == std::string_view("first")));
    keeper.spawn(1, "echo works", "works\n");
    BOOST_TEST(expect<Exited>(keeper.mux).pane == 1U);
    BOOST_TEST(keeper.save("second") == 0);
}

BOOST_AUTO_TEST_CASE(a_home_that_is_read_only_is_said) {
    if (!possible("locked"))
        return;
    Folder folder;
    const std::string home = make_home(folder);
    Keeper keeper("locked", home);
    BOOST_TEST(keeper.load() == "");
    BOOST_TEST(keeper.save("first") == EROFS);
    keeper.spawn(1, "echo works", "works\n");
}

BOOST_AUTO_TEST_CASE(a_home_that_hangs_holds_nobody_up) {
    if (!possible("hung"))
        return;
    Keeper keeper("hung", "-");
    send(keeper.mux, LoadState{});
    for (int i = 0; i < 5; ++i) { // a mux that dies and asks again, too
        send(keeper.mux, Ping{7});
        BOOST_TEST(expect<Pong>(keeper.mux).number == 7U);
        keeper.link();
        send(keeper.mux, LoadState{});
    }
    keeper.ask_to_save("state");
    send(keeper.mux, Ping{8});
    BOOST_TEST(expect<Pong>(keeper.mux).number == 8U);
    BOOST_REQUIRE_EQUAL(kill(keeper.program.pid(), SIGTERM), 0);
    BOOST_TEST(WEXITSTATUS(keeper.program.wait()) == 0); // not waiting for the home directory
}

BOOST_AUTO_TEST_CASE(a_mux_is_not_answered_what_the_one_before_asked) {
    if (!possible("plain"))
        return;
    constexpr std::size_t kSlow = std::size_t{24} << 20; // bytes, that take the disk a while
    Folder folder;
    const std::string home = make_home(folder);
    Keeper keeper("plain", home);
    keeper.ask_to_save(std::string(kSlow, 'x'));
    keeper.ask_to_save("waits behind it");
    send(keeper.mux, Ping{1}); // both have arrived
    BOOST_TEST(expect<Pong>(keeper.mux).number == 1U);
    keeper.link();
    BOOST_TEST(keeper.save("of the next mux") == 0);
    send(keeper.mux, Ping{2});
    BOOST_TEST(expect<Pong>(keeper.mux).number == 2U);
}

BOOST_AUTO_TEST_CASE(a_home_that_comes_later_loses_nothing) {
    if (!possible("plain"))
        return;
    Folder folder;
    const std::string home = make_home(folder);
    {
        Keeper keeper("plain", home);
        BOOST_TEST(keeper.save("of yesterday") == 0);
    }
    fs::rename(home + kState, home + "/away");
    Keeper keeper("plain", home);
    BOOST_TEST(keeper.load() == "");
    fs::rename(home + "/away", home + kState); // unlocked, or mounted
    keeper.ask_to_save("of today");
    BOOST_TEST(keeper.loaded() == "of yesterday");
    BOOST_TEST(keeper.save("of both") == 0);
    BOOST_TEST(files(home).size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_file_that_is_no_state_is_said_and_no_danger) {
    if (!possible("plain"))
        return;
    Folder folder;
    const std::string home = make_home(folder);
    fs::path name;
    {
        Keeper keeper("plain", home);
        BOOST_TEST(keeper.save("first") == 0);
        name = files(home).at(0);
    }
    write_file(name, "rubbish");
    {
        Keeper keeper("plain", home);
        BOOST_TEST(keeper.load() == "error " + std::to_string(EBADMSG));
    }
    fs::remove(name);
    BOOST_REQUIRE_EQUAL(mkfifo(name.c_str(), 0600), 0); // would block whoever opens it
    Keeper keeper("plain", home);
    BOOST_TEST(keeper.load() == "error " + std::to_string(EINVAL));
    BOOST_TEST(keeper.save("second") == 0);
}

BOOST_AUTO_TEST_CASE(a_mux_that_asks_twice_at_a_time_is_dropped) {
    if (!possible("hung"))
        return;
    Keeper keeper("hung", "-");
    for (int i = 0; i < 3; ++i) // one is under way, one waits
        send(keeper.mux, LoadState{});
    BOOST_TEST(!receive(keeper.mux).has_value());
    keeper.link();
}

BOOST_AUTO_TEST_SUITE_END()
