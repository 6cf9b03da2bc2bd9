// The cells of one screen: rows in a ring, so that scrolling moves no cell. Internal to lib/vt.
#pragma once

#include <cstdint>
#include <cstring>
#include <vector>

#include "vt/cell.h"
#include "vt/line.h"
#include "vt/size.h"

namespace berth::vt {

struct Row {
    std::uint32_t slot = 0; // which stretch of the pool
    int used = 0;           // cells of the pool beyond this are not initialised: they are erased
    std::uint64_t generation = 0;
    bool wrapped = false;
    bool plain = true; // only narrow ASCII of the default style: the history's fast path
    LineSize size = LineSize::single;
    Mark mark = Mark::none;
};

class Grid {
  public:
    Grid() = default;
    explicit Grid(Size size) : size_(size) {
        pool_.resize(static_cast<std::size_t>(size.rows) * static_cast<std::size_t>(size.columns));
        ring_.resize(static_cast<std::size_t>(size.rows));
        for (std::size_t index = 0; index < ring_.size(); ++index)
            ring_[index].slot = static_cast<std::uint32_t>(index);
    }

    [[nodiscard]] Size size() const { return size_; }
    [[nodiscard]] Row& row(int index) { return ring_[position(index)]; }
    [[nodiscard]] const Row& row(int index) const { return ring_[position(index)]; }
    [[nodiscard]] Cell* cells(const Row& row) {
        return pool_.data() + std::size_t{row.slot} * static_cast<std::size_t>(size_.columns);
    }
    [[nodiscard]] const Cell* cells(const Row& row) const {
        return pool_.data() + std::size_t{row.slot} * static_cast<std::size_t>(size_.columns);
    }

    // The whole screen moves up by one: the first row becomes the last one, with its old contents.
    void advance() {
        if (++base_ == size_.rows)
            base_ = 0;
    }

  private:
    [[nodiscard]] std::size_t position(int index) const {
        const int at = base_ + index;
        return static_cast<std::size_t>(at >= size_.rows ? at - size_.rows : at);
    }

    Size size_;
    int base_ = 0;
    std::vector<Cell> pool_;
    std::vector<Row> ring_;
};

} // namespace berth::vt
