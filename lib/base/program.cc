#include "base/program.h"

#include <array>
#include <climits>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>

namespace berth {

std::string program_stamp(const std::string& path) {
    struct stat file{};
    if (stat(path.c_str(), &file) < 0)
        return {};
    return std::to_string(file.st_ino) + "." + std::to_string(file.st_size) + "." +
           std::to_string(file.st_mtim.tv_sec) + "." + std::to_string(file.st_mtim.tv_nsec);
}

std::string own_path() {
    constexpr std::string_view kDeleted = " (deleted)"; // proc(5)
    std::array<char, PATH_MAX> target{};
    const ssize_t size = readlink(kOwnProgram, target.data(), target.size());
    std::string path(target.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
    if (path.ends_with(kDeleted))
        path.resize(path.size() - kDeleted.size());
    return path;
}

} // namespace berth
