// Memory that costs nothing before it is used: most panes of most sessions are idle. Internal to
// lib/vt.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "vt/cell.h"

namespace berth::vt {

struct FreeCells {
    std::size_t size = 0; // cells
    void operator()(Cell* cells) const;
};

// Cells that are not initialised. A screen's worth of them has pages of its own, so that rows
// nobody writes to take none, however used the heap is; but not under asan, which would not see
// where they end.
class CellPool {
  public:
    CellPool() = default;
    explicit CellPool(std::size_t size);
    CellPool(const CellPool& other);
    CellPool(CellPool&&) noexcept = default;
    CellPool& operator=(const CellPool& other) {
        if (this != &other)
            *this = CellPool(other);
        return *this;
    }
    CellPool& operator=(CellPool&&) noexcept = default;
    ~CellPool() = default;

    [[nodiscard]] Cell* data() { return cells_.get(); }
    [[nodiscard]] const Cell* data() const { return cells_.get(); }

  private:
    std::unique_ptr<Cell[], FreeCells> cells_;
};

// Values by hash, of which any may be forgotten at any time; allocated by the first question.
template <class Value, std::size_t kSize> class Cache {
  public:
    [[nodiscard]] Value& slot(std::size_t hash) {
        if (values_.empty())
            values_.resize(kSize);
        return values_[hash % kSize];
    }
    void forget() { values_.assign(values_.size(), Value{}); } // references stay valid

  private:
    std::vector<Value> values_;
};

} // namespace berth::vt
