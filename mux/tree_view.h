// A list of lines to choose from, which may have others below them: expanded and collapsed, tagged,
// searched; with a preview of the current one in a box below. The lists of tmux's choose-* commands
// and the menu of a login are made of it. Knows items by their numbers, so that they may be made
// anew at any time.
#pragma once

#include "format/style.h"
#include "formats.h"
#include "keys/key.h"
#include "vt/canvas.h"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace berth::mux {

class Server;

using TreeId = std::uint64_t;

struct TreeItem {
    TreeId id = 0;
    std::string name;
    std::string text; // expanded
    std::vector<TreeItem> children{};
    bool expanded = false; // unless the user has said otherwise
};

enum class TreeAnswer {
    none,   // not a key of the list
    done,   // it was
    chosen, // the current line
    quit,
    sort_next,
    sort_reversed,
    search,
    search_again,
    search_back,
    filter,
    help,
};

struct TreeLook {
    format::Pen selected;
    format::Pen border;
    std::string sort;   // "(sort: index)" of the box; empty: nothing of it
    std::string filter; // "(filter: active)"
    std::function<std::string(std::size_t line)> key; // "0", "M-a" of a line; empty: none
};

class TreeView {
  public:
    using Preview = std::function<void(vt::Canvas& canvas, vt::Rect area, TreeId id)>;

    // Keeps what is current, expanded and tagged.
    void set(std::vector<TreeItem> items);
    void select(TreeId id); // its parents are expanded
    void expand(TreeId id, bool expanded);

    [[nodiscard]] std::optional<TreeId> current() const;
    [[nodiscard]] const TreeItem* item(TreeId id) const;
    [[nodiscard]] const std::set<TreeId>& tagged() const { return tagged_; }
    void untag() { tagged_.clear(); }
    [[nodiscard]] bool empty() const { return lines_.empty(); }
    [[nodiscard]] std::size_t size() const { return lines_.size(); }
    // The line that is current becomes the next one that contains the text, around the end.
    enum class Way : std::int8_t { forward = 1, back = -1 };
    bool search(std::string_view text, Way way);

    TreeAnswer key(keys::Key key, const std::function<std::string(std::size_t)>& key_of);
    // A click at the row of the box: whether a line is there, which is current then.
    bool click(int row);

    void draw(vt::Canvas& canvas, vt::Rect box, Server& server, const FormatAbout& about,
              const TreeLook& look, const Preview& preview);
    bool previews = true;

  private:
    struct Line {
        const TreeItem* item = nullptr;
        std::optional<std::size_t> parent{};
        int depth = 0;
        bool last = false; // of its siblings
        bool flat = false; // none of them has children
    };
    void build();
    void add_lines(const std::vector<TreeItem>& items, std::optional<std::size_t> parent,
                   int depth);
    [[nodiscard]] bool is_expanded(const TreeItem& item) const;
    void expand_all(bool expanded);
    void move(int by);
    void go(std::size_t line) { current_ = line; }
    void left();
    void right();
    void tag();
    void tag_all();
    [[nodiscard]] int list_rows(int rows) const;
    [[nodiscard]] std::string prefix(std::size_t line) const;
    void draw_line(vt::Canvas& canvas, vt::Rect box, int row, std::size_t line, Server& server,
                   const FormatAbout& about, const TreeLook& look) const;

    std::vector<TreeItem> items_;
    std::vector<Line> lines_;
    std::map<TreeId, bool> expanded_;
    std::set<TreeId> tagged_;
    std::size_t current_ = 0;
    std::size_t offset_ = 0; // the first line that is seen
    int page_ = 1;
};

} // namespace berth::mux
