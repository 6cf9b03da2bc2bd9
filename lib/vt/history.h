// The scrollback of one terminal: lines packed into blocks (text and runs of styles), any line
// found in O(1), the oldest block dropped as soon as a limit is passed. A full block never changes
// again, so whoever keeps a copy outside of the process writes each one once. Owned by the
// Terminal.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "vt/line.h"
#include "vt/needle.h"

namespace berth::vt {

struct HistoryLimits {
    std::size_t lines = 2'000;
    std::size_t bytes = 64U << 20; // of packed text, dictionaries included

    bool operator==(const HistoryLimits&) const = default;
};

class History {
  public:
    explicit History(HistoryLimits limits);
    History(const History& other); // shares what neither changes: O(blocks)
    ~History();
    History(History&&) noexcept;
    History& operator=(History&&) noexcept;

    [[nodiscard]] std::size_t lines() const; // now readable
    [[nodiscard]] std::size_t bytes() const; // memory held
    // Lines that were dropped from the front since the terminal's creation, so dropped() + index
    // names a line for ever (until a change of width reflows it).
    [[nodiscard]] std::uint64_t dropped() const;
    [[nodiscard]] HistoryLimits limits() const;
    // Line index of 0 (the oldest) to lines() - 1, unpacked into the buffer.
    [[nodiscard]] LineView line(std::size_t index, LineBuffer& buffer) const;

    // The line of that index, or the next one after it (before it if `step` is -1), in which a text
    // with this part may begin. The index that would come next if none of the many lines that are
    // looked at has it: another question goes on from there.
    [[nodiscard]] std::ptrdiff_t may_have(std::size_t index, int step, const Needle& part) const;

    void push(const LineView& line); // newest last
    // The same for cells that are all narrow ASCII or erased, of the default style and no more.
    void push_plain(const Cell* cells, int used, bool wrapped);
    // The same for lines of printable ASCII, one after the other with two bytes behind each; `end`
    // is where what can be read ends.
    void push_text(const char* from, const char* end, std::span<const std::uint16_t> lengths);
    void pop();   // drops the newest line, if there is one
    void clear(); // forgets the lines (they count as dropped)
    void set_limits(HistoryLimits limits);
    // Joins lines that were wrapped and wraps them again at this width. The last line must not be
    // wrapped.
    void reflow(int columns);

    // The full blocks, by numbers that are never used twice within one epoch; the epoch changes
    // when blocks change otherwise than by one more at the end or one less at the front.
    struct Blocks {
        std::uint64_t epoch = 0;
        std::uint64_t first = 0;
        std::uint64_t end = 0;

        bool operator==(const Blocks&) const = default;
    };
    [[nodiscard]] Blocks blocks() const;
    [[nodiscard]] std::string_view block(std::uint64_t number) const; // valid until it is dropped
    // Lines that follow the full blocks, and those of the first block that are dropped already.
    [[nodiscard]] std::size_t open_lines() const;
    [[nodiscard]] std::size_t skipped_lines() const;
    void begin_epoch_after(const History& other); // that this takes the place of
    // Takes the place of everything: blocks as block() gave them, of which `skipped` lines are not
    // to be seen. False, and nothing is changed, if they are none. A line that is damaged within a
    // block that is not reads as an empty one.
    [[nodiscard]] bool adopt(std::span<const std::string_view> blocks, std::size_t skipped);

  private:
    struct Store;
    std::unique_ptr<Store> store_;
};

} // namespace berth::vt
