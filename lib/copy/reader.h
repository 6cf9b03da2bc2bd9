// A cursor that walks over the lines of a View as the motions of copy mode need it. Private to
// lib/copy.
#pragma once

#include "copy/view.h"

#include <array>
#include <string_view>

namespace berth::copy {

inline constexpr std::string_view kBlanks = " \t";

// The lines of a View with the last few rows kept, since motions read column by column.
class Lines {
  public:
    explicit Lines(const View& view) : view_(&view) {}

    void forget(); // the view may have changed

    [[nodiscard]] int columns() const { return view_->columns(); }
    [[nodiscard]] int rows() const { return view_->rows(); }
    [[nodiscard]] int history() const { return view_->lines() - view_->rows(); }
    [[nodiscard]] int last() const { return view_->lines() - 1; }
    [[nodiscard]] int may_have(int line, int step, std::string_view part, bool fold) const {
        return part.empty() ? line : view_->may_have(line, step, part, fold);
    }
    [[nodiscard]] const Row& row(int line) const;
    [[nodiscard]] int written(int line) const { return static_cast<int>(row(line).cells.size()); }
    [[nodiscard]] int length(int line) const; // without blanks at the end
    [[nodiscard]] bool wrapped(int line) const { return row(line).wrapped; }
    [[nodiscard]] bool tail(int column, int line) const;             // of a wide character
    [[nodiscard]] std::string_view text(int column, int line) const; // " " beyond what was written
    [[nodiscard]] bool one_of(int column, int line, std::string_view set) const;

  private:
    struct Kept {
        int line = -1;
        int length = 0;
        Row row{};
    };
    const Kept& kept(int line) const;

    const View* view_;
    mutable std::array<Kept, 8> kept_{};
};

struct Reader {
    const Lines& lines;
    int x;
    int y;

    [[nodiscard]] bool on(std::string_view set) const { return lines.one_of(x, y, set); }

    void left(bool wrap);
    void right(bool wrap, bool all);
    void up();
    void down();
    void start_of_line(bool wrap);
    void end_of_line(bool wrap, bool all);
    void back_to_indentation();
    void next_word(std::string_view separators);
    void next_word_end(std::string_view separators);
    void previous_word(std::string_view separators, bool already, bool stop_at_end);
    bool jump(std::string_view character);      // forward from x, within the wrapped line
    bool jump_back(std::string_view character); // backward from x

  private:
    bool inside(int& last_x, int last_y);
    [[nodiscard]] int edge() const;
};

} // namespace berth::copy
