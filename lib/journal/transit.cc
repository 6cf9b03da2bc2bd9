#include "journal/transit.h"

#include <atomic>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <utility>

namespace berth::journal {
namespace {

constexpr std::uint64_t kMagic = 0x3130545254485242; // "BRHTRT01"
constexpr std::size_t kPageBytes = 4096;

bool is_pipe(const Fd& fd) {
    struct stat info{};
    return fstat(fd.get(), &info) == 0 && S_ISFIFO(info.st_mode);
}

Result<void> make_pipe(Fd& read_end, Fd& write_end) {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) < 0)
        return fail_errno("pipe");
    read_end = Fd(ends[0]);
    write_end = Fd(ends[1]);
    if (fcntl(ends[1], F_SETPIPE_SZ, static_cast<int>(kTransitBytes)) < 0)
        return fail_errno("size of a pipe");
    return {};
}

} // namespace

struct Transit::Page {
    std::uint64_t magic;
    std::atomic<std::uint64_t> output_owner;
    std::atomic<std::uint64_t> input_owner;
};

std::size_t Transit::Pipe::waiting() const {
    int size = 0;
    return ioctl(read_end, FIONREAD, &size) < 0 ? 0 : static_cast<std::size_t>(size);
}

void Transit::Pipe::drain() const {
    std::array<char, kTransitBytes> spare;
    while (read(read_end, spare.data(), spare.size()) > 0) {
    }
}

Transit::Transit(Transit&& other) noexcept
    : parts_(std::move(other.parts_)), page_(std::exchange(other.page_, nullptr)) {}

Transit& Transit::operator=(Transit&& other) noexcept {
    if (this != &other) {
        unmap();
        parts_ = std::move(other.parts_);
        page_ = std::exchange(other.page_, nullptr);
    }
    return *this;
}

Transit::~Transit() {
    unmap();
}

void Transit::unmap() {
    if (page_ != nullptr)
        munmap(page_, kPageBytes);
    page_ = nullptr;
}

Result<void> Transit::map() {
    void* memory =
        mmap(nullptr, kPageBytes, PROT_READ | PROT_WRITE, MAP_SHARED, parts_[0].get(), 0);
    if (memory == MAP_FAILED)
        return fail_errno("map transit");
    page_ = static_cast<Page*>(memory);
    return {};
}

Result<Transit> Transit::create() {
    Transit transit;
    transit.parts_[0] = Fd(memfd_create("berth-transit", MFD_CLOEXEC));
    if (!transit.parts_[0])
        return fail_errno("memfd_create");
    if (ftruncate(transit.parts_[0].get(), kPageBytes) < 0)
        return fail_errno("ftruncate");
    for (const std::size_t first : {1U, 3U})
        if (auto made = make_pipe(transit.parts_[first], transit.parts_[first + 1]); !made)
            return std::unexpected(made.error());
    if (auto mapped = transit.map(); !mapped)
        return std::unexpected(mapped.error());
    transit.page_->magic = kMagic;
    return transit;
}

Result<Transit> Transit::open(std::array<Fd, kParts> kept) {
    Transit transit;
    transit.parts_ = std::move(kept);
    struct stat info{};
    if (fstat(transit.parts_[0].get(), &info) < 0 ||
        static_cast<std::size_t>(info.st_size) != kPageBytes)
        return fail(EPROTO, "transit");
    for (std::size_t part = 1; part < kParts; ++part) {
        if (!is_pipe(transit.parts_[part]))
            return fail(EPROTO, "transit");
        const int flags = fcntl(transit.parts_[part].get(), F_GETFL);
        fcntl(transit.parts_[part].get(), F_SETFL, flags | O_NONBLOCK);
    }
    if (auto mapped = transit.map(); !mapped)
        return std::unexpected(mapped.error());
    if (transit.page_->magic != kMagic)
        return fail(EPROTO, "transit");
    return transit;
}

Result<Fd> Transit::duplicate(int part) const {
    Fd copy(fcntl(parts_[static_cast<std::size_t>(part)].get(), F_DUPFD_CLOEXEC, 0));
    if (!copy)
        return fail_errno("duplicate");
    return copy;
}

void Transit::own_output(std::uint64_t owner) {
    page_->output_owner = owner;
}
void Transit::own_input(std::uint64_t owner) {
    page_->input_owner = owner;
}
bool Transit::owns_output(std::uint64_t owner) const {
    return page_->output_owner == owner;
}
bool Transit::owns_input(std::uint64_t owner) const {
    return page_->input_owner == owner;
}

void Transit::clear() {
    output().drain();
    input().drain();
    own_output(0);
    own_input(0);
}

} // namespace berth::journal
