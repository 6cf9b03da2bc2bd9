#include "sandbox.h"

#include <array>
#include <asm/ioctls.h>
#include <seccomp.h>
#include <sys/prctl.h>
#include <unistd.h>

namespace berth::mux {
namespace {

// Everything else fails with EPERM. openat is not here: what is needed was opened before.
constexpr std::array kCalls = {
    "read",
    "readv",
    "write",
    "writev",
    "pread64",
    "pwrite64",
    "pwritev",
    "close",
    "fstat",
    "newfstatat",
    "lseek",
    "ftruncate",
    "fallocate",
    "mmap",
    "munmap",
    "mprotect",
    "mremap",
    "madvise",
    "brk",
    "memfd_create",
    "pipe2",
    "splice",
    "fcntl",
    "dup",
    "dup3",
    "epoll_wait",
    "epoll_pwait",
    "epoll_pwait2",
    "epoll_ctl",
    "epoll_create1",
    "poll",
    "ppoll",
    "timerfd_create",
    "timerfd_settime",
    "signalfd4",
    "eventfd2",
    "recvmsg",
    "sendmsg",
    "recvfrom",
    "sendto",
    "socketpair",
    "getsockopt",
    "setsockopt",
    "getsockname",
    "shutdown",
    "clock_gettime",
    "clock_nanosleep",
    "nanosleep",
    "gettimeofday",
    "getpid",
    "gettid",
    "getuid",
    "geteuid",
    "getgid",
    "getegid",
    "getrandom",
    "rseq",
    "set_robust_list",
    "futex",
    "rt_sigaction",
    "rt_sigprocmask",
    "rt_sigreturn",
    "sigaltstack",
    "restart_syscall",
    "exit",
    "exit_group",
    "uname",
    "sched_yield",
    "sched_getaffinity",
    "clone3",
    "clone",
    "getrusage",
    "prctl",
    "kcmp",
#ifdef __SANITIZE_ADDRESS__
    "pipe", // how the sanitizers find out whether memory can be read
    "pipe2",
#endif
};
// Of a terminal: its size, its settings, how much is waiting.
constexpr std::array<unsigned, 7> kIoctls = {TIOCGWINSZ, TIOCSWINSZ, TCGETS,   TCSETS,
                                             TCSETSW,    FIONREAD,   TIOCGPGRP};

} // namespace

Result<void> enter_sandbox() {
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
        return fail_errno("no_new_privs");
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    if (filter == nullptr)
        return fail(ENOMEM, "seccomp");
    int result = 0;
    for (const char* name : kCalls) {
        const int number = seccomp_syscall_resolve_name(name);
        if (number != __NR_SCMP_ERROR && result == 0)
            result = seccomp_rule_add(filter, SCMP_ACT_ALLOW, number, 0);
    }
    // abort(3): to itself only, since the multiplexers of other accounts may have the same uid
    // without systemd.
    if (result == 0)
        result = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1,
                                  SCMP_A0(SCMP_CMP_EQ, static_cast<scmp_datum_t>(getpid())));
    for (const unsigned request : kIoctls)
        if (result == 0)
            result = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 1,
                                      SCMP_A1(SCMP_CMP_EQ, request));
    if (result == 0)
        result = seccomp_load(filter);
    seccomp_release(filter);
    if (result < 0)
        return fail(-result, "seccomp");
    return {};
}

} // namespace berth::mux
