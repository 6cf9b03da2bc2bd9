#include "state.h"

#include <cerrno>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace berth::keeper {

std::vector<int> State::descriptors() const {
    std::vector<int> all;
    const auto add = [&all](std::int32_t fd) {
        if (fd != kNoFd)
            all.push_back(fd);
    };
    add(berthd);
    add(mux);
    add(agent_listener);
    add(lock);
    for (const RelayState& relay : relays)
        for (const std::int32_t fd : relay.sockets)
            add(fd);
    for (const PaneState& pane : panes)
        for (const std::int32_t fd : {pane.report, pane.master, pane.output})
            add(fd);
    for (const SlotState& slot : slots)
        add(slot.fd);
    return all;
}

Result<Fd> write_state(const State& state) {
    std::string bytes;
    protocol::Encoder encoder(bytes);
    State(state).fields(encoder);
    if (!encoder.ok() || bytes.size() > kMaxState)
        return fail(EFBIG, "the keeper's state");
    Fd file(memfd_create("berth-keeper", MFD_CLOEXEC));
    if (!file)
        return fail_errno("memfd_create");
    for (std::size_t at = 0; at < bytes.size();) {
        const ssize_t size = write(file.get(), bytes.data() + at, bytes.size() - at);
        if (size <= 0)
            return fail_errno("write the keeper's state");
        at += static_cast<std::size_t>(size);
    }
    return file;
}

Result<State> read_state(int fd) {
    struct stat info{};
    if (fstat(fd, &info) < 0)
        return fail_errno("the keeper's state");
    if (info.st_size < 0 || static_cast<std::uint64_t>(info.st_size) > kMaxState)
        return fail(EFBIG, "the keeper's state");
    std::string bytes(static_cast<std::size_t>(info.st_size), '\0');
    for (std::size_t at = 0; at < bytes.size();) {
        const ssize_t size =
            pread(fd, bytes.data() + at, bytes.size() - at, static_cast<off_t>(at));
        if (size <= 0)
            return fail_errno("read the keeper's state");
        at += static_cast<std::size_t>(size);
    }
    State state;
    protocol::Decoder decoder(bytes);
    state.fields(decoder);
    if (!decoder.complete() || state.version < kOldestState || state.version > kStateVersion)
        return fail(EPROTO, "the keeper's state");
    state.version = kStateVersion;
    return state;
}

} // namespace berth::keeper
