// berth-in-home KIND FOLDER COMMAND...: becomes the command, in namespaces in which root's home
// directory (and the caller is root) is that folder (plain), the same and read-only (locked), a
// disk of 64 KiB (small), or a file system that answers nothing (hung). Exit status 77: not
// possible here.
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <pwd.h>
#include <sched.h>
#include <string>
#include <string_view>
#include <sys/mount.h>
#include <unistd.h>

namespace {

constexpr int kSkip = 77;

bool write_text(const char* path, const std::string& text) {
    const int file = open(path, O_WRONLY | O_CLOEXEC);
    const bool good =
        file >= 0 && write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
    close(file);
    return good;
}

bool enter() {
    const uid_t user = getuid();
    const gid_t group = getgid();
    if (user == 0)
        return unshare(CLONE_NEWNS) == 0;
    return unshare(CLONE_NEWNS | CLONE_NEWUSER) == 0 &&
           write_text("/proc/self/uid_map", "0 " + std::to_string(user) + " 1") &&
           write_text("/proc/self/setgroups", "deny") &&
           write_text("/proc/self/gid_map", "0 " + std::to_string(group) + " 1");
}

bool change(std::string_view kind, const char* folder, const char* home) {
    if (mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) < 0)
        return false;
    if (kind == "small")
        return mount("tmpfs", home, "tmpfs", 0, "size=64k") == 0;
    if (kind == "hung") {
        const int device = open("/dev/fuse", O_RDWR); // the command's, which does not serve it
        const std::string options =
            "fd=" + std::to_string(device) + ",rootmode=40000,user_id=0,group_id=0";
        return device >= 0 &&
               mount("hung", home, "fuse", MS_NOSUID | MS_NODEV, options.c_str()) == 0;
    }
    if (mount(folder, home, nullptr, MS_BIND, nullptr) < 0)
        return false;
    return kind != "locked" ||
           mount("none", home, nullptr, MS_BIND | MS_REMOUNT | MS_RDONLY, nullptr) == 0;
}

} // namespace

int main(int argc, char** argv) {
    if (argc < 4)
        return 64;
    if (!enter()) {
        std::perror("berth-in-home: namespaces");
        return kSkip;
    }
    const passwd* account = getpwuid(getuid());
    if (account == nullptr || !change(argv[1], argv[2], account->pw_dir)) {
        std::perror("berth-in-home: the home directory");
        return kSkip;
    }
    execv(argv[3], argv + 3);
    return 127;
}
