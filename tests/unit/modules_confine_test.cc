// What a guest's program can no longer do, tried by one.
#include "login/confine.h"

#include <boost/test/unit_test.hpp>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <functional>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

// The exit status of a child that is confined and then does that.
int confined(const std::function<int()>& act) {
    const pid_t child = fork();
    if (child == 0)
        _exit(berth::login::confine_guest() ? act() : 100);
    int status = -1;
    BOOST_REQUIRE(waitpid(child, &status, 0) == child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 200;
}

bool refused(long result) {
    return result == -1 && errno == EPERM;
}

} // namespace

BOOST_AUTO_TEST_SUITE(modules_confine)

BOOST_AUTO_TEST_CASE(a_guest_s_program_does_nothing_to_other_processes) {
    const pid_t other = getpid();
    const int failed = confined([other] {
        char byte = 0;
        iovec mine{&byte, 1};
        iovec theirs{&byte, 1};
        if (!refused(kill(other, 0)) || !refused(kill(-1, 0)))
            return 1;
        if (!refused(syscall(SYS_tgkill, other, other, 0)) ||
            !refused(syscall(SYS_pidfd_open, other, 0)))
            return 2;
        if (!refused(ptrace(PTRACE_ATTACH, other, nullptr, nullptr)))
            return 3;
        return refused(process_vm_readv(other, &mine, 1, &theirs, 1, 0)) ? 0 : 4;
    });
    BOOST_TEST(failed == 0);
}

BOOST_AUTO_TEST_CASE(a_guest_s_program_starts_none) {
    const int failed = confined([] {
        if (!refused(fork()))
            return 1;
        const char* words[] = {"/bin/true", nullptr};
        return refused(execve(words[0], const_cast<char**>(words), nullptr)) ? 0 : 2;
    });
    BOOST_TEST(failed == 0);
}

BOOST_AUTO_TEST_CASE(a_guest_s_program_is_not_to_be_looked_into_and_still_works) {
    const int failed = confined([] {
        if (prctl(PR_GET_DUMPABLE) != 0 || prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1)
            return 1;
        int ends[2];
        char byte = 'x';
        if (pipe(ends) != 0 || write(ends[1], &byte, 1) != 1 || read(ends[0], &byte, 1) != 1)
            return 2;
        return open("/dev/null", O_RDONLY) >= 0 ? 0 : 3;
    });
    BOOST_TEST(failed == 0);
}

BOOST_AUTO_TEST_SUITE_END()
