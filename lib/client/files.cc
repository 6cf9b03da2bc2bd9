#include "client/files.h"

#include <algorithm>
#include <array>
#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <unistd.h>

namespace berth::client {
namespace {

constexpr std::uint64_t kPauseUs = 5000; // while the mux is behind with what was read

int write_all(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t size = write(fd, bytes.data(), bytes.size());
        if (size >= 0) {
            bytes.remove_prefix(static_cast<std::size_t>(size));
        } else if (errno == EAGAIN) {
            pollfd wait{fd, POLLOUT, 0};
            poll(&wait, 1, -1);
        } else if (errno != EINTR) {
            return errno;
        }
    }
    return 0;
}

} // namespace

void print(int fd, std::string_view bytes) {
    (void)write_all(fd, bytes);
}

bool Files::may_touch(const std::string& path) const {
    return !named_ || std::ranges::find(*named_, path) != named_->end();
}

void Files::answer(std::uint32_t request, int error) {
    protocol::FileData data;
    data.request = request;
    data.last = 1;
    data.error = error;
    channel_.send(data);
}

// Regular files never block and cannot be watched; everything else is read when it has something.
void Files::read_on(std::uint32_t request, int fd) {
    Open& file = reading_.at(request);
    if (channel_.queued() > kFilePause) {
        file.source = loop_.after(kPauseUs, [this, request, fd] { read_on(request, fd); });
        return;
    }
    pollfd ready{fd, POLLIN, 0};
    if (poll(&ready, 1, 0) == 0) {
        file.source =
            loop_.watch(fd, EPOLLIN, [this, request, fd](std::uint32_t) { read_on(request, fd); });
        return;
    }
    protocol::FileData data;
    data.request = request;
    data.bytes.resize(protocol::kMaxChunk);
    const ssize_t size = read(fd, data.bytes.data(), data.bytes.size());
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) {
        file.source = loop_.defer([this, request, fd] { read_on(request, fd); });
        return;
    }
    if (size <= 0) {
        const int error = size < 0 ? errno : 0;
        reading_.erase(request);
        answer(request, error);
        return;
    }
    data.bytes.resize(static_cast<std::size_t>(size));
    channel_.send(data);
    file.source = loop_.defer([this, request, fd] { read_on(request, fd); });
}

bool Files::begin_read(const protocol::ReadFile& message) {
    if (reading_.contains(message.request) || reading_.size() >= kMaxOpenFiles)
        return false;
    if (!may_touch(message.path)) {
        answer(message.request, EACCES);
        return true;
    }
    Open file;
    int fd = STDIN_FILENO;
    if (message.path != "-") {
        file.fd = Fd(open(message.path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
        if (!file.fd) {
            answer(message.request, errno);
            return true;
        }
        fd = file.fd.get();
    }
    reading_.emplace(message.request, std::move(file));
    read_on(message.request, fd);
    return true;
}

bool Files::write_part(const protocol::WriteFile& message) {
    if (failed_.contains(message.request)) {
        if (message.last != 0)
            failed_.erase(message.request);
        return true;
    }
    if (!may_touch(message.path)) {
        refuse(message, EACCES);
        return true;
    }
    int fd = STDOUT_FILENO;
    if (message.path != "-") {
        auto found = writing_.find(message.request);
        if (found == writing_.end()) {
            if (writing_.size() >= kMaxOpenFiles)
                return false;
            const int flags = O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY |
                              (message.append != 0 ? O_APPEND : O_TRUNC);
            Fd opened(open(message.path.c_str(), flags, 0666));
            if (!opened) {
                refuse(message, errno);
                return true;
            }
            found = writing_.emplace(message.request, std::move(opened)).first;
        }
        fd = found->second.get();
    }
    const int error = write_all(fd, message.bytes);
    if (message.last != 0 || error != 0)
        writing_.erase(message.request);
    if (error != 0)
        refuse(message, error);
    else if (message.last != 0)
        answer(message.request, 0);
    return true;
}

// Told once, at the first piece that fails.
void Files::refuse(const protocol::WriteFile& message, int error) {
    if (message.last == 0)
        failed_.insert(message.request);
    answer(message.request, error);
}

bool Files::on_packet(protocol::Packet& packet) {
    if (packet.id == protocol::Id::read_file) {
        protocol::ReadFile message;
        return decode(packet, message) && begin_read(message);
    }
    if (packet.id == protocol::Id::write_file) {
        protocol::WriteFile message;
        return decode(packet, message) && write_part(message);
    }
    return false;
}

} // namespace berth::client
