#include "base/socket.h"

#include <cstring>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

namespace berth {
namespace {

constexpr int kBacklog = 128;
constexpr int kType = SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK;

Result<sockaddr_un> address(const std::string& path) {
    sockaddr_un result{};
    result.sun_family = AF_UNIX;
    if (path.empty() || path.size() >= sizeof result.sun_path)
        return fail(ENAMETOOLONG, "socket path " + path);
    std::memcpy(result.sun_path, path.c_str(), path.size() + 1);
    return result;
}

const sockaddr* generic(const sockaddr_un& address) {
    return reinterpret_cast<const sockaddr*>(&address);
}

} // namespace

Result<Fd> listen_at(const std::string& path, mode_t mode) {
    const auto where = address(path);
    if (!where)
        return std::unexpected(where.error());
    Fd socket(::socket(AF_UNIX, kType, 0));
    if (!socket)
        return fail_errno("socket");
    int bound = bind(socket.get(), generic(*where), sizeof *where);
    if (bound < 0 && errno == EADDRINUSE) {
        // Only what nobody listens on any more may go; a file that is no socket is somebody's.
        struct stat info{};
        if (lstat(path.c_str(), &info) == 0 && !S_ISSOCK(info.st_mode))
            return fail(ENOTSOCK, "bind " + path);
        if (const auto answer = connect_to(path);
            answer || (answer.error().code != ECONNREFUSED && answer.error().code != ENOENT))
            return fail(EADDRINUSE, "bind " + path);
        if (unlink(path.c_str()) < 0 && errno != ENOENT)
            return fail_errno("unlink " + path);
        bound = bind(socket.get(), generic(*where), sizeof *where);
    }
    if (bound < 0)
        return fail_errno("bind " + path);
    if (chmod(path.c_str(), mode) < 0)
        return fail_errno("chmod " + path);
    if (listen(socket.get(), kBacklog) < 0)
        return fail_errno("listen " + path);
    return socket;
}

Result<Fd> connect_to(const std::string& path) {
    const auto where = address(path);
    if (!where)
        return std::unexpected(where.error());
    Fd socket(::socket(AF_UNIX, kType, 0));
    if (!socket)
        return fail_errno("socket");
    if (connect(socket.get(), generic(*where), sizeof *where) < 0)
        return fail_errno("connect " + path);
    return socket;
}

Result<Fd> accept_from(int listener) {
    Fd socket(accept4(listener, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (!socket)
        return fail_errno("accept");
    return socket;
}

Result<std::pair<Fd, Fd>> socket_pair() {
    int fds[2];
    if (socketpair(AF_UNIX, kType, 0, fds) < 0)
        return fail_errno("socketpair");
    return std::pair(Fd(fds[0]), Fd(fds[1]));
}

Result<Peer> peer_of(int socket) {
    ucred credentials{};
    socklen_t size = sizeof credentials;
    if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &size) < 0)
        return fail_errno("SO_PEERCRED");
    return Peer{credentials.pid, credentials.uid, credentials.gid};
}

bool is_seqpacket(int fd) {
    int type = 0;
    int domain = 0;
    socklen_t size = sizeof type;
    if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) < 0)
        return false;
    size = sizeof domain;
    return getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &size) == 0 && type == SOCK_SEQPACKET &&
           domain == AF_UNIX;
}

} // namespace berth
