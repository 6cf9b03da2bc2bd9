// What /proc tells of processes that end.
#include "process.h"

#include <boost/test/unit_test.hpp>
#include <csignal>
#include <sys/wait.h>
#include <unistd.h>

using namespace berth::daemon;

BOOST_AUTO_TEST_SUITE(daemon_process)

BOOST_AUTO_TEST_CASE(one_that_runs_does_not_end) {
    BOOST_TEST(!is_ending(getpid()));
    BOOST_TEST(!is_ending(0)); // not known
    BOOST_TEST(started_at(static_cast<std::uint32_t>(getpid())) > 0U);
}

BOOST_AUTO_TEST_CASE(one_that_was_killed_ends_before_and_after_it_is_reaped) {
    const pid_t child = fork();
    if (child == 0)
        for (;;)
            pause();
    BOOST_REQUIRE(child > 0);
    BOOST_TEST(!is_ending(child));
    BOOST_REQUIRE_EQUAL(kill(child, SIGKILL), 0);
    siginfo_t info{};
    BOOST_REQUIRE_EQUAL(waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT), 0);
    BOOST_TEST(is_ending(child));
    BOOST_REQUIRE_EQUAL(waitpid(child, nullptr, 0), child);
    BOOST_TEST(is_ending(child));
    BOOST_TEST(started_at(static_cast<std::uint32_t>(child)) == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
