#include "journal/shelf.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace berth::journal {
namespace {

constexpr std::size_t kBatch = 1U << 20; // bytes written at once
constexpr std::uint64_t kPage = 4096;    // what can be given back

using Size = std::uint64_t; // stands before each piece

Result<void> write_at(int fd, std::string_view bytes, std::uint64_t offset) {
    while (!bytes.empty()) {
        const ssize_t size = pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(offset));
        if (size < 0 && errno == EINTR)
            continue;
        if (size <= 0)
            return fail_errno("write to the shelf");
        bytes.remove_prefix(static_cast<std::size_t>(size));
        offset += static_cast<std::uint64_t>(size);
    }
    return {};
}

bool read_at(int fd, char* to, std::size_t size, std::uint64_t offset) {
    while (size > 0) {
        const ssize_t got = pread(fd, to, size, static_cast<off_t>(offset));
        if (got <= 0)
            return false;
        to += got;
        size -= static_cast<std::size_t>(got);
        offset += static_cast<std::uint64_t>(got);
    }
    return true;
}

} // namespace

Result<Shelf> Shelf::create() {
    Shelf shelf;
    shelf.file_ = Fd(memfd_create("berth-shelf", MFD_CLOEXEC));
    if (!shelf.file_)
        return fail_errno("memfd_create");
    return shelf;
}

Result<Shelf> Shelf::open(Fd kept) {
    Shelf shelf;
    shelf.file_ = std::move(kept);
    struct stat info{};
    if (!shelf.file_ || fstat(shelf.file_.get(), &info) < 0 || info.st_size < 0)
        return fail(EPROTO, "shelf");
    shelf.size_ = static_cast<std::uint64_t>(info.st_size);
    return shelf;
}

Result<Fd> Shelf::duplicate() const {
    Fd copy(fcntl(file_.get(), F_DUPFD_CLOEXEC, 0));
    if (!copy)
        return fail_errno("duplicate");
    return copy;
}

Result<Shelf::Place> Shelf::keep(const Pieces& pieces) {
    const std::uint64_t known = first_ + offsets_.size();
    if (epoch_ != pieces.epoch || pieces.first < first_ || pieces.first > known) {
        epoch_ = pieces.epoch;
        offsets_.clear();
        first_ = pieces.first;
    }
    for (; first_ < pieces.first; ++first_)
        offsets_.pop_front();
    std::string batch;
    for (std::uint64_t number = first_ + offsets_.size(); number < pieces.end; ++number) {
        const std::string_view piece = pieces.piece(number);
        const Size size = piece.size();
        offsets_.push_back(size_ + batch.size());
        batch.append(reinterpret_cast<const char*>(&size), sizeof size);
        batch += piece;
        if (batch.size() < kBatch && number + 1 < pieces.end)
            continue;
        if (auto wrote = write_at(file_.get(), batch, size_); !wrote) {
            epoch_.reset(); // what is there is not known
            return std::unexpected(wrote.error());
        }
        size_ += batch.size();
        batch.clear();
    }
    return Place{offsets_.empty() ? size_ : offsets_.front(), offsets_.size()};
}

void Shelf::drop_before(const Place& place) {
    const std::uint64_t end = place.offset / kPage * kPage;
    if (end <= dropped_)
        return;
    // Where holes cannot be made, what is dropped goes with the pane.
    if (fallocate(file_.get(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
                  static_cast<off_t>(dropped_), static_cast<off_t>(end - dropped_)) == 0)
        dropped_ = end;
}

Result<std::vector<std::string>> Shelf::read(const Place& place) const {
    std::vector<std::string> pieces;
    std::uint64_t offset = place.offset;
    std::uint64_t total = 0;
    for (std::uint64_t left = place.count; left > 0; --left) {
        Size size = 0;
        if (offset > size_ || size_ - offset < sizeof size ||
            !read_at(file_.get(), reinterpret_cast<char*>(&size), sizeof size, offset))
            return fail(EPROTO, "shelf");
        offset += sizeof size;
        total += std::max<std::uint64_t>(size, sizeof size); // an empty one costs something too
        if (size > size_ - offset || total > kMaxShelf)
            return fail(EPROTO, "shelf");
        std::string& piece = pieces.emplace_back(static_cast<std::size_t>(size), '\0');
        if (!read_at(file_.get(), piece.data(), piece.size(), offset))
            return fail(EPROTO, "shelf");
        offset += size;
    }
    return pieces;
}

std::string with_place(const Shelf::Place& place, std::string_view rest) {
    std::string bytes(reinterpret_cast<const char*>(&place), sizeof place);
    bytes += rest;
    return bytes;
}

bool take_place(std::string_view& checkpoint, Shelf::Place& place) {
    if (checkpoint.size() < sizeof place)
        return false;
    std::memcpy(&place, checkpoint.data(), sizeof place);
    checkpoint.remove_prefix(sizeof place);
    return true;
}

} // namespace berth::journal
