#include "aside.h"

#include "base/fd.h"
#include "base/log.h"
#include "base/result.h"
#include "base/thread.h"

#include <algorithm>
#include <cstdio>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace berth::keeper {
namespace {

Result<void> make_folder(const std::string& home, std::string& folder) {
    folder = home;
    for (const char* part : {"/.local", "/state", "/berth"}) {
        folder += part;
        if (mkdir(folder.c_str(), 0700) < 0 && errno != EEXIST)
            return fail_errno("make " + folder);
    }
    return {};
}

Result<void> write_file(const std::string& home, const std::string& name,
                        const std::string& bytes) {
    std::string folder;
    if (auto made = make_folder(home, folder); !made)
        return made;
    const std::string path = folder + "/" + name;
    const std::string draft = path + ".new";
    const Fd file(open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!file)
        return fail_errno("create " + draft);
    const ssize_t size = write(file.get(), bytes.data(), bytes.size());
    if (size != static_cast<ssize_t>(bytes.size()) || fsync(file.get()) < 0 ||
        rename(draft.c_str(), path.c_str()) < 0) {
        const Error error{size < 0 || errno != 0 ? errno : ENOSPC, "write " + path};
        unlink(draft.c_str());
        return std::unexpected(error);
    }
    return {};
}

} // namespace

bool is_aside_name(const std::string& name) {
    return !name.empty() && name.size() <= 100 && name.front() != '.' &&
           std::ranges::all_of(name, [](char byte) {
               return (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') || byte == '-' ||
                      byte == '.';
           });
}

void set_aside(const Account& account, std::string name, std::string bytes) {
    static int written = 0;
    if (++written > kMaxAside)
        return;
    const bool started =
        run_apart([home = account.home, name = std::move(name), bytes = std::move(bytes)] {
            if (const auto done = write_file(home, name, bytes); !done)
                log::warning(done.error().text());
        });
    if (!started)
        log::warning("no thread to write what crashed berth-mux");
}

} // namespace berth::keeper
