#include "tree_view.h"

#include "format/text.h"
#include "status.h"
#include "style.h"

#include <algorithm>

namespace berth::mux {
namespace {

enum class Act {
    up,
    down,
    page_up,
    page_down,
    first,
    last,
    left,
    right,
    expand_all,
    collapse_all,
    tag,
    untag,
    tag_all,
    previews,
};

struct ActRow {
    keys::Key key;
    Act act;
};
const ActRow kActs[] = {
    {keys::Key(keys::Named::Up), Act::up},
    {keys::Key('k'), Act::up},
    {keys::Key('p', keys::kCtrl), Act::up},
    {keys::Key(keys::Named::Down), Act::down},
    {keys::Key('j'), Act::down},
    {keys::Key('n', keys::kCtrl), Act::down},
    {keys::Key(keys::Named::PPage), Act::page_up},
    {keys::Key('b', keys::kCtrl), Act::page_up},
    {keys::Key(keys::Named::NPage), Act::page_down},
    {keys::Key('f', keys::kCtrl), Act::page_down},
    {keys::Key(keys::Named::Home), Act::first},
    {keys::Key('g'), Act::first},
    {keys::Key(keys::Named::End), Act::last},
    {keys::Key('G'), Act::last},
    {keys::Key(keys::Named::Left), Act::left},
    {keys::Key('h'), Act::left},
    {keys::Key('-'), Act::left},
    {keys::Key(keys::Named::Right), Act::right},
    {keys::Key('l'), Act::right},
    {keys::Key('+'), Act::right},
    {keys::Key('+', keys::kMeta), Act::expand_all},
    {keys::Key('-', keys::kMeta), Act::collapse_all},
    {keys::Key('t'), Act::tag},
    {keys::Key('T'), Act::untag},
    {keys::Key('t', keys::kCtrl), Act::tag_all},
    {keys::Key('v'), Act::previews},
};

struct AnswerRow {
    keys::Key key;
    TreeAnswer answer;
};
const AnswerRow kAnswers[] = {
    {keys::Key(keys::kEnter), TreeAnswer::chosen},
    {keys::Key('m', keys::kCtrl), TreeAnswer::chosen},
    {keys::Key(keys::Named::KPEnter), TreeAnswer::chosen},
    {keys::Key('q'), TreeAnswer::quit},
    {keys::Key(keys::kEscape), TreeAnswer::quit},
    {keys::Key('[', keys::kCtrl), TreeAnswer::quit},
    {keys::Key('g', keys::kCtrl), TreeAnswer::quit},
    {keys::Key('O'), TreeAnswer::sort_next},
    {keys::Key('r'), TreeAnswer::sort_reversed},
    {keys::Key('/'), TreeAnswer::search},
    {keys::Key('s', keys::kCtrl), TreeAnswer::search},
    {keys::Key('n'), TreeAnswer::search_again},
    {keys::Key('N'), TreeAnswer::search_back},
    {keys::Key('f'), TreeAnswer::filter},
    {keys::Key('?'), TreeAnswer::help},
    {keys::Key(keys::Named::F1), TreeAnswer::help},
};

const TreeItem* find(const std::vector<TreeItem>& items, TreeId id) {
    for (const TreeItem& item : items) {
        if (item.id == id)
            return &item;
        if (const TreeItem* below = find(item.children, id))
            return below;
    }
    return nullptr;
}

} // namespace

void TreeView::set(std::vector<TreeItem> items) {
    const auto was = current();
    items_ = std::move(items);
    build();
    if (was)
        for (std::size_t line = 0; line < lines_.size(); ++line)
            if (lines_[line].item->id == *was)
                current_ = line;
    std::erase_if(tagged_, [this](TreeId id) { return item(id) == nullptr; });
}

void TreeView::build() {
    lines_.clear();
    add_lines(items_, std::nullopt, 0);
    current_ = lines_.empty() ? 0 : std::min(current_, lines_.size() - 1);
}

void TreeView::add_lines(const std::vector<TreeItem>& items, std::optional<std::size_t> parent,
                         int depth) {
    const bool flat =
        std::ranges::all_of(items, [](const TreeItem& each) { return each.children.empty(); });
    for (const TreeItem& each : items) {
        lines_.push_back({&each, parent, depth, &each == &items.back(), flat});
        if (is_expanded(each))
            add_lines(each.children, lines_.size() - 1, depth + 1);
    }
}

bool TreeView::is_expanded(const TreeItem& item) const {
    const auto said = expanded_.find(item.id);
    return said != expanded_.end() ? said->second : item.expanded;
}

const TreeItem* TreeView::item(TreeId id) const {
    return find(items_, id);
}

std::optional<TreeId> TreeView::current() const {
    return lines_.empty() ? std::nullopt : std::optional(lines_[current_].item->id);
}

void TreeView::expand(TreeId id, bool expanded) {
    expanded_[id] = expanded;
    const auto was = current();
    build();
    for (std::size_t line = 0; line < lines_.size(); ++line)
        if (was == lines_[line].item->id)
            current_ = line;
}

void TreeView::select(TreeId id) {
    const auto open = [&](const auto& self, const std::vector<TreeItem>& items) -> bool {
        for (const TreeItem& each : items) {
            if (each.id == id)
                return true;
            if (self(self, each.children)) {
                expanded_[each.id] = true;
                return true;
            }
        }
        return false;
    };
    if (!open(open, items_))
        return;
    build();
    for (std::size_t line = 0; line < lines_.size(); ++line)
        if (lines_[line].item->id == id)
            current_ = line;
}

void TreeView::expand_all(bool expanded) {
    const auto every = [&](const auto& self, const std::vector<TreeItem>& items) -> void {
        for (const TreeItem& each : items) {
            if (!each.children.empty())
                expanded_[each.id] = expanded;
            self(self, each.children);
        }
    };
    // Its outermost parent is what is left of the current line.
    std::size_t line = current_;
    while (!expanded && !lines_.empty() && lines_[line].parent)
        line = *lines_[line].parent;
    const auto was = lines_.empty() ? 0 : lines_[line].item->id;
    every(every, items_);
    build();
    select(was);
}

void TreeView::move(int by) {
    if (lines_.empty())
        return;
    const auto size = static_cast<std::ptrdiff_t>(lines_.size());
    current_ = static_cast<std::size_t>(
        ((static_cast<std::ptrdiff_t>(current_) + by) % size + size) % size);
}

void TreeView::left() {
    if (lines_.empty())
        return;
    const Line& line = lines_[current_];
    std::size_t closes = current_;
    if (line.flat || line.item->children.empty() || !is_expanded(*line.item)) {
        if (!line.parent) {
            move(-1);
            return;
        }
        closes = *line.parent;
    }
    current_ = closes;
    expand(lines_[closes].item->id, false);
}

void TreeView::right() {
    if (lines_.empty())
        return;
    const Line& line = lines_[current_];
    if (line.item->children.empty() || is_expanded(*line.item))
        move(1);
    else
        expand(line.item->id, true);
}

// A tag of a line takes those of the lines above and below it in the tree.
void TreeView::tag() {
    if (lines_.empty())
        return;
    const Line line = lines_[current_];
    if (tagged_.erase(line.item->id) == 0) {
        for (auto above = line.parent; above; above = lines_[*above].parent)
            tagged_.erase(lines_[*above].item->id);
        const auto below = [&](const auto& self, const std::vector<TreeItem>& items) -> void {
            for (const TreeItem& each : items) {
                tagged_.erase(each.id);
                self(self, each.children);
            }
        };
        below(below, line.item->children);
        tagged_.insert(line.item->id);
    }
    if (current_ + 1 < lines_.size())
        ++current_;
}

void TreeView::tag_all() {
    tagged_.clear();
    for (const TreeItem& each : items_)
        tagged_.insert(each.id);
}

bool TreeView::search(std::string_view text, Way way) {
    const auto size = static_cast<std::ptrdiff_t>(lines_.size());
    for (std::ptrdiff_t step = 1; step <= size; ++step) {
        const auto at = static_cast<std::size_t>(
            ((static_cast<std::ptrdiff_t>(current_) + step * static_cast<int>(way)) % size + size) %
            size);
        const TreeItem& each = *lines_[at].item;
        if (each.name.find(text) != std::string::npos ||
            each.text.find(text) != std::string::npos) {
            current_ = at;
            return true;
        }
    }
    return false;
}

TreeAnswer TreeView::key(keys::Key key, const std::function<std::string(std::size_t)>& key_of) {
    for (std::size_t line = 0; line < lines_.size(); ++line) {
        const std::string text = key_of(line);
        if (text.empty())
            break;
        if (const auto parsed = keys::parse_key(text); parsed == key) {
            current_ = line;
            return TreeAnswer::chosen;
        }
    }
    if (const auto* row = std::ranges::find(kAnswers, key, &AnswerRow::key);
        row != std::end(kAnswers))
        return row->answer;
    const auto* row = std::ranges::find(kActs, key, &ActRow::key);
    if (row == std::end(kActs))
        return TreeAnswer::none;
    const auto last = lines_.empty() ? 0 : lines_.size() - 1;
    const auto page = static_cast<std::size_t>(std::max(1, page_));
    switch (row->act) {
    case Act::up:
        move(-1);
        break;
    case Act::down:
        move(1);
        break;
    case Act::page_up:
        go(current_ > page ? current_ - page : 0);
        break;
    case Act::page_down:
        go(std::min(last, current_ + page));
        break;
    case Act::first:
        go(0);
        break;
    case Act::last:
        go(last);
        break;
    case Act::left:
        left();
        break;
    case Act::right:
        right();
        break;
    case Act::expand_all:
        expand_all(true);
        break;
    case Act::collapse_all:
        expand_all(false);
        break;
    case Act::tag:
        tag();
        break;
    case Act::untag:
        untag();
        break;
    case Act::tag_all:
        tag_all();
        break;
    case Act::previews:
        previews = !previews;
        break;
    }
    return TreeAnswer::done;
}

bool TreeView::click(int row) {
    const std::size_t line = offset_ + static_cast<std::size_t>(std::max(0, row));
    if (row < 0 || row >= page_ || line >= lines_.size())
        return false;
    current_ = line;
    return true;
}

// As tmux shares the rows between the list and the preview.
int TreeView::list_rows(int rows) const {
    if (!previews)
        return rows;
    int list = rows / 3 * 2;
    if (list > static_cast<int>(lines_.size()))
        list = rows / 2;
    if (list < 10)
        list = rows;
    return rows - list < 2 ? rows : list;
}

std::string TreeView::prefix(std::size_t index) const {
    const Line& line = lines_[index];
    const std::string_view symbol = line.flat                     ? ""
                                    : line.item->children.empty() ? "  "
                                    : is_expanded(*line.item)     ? "- "
                                                                  : "+ ";
    if (line.depth == 0)
        return std::string(symbol);
    std::string text;
    for (int depth = 1; depth < line.depth; ++depth)
        text += line.parent && lines_[*line.parent].last ? "    " : "│   ";
    text += line.last ? "└─> " : "├─> ";
    text += symbol;
    return text;
}

void TreeView::draw_line(vt::Canvas& canvas, vt::Rect box, int row, std::size_t index,
                         Server& server, const FormatAbout& about, const TreeLook& look) const {
    const TreeItem& item = *lines_[index].item;
    std::size_t widest = 0;
    for (std::size_t line = 0; line < lines_.size(); ++line) {
        const std::string key = look.key(line);
        if (key.empty())
            break;
        widest = std::max(widest, key.size() + 3);
    }
    std::string start = look.key(index);
    if (!start.empty())
        start = "(" + start + ")";
    start.resize(std::max(start.size(), widest), ' ');
    const bool tagged = tagged_.contains(item.id);
    start += prefix(index) + item.name + (tagged ? "*" : "") + (item.text.empty() ? "" : ": ");
    format::Pen pen = index == current_ ? look.selected : format::Pen{};
    if (tagged)
        pen.attributes ^= std::to_underlying(format::Attribute::bright);
    if (index == current_)
        canvas.fill({row, box.column, 1, box.columns}, cell_style(pen));
    const int width = static_cast<int>(format::plain_columns(start, format::default_width));
    canvas.text(row, box.column, box.columns, start, cell_style(pen));
    if (width < box.columns)
        draw_formatted(canvas, server, about, row, box.column + width, box.columns - width,
                       item.text, pen);
}

void TreeView::draw(vt::Canvas& canvas, vt::Rect box, Server& server, const FormatAbout& about,
                    const TreeLook& look, const Preview& preview) {
    canvas.fill(box, {});
    page_ = list_rows(box.rows);
    const auto page = static_cast<std::size_t>(std::max(1, page_));
    if (current_ < offset_)
        offset_ = current_;
    if (current_ >= offset_ + page)
        offset_ = current_ - page + 1;
    if (offset_ > 0 && offset_ + page > lines_.size())
        offset_ = lines_.size() > page ? lines_.size() - page : 0;
    for (std::size_t row = 0; row < page && offset_ + row < lines_.size(); ++row)
        draw_line(canvas, box, box.row + static_cast<int>(row), offset_ + row, server, about, look);
    const int rest = box.rows - page_;
    if (rest < 2 || lines_.empty() || box.columns < 5)
        return;
    const vt::Rect below{box.row + page_, box.column, rest, box.columns};
    canvas.box(below, vt::BorderLines::single, cell_style(look.border));
    std::string title = " " + lines_[current_].item->name;
    if (!look.sort.empty())
        title += " (sort: " + look.sort + ")";
    title += look.filter.empty() ? " " : " (filter: " + look.filter + ") ";
    if (static_cast<int>(format::plain_columns(title, format::default_width)) <= box.columns - 2)
        canvas.text(below.row, below.column + 1, box.columns - 2, title, cell_style(look.border));
    if (rest > 2 && box.columns > 4)
        preview(canvas, {below.row + 1, below.column + 2, rest - 2, box.columns - 4},
                lines_[current_].item->id);
}

} // namespace berth::mux
