// Replays tests/cases/layout: the commands of `in`, whose layouts tmux 3.3a has recorded in `out`
// (tools/record-layouts).
#include "layout/layout.h"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace layout = berth::layout;
using layout::Axis;
using layout::Layout;
using layout::PaneId;

namespace {

std::vector<std::string> lines_of(const std::filesystem::path& path) {
    std::ifstream file(path);
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);)
        lines.push_back(line);
    return lines;
}

unsigned number(std::string_view text) {
    return static_cast<unsigned>(std::stoul(std::string(text)));
}

layout::Extent extent(const std::string& text) {
    return {number(text), text.ends_with('%')};
}

struct Arguments {
    std::string name;
    std::map<std::string, std::string> flags;
    std::vector<std::string> words;

    // `with_value` are the flags that take a value.
    Arguments(const std::string& line, std::string_view with_value) {
        std::istringstream stream(line);
        stream >> name;
        for (std::string word; stream >> word;) {
            std::erase(word, '\'');
            if (!word.starts_with('-'))
                words.push_back(word);
            else if (with_value.contains(word[1]))
                stream >> flags[word];
            else
                flags[word] = "";
        }
    }
    [[nodiscard]] bool has(const std::string& flag) const { return flags.contains(flag); }
    [[nodiscard]] PaneId pane(const std::string& flag) const {
        return number(std::string_view(flags.at(flag)).substr(1));
    }
};

// As much of a server as the cases need: one window, its panes in order, its options.
class Window {
  public:
    explicit Window(layout::Size size) : layout_(0, size), size_(size), order_{0} {}

    std::string run(const std::string& line) {
        static const std::map<std::string,
                              std::pair<std::string (Window::*)(const Arguments&), const char*>>
            kCommands = {{"split-window", {&Window::split, "lt"}},
                         {"kill-pane", {&Window::kill, "t"}},
                         {"resize-pane", {&Window::resize, "txy"}},
                         {"resize-window", {&Window::resize_window, "xy"}},
                         {"select-layout", {&Window::select, "t"}},
                         {"set-option", {&Window::set, ""}},
                         {"swap-pane", {&Window::swap, "st"}},
                         {"rotate-window", {&Window::rotate, ""}},
                         {"neighbours", {&Window::neighbours, ""}}};
        const auto& [function, with_value] = kCommands.at(line.substr(0, line.find(' ')));
        const Arguments arguments(line, with_value);
        const std::string error = arguments.has("-t") && !order_has(arguments.pane("-t"))
                                      ? "can't find pane: " + arguments.flags.at("-t")
                                      : (this->*function)(arguments);
        return error.empty() ? layout_.text() : "! " + error;
    }
    [[nodiscard]] const Layout& layout() const { return layout_; }
    [[nodiscard]] const std::vector<PaneId>& order() const { return order_; }

  private:
    [[nodiscard]] bool order_has(PaneId pane) const {
        return std::ranges::count(order_, pane) == 1;
    }

    std::string split(const Arguments& a) {
        layout::Split request{.target = a.pane("-t"),
                              .pane = next_,
                              .axis = a.has("-h") ? Axis::Horizontal : Axis::Vertical,
                              .where = a.has("-b") ? layout::Where::Before : layout::Where::After,
                              .full = a.has("-f")};
        if (a.has("-l")) {
            const std::string& size = a.flags.at("-l");
            request.size =
                size.ends_with('%') ? layout_.percent(request, number(size)) : number(size);
        }
        if (!layout_.split(request))
            return "no space for new pane";
        auto at = std::ranges::find(order_, request.target);
        if (request.where == layout::Where::Before)
            at = request.full ? order_.begin() : at;
        else
            at = request.full ? order_.end() : at + 1;
        order_.insert(at, next_++);
        return {};
    }
    std::string kill(const Arguments& a) {
        BOOST_TEST(layout_.remove(a.pane("-t")));
        std::erase(order_, a.pane("-t"));
        layout_.resize_window(size_);
        return {};
    }
    std::string resize(const Arguments& a) {
        const PaneId pane = a.pane("-t");
        for (const auto& [flag, axis, whole] : {std::tuple{"-x", Axis::Horizontal, size_.width},
                                                std::tuple{"-y", Axis::Vertical, size_.height}})
            if (a.has(flag)) {
                const layout::Extent wanted = extent(a.flags.at(flag));
                unsigned size = wanted.percent ? whole * wanted.value / 100 : wanted.value;
                if (axis == Axis::Vertical)
                    size += layout_.box(pane)->height != layout_.find(pane)->height ? 1 : 0;
                layout_.resize_to(pane, axis, size);
            }
        for (const auto& [flag, direction] :
             {std::pair{"-L", layout::Direction::Left}, std::pair{"-R", layout::Direction::Right},
              std::pair{"-U", layout::Direction::Up}, std::pair{"-D", layout::Direction::Down}})
            if (a.has(flag))
                layout_.resize(pane, direction, number(a.words.at(0)));
        return {};
    }
    std::string resize_window(const Arguments& a) {
        size_ = {number(a.flags.at("-x")), number(a.flags.at("-y"))};
        layout_.resize_window(size_);
        return {};
    }
    std::string select(const Arguments& a) {
        if (a.has("-E")) {
            layout_.spread(a.has("-t") ? a.pane("-t") : active());
            return {};
        }
        if (const auto named = layout::parse_named(a.words.at(0))) {
            layout_.apply(*named, order_, options_);
            return {};
        }
        return apply_text(a.words.at(0));
    }
    std::string apply_text(const std::string& text) {
        auto parsed = Layout::parse(text);
        if (!parsed)
            return "invalid layout: " + text;
        const std::size_t cells = parsed->count();
        switch (parsed->assign(order_)) {
        case layout::Assigned::TooFew:
            return "have " + std::to_string(order_.size()) + " panes but need " +
                   std::to_string(cells) + ": " + text;
        case layout::Assigned::Mismatch:
            return "size mismatch after applying layout: " + text;
        case layout::Assigned::Done:
            break;
        }
        parsed->set_status(layout_.status());
        layout_ = *std::move(parsed);
        size_ = layout_.size();
        return {};
    }
    std::string set(const Arguments& a) {
        const std::string& name = a.words.at(0);
        const std::string& value = a.words.at(1);
        if (name == "pane-border-status")
            layout_.set_status(value == "top" ? layout::BorderStatus::Top
                                              : layout::BorderStatus::Bottom);
        else if (name == "main-pane-width")
            options_.main_width = extent(value);
        else if (name == "main-pane-height")
            options_.main_height = extent(value);
        else if (name == "other-pane-width")
            options_.other_width = extent(value);
        else
            options_.other_height = extent(value);
        return {};
    }
    std::string swap(const Arguments& a) {
        layout_.swap(a.pane("-s"), a.pane("-t"));
        std::iter_swap(std::ranges::find(order_, a.pane("-s")),
                       std::ranges::find(order_, a.pane("-t")));
        return {};
    }
    std::string rotate(const Arguments& a) {
        auto rotated = order_;
        std::ranges::rotate(rotated, a.has("-D") ? rotated.end() - 1 : rotated.begin() + 1);
        layout_.rename(order_, rotated);
        order_ = rotated;
        return {};
    }
    std::string neighbours(const Arguments&) { return {}; }
    [[nodiscard]] PaneId active() const { return order_.back(); }

    Layout layout_;
    layout::Size size_;
    std::vector<PaneId> order_;
    PaneId next_ = 1;
    layout::NamedOptions options_;
};

// Every pane that tmux went to is among the neighbours; where there are none it stayed.
void check_neighbours(const Window& window, const std::string& line, const std::string& expected) {
    const PaneId pane = number(std::string_view(line).substr(line.find('%') + 1));
    std::istringstream stream(expected);
    for (const auto direction : {layout::Direction::Up, layout::Direction::Down,
                                 layout::Direction::Left, layout::Direction::Right}) {
        std::string word;
        stream >> word;
        const auto found = window.layout().neighbours(pane, direction, window.order());
        const PaneId went = number(std::string_view(word).substr(1));
        BOOST_TEST((found.empty() ? went == pane : std::ranges::count(found, went) == 1),
                   line << " " << static_cast<int>(direction));
    }
}

void check_invariants(const Layout& tree) {
    BOOST_TEST(layout::consistent(tree.root()));
    for (const PaneId pane : tree.panes()) {
        const auto box = tree.box(pane).value();
        BOOST_TEST((box.width >= 1 && box.x + box.width <= tree.size().width));
        BOOST_TEST(box.y + box.height <= tree.size().height);
    }
    auto read = Layout::parse(tree.text());
    BOOST_REQUIRE_MESSAGE(read, tree.text());
    BOOST_TEST(read->text() == tree.text());
}

void replay(const std::filesystem::path& folder) {
    const auto in = lines_of(folder / "in");
    const auto out = lines_of(folder / "out");
    BOOST_REQUIRE(in.size() == out.size());
    const auto cross = in[0].find('x');
    Window window({number(in[0].substr(0, cross)), number(in[0].substr(cross + 1))});
    BOOST_TEST(window.layout().text() == out[0]);
    for (std::size_t i = 1; i < in.size(); i++) {
        if (in[i].starts_with("neighbours")) {
            check_neighbours(window, in[i], out[i]);
            continue;
        }
        const std::string result = window.run(in[i]);
        BOOST_TEST(result == out[i], folder.filename().string()
                                         << ":" << i + 1 << ": " << in[i] << "\n  have " << result
                                         << "\n  want " << out[i]);
        if (result != out[i])
            return;
        check_invariants(window.layout());
    }
}

} // namespace

BOOST_AUTO_TEST_SUITE(layout_cases)

BOOST_AUTO_TEST_CASE(every_recorded_sequence_gives_tmuxs_layouts) {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(BERTH_CASES "/layout")) {
        replay(entry.path());
        count++;
    }
    BOOST_TEST(count >= 60U);
}

BOOST_AUTO_TEST_SUITE_END()
