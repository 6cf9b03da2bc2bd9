// What is between a pty and a journal while a system call moves it. A process that is killed after
// read(2) and before it has noted how much was read has lost count; so output is moved (splice(2))
// from the pty into a pipe that the keeper holds too, and from there into the ring: wherever the
// mux dies, what the pipe still holds tells what was done. Input goes the same way back. One for
// each mux, used for one pane at a time; whose turn it is stands in a page beside the pipes.
#pragma once

#include "base/fd.h"
#include "base/result.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <sys/types.h>

namespace berth::journal {

inline constexpr std::size_t kTransitBytes = 4096; // in a pipe at a time

class Transit {
  public:
    static constexpr int kParts = 5; // the page, and both ends of both pipes

    [[nodiscard]] static Result<Transit> create();
    // What the keeper gives back. EPROTO: it makes no sense.
    [[nodiscard]] static Result<Transit> open(std::array<Fd, kParts> kept);

    Transit(Transit&& other) noexcept;
    Transit& operator=(Transit&& other) noexcept;
    ~Transit();

    [[nodiscard]] Result<Fd> duplicate(int part) const;

    // One way: from the pty (output) or to it (input).
    struct Pipe {
        int read_end = -1;
        int write_end = -1;
        [[nodiscard]] std::size_t waiting() const; // bytes in it
        void drain() const;
    };
    [[nodiscard]] Pipe output() const { return {parts_[1].get(), parts_[2].get()}; }
    [[nodiscard]] Pipe input() const { return {parts_[3].get(), parts_[4].get()}; }

    // Whose bytes are on the way (0: nobody's).
    void own_output(std::uint64_t owner);
    void own_input(std::uint64_t owner);
    [[nodiscard]] bool owns_output(std::uint64_t owner) const;
    [[nodiscard]] bool owns_input(std::uint64_t owner) const;
    // Forgets what is on the way for owners that are no more.
    void clear();

  private:
    struct Page;
    Transit() = default;
    [[nodiscard]] Result<void> map();
    void unmap();

    std::array<Fd, kParts> parts_;
    Page* page_ = nullptr;
};

} // namespace berth::journal
