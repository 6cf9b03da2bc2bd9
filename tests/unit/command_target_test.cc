// Targets, looked up in the world that tools/record-targets set up for tmux and wrote down.
#include "command/target.h"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>

using namespace berth::command;

namespace {

struct WindowRow {
    SessionId session{};
    int index = 0;
    WindowId window{};
    bool current = false;
    bool last = false;
    std::string name;
};

struct PaneRow {
    WindowId window{};
    PaneId pane{};
    bool active = false;
    bool last = false;
    bool marked = false;
    std::uint64_t used = 0;
    Rectangle place;
};

class FileWorld : public World {
  public:
    FileWorld() {
        std::ifstream in(BERTH_CASES "/command/target.world");
        for (std::string line; std::getline(in, line);) {
            std::istringstream words(line);
            std::string what;
            words >> what;
            if (what == "session")
                read_session(words);
            else if (what == "window")
                read_window(words);
            else if (what == "pane")
                read_pane(words);
        }
    }

    void stand_on(std::optional<PaneId> pane) { current_ = pane; }
    void point_at(std::optional<PaneId> pane) { mouse_ = pane; }

    std::optional<Place> current(std::uint8_t) const override { return place(current_); }
    std::optional<Place> mouse() const override { return place(mouse_); }
    std::optional<Place> active() const override { return std::nullopt; }
    std::optional<Place> marked() const override {
        for (const PaneRow& pane : panes_)
            if (pane.marked)
                return place(pane.pane);
        return std::nullopt;
    }
    std::vector<SessionId> sessions() const override {
        std::vector<SessionId> ids;
        for (const auto& [id, name] : sessions_)
            ids.push_back(id);
        return ids;
    }
    std::string session_name(SessionId session) const override { return sessions_.at(session); }
    std::optional<SessionId> client_session(std::string_view client) const override {
        return client == "/dev/pts/9" ? std::optional(SessionId{2}) : std::nullopt;
    }
    std::vector<Link> windows(SessionId session) const override {
        std::vector<Link> links;
        for (const WindowRow& window : windows_)
            if (window.session == session)
                links.push_back({window.index, window.window});
        return links;
    }
    std::string window_name(WindowId window) const override {
        return std::ranges::find(windows_, window, &WindowRow::window)->name;
    }
    int current_index(SessionId session) const override {
        return *index_where(session, &WindowRow::current);
    }
    std::optional<int> last_index(SessionId session) const override {
        return index_where(session, &WindowRow::last);
    }
    std::optional<SessionId> session_of(WindowId window) const override {
        const auto found = std::ranges::find(windows_, window, &WindowRow::window);
        return found == windows_.end() ? std::nullopt : std::optional(found->session);
    }
    std::vector<PaneId> panes(WindowId window) const override {
        std::vector<PaneId> ids;
        for (const PaneRow& pane : panes_)
            if (pane.window == window)
                ids.push_back(pane.pane);
        return ids;
    }
    int first_pane_index(WindowId) const override { return 0; }
    PaneId active_pane(WindowId window) const override {
        return *pane_where(window, &PaneRow::active);
    }
    std::optional<PaneId> last_pane(WindowId window) const override {
        return pane_where(window, &PaneRow::last);
    }
    std::optional<WindowId> window_of(PaneId pane) const override {
        const auto found = std::ranges::find(panes_, pane, &PaneRow::pane);
        return found == panes_.end() ? std::nullopt : std::optional(found->window);
    }
    Rectangle rectangle(PaneId pane) const override { return row(pane).place; }
    std::uint64_t last_active(PaneId pane) const override { return row(pane).used; }

  private:
    template <class Id> static Id read_id(std::istream& in) {
        char sigil = 0;
        std::uint32_t number = 0;
        in >> sigil >> number;
        return Id{number};
    }
    static std::string read_rest(std::istream& in) {
        std::string rest;
        std::getline(in >> std::ws, rest);
        return rest;
    }
    void read_session(std::istream& in) {
        const auto id = read_id<SessionId>(in);
        sessions_[id] = read_rest(in);
    }
    void read_window(std::istream& in) {
        WindowRow row;
        row.session = read_id<SessionId>(in);
        in >> row.index;
        row.window = read_id<WindowId>(in);
        in >> row.current >> row.last;
        row.name = read_rest(in);
        windows_.push_back(row);
    }
    void read_pane(std::istream& in) {
        PaneRow row;
        row.window = read_id<WindowId>(in);
        row.pane = read_id<PaneId>(in);
        in >> row.active >> row.last >> row.marked >> row.used;
        in >> row.place.left >> row.place.top >> row.place.width >> row.place.height;
        panes_.push_back(row);
    }
    std::optional<int> index_where(SessionId session, bool WindowRow::* mark) const {
        for (const WindowRow& window : windows_)
            if (window.session == session && window.*mark)
                return window.index;
        return std::nullopt;
    }
    std::optional<PaneId> pane_where(WindowId window, bool PaneRow::* mark) const {
        for (const PaneRow& pane : panes_)
            if (pane.window == window && pane.*mark)
                return pane.pane;
        return std::nullopt;
    }
    const PaneRow& row(PaneId pane) const {
        return *std::ranges::find(panes_, pane, &PaneRow::pane);
    }
    std::optional<Place> place(std::optional<PaneId> pane) const {
        if (!pane)
            return std::nullopt;
        const WindowId window = row(*pane).window;
        const auto link = std::ranges::find(windows_, window, &WindowRow::window);
        return Place{link->session, link->index, window, pane};
    }

    std::map<SessionId, std::string> sessions_;
    std::vector<WindowRow> windows_;
    std::vector<PaneRow> panes_;
    std::optional<PaneId> current_ = PaneId{12};
    std::optional<PaneId> mouse_;
};

int free_index(const World& world, SessionId session) {
    const auto links = world.windows(session);
    int index = 0;
    while (std::ranges::count(links, index, &Link::index) != 0)
        ++index;
    return index;
}

std::string show(const World& world, const berth::Result<Place>& place, std::string_view kind) {
    if (!place)
        return "! " + place.error().operation;
    std::string out = "= " + world.session_name(place->session);
    if (kind == "session")
        return out;
    if (kind == "index" && place->window && place->index)
        return "= index " + std::to_string(*place->index) + " in use";
    out += ":" + std::to_string(place->index ? *place->index : free_index(world, place->session));
    if (kind == "pane")
        out += ".%" + std::to_string(std::to_underlying(*place->pane));
    return out;
}

// One case, "KIND|%PANE|TARGET".
std::string answer(FileWorld& world, const std::string& input) {
    const auto first = input.find('|');
    const auto second = input.find('|', first + 1);
    const std::string kind = input.substr(0, first);
    world.stand_on(PaneId{static_cast<std::uint32_t>(std::stoul(input.substr(first + 2)))});
    const Kind want = kind == "session" ? Kind::session
                      : kind == "pane"  ? Kind::pane
                                        : Kind::window;
    const std::uint8_t traits = kind == "index" ? kIndex : 0;
    return show(world, resolve(input.substr(second + 1), want, traits, world), kind);
}

std::string resolved(const FileWorld& world, std::optional<std::string_view> text,
                     std::uint8_t traits) {
    return show(world, resolve(text, Kind::pane, traits, world), "pane");
}

} // namespace

BOOST_AUTO_TEST_SUITE(command_target)

BOOST_AUTO_TEST_CASE(targets_name_what_they_name_in_tmux) {
    FileWorld world;
    std::ifstream in(BERTH_CASES "/command/target.cases");
    std::string input;
    std::size_t count = 0;
    for (std::string line; std::getline(in, line);) {
        if (line.starts_with("> "))
            input = line.substr(2);
        if (!line.starts_with("= ") && !line.starts_with("! "))
            continue;
        BOOST_TEST(answer(world, input) == line,
                   input << ": " << answer(world, input) << ", not " << line);
        ++count;
    }
    BOOST_TEST(count > 1000U);
}

BOOST_AUTO_TEST_CASE(the_mouse_and_the_mark_are_targets) {
    FileWorld world;
    BOOST_TEST(resolved(world, "=", 0) == "! no mouse target");
    world.point_at(PaneId{7});
    BOOST_TEST(resolved(world, "=", 0) == "= beta:0.%7");
    BOOST_TEST(resolved(world, "{mouse}", 0) == "= beta:0.%7");
    BOOST_TEST(resolved(world, "~", 0) == "= beta:0.%13");
    BOOST_TEST(resolved(world, "{active}", 0) == "! no active target");
    BOOST_TEST(resolved(world, std::nullopt, kMarked) == "= beta:0.%13");
    BOOST_TEST(resolved(world, "", kMarked) == "= alpha:0.%12");
}

BOOST_AUTO_TEST_CASE(without_a_target_the_pane_that_asks_is_meant) {
    FileWorld world;
    world.stand_on(PaneId{11});
    BOOST_TEST(resolved(world, std::nullopt, 0) == "= alpha:0.%11");
    BOOST_TEST(resolved(world, "", 0) == "= alpha:0.%12");
}

BOOST_AUTO_TEST_CASE(a_client_stands_for_its_session) {
    const FileWorld world;
    BOOST_TEST(resolved(world, "/dev/pts/9:", 0) == "= beta:0.%7");
    BOOST_TEST(resolved(world, "=/dev/pts/9:", 0) == "! can't find session: /dev/pts/9");
}

BOOST_AUTO_TEST_CASE(clients_are_found_by_their_terminal) {
    const std::vector<std::string> names{"client-17", "/dev/pts/9", "/dev/pts/10"};
    BOOST_TEST(find_client("/dev/pts/10", names).value() == 2U);
    BOOST_TEST(find_client("pts/9", names).value() == 1U);
    BOOST_TEST(find_client("pts/9:", names).value() == 1U);
    BOOST_TEST(find_client("client-17", names).value() == 0U);
    BOOST_TEST(find_client("client-1", names).error().operation == "can't find client: client-1");
    BOOST_TEST(find_client("pts/9::", names).error().operation == "can't find client: pts/9:");
    BOOST_TEST(find_client("", names).error().operation == "can't find client: ");
}

BOOST_AUTO_TEST_CASE(without_sessions_there_is_no_target) {
    FileWorld world;
    world.stand_on(std::nullopt);
    BOOST_TEST(resolved(world, "alpha", 0) == "! no current target");
}

BOOST_AUTO_TEST_SUITE_END()
