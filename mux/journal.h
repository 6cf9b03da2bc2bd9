// A pane's state outside of this process: every byte read from the pty goes into a ring in a memfd
// before it is parsed, and checkpoints of the terminal into two memfds in turn. The keeper holds
// duplicates: the next mux restores the newest checkpoint and parses what came after it. Owned by
// the Pane.
#pragma once

#include "base/fd.h"
#include "base/result.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace berth::mux {

inline constexpr std::size_t kRingBytes = 1U
                                          << 20; // journalled bytes at most between two checkpoints
inline constexpr std::size_t kMaxCheckpoint =
    512U << 20; // bytes that a checkpoint is believed to have when it is read back

class Journal {
  public:
    // What the keeper gives back: the ring and both checkpoints, any of them may be missing.
    struct Kept {
        Fd ring;
        Fd checkpoints[2];
    };
    struct Recovered {
        std::string checkpoint; // empty: none was ever written
        std::string bytes;      // read after it
    };

    [[nodiscard]] static Result<Journal> create();
    // Goes on with what another process wrote; `recovered` gets what is in it. EPROTO: it makes no
    // sense.
    [[nodiscard]] static Result<Journal> open(Kept kept, Recovered& recovered);

    Journal(Journal&& other) noexcept;
    Journal& operator=(Journal&&) = delete;
    ~Journal();

    // Duplicates for the keeper: 0 the ring, 1 and 2 the checkpoints.
    [[nodiscard]] Result<Fd> duplicate(int index) const;

    // Where the next read(2) from the pty may put its bytes: contiguous, at least one byte when
    // !full().
    [[nodiscard]] char* space(std::size_t& size);
    // The bytes that were just read there.
    void wrote(std::size_t size);
    [[nodiscard]] bool full() const; // a checkpoint is due
    // A snapshot of all that was journalled; the ring is empty afterwards.
    [[nodiscard]] Result<void> checkpoint(std::string_view snapshot);

  private:
    struct Header;
    Journal() = default;
    [[nodiscard]] Result<void> map();

    Fd ring_;
    Fd checkpoints_[2];
    Header* header_ = nullptr;
    char* data_ = nullptr;
};

} // namespace berth::mux
