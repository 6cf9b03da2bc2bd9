#include "journal/journal.h"

#include "base/failpoints.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <optional>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace berth::journal {
namespace {

constexpr std::uint64_t kMagic = 0x32304c4e4a485242; // "BRHJNL02"
constexpr std::size_t kHeaderBytes = 4096;
constexpr std::size_t kFileBytes = kHeaderBytes + kRingBytes + kInputBytes;

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
    struct stat info{};
    if (pread(fd, &header, sizeof header, 0) != sizeof header || header.magic != kMagic ||
        header.size > kMaxCheckpoint || fstat(fd, &info) < 0 ||
        header.size > static_cast<std::uint64_t>(info.st_size))
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

// The kernel, or the kind of terminal, has no splice(2) for it.
bool no_splice(int error) {
    return error == EINVAL || error == ENOSYS;
}

// What was typed, a password perhaps, does not stay. `ring` is where `base` stands.
void wipe_input(char* ring, std::uint64_t base, std::uint64_t begin, std::uint64_t end) {
    while (begin < end) {
        const std::uint64_t at = (begin - base) % kInputBytes;
        const std::uint64_t size = std::min(kInputBytes - at, end - begin);
        explicit_bzero(ring + at, size);
        begin += size;
    }
}

} // namespace

// Positions count bytes from the pane's first one. announced > written: that many bytes are on
// their way from the pipe into the ring. announced_input > sent: they are on their way from the
// pipe to the pty.
struct Journal::State {
    std::uint64_t written; // journalled
    std::uint64_t announced;
    std::uint64_t start;      // what the checkpoint has seen
    std::uint64_t checkpoint; // 0: none, else 1 + which
    std::uint64_t answers;    // queued since the checkpoint
    std::uint64_t input_base; // the position that stands first in the input's ring
    std::uint64_t queued;
    std::uint64_t sent;
    std::uint64_t announced_input;
    std::uint64_t batch; // of the user's typing, the last that something was taken from
    std::uint64_t batch_bytes;
};

// Shared with the mux that comes after this one. A new state is written beside the one in force,
// which `current` then leaves in one store.
struct Journal::Header {
    std::uint64_t magic;
    std::atomic<std::uint64_t> current;
    State states[2];
    std::atomic<std::uint64_t> parse_begin; // of what is being parsed
    std::atomic<std::uint64_t> parse_size;  // 0: nothing is
    std::atomic<std::uint64_t> crashed;     // by a signal of the process's own making
    std::uint64_t blamed_begin, blamed_end; // where earlier muxes died
    std::uint32_t blame;
};

namespace {

std::atomic<std::atomic<std::uint64_t>*> crash_note = nullptr;
constexpr std::array kCrashSignals = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
std::array<struct sigaction, kCrashSignals.size()> old_actions;
std::array<char, 16384> crash_stack; // of its own: the other may be what is used up

// Notes the crash, and lets what was there before have the signal.
void on_crash(int number) {
    if (auto* note = crash_note.load())
        note->store(1);
    for (std::size_t i = 0; i < kCrashSignals.size(); ++i)
        if (kCrashSignals[i] == number)
            sigaction(number, &old_actions[i], nullptr);
    raise(number);
}

} // namespace

void note_crashes() {
    stack_t stack{};
    stack.ss_sp = crash_stack.data();
    stack.ss_size = crash_stack.size();
    sigaltstack(&stack, nullptr);
    struct sigaction action{};
    action.sa_handler = on_crash;
    action.sa_flags = SA_ONSTACK;
    for (std::size_t i = 0; i < kCrashSignals.size(); ++i)
        sigaction(kCrashSignals[i], &action, &old_actions[i]);
}

Journal::Journal(Journal&& other) noexcept
    : ring_(std::move(other.ring_)),
      checkpoints_{std::move(other.checkpoints_[0]), std::move(other.checkpoints_[1])},
      header_(std::exchange(other.header_, nullptr)),
      output_(std::exchange(other.output_, nullptr)), input_(std::exchange(other.input_, nullptr)),
      again_(other.again_), passed_over_(other.passed_over_) {}

Journal::~Journal() {
    if (header_ != nullptr)
        munmap(header_, kFileBytes);
}

Result<void> Journal::map() {
    void* memory = mmap(nullptr, kFileBytes, PROT_READ | PROT_WRITE, MAP_SHARED, ring_.get(), 0);
    if (memory == MAP_FAILED)
        return fail_errno("map journal");
    header_ = static_cast<Header*>(memory);
    output_ = static_cast<char*>(memory) + kHeaderBytes;
    input_ = output_ + kRingBytes;
    return {};
}

const Journal::State& Journal::state() const {
    return header_->states[header_->current & 1];
}

void Journal::publish(const State& next) {
    const std::uint64_t other = (header_->current & 1) ^ 1;
    header_->states[other] = next;
    header_->current.store(other); // and not before the line above: sequentially consistent
}

bool Journal::makes_sense(const State& state) {
    return state.checkpoint <= 2 && state.start <= state.written &&
           state.written <= state.announced && state.announced - state.start <= kRingBytes &&
           state.announced - state.written <= kTransitBytes &&
           state.written % kRingBytes + (state.announced - state.written) <= kRingBytes &&
           state.input_base <= state.sent && state.sent <= state.announced_input &&
           state.announced_input <= state.queued && state.queued - state.sent <= kInputBytes;
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

Result<Journal> Journal::open(Kept kept, Transit* transit, std::uint64_t owner,
                              Recovered& recovered) {
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
    if (journal.header_->magic != kMagic || journal.header_->current > 1 ||
        !makes_sense(journal.state()))
        return fail(EPROTO, "journal");
    if (transit != nullptr)
        journal.settle(*transit, owner);
    const State state = journal.state();
    if (state.checkpoint != 0) {
        auto snapshot = read_checkpoint(journal.checkpoints_[state.checkpoint - 1].get());
        if (!snapshot)
            return fail(EPROTO, "checkpoint");
        recovered.checkpoint = std::move(*snapshot);
    }
    journal.blame(recovered);
    recovered.answers = state.answers;
    recovered.begin = state.start;
    recovered.bytes.reserve(static_cast<std::size_t>(state.written - state.start));
    for (std::uint64_t at = state.start; at < state.written; ++at)
        recovered.bytes.push_back(journal.output_[at % kRingBytes]);
    return journal;
}

// An earlier mux died while it parsed: what it was at may be the reason. Where two such stretches
// overlap, what is in both is.
void Journal::blame(Recovered& recovered) {
    Header& header = *header_;
    const State& now = state();
    const std::uint64_t begin = std::max(header.parse_begin.load(), now.start);
    const std::uint64_t size = std::min<std::uint64_t>(header.parse_size, kRingBytes);
    const std::uint64_t end = std::min(header.parse_begin + size, now.written);
    if (size > 0 && begin < end) {
        const bool same =
            header.blame > 0 && begin < header.blamed_end && header.blamed_begin < end;
        header.blamed_begin = same ? std::max(begin, header.blamed_begin) : begin;
        header.blamed_end = same ? std::min(end, header.blamed_end) : end;
        header.blame = (same ? std::min(header.blame, kAsideWeight) : 0) +
                       (header.crashed != 0 ? kCrashWeight : 1);
    }
    header.parse_size = 0;
    header.crashed = 0;
    if (header.blame < kAsideWeight || header.blamed_begin < now.start ||
        header.blamed_begin >= header.blamed_end || header.blamed_end > now.written)
        return;
    recovered.aside_begin = static_cast<std::size_t>(header.blamed_begin - now.start);
    recovered.aside_size = static_cast<std::size_t>(header.blamed_end - header.blamed_begin);
}

void Journal::parsing(std::uint64_t begin, std::size_t size) {
    header_->parse_begin = begin;
    crash_note = &header_->crashed;
    header_->parse_size = size;
}

void Journal::parsed() {
    header_->parse_size = 0;
    crash_note = nullptr;
}

std::uint64_t Journal::written() const {
    return state().written;
}

// An earlier mux died while bytes were on their way: what the pipe still holds was not moved. May
// itself be killed anywhere, and is then done again.
void Journal::settle(Transit& transit, std::uint64_t owner) {
    State next = state();
    if (!transit.owns_output(owner)) {
        next.announced = next.written; // and nothing of it was ever copied
    } else {
        const std::uint64_t announced = next.announced - next.written;
        const std::uint64_t left = transit.output().waiting();
        if (announced > left)
            next.written += announced - left;
        next.announced = next.written;
        const std::uint64_t at = next.written % kRingBytes;
        const std::uint64_t room =
            std::min(kRingBytes - (next.written - next.start), kRingBytes - at);
        if (left > 0 && left <= room) {
            next.announced = next.written + left;
            publish(next);
            const ssize_t size = ::read(transit.output().read_end, output_ + at, left);
            next.written += static_cast<std::uint64_t>(std::max<ssize_t>(size, 0));
            next.announced = next.written;
        }
    }
    publish(next);
    if (transit.owns_input(owner)) {
        (void)settle_input(transit); // what was not sent is sent again
    } else {
        next.announced_input = next.sent;
        publish(next);
    }
}

Result<Fd> Journal::duplicate(int part) const {
    const int fd = part == 0 ? ring_.get() : checkpoints_[part - 1].get();
    Fd copy(fcntl(fd, F_DUPFD_CLOEXEC, 0));
    if (!copy)
        return fail_errno("duplicate");
    return copy;
}

ssize_t Journal::read(Transit* transit, std::uint64_t owner, int pty, std::string_view& bytes) {
    State next = state();
    const std::uint64_t at = next.written % kRingBytes;
    const std::size_t room = static_cast<std::size_t>(
        std::min({kRingBytes - (next.written - next.start), kRingBytes - at, kTransitBytes}));
    if (transit == nullptr)
        return read_directly(pty, room, bytes);
    const Transit::Pipe pipe = transit->output();
    transit->own_output(owner);
    fail_here(Failpoint::output_owned);
    const ssize_t taken = splice(pty, nullptr, pipe.write_end, nullptr, room, SPLICE_F_NONBLOCK);
    if (taken < 0 && no_splice(errno))
        return read_directly(pty, room, bytes);
    if (taken <= 0)
        return taken;
    fail_here(Failpoint::output_taken);
    next.announced = next.written + static_cast<std::uint64_t>(taken);
    publish(next);
    fail_here(Failpoint::output_announced);
    const ssize_t size = ::read(pipe.read_end, output_ + at, static_cast<std::size_t>(taken));
    fail_here(Failpoint::output_copied);
    if (size != taken)
        std::abort(); // no memory for the ring: the next mux finds the rest in the pipe
    next.written += static_cast<std::uint64_t>(size);
    next.announced = next.written;
    publish(next);
    fail_here(Failpoint::output_published);
    bytes = {output_ + at, static_cast<std::size_t>(size)};
    return size;
}

// Where splice(2) is not to be had, a kill between the two calls loses what was read.
ssize_t Journal::read_directly(int pty, std::size_t room, std::string_view& bytes) {
    State next = state();
    char* place = output_ + next.written % kRingBytes;
    const ssize_t size = ::read(pty, place, room);
    if (size <= 0)
        return size;
    next.written += static_cast<std::uint64_t>(size);
    next.announced = next.written;
    publish(next);
    bytes = {place, static_cast<std::size_t>(size)};
    return size;
}

bool Journal::full() const {
    return state().written - state().start >= kRingBytes;
}

Result<void> Journal::checkpoint(std::string_view snapshot) {
    State next = state();
    next.checkpoint = next.checkpoint == 1 ? 2 : 1;
    next.start = next.written;
    next.answers = 0;
    const int fd = checkpoints_[next.checkpoint - 1].get();
    const CheckpointHeader header{kMagic, snapshot.size()};
    if (ftruncate(fd, 0) < 0)
        return fail_errno("truncate checkpoint");
    fail_here(Failpoint::checkpoint_emptied);
    const std::string_view head(reinterpret_cast<const char*>(&header), sizeof header);
    if (auto wrote = write_at(fd, head, 0); !wrote)
        return wrote;
    if (auto wrote = write_at(fd, snapshot, sizeof header); !wrote)
        return wrote;
    fail_here(Failpoint::checkpoint_written);
    publish(next);
    header_->blame = 0; // what was blamed is not parsed again
    fail_here(Failpoint::checkpoint_published);
    return {};
}

char* Journal::input_at(std::uint64_t position, std::size_t& contiguous) const {
    const std::uint64_t at = (position - state().input_base) % kInputBytes;
    contiguous = static_cast<std::size_t>(kInputBytes - at);
    return input_ + at;
}

std::size_t Journal::queued() const {
    return static_cast<std::size_t>(state().queued - state().sent);
}

bool Journal::queue(std::string_view bytes, Source source, const Transit::Batch& batch) {
    State next = state();
    if (batch.again && again_ != batch.number) {
        again_ = batch.number;
        passed_over_ = next.batch == batch.number ? next.batch_bytes : 0;
    }
    if (batch.again && passed_over_ > 0) {
        const auto size = std::min<std::uint64_t>(passed_over_, bytes.size());
        passed_over_ -= size;
        bytes.remove_prefix(static_cast<std::size_t>(size));
        if (bytes.empty())
            return true;
    }
    if (bytes.size() > kInputBytes - queued())
        return false;
    if (next.sent == next.queued &&
        next.input_base != next.sent) { // a small queue stays in its first page
        next.input_base = next.sent;
        publish(next);
    }
    for (std::string_view rest = bytes; !rest.empty();) {
        std::size_t room = 0;
        char* place = input_at(next.queued, room);
        const std::size_t size = std::min(room, rest.size());
        std::memcpy(place, rest.data(), size);
        rest.remove_prefix(size);
        next.queued += size;
    }
    if (source == Source::answer) {
        ++next.answers;
    } else if (batch.number != 0) {
        next.batch_bytes = (next.batch == batch.number ? next.batch_bytes : 0) + bytes.size();
        next.batch = batch.number;
    }
    publish(next);
    fail_here(source == Source::answer ? Failpoint::answer_queued : Failpoint::input_queued);
    return true;
}

bool Journal::send(Transit* transit, std::uint64_t owner, int pty) {
    if (transit == nullptr)
        return send_directly(pty);
    State next = state();
    std::size_t room = 0;
    const char* place = input_at(next.sent, room);
    const std::size_t size = std::min({queued(), room, kTransitBytes});
    const Transit::Pipe pipe = transit->input();
    transit->own_input(owner);
    const ssize_t piped = write(pipe.write_end, place, size);
    if (piped <= 0)
        return false;
    fail_here(Failpoint::input_piped);
    next.announced_input = next.sent + static_cast<std::uint64_t>(piped);
    publish(next);
    fail_here(Failpoint::input_announced);
    const ssize_t sent = splice(pipe.read_end, nullptr, pty, nullptr,
                                static_cast<std::size_t>(piped), SPLICE_F_NONBLOCK);
    const int error = sent < 0 ? errno : 0;
    fail_here(Failpoint::input_sent);
    const bool progress = settle_input(*transit);
    fail_here(Failpoint::input_settled);
    if (sent >= 0 || error == EAGAIN || error == EINTR)
        return progress;
    if (no_splice(error))
        return send_directly(pty);
    State gone = state(); // the terminal is gone, and with it who would read this
    const std::uint64_t before = gone.sent;
    gone.sent = gone.announced_input = gone.queued;
    publish(gone);
    wipe_input(input_, gone.input_base, before, gone.sent);
    return true;
}

// Of what was announced, what the pipe still holds was not sent. True: something was.
bool Journal::settle_input(Transit& transit) {
    State next = state();
    const std::uint64_t announced = next.announced_input - next.sent;
    const std::uint64_t left = std::min<std::uint64_t>(transit.input().waiting(), announced);
    const std::uint64_t before = next.sent;
    next.sent += announced - left;
    publish(next);
    fail_here(Failpoint::input_published);
    wipe_input(input_, next.input_base, before, next.sent);
    next.announced_input = next.sent;
    publish(next);
    transit.input().drain();
    return announced > left;
}

bool Journal::send_directly(int pty) {
    State next = state();
    std::size_t room = 0;
    const char* place = input_at(next.sent, room);
    const ssize_t size = write(pty, place, std::min(queued(), room));
    if (size < 0 && (errno == EAGAIN || errno == EINTR))
        return false;
    const std::uint64_t before = next.sent;
    next.sent = size < 0 ? next.queued : next.sent + static_cast<std::uint64_t>(size);
    next.announced_input = next.sent;
    publish(next);
    wipe_input(input_, next.input_base, before, next.sent);
    return size != 0;
}

} // namespace berth::journal
