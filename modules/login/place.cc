#include "place.h"

#include "base/fd.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <unistd.h>

namespace berth::login {
namespace {

constexpr std::size_t kMaxFile = 64 * 1024; // of a process's facts; no stream, for its memory

// As much as there is of it; nothing if it is not there.
std::string read_file(const std::string& path) {
    const Fd file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
    std::string text;
    std::array<char, 4096> piece{};
    while (file && text.size() < kMaxFile) {
        const ssize_t got = read(file.get(), piece.data(), piece.size());
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        text.append(piece.data(), static_cast<std::size_t>(got));
    }
    return text;
}

// The fourth field of /proc/PID/stat, counted after the last ')': a process chooses its own name
// (proc(5)).
pid_t parent_of(pid_t pid) {
    const std::string stat = read_file("/proc/" + std::to_string(pid) + "/stat");
    const auto end = stat.rfind(')');
    if (end == std::string::npos)
        return 0;
    char state = 0;
    int parent = 0;
    if (std::sscanf(stat.c_str() + end + 1, " %c %d", &state, &parent) != 2)
        return 0;
    return parent;
}

// One word that begins with '-': "-bash\0".
bool is_bare_login_shell(pid_t pid) {
    const std::string line = read_file("/proc/" + std::to_string(pid) + "/cmdline");
    return line.size() > 2 && line[0] == '-' && line.find('\0') == line.size() - 1;
}

bool is_sshd(pid_t pid) {
    return read_file("/proc/" + std::to_string(pid) + "/comm").starts_with("sshd");
}

const char* environment(const char* name) {
    const char* value = std::getenv(name);
    return value != nullptr ? value : "";
}

} // namespace

std::string why_not_here(Stand stand) {
    const std::string cookie = environment("BERTH_LOGIN");
    if (cookie.empty())
        return "no BERTH_LOGIN in the environment";
    if (std::string_view(environment("LC_BERTH")) == "off")
        return "LC_BERTH=off";
    if (std::string_view(environment("TERM")) == "dumb" ||
        std::string_view(environment("TERM")).empty())
        return "TERM is dumb";
    if (std::getenv("SSH_ORIGINAL_COMMAND") != nullptr)
        return "a command was given";
    std::array<char, 128> tty{};
    if (ttyname_r(STDIN_FILENO, tty.data(), tty.size()) != 0 ||
        std::string_view(environment("SSH_TTY")) != tty.data())
        return "standard input is not the connection's terminal";
    const pid_t parent = getppid();
    if (stand == Stand::child_of_shell && !is_bare_login_shell(parent))
        return "the parent is no bare login shell";
    const pid_t server = stand == Stand::child_of_shell ? parent_of(parent) : parent;
    if (!is_sshd(server))
        return "the login shell was not started by sshd";
    if (cookie != std::to_string(server) && cookie != std::to_string(parent_of(server)))
        return "the cookie is of another connection";
    return "";
}

} // namespace berth::login
