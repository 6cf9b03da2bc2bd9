// Searching: where a search begins, goes on and ends.
#include "copy/machine.h"

#include <cstdlib>

namespace berth::copy {

void Copy::Machine::clear_matches() {
    shown.reset();
    counted.reset();
    search_start.reset();
}

// Where a search downwards begins. emacs stands behind the match before; vi stands on it and has to
// get past it, or past the cursor's own column when nothing has been found yet.
Point Copy::Machine::search_origin() const {
    if (settings.vi) {
        if (!shown)
            return {cx + 1, line()};
        if (const auto match = match_at(cursor()))
            return match->end;
    }
    return cursor();
}

// The next match in a direction, round the end of everything if wrap-search is on.
std::optional<Match> Copy::Machine::find(const Finder& finder, Way way) {
    const Point begin = way == Way::kDown ? search_origin() : cursor();
    const int from = begin.line;
    const int total = lines.last() + 1;
    const int step = way == Way::kDown ? 1 : -1;
    const int last_step = settings.wrap_search ? total
                          : way == Way::kDown  ? total - 1 - from
                                               : from;
    for (int i = 0; i <= last_step; ++i) {
        const int y = (from + step * i + total) % total;
        const int skipped = std::abs(lines.may_have(y, step, finder.part(), finder.fold()) - y);
        if ((i % 256 == 255 || skipped != 0) && settings.expired && settings.expired()) {
            timed_out = true;
            return std::nullopt;
        }
        if (skipped != 0) {
            i += skipped - 1;
            continue;
        }
        std::optional<Match> match;
        if (way == Way::kDown)
            match = finder.first(lines, y, i != 0 ? 0 : begin.column);
        else
            match = finder.last(lines, y, i == 0 ? begin.column : lines.columns() + 1);
        if (match)
            return match;
    }
    return std::nullopt;
}

bool Copy::Machine::search(Way way) {
    if (timed_out)
        return false;
    auto finder = Finder::make(search_text, search_regex);
    if (!finder)
        return false;
    const auto match = find(*finder, way);
    if (!match)
        return false;
    shown = std::move(finder);
    counted.reset();
    scroll_to(match->begin);
    if (way == Way::kDown && !settings.vi) {
        go_to(match->end);
        update_selection();
    }
    return true;
}

void Copy::Machine::search_command(Way way, bool regex, const std::string& text, int repeat) {
    timed_out = false;
    search_way = way;
    search_regex = regex;
    search_text = text;
    searched = true;
    for (int i = 0; i < repeat && search(way); ++i) {
    }
}

void Copy::Machine::search_again(bool reverse, int repeat) {
    if (!searched)
        return;
    const Way other = search_way == Way::kDown ? Way::kUp : Way::kDown;
    for (int i = 0; i < repeat && search(reverse ? other : search_way); ++i) {
    }
}

// The argument is what has been typed so far after "=" (it changed), "+" (search on downwards) or
// "-" (upwards). A changed text is sought from where the search began.
void Copy::Machine::search_incremental(Way way, std::string_view argument) {
    if (argument.empty())
        return;
    const char prefix = argument[0];
    const std::string text(argument.substr(1));
    timed_out = false;
    if (!search_start) {
        search_start = Place{cx, cy, top};
    } else if (text != search_text) {
        move(search_start->cx, search_start->cy);
        set_top(search_start->top);
    }
    const auto place = search_start;
    if (text.empty()) {
        clear_matches();
        return;
    }
    if (prefix != '=' && prefix != '+' && prefix != '-')
        return;
    search_way = prefix == '=' ? way : prefix == '+' ? Way::kDown : Way::kUp;
    search_regex = false;
    search_text = text;
    searched = true;
    if (!search(search_way))
        clear_matches();
    search_start = place;
}

// The match that has a column: it may begin in an earlier part of a wrapped line.
std::optional<Match> Copy::Machine::match_at(Point at) const {
    if (!shown)
        return std::nullopt;
    for (int y = at.line, seen = 0; y >= 0 && seen < kMaxMatchRows; --y, ++seen) {
        for (const Match& match : shown->all(lines, y)) {
            const auto key = std::pair(at.line, at.column);
            if (key >= std::pair(match.begin.line, match.begin.column) &&
                key < std::pair(match.end.line, match.end.column))
                return match;
        }
        if (y == 0 || !lines.wrapped(y - 1))
            break;
    }
    return std::nullopt;
}

// A cursor that stands right behind a match, as emacs' does after a search forward, counts as in
// it.
std::optional<Match> Copy::Machine::match_at_cursor() const {
    const Point at = cursor();
    if (const auto match = match_at(at))
        return match;
    return at.column > 0 ? match_at({at.column - 1, at.line}) : std::nullopt;
}

std::vector<Range> Copy::Machine::matches(int y) const {
    std::vector<Range> ranges;
    if (!shown)
        return ranges;
    int first = y;
    while (first > 0 && y - first < kMaxMatchRows && lines.wrapped(first - 1))
        --first;
    for (int line_of = first; line_of <= y; ++line_of)
        for (const Match& match : shown->all(lines, line_of))
            if (match.end.line >= y)
                ranges.push_back({match.begin.line < y ? 0 : match.begin.column,
                                  match.end.line > y ? lines.columns() : match.end.column});
    return ranges;
}

int Copy::Machine::search_count() {
    if (counted || !shown)
        return counted.value_or(0);
    int found = 0;
    for (int y = 0; y <= lines.last(); ++y) {
        const int skipped = lines.may_have(y, 1, shown->part(), shown->fold()) - y;
        if ((y % 256 == 255 || skipped != 0) && settings.expired && settings.expired())
            break;
        if (skipped != 0) {
            y += skipped - 1;
            continue;
        }
        found += static_cast<int>(shown->all(lines, y).size());
    }
    counted = found;
    return found;
}

} // namespace berth::copy
