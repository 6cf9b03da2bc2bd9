#include "journal.h"

#include <array>
#include <atomic>
#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace berth::mux {
namespace {

constexpr std::uint64_t kMagic = 0x31304c4e4a485242; // "BRHJNL01"
constexpr std::size_t kHeaderBytes = 4096;
constexpr std::size_t kFileBytes = kHeaderBytes + kRingBytes;

struct CheckpointHeader {
    std::uint64_t magic = kMagic;
    std::uint64_t size = 0; // of the snapshot after this header
};

Result<Fd> memory_file(const char* name, std::size_t size) {
    Fd fd(memfd_create(name, MFD_CLOEXEC));
    if (!fd)
        return fail_errno("memfd_create");
    if (size > 0 && ftruncate(fd.get(), static_cast<off_t>(size)) < 0)
        return fail_errno("ftruncate");
    return fd;
}

Result<void> write_at(int fd, std::string_view bytes, off_t offset) {
    while (!bytes.empty()) {
        const ssize_t size = pwrite(fd, bytes.data(), bytes.size(), offset);
        if (size < 0 && errno == EINTR)
            continue;
        if (size <= 0)
            return fail_errno("write checkpoint");
        bytes.remove_prefix(static_cast<std::size_t>(size));
        offset += size;
    }
    return {};
}

std::optional<std::string> read_checkpoint(int fd) {
    CheckpointHeader header;
    if (pread(fd, &header, sizeof header, 0) != sizeof header || header.magic != kMagic ||
        header.size > kMaxCheckpoint)
        return std::nullopt;
    std::string bytes(header.size, '\0');
    std::size_t got = 0;
    while (got < bytes.size()) {
        const ssize_t size = pread(fd, bytes.data() + got, bytes.size() - got,
                                   static_cast<off_t>(sizeof header + got));
        if (size <= 0)
            return std::nullopt;
        got += static_cast<std::size_t>(size);
    }
    return bytes;
}

} // namespace

// Shared with the mux that comes after this one; each field is written in one store. `start` and
// `checkpoint` change together: `checkpoint` (0 none, else 1 + index) is the last store of a
// checkpoint, and start is kept beside each.
struct Journal::Header {
    std::uint64_t magic;
    std::atomic<std::uint64_t> written;    // bytes ever journalled
    std::atomic<std::uint64_t> starts[2];  // bytes that checkpoint 0, 1 has seen
    std::atomic<std::uint64_t> checkpoint; // which is valid
};

Journal::Journal(Journal&& other) noexcept
    : ring_(std::move(other.ring_)),
      checkpoints_{std::move(other.checkpoints_[0]), std::move(other.checkpoints_[1])},
      header_(std::exchange(other.header_, nullptr)), data_(std::exchange(other.data_, nullptr)) {}

Journal::~Journal() {
    if (header_ != nullptr)
        munmap(header_, kFileBytes);
}

Result<void> Journal::map() {
    void* memory = mmap(nullptr, kFileBytes, PROT_READ | PROT_WRITE, MAP_SHARED, ring_.get(), 0);
    if (memory == MAP_FAILED)
        return fail_errno("map journal");
    header_ = static_cast<Header*>(memory);
    data_ = static_cast<char*>(memory) + kHeaderBytes;
    return {};
}

Result<Journal> Journal::create() {
    Journal journal;
    auto ring = memory_file("berth-journal", kFileBytes);
    auto first = memory_file("berth-checkpoint", 0);
    auto second = memory_file("berth-checkpoint", 0);
    if (!ring || !first || !second)
        return std::unexpected((!ring ? ring : !first ? first : second).error());
    journal.ring_ = std::move(*ring);
    journal.checkpoints_[0] = std::move(*first);
    journal.checkpoints_[1] = std::move(*second);
    if (const auto mapped = journal.map(); !mapped)
        return std::unexpected(mapped.error());
    journal.header_->magic = kMagic;
    return journal;
}

Result<Journal> Journal::open(Kept kept, Recovered& recovered) {
    Journal journal;
    struct stat info{};
    if (!kept.ring || !kept.checkpoints[0] || !kept.checkpoints[1] ||
        fstat(kept.ring.get(), &info) < 0 || static_cast<std::size_t>(info.st_size) != kFileBytes)
        return fail(EPROTO, "journal");
    journal.ring_ = std::move(kept.ring);
    journal.checkpoints_[0] = std::move(kept.checkpoints[0]);
    journal.checkpoints_[1] = std::move(kept.checkpoints[1]);
    if (const auto mapped = journal.map(); !mapped)
        return std::unexpected(mapped.error());
    Header& header = *journal.header_;
    const std::uint64_t which = header.checkpoint;
    const std::uint64_t start = which == 0 ? 0 : header.starts[(which - 1) & 1].load();
    if (header.magic != kMagic || which > 2 || header.written < start ||
        header.written - start > kRingBytes)
        return fail(EPROTO, "journal");
    if (which != 0) {
        auto snapshot = read_checkpoint(journal.checkpoints_[which - 1].get());
        if (!snapshot)
            return fail(EPROTO, "checkpoint");
        recovered.checkpoint = std::move(*snapshot);
    }
    for (std::uint64_t at = start; at < header.written; ++at)
        recovered.bytes.push_back(journal.data_[at % kRingBytes]);
    return journal;
}

Result<Fd> Journal::duplicate(int index) const {
    const int fd = index == 0 ? ring_.get() : checkpoints_[index - 1].get();
    Fd copy(fcntl(fd, F_DUPFD_CLOEXEC, 0));
    if (!copy)
        return fail_errno("duplicate");
    return copy;
}

char* Journal::space(std::size_t& size) {
    const std::uint64_t which = header_->checkpoint;
    const std::uint64_t start = which == 0 ? 0 : header_->starts[which - 1].load();
    const std::uint64_t left = kRingBytes - (header_->written - start);
    const std::uint64_t at = header_->written % kRingBytes;
    size = static_cast<std::size_t>(std::min<std::uint64_t>(left, kRingBytes - at));
    return data_ + at;
}

void Journal::wrote(std::size_t size) {
    header_->written += size;
}

bool Journal::full() const {
    const std::uint64_t which = header_->checkpoint;
    const std::uint64_t start = which == 0 ? 0 : header_->starts[which - 1].load();
    return header_->written - start >= kRingBytes;
}

Result<void> Journal::checkpoint(std::string_view snapshot) {
    const std::uint64_t next = header_->checkpoint == 1 ? 2 : 1;
    const int fd = checkpoints_[next - 1].get();
    const CheckpointHeader header{kMagic, snapshot.size()};
    if (ftruncate(fd, 0) < 0)
        return fail_errno("truncate checkpoint");
    const std::string_view head(reinterpret_cast<const char*>(&header), sizeof header);
    if (auto wrote = write_at(fd, head, 0); !wrote)
        return wrote;
    if (auto wrote = write_at(fd, snapshot, sizeof header); !wrote)
        return wrote;
    header_->starts[next - 1] = header_->written.load();
    header_->checkpoint = next;
    return {};
}

} // namespace berth::mux
