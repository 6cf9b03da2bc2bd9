#include "attribution.h"

#include "base/fd.h"

#include <algorithm>
#include <array>
#include <ctime>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace berth::daemon {
namespace {

std::string word(std::string text) {
    std::ranges::replace_if(
        text, [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == 0x7f; }, '?');
    return text.empty() ? "-" : text;
}

std::string moment(std::uint64_t seconds) {
    const time_t value = static_cast<time_t>(seconds);
    std::tm parts{};
    std::array<char, 32> text{};
    if (gmtime_r(&value, &parts) == nullptr)
        return "-";
    strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
    return text.data();
}

} // namespace

std::string attribution_line(const Batch& batch) {
    return moment(batch.when) + " owner=" + word(batch.owner) +
           " share=" + std::to_string(batch.share) + " guest=" + std::to_string(batch.guest) +
           " name=" + word(batch.name) + " from=" + word(batch.address) + " pane=%" +
           std::to_string(batch.pane) + " bytes=" + std::to_string(batch.bytes) + "\n";
}

// Opened each time: logrotate may have put another file there.
Result<void> write_attribution(const std::string& folder, const Batch& batch) {
    if (mkdir(folder.c_str(), 0700) < 0 && errno != EEXIST)
        return fail_errno("make " + folder);
    const std::string path = folder + kAttributionFile;
    const Fd file(open(path.c_str(),
                       O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600));
    struct stat info{};
    if (!file || fstat(file.get(), &info) < 0)
        return fail_errno("open " + path);
    if (!S_ISREG(info.st_mode) || info.st_uid != geteuid() || (info.st_mode & 077) != 0)
        return fail(EPERM, path + " is not a file of root's alone");
    if (static_cast<std::uint64_t>(info.st_size) >= kMaxAttribution)
        return fail(EFBIG, path + " is full");
    const std::string line = attribution_line(batch);
    if (write(file.get(), line.data(), line.size()) != static_cast<ssize_t>(line.size()))
        return fail_errno("write " + path);
    return {};
}

} // namespace berth::daemon
