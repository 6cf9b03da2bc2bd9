#include "base/failpoints.h"

#include "base/fd.h"

#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace berth {

#ifdef BERTH_FAILPOINTS
namespace {
FailpointState* table = nullptr;
} // namespace

void open_failpoints() {
    const char* path = std::getenv("BERTH_FAILPOINTS");
    if (path == nullptr)
        return;
    const Fd file(open(path, O_RDWR | O_CLOEXEC));
    struct stat info{};
    if (!file || fstat(file.get(), &info) < 0 ||
        static_cast<std::size_t>(info.st_size) != kFailpointBytes)
        return;
    void* memory =
        mmap(nullptr, kFailpointBytes, PROT_READ | PROT_WRITE, MAP_SHARED, file.get(), 0);
    if (memory != MAP_FAILED)
        table = static_cast<FailpointState*>(memory);
}

void use_failpoints(FailpointState* states) {
    table = states;
}

void fail_here(Failpoint point) {
    if (table == nullptr)
        return;
    FailpointState& state = table[std::to_underlying(point)];
    ++state.passed;
    if (state.countdown == 0 || --state.countdown != 0)
        return;
    // The mux's sandbox lets a process signal itself by tgkill alone.
    syscall(SYS_tgkill, getpid(), getpid(), SIGKILL);
    std::abort();
}

void crash_if_poisoned(std::string_view bytes) {
    if (table != nullptr && table[std::to_underlying(Failpoint::poison)].countdown != 0 &&
        bytes.contains(kPoison))
        raise(SIGSEGV);
}
#else
void open_failpoints() {}
void use_failpoints(FailpointState*) {}
#endif

} // namespace berth
