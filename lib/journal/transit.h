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
#include <string_view>
#include <sys/types.h>

namespace berth::journal {

inline constexpr std::size_t kTransitBytes = 4096; // in a pipe at a time
inline constexpr std::size_t kTypists =
    16; // terminals whose input waits; of more, some is not kept

class Transit {
  public:
    static constexpr int kParts = 7; // the page, and both ends of three pipes

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
    // What a user typed, until all of it is with the panes' journals or has been acted on. A batch
    // is what was read from one terminal since nothing of it waited last; journals note how much of
    // a batch they have taken, so that it can be gone through again.
    struct Batch {
        std::uint64_t number = 0; // 0: nobody is typing
        bool again = false;       // some of it has been taken before
    };
    // As read(2), of at most kTransitBytes, from the terminal of that owner, who types from now on.
    [[nodiscard]] ssize_t read_typed(std::uint64_t owner, int terminal, std::string_view& bytes);
    // Of whoever types.
    [[nodiscard]] Batch batch() const;
    void type(std::uint64_t owner); // goes on: something of it waited
    void pause();                   // nobody types
    void typed_done(std::uint64_t owner);
    // What an earlier mux had read from that owner's terminal and not done, who types from now on;
    // empty: nothing.
    [[nodiscard]] std::string_view typed_before(std::uint64_t owner);
    [[nodiscard]] bool has_left_over() const;
    void forget_left_over();

    // Forgets what is on the way for owners that are no more.
    void clear();

  private:
    struct Page;
    Transit() = default;
    [[nodiscard]] Result<void> map();
    void unmap();

    std::array<Fd, kParts> parts_;
    void settle_typed();
    [[nodiscard]] std::size_t slot_of(std::uint64_t owner) const; // kTypists: none
    [[nodiscard]] std::size_t slot_for(std::uint64_t owner);

    Page* page_ = nullptr;
    std::size_t typist_ = kTypists;          // slot; kTypists: nobody
    std::array<bool, kTypists> left_over_{}; // of an earlier mux
    std::array<bool, kTypists> again_{};
    std::size_t next_slot_ = 0;
    std::uint32_t waiting_ = 0; // slots whose size is not 0, a bit each: they lie a page apart
};

} // namespace berth::journal
