// Every message's decoder on hostile bytes: a message that is taken must be sent again as the same
// bytes.
#include "protocol/channel.h"

#include <cstdlib>
#include <string>

using namespace berth::protocol;

namespace {

template <class M> void check(const Packet& packet) {
    M message;
    if (!decode(packet, message))
        return;
    const std::string bytes = encode(message);
    if (bytes.empty() || std::string_view(bytes).substr(2) != packet.bytes)
        std::abort();
}

template <class... M> void check_all(const Packet& packet) {
    (check<M>(packet), ...);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    if (size > kMaxPacket - 2)
        return 0;
    Packet packet;
    packet.bytes = {reinterpret_cast<const char*>(data), size};
    check_all<Open, Refused, Reply, Adopt, KeeperLink, MuxLink, Shutdown, Idle, Event, Environment,
              Command, Attached, Resized, StepAside, Back, Leave, Output, ReadFile, FileData,
              WriteFile, Finish, Ready, Spawn, Spawned, SpawnFailed, Exited, JobOutput, Forget,
              Signal, Keep, Drop, Kept, HeldEnd, Query, Info, Agent, SetAside, Ping, Pong>(packet);
    return 0;
}
