#include "restore_folder.h"

#include "base/fd.h"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace berth::keeper {
namespace {

constexpr const char* kParts[] = {"/.local", "/state", "/berth"};

} // namespace

HomeFolder::HomeFolder(const std::string& home) : home_(home), path_(home) {
    for (const char* part : kParts)
        path_ += part;
}

HomeFolder::Identity HomeFolder::identity() const {
    struct stat info{};
    if (stat(path_.c_str(), &info) < 0)
        return {};
    return {info.st_dev, info.st_ino};
}

Result<void> HomeFolder::make() const {
    std::string folder = home_;
    for (const char* part : kParts) {
        folder += part;
        if (mkdir(folder.c_str(), 0700) < 0 && errno != EEXIST)
            return fail_errno("make " + folder);
    }
    return {};
}

Result<std::string> HomeFolder::read(const std::string& name) {
    const std::string file_path = path(name);
    const Fd file(open(file_path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (!file)
        return fail_errno("open " + file_path);
    struct stat info{};
    if (fstat(file.get(), &info) < 0)
        return fail_errno("look at " + file_path);
    if (!S_ISREG(info.st_mode) ||
        static_cast<std::uint64_t>(info.st_size) > restore::kMaxState + restore::kFrameBytes)
        return fail(EINVAL, "read " + file_path);
    std::string bytes(static_cast<std::size_t>(info.st_size), '\0');
    std::size_t have = 0;
    while (have < bytes.size()) {
        const ssize_t size = ::read(file.get(), bytes.data() + have, bytes.size() - have);
        if (size < 0 && errno == EINTR)
            continue;
        if (size < 0)
            return fail_errno("read " + file_path);
        if (size == 0)
            break;
        have += static_cast<std::size_t>(size);
    }
    bytes.resize(have);
    return bytes;
}

Result<void> HomeFolder::write(const std::string& name, std::string_view bytes) {
    const std::string file_path = path(name);
    if (unlink(file_path.c_str()) < 0 && errno != ENOENT)
        return fail_errno("remove " + file_path);
    const Fd file(
        open(file_path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!file)
        return fail_errno("create " + file_path);
    while (!bytes.empty()) {
        const ssize_t size = ::write(file.get(), bytes.data(), bytes.size());
        if (size < 0 && errno == EINTR)
            continue;
        if (size <= 0)
            return fail(size < 0 ? errno : ENOSPC, "write " + file_path);
        bytes.remove_prefix(static_cast<std::size_t>(size));
    }
    if (fsync(file.get()) < 0)
        return fail_errno("write " + file_path);
    return {};
}

Result<void> HomeFolder::rename(const std::string& from, const std::string& to) {
    if (::rename(path(from).c_str(), path(to).c_str()) < 0)
        return fail_errno("rename " + path(from));
    return {};
}

Result<void> HomeFolder::remove(const std::string& name) {
    if (unlink(path(name).c_str()) < 0)
        return fail_errno("remove " + path(name));
    return {};
}

Result<void> HomeFolder::settle() {
    const Fd folder(open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder)
        return errno == ENOENT ? Result<void>() : fail_errno("open " + path_);
    // Some file systems cannot, and say so.
    if (fsync(folder.get()) < 0 && errno != EINVAL && errno != ENOTSUP)
        return fail_errno("write " + path_);
    return {};
}

} // namespace berth::keeper
