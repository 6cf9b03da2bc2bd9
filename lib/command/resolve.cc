#include "command/target.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include <fnmatch.h>

namespace berth::command {

namespace {

// A number of digits alone, blanks before them allowed.
std::optional<int> number_of(std::string_view text) {
    text.remove_prefix(std::min(text.size(), text.find_first_not_of(" \t")));
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value < 0)
        return std::nullopt;
    return value;
}

template <class Id> std::optional<Id> id_of(std::string_view text) {
    const auto number = number_of(text.substr(1));
    return number ? std::optional(Id{static_cast<std::uint32_t>(*number)}) : std::nullopt;
}

// "+", "-", "+3", "-3" as a signed distance.
std::optional<int> offset_of(std::string_view text) {
    if (!text.starts_with('+') && !text.starts_with('-'))
        return std::nullopt;
    const int distance = text.size() == 1 ? 1 : number_of(text.substr(1)).value_or(0);
    return text[0] == '+' ? distance : -distance;
}

// The one of all whose name is meant: equal to text, else beginning with it, else matching it as a
// pattern. Several that fit are none.
template <class Item, class NameOf>
std::optional<Item> by_name(const std::vector<Item>& all, const Name& name, NameOf name_of) {
    const auto equal = [&](const std::string& one) { return one == name.text; };
    const auto begins = [&](const std::string& one) { return one.starts_with(name.text); };
    const auto matches = [&](const std::string& one) {
        return fnmatch(name.text.c_str(), one.c_str(), 0) == 0;
    };
    const auto only = [&](auto fits) -> std::pair<bool, std::optional<Item>> {
        std::optional<Item> found;
        for (const Item& item : all) {
            if (!fits(name_of(item)))
                continue;
            if (found)
                return {true, std::nullopt};
            found = item;
        }
        return {found.has_value(), found};
    };
    auto found = only(equal);
    if (!found.first && !name.exact)
        found = only(begins);
    if (!found.first && !name.exact)
        found = only(matches);
    return found.second;
}

class Resolver {
  public:
    Resolver(const World& world, const Place& current, std::uint8_t traits)
        : world_(world), current_(current), traits_(traits) {}

    // Nothing when the part that leads is not found.
    Result<std::optional<Place>> attempt(const Try& one) {
        if (one.session) {
            const auto session = find_session(*one.session);
            if (!session)
                return std::nullopt;
            return in_session(*session, one);
        }
        if (one.window) {
            const auto place = find_window_anywhere(*one.window);
            if (!place)
                return std::nullopt;
            return in_window(*place, one);
        }
        if (one.pane)
            return find_pane_anywhere(one.pane->text);
        return without_index(active_place());
    }

    // A target that names no window leaves the index to commands that make one.
    [[nodiscard]] Place without_index(Place place) const {
        if ((traits_ & kIndex) != 0)
            place.index.reset();
        return place;
    }

  private:
    static std::unexpected<Error> missing(const char* what, const std::string& text) {
        return fail(ENOENT, std::string("can't find ") + what + ": " + text);
    }

    [[nodiscard]] Place active_place() const {
        Place place = current_;
        if (place.window)
            place.pane = world_.active_pane(*place.window);
        return place;
    }

    [[nodiscard]] Place place_of(SessionId session, const Link& link) const {
        return {session, link.index, link.window, world_.active_pane(link.window)};
    }

    std::optional<SessionId> find_session(const Name& name) const {
        const auto all = world_.sessions();
        if (name.text.starts_with('$')) {
            const auto id = id_of<SessionId>(name.text);
            return id && std::ranges::count(all, *id) != 0 ? id : std::nullopt;
        }
        const auto name_of = [&](SessionId id) { return world_.session_name(id); };
        const auto exact = by_name(all, Name{name.text, true}, name_of);
        if (exact || name.exact)
            return exact;
        if (const auto session = world_.client_session(name.text))
            return session;
        return by_name(all, name, name_of);
    }

    Result<std::optional<Place>> in_session(SessionId session, const Try& one) {
        const auto links = world_.windows(session);
        if (one.window) {
            const auto place = find_window(session, *one.window);
            if (!place)
                return missing("window", one.window->text);
            return in_window(*place, one);
        }
        const auto current = std::ranges::find(links, world_.current_index(session), &Link::index);
        return in_window(without_index(place_of(session, *current)), one);
    }

    Result<std::optional<Place>> in_window(Place place, const Try& one) const {
        if (!one.pane || !place.window)
            return place;
        place.pane = find_pane(*place.window, one.pane->text);
        if (!place.pane)
            return missing("pane", one.pane->text);
        return place;
    }

    // The place of a window in the current session if it is there, else in the one used last.
    std::optional<Place> place_of_window(WindowId window) const {
        std::vector<SessionId> sessions{current_.session};
        if (const auto session = world_.session_of(window))
            sessions.push_back(*session);
        for (const SessionId session : sessions) {
            const auto links = world_.windows(session);
            const auto found = std::ranges::find(links, window, &Link::window);
            if (found != links.end())
                return place_of(session, *found);
        }
        return std::nullopt;
    }

    std::optional<Place> find_window_anywhere(const Name& name) const {
        if (!name.text.starts_with('@'))
            return find_window(current_.session, name);
        const auto id = id_of<WindowId>(name.text);
        return id ? place_of_window(*id) : std::nullopt;
    }

    std::optional<Place> find_window(SessionId session, const Name& name) const {
        const auto links = world_.windows(session);
        const auto place = [&](const auto& link) -> std::optional<Place> {
            return link ? std::optional(place_of(session, *link)) : std::nullopt;
        };
        if (name.text.starts_with('@')) {
            const auto id = id_of<WindowId>(name.text);
            return place(id ? first(links, [&](const Link& l) { return l.window == *id; })
                            : std::nullopt);
        }
        if (!name.exact) {
            if (const auto offset = offset_of(name.text))
                return by_offset(session, links, *offset);
            if (name.text == "^" || name.text == "$")
                return place(std::optional(name.text == "^" ? links.front() : links.back()));
            if (name.text == "!") {
                const auto last = world_.last_index(session);
                return place(first(links, [&](const Link& l) { return l.index == last; }));
            }
        }
        if (const auto index = number_of(name.text)) {
            const auto found = first(links, [&](const Link& l) { return l.index == *index; });
            if (found || (traits_ & kIndex) != 0)
                return found ? place(found) : Place{session, *index, {}, {}};
        }
        return place(
            by_name(links, name, [&](const Link& l) { return world_.window_name(l.window); }));
    }

    template <class Fits>
    static std::optional<Link> first(const std::vector<Link>& links, Fits fits) {
        const auto found = std::ranges::find_if(links, fits);
        return found == links.end() ? std::nullopt : std::optional(*found);
    }

    // Windows are counted around the session's end; an index that need not be in use is counted as
    // a number.
    std::optional<Place> by_offset(SessionId session, const std::vector<Link>& links,
                                   int offset) const {
        const int current = world_.current_index(session);
        if ((traits_ & kIndex) != 0) {
            int index = 0;
            if (__builtin_add_overflow(current, offset, &index) || index < 0)
                return std::nullopt;
            const auto found = first(links, [&](const Link& l) { return l.index == index; });
            return found ? place_of(session, *found) : Place{session, index, {}, {}};
        }
        const auto at = std::ranges::find(links, current, &Link::index) - links.begin();
        return place_of(session, links[around(at, offset, links.size())]);
    }

    static std::size_t around(std::ptrdiff_t at, int offset, std::size_t count) {
        const auto size = static_cast<std::ptrdiff_t>(count);
        return static_cast<std::size_t>(((at + offset) % size + size) % size);
    }

    Result<std::optional<Place>> find_pane_anywhere(const std::string& text) const {
        if (text.starts_with('%')) {
            const auto id = id_of<PaneId>(text);
            const auto window = id ? world_.window_of(*id) : std::nullopt;
            auto place = window ? place_of_window(*window) : std::nullopt;
            if (place)
                place->pane = id;
            return place;
        }
        if (!current_.window)
            return std::nullopt;
        Place place = current_;
        place.pane = find_pane(*current_.window, text);
        if (!place.pane)
            return std::nullopt;
        return place;
    }

    [[nodiscard]] std::optional<PaneId> find_pane(WindowId window, const std::string& text) const {
        const auto panes = world_.panes(window);
        const auto count = static_cast<std::ptrdiff_t>(panes.size());
        if (text.starts_with('%')) {
            const auto id = id_of<PaneId>(text);
            return id && std::ranges::count(panes, *id) != 0 ? id : std::nullopt;
        }
        if (text == "!")
            return world_.last_pane(window);
        const PaneId active = world_.active_pane(window);
        if (const auto side = side_of(text))
            return beside(panes, active, *side);
        if (const auto offset = offset_of(text))
            return panes[around(std::ranges::find(panes, active) - panes.begin(), *offset,
                                panes.size())];
        if (const auto number = number_of(text)) {
            const std::ptrdiff_t at = *number - world_.first_pane_index(window);
            if (at >= 0 && at < count)
                return panes[static_cast<std::size_t>(at)];
        }
        return at_edge(panes, text);
    }

    enum class Side : std::uint8_t { up, down, left, right };

    static std::optional<Side> side_of(std::string_view text) {
        constexpr std::pair<std::string_view, Side> kSides[] = {{"{down-of}", Side::down},
                                                                {"{left-of}", Side::left},
                                                                {"{right-of}", Side::right},
                                                                {"{up-of}", Side::up}};
        for (const auto& [word, side] : kSides)
            if (word == text)
                return side;
        return std::nullopt;
    }

    struct Extent {
        int left = 0;
        int top = 0;
        int right = 0; // behind the last cell
        int bottom = 0;
    };

    [[nodiscard]] Extent extent(PaneId pane) const {
        const Rectangle r = world_.rectangle(pane);
        return {r.left, r.top, r.left + r.width, r.top + r.height};
    }

    [[nodiscard]] Extent whole(const std::vector<PaneId>& panes) const {
        Extent all = extent(panes.front());
        for (const PaneId pane : panes) {
            const Extent one = extent(pane);
            all = {std::min(all.left, one.left), std::min(all.top, one.top),
                   std::max(all.right, one.right), std::max(all.bottom, one.bottom)};
        }
        return all;
    }

    // The pane used last of those that touch the border on that side, around the window's edge if
    // need be.
    [[nodiscard]] std::optional<PaneId> beside(const std::vector<PaneId>& panes, PaneId from,
                                               Side side) const {
        const Extent all = whole(panes);
        const Extent own = extent(from);
        std::optional<PaneId> best;
        for (const PaneId pane : panes) {
            if (pane == from || !touches(own, extent(pane), all, side))
                continue;
            if (!best || world_.last_active(pane) > world_.last_active(*best))
                best = pane;
        }
        return best;
    }

    static bool touches(const Extent& own, const Extent& other, const Extent& all, Side side) {
        const bool shares_rows = other.top < own.bottom && own.top < other.bottom;
        const bool shares_columns = other.left < own.right && own.left < other.right;
        switch (side) {
        case Side::up:
            return shares_columns &&
                   other.bottom == (own.top == all.top ? all.bottom : own.top - 1);
        case Side::down:
            return shares_columns &&
                   other.top == (own.bottom == all.bottom ? all.top : own.bottom + 1);
        case Side::left:
            return shares_rows && other.right == (own.left == all.left ? all.right : own.left - 1);
        case Side::right:
            return shares_rows && other.left == (own.right == all.right ? all.left : own.right + 1);
        }
        return false;
    }

    // "top-left" and the like: the first pane that holds the cell there, its border included.
    [[nodiscard]] std::optional<PaneId> at_edge(const std::vector<PaneId>& panes,
                                                std::string_view text) const {
        const Extent all = whole(panes);
        const int middle_x = all.right / 2;
        const int middle_y = all.bottom / 2;
        const int right = all.right - 1;
        const int bottom = all.bottom - 1;
        const struct {
            std::string_view word;
            int x;
            int y;
        } cells[] = {{"bottom", middle_x, bottom},    {"bottom-left", all.left, bottom},
                     {"bottom-right", right, bottom}, {"left", all.left, middle_y},
                     {"right", right, middle_y},      {"top", middle_x, all.top},
                     {"top-left", all.left, all.top}, {"top-right", right, all.top}};
        for (const auto& cell : cells)
            if (cell.word == text)
                for (const PaneId pane : panes) {
                    const Extent e = extent(pane);
                    if (cell.x >= e.left && cell.x <= e.right && cell.y >= e.top &&
                        cell.y <= e.bottom)
                        return pane;
                }
        return std::nullopt;
    }

    const World& world_;
    const Place& current_;
    std::uint8_t traits_;
};

Error not_found(const Try& one) {
    const char* what = one.session ? "session" : one.window ? "window" : "pane";
    const Name& name = one.session ? *one.session : one.window ? *one.window : *one.pane;
    return fail(ENOENT, std::string("can't find ") + what + ": " + name.text).error();
}

Result<Place> special(const std::optional<Place>& place, const char* what) {
    if (!place)
        return fail(ENOENT, std::string("no ") + what + " target");
    return *place;
}

} // namespace

Result<Place> resolve(std::optional<std::string_view> text, Kind kind, std::uint8_t traits,
                      const World& world) {
    const auto current = world.current(traits);
    if (!current)
        return fail(ENOENT, "no current target");
    const auto marked = text || (traits & kMarked) == 0 ? std::nullopt : world.marked();
    if (marked)
        return *marked;
    Resolver resolver(world, *current, traits);
    if (!text)
        return resolver.without_index(*current);
    const Target target = parse_target(*text, kind);
    switch (target.special) {
    case Special::mouse:
        return special(world.mouse(), "mouse");
    case Special::marked:
        return special(world.marked(), "marked");
    case Special::active:
        return special(world.active(), "active");
    case Special::none:
        break;
    }
    if ((traits & kIndex) != 0 && target.tries.front().pane)
        return fail(EINVAL, "can't specify pane here");
    for (const Try& one : target.tries) {
        const auto place = resolver.attempt(one);
        if (!place)
            return std::unexpected(place.error());
        if (*place)
            return **place;
    }
    return std::unexpected(not_found(target.tries.front()));
}

} // namespace berth::command
