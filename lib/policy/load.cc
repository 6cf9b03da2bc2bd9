// Policy::load: berth.conf and its drop-ins, bounded, regular files only.
#include "policy/policy.h"

#include <algorithm>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <memory>
#include <sys/stat.h>
#include <unistd.h>

namespace berth::policy {
namespace {

class File {
  public:
    explicit File(const std::string& path)
        : fd_(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)) {}
    ~File() {
        if (fd_ >= 0)
            close(fd_);
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    [[nodiscard]] int get() const { return fd_; }

  private:
    int fd_;
};

Problem whole_file(const std::string& file, std::string what) {
    return {file, 0, {}, {}, std::move(what)};
}

// Appends the file to sources, unless it does not exist; one byte beyond the limit is enough for
// parse() to refuse it.
void read_source(const std::string& path, std::vector<Source>& sources,
                 std::vector<Problem>& problems) {
    const File file(path);
    if (file.get() < 0) {
        if (errno != ENOENT)
            problems.push_back(whole_file(path, std::string("cannot open: ") + strerror(errno)));
        return;
    }
    struct stat info{};
    if (fstat(file.get(), &info) != 0 || !S_ISREG(info.st_mode)) {
        problems.push_back(whole_file(path, "not a regular file"));
        return;
    }
    std::string text(kMaxFileBytes + 1, '\0');
    std::size_t size = 0;
    while (size < text.size()) {
        const ssize_t got = read(file.get(), text.data() + size, text.size() - size);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0) {
            problems.push_back(whole_file(path, std::string("cannot read: ") + strerror(errno)));
            return;
        }
        if (got == 0)
            break;
        size += static_cast<std::size_t>(got);
    }
    text.resize(size);
    sources.push_back({path, std::move(text)});
}

std::vector<std::string> drop_ins(const std::string& directory, std::vector<Problem>& problems) {
    const std::unique_ptr<DIR, int (*)(DIR*)> open_directory(opendir(directory.c_str()), closedir);
    std::vector<std::string> names;
    if (!open_directory) {
        if (errno != ENOENT)
            problems.push_back(
                whole_file(directory, std::string("cannot open: ") + strerror(errno)));
        return names;
    }
    while (const dirent* entry = readdir(open_directory.get())) {
        const std::string_view name = entry->d_name;
        if (name.ends_with(".conf") && !name.starts_with('.'))
            names.push_back(directory + "/" + std::string(name));
        if (names.size() >= kMaxFiles) {
            problems.push_back(
                whole_file(directory, "more than " + std::to_string(kMaxFiles - 1) + " files"));
            break;
        }
    }
    std::ranges::sort(names);
    return names;
}

} // namespace

std::expected<Policy, std::vector<Problem>> Policy::load(const Paths& paths) {
    std::vector<Source> sources;
    std::vector<Problem> problems;
    read_source(paths.file, sources, problems);
    for (const std::string& path : drop_ins(paths.directory, problems))
        read_source(path, sources, problems);
    std::expected<Policy, std::vector<Problem>> parsed = parse(sources);
    if (problems.empty())
        return parsed;
    if (!parsed)
        problems.insert(problems.end(), parsed.error().begin(), parsed.error().end());
    return std::unexpected(std::move(problems));
}

} // namespace berth::policy
