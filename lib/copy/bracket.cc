// Matching brackets.
#include "copy/machine.h"

namespace berth::copy {
namespace {

constexpr std::string_view kOpen = "{[(";
constexpr std::string_view kClose = "}])";

std::size_t place_in(std::string_view set, std::string_view text) {
    return text.size() == 1 ? set.find(text[0]) : std::string_view::npos;
}

constexpr std::size_t kNone = std::string_view::npos;

// From the bracket at `at`, which is the `kind`th of its set, to its counterpart.
std::optional<Point> counterpart(const Lines& lines, Point at, std::size_t kind, Way way) {
    const char same = way == Way::kDown ? kOpen[kind] : kClose[kind];
    const char other = way == Way::kDown ? kClose[kind] : kOpen[kind];
    for (int depth = 1; depth > 0;) {
        if (way == Way::kDown) {
            if (at.column > lines.length(at.line)) {
                if (at.line == lines.last())
                    return std::nullopt;
                at = {0, at.line + 1};
            } else {
                ++at.column;
            }
        } else if (at.column == 0) {
            if (at.line == 0)
                return std::nullopt;
            --at.line;
            at.column = std::max(lines.length(at.line) - 1, 0);
        } else {
            --at.column;
        }
        if (lines.tail(at.column, at.line))
            continue;
        const std::string_view text = lines.text(at.column, at.line);
        if (text == std::string_view(&same, 1))
            ++depth;
        else if (text == std::string_view(&other, 1))
            --depth;
    }
    return at;
}

} // namespace

// emacs looks at the cursor and one column before it, and else goes back to where there may be one;
// vi looks at the cursor.
void Copy::Machine::previous_bracket() {
    Point at = cursor();
    std::size_t kind = place_in(kClose, lines.text(at.column, at.line));
    if (kind == kNone && !settings.vi && at.column > 0) {
        --at.column;
        kind = place_in(kClose, lines.text(at.column, at.line));
    }
    if (kind == kNone) {
        if (!settings.vi && cx > 0)
            previous_word(kClose, true);
        return;
    }
    if (const auto found = counterpart(lines, at, kind, Way::kUp))
        scroll_to(*found);
}

// vi takes the first bracket of either kind from the cursor to the end of the line.
void Copy::Machine::next_bracket_vi() {
    Point at = cursor();
    for (;; ++at.column) {
        if (at.column > lines.length(at.line)) {
            if (at.line == lines.last() || !lines.wrapped(at.line))
                return;
            at = {-1, at.line + 1};
            continue;
        }
        const std::string_view text = lines.text(at.column, at.line);
        const std::size_t close = place_in(kClose, text);
        const std::size_t open = place_in(kOpen, text);
        if (close == kNone && open == kNone)
            continue;
        const auto found = close != kNone ? counterpart(lines, at, close, Way::kUp)
                                          : counterpart(lines, at, open, Way::kDown);
        if (found)
            scroll_to(*found);
        return;
    }
}

// emacs looks at the cursor and one column behind it, and else goes on to where there may be one.
void Copy::Machine::next_bracket() {
    if (settings.vi) {
        next_bracket_vi();
        return;
    }
    Point at = cursor();
    std::size_t kind = place_in(kOpen, lines.text(at.column, at.line));
    if (kind == kNone && at.column <= lines.length(at.line)) {
        ++at.column;
        kind = place_in(kOpen, lines.text(at.column, at.line));
    }
    if (kind == kNone)
        next_word_end(kOpen, false);
    else if (const auto found = counterpart(lines, at, kind, Way::kDown))
        scroll_to(*found);
}

} // namespace berth::copy
