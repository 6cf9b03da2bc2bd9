// berth-mux: the multiplexer of one account. Started by berthd or as berth-mux@UID.service,
// without privileges; gives up files, programs and the network before it reads the first byte. --fd
// N: the inherited channel to berthd; --system: connect to it.
#include "base/event.h"
#include "base/failpoints.h"
#include "base/log.h"
#include "base/program.h"
#include "base/resident.h"
#include "base/socket.h"
#include "protocol/channel.h"
#include "sandbox.h"
#include "server.h"

#include <clocale>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <string_view>
#include <sys/prctl.h>
#include <systemd/sd-daemon.h>

namespace {

constexpr const char* kSystemSocket = "/run/berth/berthd.sock";
constexpr std::uint64_t kSettledUs = 1'000'000; // then it has started, and most likely waits

// What berthd is told first on every channel.
berth::protocol::Open introduction() {
    berth::protocol::Open open;
    open.purpose = berth::protocol::Purpose::mux;
    open.words = {BERTH_VERSION, berth::program_stamp(berth::kOwnProgram)};
    return open;
}

berth::Result<berth::Fd> channel_to_berthd(int argc, char** argv) {
    using namespace berth;
    if (argc == 3 && std::string_view(argv[1]) == "--fd") {
        Fd fd(std::atoi(argv[2]));
        if (!is_seqpacket(fd.get()))
            return fail(EINVAL, "the descriptor is no channel");
        fcntl(fd.get(), F_SETFD, FD_CLOEXEC);
        fcntl(fd.get(), F_SETFL, fcntl(fd.get(), F_GETFL) | O_NONBLOCK);
        return fd;
    }
    if (argc == 2 && std::string_view(argv[1]) == "--system")
        return connect_to(kSystemSocket);
    return fail(EINVAL, "usage: berth-mux --fd N | --system");
}

} // namespace

int main(int argc, char** argv) {
    using namespace berth;
    log::open("berth-mux");
    if (argc == 2 && std::string_view(argv[1]) == "--version") {
        std::puts("berth-mux " BERTH_VERSION);
        return 0;
    }
    std::setlocale(LC_CTYPE, "C.UTF-8"); // patterns of formats; berth itself needs no locale
    tzset();
    signal(SIGPIPE, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    auto channel = channel_to_berthd(argc, argv);
    if (!channel) {
        log::error(channel.error().text());
        return 1;
    }
    protocol::Open open = introduction();
    if (const auto sent = protocol::send_packet(channel->get(), protocol::encode(open)); !sent) {
        log::error(sent.error().text());
        return 1;
    }
    prctl(PR_SET_DUMPABLE, 0);
    open_failpoints();
    journal::note_crashes();
    Loop loop;
    sd_notify(0, "READY=1");
    log::use_stderr(); // which is the journal's in a unit; its socket is out of reach from here on
    if (const auto sandboxed = mux::enter_sandbox(); !sandboxed) {
        log::error(sandboxed.error().text());
        return 1;
    }
    mux::Server server(loop, std::move(*channel), std::move(open));
    const Source settled = loop.after(kSettledUs, forget_start_pages);
    return loop.run();
}
