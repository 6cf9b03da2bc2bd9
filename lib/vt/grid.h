// The cells of one screen: rows in a ring, so that scrolling moves no cell. Internal to lib/vt.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "vt/cell.h"
#include "vt/kernels.h"
#include "vt/lazy.h"
#include "vt/line.h"
#include "vt/size.h"

namespace berth::vt {

[[nodiscard]] constexpr std::size_t at(int index) {
    return static_cast<std::size_t>(index);
}

struct Row {
    std::uint32_t start = 0; // its first cell in the pool
    int used = 0;            // cells of the pool beyond this are not initialised: they are erased
    std::uint64_t generation = 0;
    bool ascii = true;  // narrow ASCII and erased cells only
    bool styled = true; // perhaps; if not, every cell is of the default style and has no more
    LineSize size = LineSize::single;
    Mark mark = Mark::none;
    bool wrapped = false;

    // Nothing but ASCII: what History::push_plain() takes.
    [[nodiscard]] bool is_plain() const {
        return ascii && !styled && size == LineSize::single && mark == Mark::none;
    }
};

class Grid {
  public:
    Grid() = default;
    explicit Grid(Size size)
        : size_(size), pool_(at(size.rows) * at(size.columns) + kCellsBeyond), ring_(at(size.rows)),
          scratch_(at(size.rows)) {
        for (std::size_t index = 0; index < ring_.size(); ++index)
            ring_[index] = {.start = static_cast<std::uint32_t>(index * at(size.columns)),
                            .styled = false};
    }

    [[nodiscard]] Size size() const { return size_; }
    [[nodiscard]] Row& row(int index) { return ring_[position(index)]; }
    [[nodiscard]] const Row& row(int index) const { return ring_[position(index)]; }
    [[nodiscard]] Cell* cells(const Row& row) { return pool_.data() + row.start; }
    [[nodiscard]] const Cell* cells(const Row& row) const { return pool_.data() + row.start; }
    [[nodiscard]] LineView view(int index, const Tables& tables) const {
        return view_of(row(index), tables);
    }
    [[nodiscard]] LineView view_of(const Row& from, const Tables& tables) const {
        return {.cells = cells(from),
                .tables = &tables,
                .used = from.used,
                .wrapped = from.wrapped,
                .ascii = from.ascii,
                .styled = from.styled,
                .size = from.size,
                .mark = from.mark,
                .generation = from.generation};
    }

    // The one below, of a row that is not the last.
    [[nodiscard]] Row* next(Row* row) {
        return row + 1 == ring_.data() + ring_.size() ? ring_.data() : row + 1;
    }

    // The whole screen moves up by one: the first row becomes the last one, with its old contents.
    void advance() {
        if (++base_ == size_.rows)
            base_ = 0;
    }
    // Rows top to bottom move up by one; gives the last one, which was the first.
    Row& rotate_up(int top, int bottom) {
        Row* const first = &ring_[position(top)];
        Row* const last = first + (bottom - top);
        if (last >= ring_.data() + ring_.size()) {
            rotate(top, bottom, 1);
            return row(bottom);
        }
        const Row moved = *first;
        std::copy(first + 1, last + 1, first);
        *last = moved;
        return *last;
    }
    // Rows top to bottom move by count (up if positive); those that leave come in at the other end,
    // unchanged.
    void rotate(int top, int bottom, int count) {
        const int height = bottom - top + 1;
        const int up = count >= 0 ? count : height + count;
        if (up <= 0 || up >= height)
            return;
        Row* const first = &ring_[position(top)];
        if (first + height <= ring_.data() + ring_.size()) {
            if (up == 1) {
                const Row moved = *first;
                std::copy(first + 1, first + height, first);
                first[height - 1] = moved;
            } else {
                std::rotate(first, first + up, first + height);
            }
            return;
        }
        for (int index = 0; index < height; ++index)
            scratch_[at(index)] = row(top + index);
        for (int index = 0; index < height; ++index)
            row(top + index) =
                scratch_[at(index + up >= height ? index + up - height : index + up)];
    }

  private:
    [[nodiscard]] std::size_t position(int index) const {
        const int place = base_ + index;
        return at(place >= size_.rows ? place - size_.rows : place);
    }

    Size size_;
    int base_ = 0;
    CellPool pool_;
    std::vector<Row> ring_;
    std::vector<Row> scratch_;
};

} // namespace berth::vt
