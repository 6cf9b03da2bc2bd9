// berth-webhook: tells web hooks what becomes of shares. Started by the service manager with a
// datagram socket, or by a berthd without one with descriptor 3; an account without rights. It
// knows no tokens.
#include "base/log.h"
#include "sender.h"

#include <csignal>
#include <cstdio>
#include <cstring>
#include <sys/prctl.h>
#include <systemd/sd-daemon.h>

namespace {

constexpr int kDescriptor = 3; // SD_LISTEN_FDS_START likewise

} // namespace

int main(int argc, char** argv) {
    using namespace berth;
    log::open("berth-webhook");
    if (argc == 2 && std::strcmp(argv[1], "--version") == 0) {
        std::puts("berth-webhook " BERTH_VERSION);
        return 0;
    }
    const bool given = argc == 2 && std::strcmp(argv[1], "--child") == 0;
    if (!given && (argc != 1 || sd_listen_fds(1) != 1)) {
        std::fputs("berth-webhook is started by berthd\n", stderr);
        return 64;
    }
    signal(SIGPIPE, SIG_IGN);
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) {
        log::error("prctl: " + std::string(std::strerror(errno)));
        return 1;
    }
    webhook::Sender(kDescriptor, given).run();
    return 0;
}
