// Stands in for berth-mux in tests: passes its channel (descriptor 3) to the test that listens at
// ../muxes beside its folder, and lives until the test lets go of it, or kills it.
#include "base/socket.h"
#include "protocol/channel.h"

#include <string>

int main(int, char** argv) {
    using namespace berth;
    const std::string self = argv[0];
    const auto test = connect_to(self.substr(0, self.rfind('/')) + "/../muxes");
    if (!test)
        return 1;
    if (!protocol::send_packet(test->get(), protocol::encode(protocol::Ping{}), {3}))
        return 2;
    ::close(3);
    std::string buffer;
    const auto end = protocol::receive_packet(test->get(), -1, buffer); // EPIPE
    return end ? 3 : 0;
}
