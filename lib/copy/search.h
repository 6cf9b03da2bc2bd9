// Finding text in lines: plain or by extended regular expression, with or without case, across the
// break of a wrapped line. Private to lib/copy.
#pragma once

#include "copy/copy.h"
#include "copy/reader.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace berth::copy {

// How many screen lines one match can span at most; it bounds the work for a line that wraps
// without end.
inline constexpr int kMaxMatchRows = 32;
// Longer search strings are refused.
inline constexpr std::size_t kMaxPattern = 4096;

struct Match {
    Point begin{};
    Point end{}; // behind the last column
    bool operator==(const Match&) const = default;
};

class Finder {
  public:
    // Nothing if the expression is not a valid one. Letters match both cases unless the text has an
    // upper case letter.
    static std::unique_ptr<Finder> make(const std::string& text, bool regex);
    Finder(std::string part, bool fold) : part_(std::move(part)), fold_(fold) {}
    virtual ~Finder() = default;

    // What every match has in it, as View::may_have() takes it; empty if nothing is known.
    [[nodiscard]] std::string_view part() const { return part_; }
    [[nodiscard]] bool fold() const { return fold_; }

    // The first match that begins in `line` at or after `column`.
    [[nodiscard]] virtual std::optional<Match> first(const Lines& lines, int line,
                                                     int column) const = 0;
    // The last match that begins in `line` before `column`.
    [[nodiscard]] virtual std::optional<Match> last(const Lines& lines, int line,
                                                    int column) const = 0;
    // Every match that begins in `line`, none overlapping the one before.
    [[nodiscard]] virtual std::vector<Match> all(const Lines& lines, int line) const = 0;

  private:
    std::string part_;
    bool fold_;
};

} // namespace berth::copy
