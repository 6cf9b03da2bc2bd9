// A line of text as the program wrote it, put together from the lines that it was wrapped to, and
// wrapped again at another width. It has Tables of its own. Internal to lib/vt.
#pragma once

#include <vector>

#include "vt/line.h"

namespace berth::vt {

class LogicalLine {
  public:
    struct Segment {
        int from = 0;
        int to = 0;
        bool spacer = false; // a wide character did not fit into the last column
    };

    [[nodiscard]] bool empty() const { return lines_ == 0; }
    // So long that it is better flushed: a program that never ends its lines must not make us keep
    // them all.
    [[nodiscard]] bool full() const { return cells_.size() >= kMaxCells; }
    [[nodiscard]] int size() const { return static_cast<int>(cells_.size()); }

    // Appends a line; if it was wrapped, the next one follows where its `columns` end.
    void add(const LineView& line);
    // Where the line is cut at this width; at least one segment.
    [[nodiscard]] std::vector<Segment> segments(int columns);
    [[nodiscard]] LineView view(const Segment& segment, bool last);
    void clear();

    template <class Push> void flush(int columns, Push&& push) {
        const std::vector<Segment> cuts = segments(columns);
        for (const Segment& cut : cuts)
            push(view(cut, &cut == &cuts.back()));
        clear();
    }

  private:
    static constexpr std::size_t kMaxCells = 1U << 20;

    struct MarkAt {
        int offset = 0;
        Mark mark = Mark::none;
    };

    std::vector<Cell> cells_;
    std::vector<Cell> scratch_; // a segment with its spacer
    Tables tables_;
    std::vector<MarkAt> marks_;
    LineSize line_size_ = LineSize::single;
    bool ascii_ = true;
    bool wrapped_ = false; // the last line said that it goes on
    int lines_ = 0;
};

} // namespace berth::vt
