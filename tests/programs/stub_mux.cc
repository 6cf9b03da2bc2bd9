// Stands in for berth-mux in tests: passes its channel (descriptor 3) to the test that listens at
// ../muxes beside its folder (or the one above it), and lives until the test lets go of it, or
// kills it.
#include "base/program.h"
#include "base/socket.h"
#include "protocol/channel.h"

#include <string>

#ifndef BERTH_STUB_VERSION
#define BERTH_STUB_VERSION "1.0"
#endif

int main(int, char** argv) {
    using namespace berth;
    const std::string self = argv[0];
    const std::string folder = self.substr(0, self.rfind('/'));
    auto test = connect_to(folder + "/../muxes");
    if (!test)
        test = connect_to(folder + "/../../muxes"); // of the edition before
    if (!test)
        return 1;
    protocol::Open open;
    open.purpose = protocol::Purpose::mux;
    open.words = {BERTH_STUB_VERSION, program_stamp(kOwnProgram)};
    if (!protocol::send_packet(3, protocol::encode(open)))
        return 4;
    if (!protocol::send_packet(test->get(), protocol::encode(protocol::Ping{}), {3}))
        return 2;
    ::close(3);
    std::string buffer;
    const auto end = protocol::receive_packet(test->get(), -1, buffer); // EPIPE
    return end ? 3 : 0;
}
