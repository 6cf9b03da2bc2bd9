// A pane's state outside of the mux: every byte read from the pty goes into a ring in a memfd
// before it is parsed, checkpoints of the terminal into two memfds in turn, and what waits for the
// program into a second ring. The keeper holds duplicates: the next mux restores the newest
// checkpoint, parses what came after it, and sends what was not sent. Exact wherever the mux is
// killed: each step is one store into the shared state, and bytes that a system call was moving are
// found in the Transit. Owned by the Pane.
#pragma once

#include "base/fd.h"
#include "base/result.h"
#include "journal/transit.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace berth::journal {

inline constexpr std::size_t kRingBytes = 1U
                                          << 20; // journalled bytes at most between two checkpoints
inline constexpr std::size_t kInputBytes = 1U << 20; // that wait for the program
// Bytes are set aside when this many deaths happened while they were parsed. A kill from outside
// may be chance, a crash is not: it weighs as much as four.
inline constexpr std::uint32_t kAsideWeight = 8;
inline constexpr std::uint32_t kCrashWeight = 4;
inline constexpr std::size_t kMaxCheckpoint =
    512U << 20; // bytes that a checkpoint is believed to have when it is read back

class Journal {
  public:
    static constexpr int kParts = 3; // the rings, and two checkpoints

    // What the keeper gives back: any of them may be missing.
    struct Kept {
        Fd ring;
        Fd checkpoints[2];
        Fd shelf; // of the pane's Shelf, kept beside the journal
    };
    struct Recovered {
        std::string checkpoint;    // empty: none was ever written
        std::string bytes;         // read after it
        std::uint64_t answers = 0; // that the program was given for them, or that wait for it
        std::uint64_t begin = 0;   // where they begin, counted from the pane's first byte
        // Of `bytes`: what crashed a mux twice, and is not to be parsed again.
        std::size_t aside_begin = 0, aside_size = 0;
    };

    [[nodiscard]] static Result<Journal> create();
    // Goes on with what another process wrote; `recovered` gets what is in it. What is on its way
    // for that owner is settled first. EPROTO: it makes no sense.
    [[nodiscard]] static Result<Journal> open(Kept kept, Transit* transit, std::uint64_t owner,
                                              Recovered& recovered);

    Journal(Journal&& other) noexcept;
    Journal& operator=(Journal&&) = delete;
    ~Journal();

    // Duplicates for the keeper: 0 the rings, 1 and 2 the checkpoints.
    [[nodiscard]] Result<Fd> duplicate(int part) const;

    // ---- output
    // As read(2): the bytes are in the ring and counted; valid until the next read. Not to be
    // called when full().
    [[nodiscard]] ssize_t read(Transit* transit, std::uint64_t owner, int pty,
                               std::string_view& bytes);
    [[nodiscard]] bool full() const; // a checkpoint is due
    // While these bytes of the ring are parsed; what crashes then is remembered.
    void parsing(std::uint64_t begin, std::size_t size);
    void parsed();
    [[nodiscard]] std::uint64_t written() const; // position after the last byte

    // A snapshot of all that was journalled; the ring is empty afterwards.
    [[nodiscard]] Result<void> checkpoint(std::string_view snapshot);

    // ---- input
    enum class Source : std::uint8_t { user, answer }; // answers are counted, up to a checkpoint
    // False: no room. Of a batch that is gone through again, what was taken is passed over.
    [[nodiscard]] bool queue(std::string_view bytes, Source source,
                             const Transit::Batch& batch = {});
    [[nodiscard]] std::size_t queued() const; // bytes that wait
    // Writes what the pty takes. False: it takes nothing now. A pty that is gone takes everything.
    [[nodiscard]] bool send(Transit* transit, std::uint64_t owner, int pty);

  private:
    struct State;
    struct Header;
    Journal() = default;
    [[nodiscard]] Result<void> map();
    [[nodiscard]] const State& state() const;
    void publish(const State& next);
    void blame(Recovered& recovered);
    [[nodiscard]] static bool makes_sense(const State& state);
    void settle(Transit& transit, std::uint64_t owner);
    [[nodiscard]] bool settle_input(Transit& transit);
    [[nodiscard]] ssize_t read_directly(int pty, std::size_t room, std::string_view& bytes);
    [[nodiscard]] bool send_directly(int pty);
    [[nodiscard]] char* input_at(std::uint64_t position, std::size_t& contiguous) const;

    Fd ring_;
    Fd checkpoints_[2];
    Header* header_ = nullptr;
    char* output_ = nullptr;
    char* input_ = nullptr;
    std::uint64_t again_ = 0;       // batch that is gone through again
    std::uint64_t passed_over_ = 0; // bytes of it that are yet to be passed over
};

// From now on a crash (SIGSEGV and the like, not SIGKILL) while bytes are parsed is noted in their
// journal. Once, early in main().
void note_crashes();

} // namespace berth::journal
