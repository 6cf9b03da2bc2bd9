#include "journal/shelf.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <span>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

namespace berth::journal {
namespace {

constexpr std::size_t kBatch = 256;   // pieces written at once
constexpr std::uint64_t kPage = 4096; // what can be given back

using Size = std::uint64_t; // stands before each piece

// Pieces where they are, each behind its size: nothing is copied but into the file.
class Batch {
  public:
    Batch() { // addresses within stay
        sizes_.reserve(kBatch);
        parts_.reserve(2 * kBatch);
    }
    [[nodiscard]] bool full() const { return sizes_.size() == kBatch; }
    [[nodiscard]] std::uint64_t bytes() const { return bytes_; }
    void add(std::string_view piece) {
        Size& size = sizes_.emplace_back(piece.size());
        parts_.push_back({&size, sizeof size});
        parts_.push_back({const_cast<char*>(piece.data()), piece.size()});
        bytes_ += sizeof size + piece.size();
    }
    Result<void> write(int fd, std::uint64_t offset) {
        for (std::span<iovec> left = parts_; !left.empty();) {
            const ssize_t wrote =
                pwritev(fd, left.data(), static_cast<int>(left.size()), static_cast<off_t>(offset));
            if (wrote < 0 && errno == EINTR)
                continue;
            if (wrote <= 0)
                return fail_errno("write to the shelf");
            offset += static_cast<std::uint64_t>(wrote);
            auto done = static_cast<std::size_t>(wrote);
            for (; !left.empty() && done >= left.front().iov_len; left = left.subspan(1))
                done -= left.front().iov_len;
            if (!left.empty()) {
                left.front().iov_base = static_cast<char*>(left.front().iov_base) + done;
                left.front().iov_len -= done;
            }
        }
        sizes_.clear();
        parts_.clear();
        bytes_ = 0;
        return {};
    }

  private:
    std::vector<Size> sizes_;
    std::vector<iovec> parts_;
    std::uint64_t bytes_ = 0;
};

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
    std::uint64_t number = first_ + offsets_.size();
    if (number >= pieces.end)
        return Place{offsets_.empty() ? size_ : offsets_.front(), offsets_.size()};
    Batch batch;
    for (; number < pieces.end; ++number) {
        offsets_.push_back(size_ + batch.bytes());
        batch.add(pieces.piece(number));
        if (!batch.full() && number + 1 < pieces.end)
            continue;
        const std::uint64_t bytes = batch.bytes();
        if (auto wrote = batch.write(file_.get(), size_); !wrote) {
            epoch_.reset(); // what is there is not known
            return std::unexpected(wrote.error());
        }
        size_ += bytes;
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
