#include "confine.h"

#include <array>
#include <cerrno>
#include <cstddef>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>

namespace berth::login {
namespace {

constexpr rlim_t kMostFiles = 64;
constexpr rlim_t kMostProcesses = 64; // of the account, its connections' sshds among them

#if defined(__x86_64__)
constexpr unsigned kMachine = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr unsigned kMachine = AUDIT_ARCH_AARCH64;
#elif defined(__riscv) && __riscv_xlen == 64
constexpr unsigned kMachine = AUDIT_ARCH_RISCV64;
#elif defined(__powerpc64__) && defined(__LITTLE_ENDIAN__)
constexpr unsigned kMachine = AUDIT_ARCH_PPC64LE;
#elif defined(__s390x__)
constexpr unsigned kMachine = AUDIT_ARCH_S390X;
#else
#error "the number of this machine for seccomp filters (linux/audit.h)"
#endif
constexpr unsigned kOtherTable = 0x40000000; // calls of x86's 32-bit pointers

// Calls that fail with EPERM. (A program that aborts dies without tgkill too.)
constexpr unsigned kRefused[] = {
    SYS_kill,
    SYS_tkill,
    SYS_tgkill,
    SYS_rt_sigqueueinfo,
    SYS_rt_tgsigqueueinfo,
    SYS_pidfd_open,
    SYS_pidfd_send_signal,
    SYS_pidfd_getfd,
    SYS_ptrace,
    SYS_process_vm_readv,
    SYS_process_vm_writev,
    SYS_process_madvise,
    SYS_kcmp,
    SYS_execve,
    SYS_execveat,
    SYS_clone,
    SYS_clone3,
#ifdef SYS_fork
    SYS_fork,
    SYS_vfork,
#endif
};
constexpr std::size_t kCount = std::size(kRefused);
constexpr std::size_t kHead = 6;

// Whose machine, which call, then a comparison for each that is refused.
constexpr auto make_filter() {
    std::array<sock_filter, kHead + kCount + 2> filter{};
    const auto refuse = static_cast<unsigned char>(kCount); // from the first comparison on
    filter[0] = BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, arch));
    filter[1] = BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, kMachine, 1, 0);
    filter[2] = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS);
    filter[3] = BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr));
    filter[4] = BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, kOtherTable, 0, 1);
    filter[5] = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS);
    for (std::size_t i = 0; i < kCount; ++i)
        filter[kHead + i] = BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, kRefused[i],
                                     static_cast<unsigned char>(refuse - i), 0);
    filter[kHead + kCount] = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    filter[kHead + kCount + 1] = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM);
    return filter;
}

void limit(__rlimit_resource what, rlim_t most) {
    const rlimit values{most, most};
    setrlimit(what, &values); // a lower one that is in force already may stay
}

} // namespace

bool confine_guest() {
    static auto filter = make_filter();
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_FSIZE, 0);
    limit(RLIMIT_NOFILE, kMostFiles);
    limit(RLIMIT_NPROC, kMostProcesses);
    const sock_fprog program{static_cast<unsigned short>(filter.size()), filter.data()};
    return prctl(PR_SET_DUMPABLE, 0) == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

} // namespace berth::login
