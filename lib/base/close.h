// Closing descriptors that came from somebody else. close(2) of a file on FUSE or NFS may wait for
// ever for its server, so a program that must not hang lets a thread of its own do it.
#pragma once

#include "base/fd.h"

#include <vector>

namespace berth {

// Sockets are closed at once, which never waits; everything else in a detached thread. At most
// kMaxClosing such threads hang at a time; what comes then stays open.
inline constexpr int kMaxClosing = 16;
void close_apart(std::vector<Fd> descriptors);

} // namespace berth
