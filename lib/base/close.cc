#include "base/close.h"

#include "base/socket.h"
#include "base/thread.h"

#include <atomic>
#include <memory>

namespace berth {
namespace {

std::atomic<int> closing{0};

} // namespace

void close_apart(std::vector<Fd> descriptors) {
    std::erase_if(descriptors, [](const Fd& fd) { return !fd || is_seqpacket(fd.get()); });
    if (descriptors.empty())
        return;
    std::vector<int> raw;
    for (Fd& fd : descriptors)
        raw.push_back(fd.release());
    if (closing.fetch_add(1) >= kMaxClosing) {
        closing.fetch_sub(1);
        return;
    }
    const bool started = run_apart([raw = std::move(raw)] {
        for (const int fd : raw)
            ::close(fd);
        closing.fetch_sub(1);
    });
    if (!started)
        closing.fetch_sub(1);
}

} // namespace berth
