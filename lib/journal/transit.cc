#include "journal/transit.h"

#include "base/failpoints.h"

#include <algorithm>
#include <atomic>
#include <bit>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <utility>

namespace berth::journal {
namespace {

constexpr std::uint64_t kMagic = 0x3130545254485242; // "BRHTRT01"
constexpr std::size_t kPageBytes = (kTypists + 1) * (kTransitBytes + 64);

// A slot in the set of those that wait.
std::uint32_t bit(std::size_t slot) {
    return std::uint32_t{1} << slot;
}

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

// What was typed, a password perhaps, does not stay.
template <class Slot> void empty(Slot& slot) {
    const std::uint64_t size = std::min<std::uint64_t>(slot.size, kTransitBytes);
    slot.announced = 0; // first: what is announced and has not come is looked for
    slot.size = 0;
    explicit_bzero(slot.bytes, size);
}

} // namespace

struct Transit::Page {
    std::uint64_t magic;
    std::atomic<std::uint64_t> output_owner;
    std::atomic<std::uint64_t> input_owner;
    std::atomic<std::uint64_t> typing; // 1 + slot that the pipe's bytes are for
    std::atomic<std::uint64_t> batches;
    struct Slot {
        std::atomic<std::uint64_t> owner;
        std::atomic<std::uint64_t> batch;
        std::atomic<std::uint64_t> announced; // what `size` will be when the pipe is empty
        std::atomic<std::uint64_t> size;      // 0: all is done
        char bytes[kTransitBytes];
    };
    Slot slots[kTypists];
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
    : parts_(std::move(other.parts_)), page_(std::exchange(other.page_, nullptr)),
      typist_(other.typist_), left_over_(other.left_over_), again_(other.again_),
      next_slot_(other.next_slot_), waiting_(other.waiting_) {}

Transit& Transit::operator=(Transit&& other) noexcept {
    if (this != &other) {
        unmap();
        parts_ = std::move(other.parts_);
        page_ = std::exchange(other.page_, nullptr);
        typist_ = other.typist_;
        left_over_ = other.left_over_;
        again_ = other.again_;
        next_slot_ = other.next_slot_;
        waiting_ = other.waiting_;
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
    static_assert(sizeof(Page) <= kPageBytes);
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
    for (const std::size_t first : {1U, 3U, 5U})
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
    transit.settle_typed();
    return transit;
}

// What the pipe still holds comes behind what has arrived. May itself be killed anywhere.
void Transit::settle_typed() {
    const Pipe pipe{parts_[5].get(), parts_[6].get()};
    for (std::size_t i = 0; i < kTypists; ++i) {
        Page::Slot& slot = page_->slots[i];
        if (slot.size > kTransitBytes || slot.announced > kTransitBytes)
            slot.size = slot.announced = 0; // makes no sense
        if (page_->typing == i + 1) {
            const std::uint64_t left = pipe.waiting();
            if (slot.announced > slot.size + left)
                slot.size = slot.announced - left;
            if (left > 0 && slot.size + left <= kTransitBytes) {
                slot.announced = slot.size + left;
                if (read(pipe.read_end, slot.bytes + slot.size, left) == static_cast<ssize_t>(left))
                    slot.size += left;
            }
        }
        left_over_[i] = slot.size > 0;
        waiting_ |= left_over_[i] ? bit(i) : 0;
        if (slot.owner != 0 && slot.size == 0) // of a mux that died before it did
            explicit_bzero(slot.bytes, sizeof slot.bytes);
    }
    pipe.drain();
    page_->typing = 0;
}

std::size_t Transit::slot_of(std::uint64_t owner) const {
    for (std::uint32_t rest = waiting_; rest != 0; rest &= rest - 1)
        if (const auto i = static_cast<std::size_t>(std::countr_zero(rest));
            page_->slots[i].owner == owner)
            return i;
    return kTypists;
}

// Its own while something waits, else a free one, else the next in turn.
std::size_t Transit::slot_for(std::uint64_t owner) {
    std::size_t i = slot_of(owner);
    if (i < kTypists && page_->slots[i].size < kTransitBytes)
        return i;
    if (i == kTypists)
        i = static_cast<std::size_t>(std::countr_one(waiting_));
    if (i >= kTypists)
        i = next_slot_++ % kTypists;
    waiting_ &= ~bit(i);
    Page::Slot& slot = page_->slots[i];
    empty(slot);
    slot.owner = owner;
    slot.batch = ++page_->batches;
    left_over_[i] = again_[i] = false;
    return i;
}

ssize_t Transit::read_typed(std::uint64_t owner, int terminal, std::string_view& bytes) {
    const Pipe pipe{parts_[5].get(), parts_[6].get()};
    typist_ = slot_for(owner);
    Page::Slot& slot = page_->slots[typist_];
    const std::size_t before = slot.size;
    const std::size_t room = kTransitBytes - before;
    page_->typing = typist_ + 1;
    const ssize_t taken =
        splice(terminal, nullptr, pipe.write_end, nullptr, room, SPLICE_F_NONBLOCK);
    ssize_t size = taken;
    if (taken > 0) {
        fail_here(Failpoint::typed_taken);
        slot.announced = before + static_cast<std::uint64_t>(taken);
        size = read(pipe.read_end, slot.bytes + before, static_cast<std::size_t>(taken));
        fail_here(Failpoint::typed_copied);
    } else if (taken < 0 && (errno == EINVAL || errno == ENOSYS)) { // no terminal: as it comes
        size = read(terminal, slot.bytes + before, room);
    }
    if (size <= 0)
        return size;
    slot.size = slot.announced = before + static_cast<std::uint64_t>(size);
    waiting_ |= bit(typist_);
    fail_here(Failpoint::typed_known);
    bytes = {slot.bytes + before, static_cast<std::size_t>(size)};
    return size;
}

Transit::Batch Transit::batch() const {
    if (typist_ == kTypists)
        return {};
    return {page_->slots[typist_].batch, again_[typist_]};
}

void Transit::type(std::uint64_t owner) {
    typist_ = slot_of(owner);
}

void Transit::pause() {
    typist_ = kTypists;
}

void Transit::typed_done(std::uint64_t owner) {
    const std::size_t i = slot_of(owner);
    if (i == kTypists)
        return;
    empty(page_->slots[i]);
    waiting_ &= ~bit(i);
    again_[i] = left_over_[i] = false;
    fail_here(Failpoint::typed_done);
}

std::string_view Transit::typed_before(std::uint64_t owner) {
    const std::size_t i = slot_of(owner);
    if (i == kTypists || !left_over_[i])
        return {};
    left_over_[i] = false;
    again_[i] = true;
    typist_ = i;
    return {page_->slots[i].bytes, static_cast<std::size_t>(page_->slots[i].size)};
}

bool Transit::has_left_over() const {
    return std::ranges::find(left_over_, true) != left_over_.end();
}

void Transit::forget_left_over() {
    for (std::size_t i = 0; i < kTypists; ++i)
        if (std::exchange(left_over_[i], false)) {
            empty(page_->slots[i]);
            waiting_ &= ~bit(i);
        }
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
