// UNIX sockets of kind SOCK_SEQPACKET: listening, connecting, who is at the other end (unix(7),
// SO_PEERCRED).
#pragma once

#include "base/fd.h"
#include "base/result.h"

#include <string>
#include <sys/types.h>
#include <utility>

namespace berth {

struct Peer {
    pid_t pid = 0;
    uid_t uid = 0;
    gid_t gid = 0;
};

// Binds and listens; an old socket at the path that nobody answers is replaced. EADDRINUSE:
// somebody does answer.
[[nodiscard]] Result<Fd> listen_at(const std::string& path, mode_t mode);
// Non-blocking afterwards. ENOENT, ECONNREFUSED: nobody listens. EAGAIN: the queue is full.
[[nodiscard]] Result<Fd> connect_to(const std::string& path);
[[nodiscard]] Result<Fd> accept_from(int listener);
[[nodiscard]] Result<std::pair<Fd, Fd>> socket_pair();
[[nodiscard]] Result<Peer> peer_of(int socket);
[[nodiscard]] bool is_seqpacket(int fd);

} // namespace berth
