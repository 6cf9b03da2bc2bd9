// Pieces of a pane's state that never change, for checkpoints to refer to: each is written once
// into a memfd, one behind the other, and dropped from the front. The keeper holds a duplicate. A
// piece is on the shelf before the checkpoint that refers to it is published, and stays there until
// a later checkpoint is, so a mux may be killed anywhere in between. Owned by the Pane.
#pragma once

#include "base/fd.h"
#include "base/result.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace berth::journal {

inline constexpr std::size_t kMaxShelf = 512U << 20; // bytes of all pieces of one checkpoint

class Shelf {
  public:
    // Pieces that stand one behind the other.
    struct Place {
        std::uint64_t offset = 0;
        std::uint64_t count = 0;
    };
    // Pieces by numbers, which mean the same pieces throughout an epoch.
    struct Pieces {
        std::uint64_t epoch = 0;
        std::uint64_t first = 0;
        std::uint64_t end = 0;
        std::function<std::string_view(std::uint64_t)> piece;
    };

    [[nodiscard]] static Result<Shelf> create();
    // Goes on behind what another process wrote.
    [[nodiscard]] static Result<Shelf> open(Fd kept);
    [[nodiscard]] Result<Fd> duplicate() const;

    // Writes those that are not there yet.
    [[nodiscard]] Result<Place> keep(const Pieces& pieces);
    // No checkpoint refers to anything before that place any more.
    void drop_before(const Place& place);
    // Epochs begin anew: nothing that was kept is known.
    void forget() { epoch_.reset(); }
    // EPROTO: there is nothing like that (the place is as little to be trusted as the file).
    [[nodiscard]] Result<std::vector<std::string>> read(const Place& place) const;

  private:
    Shelf() = default;

    Fd file_;
    std::uint64_t size_ = 0;    // where the next piece begins
    std::uint64_t dropped_ = 0; // nothing is held before it
    std::optional<std::uint64_t> epoch_;
    std::uint64_t first_ = 0;           // number of the first piece that is known
    std::deque<std::uint64_t> offsets_; // of that and those after it
};

// A checkpoint of a pane: where the pieces are that it refers to, and the rest.
[[nodiscard]] std::string with_place(const Shelf::Place& place, std::string_view rest);
// False: too short.
[[nodiscard]] bool take_place(std::string_view& checkpoint, Shelf::Place& place);

} // namespace berth::journal
