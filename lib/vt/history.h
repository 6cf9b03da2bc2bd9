// The scrollback of one terminal: lines packed into blocks (UTF-8 and runs of styles), any line
// found in O(1), the oldest block dropped as soon as a limit is passed. Owned by the Terminal.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "vt/line.h"

namespace berth::vt {

struct HistoryLimits {
    std::size_t lines = 2'000;
    std::size_t bytes = 64U << 20; // of packed text, dictionaries included

    bool operator==(const HistoryLimits&) const = default;
};

class History {
  public:
    explicit History(HistoryLimits limits);
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

    void push(const LineView& line); // newest last
    void pop();                      // drops the newest line, if there is one
    void clear();                    // forgets the lines (they count as dropped)
    void set_limits(HistoryLimits limits);
    // Joins lines that were wrapped and wraps them again at this width. The last line must not be
    // wrapped.
    void reflow(int columns);

  private:
    struct Store;
    std::unique_ptr<Store> store_;
};

} // namespace berth::vt
