#include "inspect.h"

#include "base/fd.h"

#include <array>
#include <climits>
#include <fcntl.h>
#include <string_view>
#include <unistd.h>

namespace berth::keeper {
namespace {

constexpr std::size_t kMaxWords = 256; // of a command that is offered again

std::string proc(pid_t pid, const char* file) {
    return "/proc/" + std::to_string(pid) + "/" + file;
}

std::string first_bytes(const std::string& path) {
    const Fd file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
    std::array<char, PATH_MAX> buffer{};
    const ssize_t size = file ? read(file.get(), buffer.data(), buffer.size()) : -1;
    return size > 0 ? std::string(buffer.data(), static_cast<std::size_t>(size)) : std::string();
}

std::string link_target(const std::string& path) {
    std::array<char, PATH_MAX> buffer{};
    const ssize_t size = readlink(path.c_str(), buffer.data(), buffer.size());
    return size > 0 ? std::string(buffer.data(), static_cast<std::size_t>(size)) : std::string();
}

// A process that rewrote its title ("sshd: alice") is named by the title's first word.
std::string program_of(pid_t pid) {
    const std::string words = first_bytes(proc(pid, "cmdline"));
    std::string_view name = std::string_view(words).substr(0, words.find('\0'));
    name = name.substr(0, name.find(' '));
    if (name.starts_with('-'))
        name.remove_prefix(1);
    name.remove_prefix(name.rfind('/') + 1); // npos + 1 is 0
    if (!name.empty())
        return std::string(name);
    const std::string comm = first_bytes(proc(pid, "comm"));
    return comm.substr(0, comm.find('\n'));
}

std::vector<std::string> words_of(pid_t pid) {
    const std::string all = first_bytes(proc(pid, "cmdline"));
    std::vector<std::string> words;
    if (all.size() >= PATH_MAX || !all.ends_with('\0'))
        return words;
    for (std::size_t at = 0; at < all.size(); at += words.back().size() + 1)
        words.emplace_back(all.c_str() + at);
    if (words.size() > kMaxWords)
        words.clear();
    return words;
}

} // namespace

Foreground foreground_of(int master, pid_t leader) {
    const pid_t group = master >= 0 ? tcgetpgrp(master) : -1;
    const pid_t pid = group > 0 ? group : leader;
    Foreground result{program_of(pid), link_target(proc(pid, "cwd")), {}};
    if (pid != leader)
        result.words = words_of(pid);
    if (result.program.empty())
        result.program = program_of(leader);
    if (result.directory.empty())
        result.directory = link_target(proc(leader, "cwd"));
    return result;
}

} // namespace berth::keeper
