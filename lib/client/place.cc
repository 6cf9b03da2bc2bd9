#include "client/place.h"

#include "base/fd.h"
#include "base/keeper_lock.h"
#include "base/socket.h"

#include <array>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace berth::client {
namespace {

constexpr int kListenDescriptor = 3; // of the new berthd

const char* environment(const char* name) {
    const char* value = std::getenv(name);
    return value != nullptr && *value != '\0' ? value : nullptr;
}

std::string private_folder() {
    const std::string leaf = "/berth-" + std::to_string(getuid());
    if (const char* folder = environment("BERTH_TMPDIR"))
        return folder + leaf;
    if (const char* folder = environment("XDG_RUNTIME_DIR"))
        return folder + leaf;
    return "/tmp" + leaf;
}

Result<void> make_folder(const std::string& folder) {
    if (mkdir(folder.c_str(), 0700) < 0 && errno != EEXIST)
        return fail_errno("create " + folder);
    struct stat info{};
    if (lstat(folder.c_str(), &info) < 0)
        return fail_errno("stat " + folder);
    if (!S_ISDIR(info.st_mode) || info.st_uid != getuid() || (info.st_mode & 077) != 0)
        return fail(EACCES, "directory " + folder + " has unsafe permissions");
    return {};
}

bool answers(const std::string& path) {
    const auto socket = connect_to(path);
    return socket.has_value() || socket.error().code == EAGAIN;
}

// "SOCKET,PID,SESSION", as $TMUX.
std::optional<std::string> socket_of_session() {
    const char* value = environment("BERTH");
    if (value == nullptr)
        return std::nullopt;
    const std::string text(value);
    return text.substr(0, text.find(','));
}

} // namespace

Result<Place> find_place(const PlaceWish& wish) {
    if (wish.path) {
        // Whoever is started for it stands elsewhere.
        std::error_code error;
        const std::string path = std::filesystem::absolute(*wish.path, error).string();
        if (error)
            return fail(error.value(), *wish.path);
        return Place{path, path != kSystemSocket};
    }
    if (!wish.name) {
        if (const auto socket = socket_of_session())
            return Place{*socket, *socket != kSystemSocket};
        if (answers(kSystemSocket))
            return Place{kSystemSocket, false};
    }
    const std::string folder = private_folder();
    if (const auto made = make_folder(folder); !made)
        return std::unexpected(made.error());
    return Place{folder + "/" + wish.name.value_or("default"), true};
}

bool keeper_lives(const Place& place) {
    const Fd file(
        open(keeper_lock_path(place.socket, getuid()).c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    return file && flock(file.get(), LOCK_SH | LOCK_NB) < 0 && errno == EWOULDBLOCK;
}

std::string program_path(const std::string& program) {
    std::array<char, PATH_MAX> self{};
    const ssize_t size = readlink("/proc/self/exe", self.data(), self.size() - 1);
    if (size > 0) {
        std::string path(self.data(), static_cast<std::size_t>(size));
        path.resize(path.rfind('/') + 1);
        path += program;
        if (access(path.c_str(), X_OK) == 0)
            return path;
    }
    const std::string installed =
        (program == "berthd" ? "/usr/sbin/" : "/usr/lib/berth/") + program;
    return installed;
}

Result<void> start_private(const Place& place) {
    // One starter at a time; the others find a server that answers.
    Fd lock(
        open((place.socket + ".lock").c_str(), O_CREAT | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!lock)
        return fail_errno("open " + place.socket + ".lock");
    if (flock(lock.get(), LOCK_EX) < 0)
        return fail_errno("lock " + place.socket);
    auto listener = listen_at(place.socket, 0600);
    if (!listener)
        return listener.error().code == EADDRINUSE ? Result<void>()
                                                   : std::unexpected(listener.error());

    const std::string program = program_path("berthd");
    const std::string number = std::to_string(kListenDescriptor);
    const std::array<const char*, 6> arguments = {
        program.c_str(), "--private", place.socket.c_str(), "--listen-fd", number.c_str(), nullptr};
    const pid_t child = fork();
    if (child < 0)
        return fail_errno("fork");
    if (child == 0) {
        // A second fork leaves no child to the caller.
        if (setsid() < 0 || fork() != 0)
            _exit(0);
        const int null = open("/dev/null", O_RDWR);
        for (int fd = 0; fd < 3; ++fd)
            dup2(null, fd);
        if (listener->get() == kListenDescriptor)
            fcntl(kListenDescriptor, F_SETFD, 0);
        else
            dup2(listener->get(), kListenDescriptor);
        close_range(kListenDescriptor + 1, UINT_MAX, 0);
        sigset_t none;
        sigemptyset(&none);
        sigprocmask(SIG_SETMASK, &none, nullptr);
        execv(program.c_str(), const_cast<char**>(arguments.data()));
        _exit(127);
    }
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    return {};
}

} // namespace berth::client
