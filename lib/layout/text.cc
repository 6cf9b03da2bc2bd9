// Layout strings: a checksum of four hexadecimal digits, then the tree. A cell is WIDTHxHEIGHT,X,Y
// and then its pane's number, {...} for children side by side or [...] for children one above the
// other. A string may come from anybody.
#include "layout/layout.h"

#include <charconv>

namespace berth::layout {
namespace {

constexpr std::size_t kMaxText = 64 * 1024;
constexpr unsigned kMaxSize = 10000; // as tmux limits windows
constexpr unsigned kMaxDepth = 256;

std::uint16_t checksum(std::string_view text) {
    unsigned sum = 0;
    for (const char c : text) {
        sum = (sum >> 1) + ((sum & 1) << 15);
        sum = (sum + static_cast<unsigned char>(c)) & 0xffff;
    }
    return static_cast<std::uint16_t>(sum);
}

void print(std::string& out, const Cell& cell) {
    const auto number = [&out](unsigned value, const char* after) {
        out += std::to_string(value);
        out += after;
    };
    number(cell.width, "x");
    number(cell.height, ",");
    number(cell.x, ",");
    number(cell.y, "");
    if (cell.leaf()) {
        out += ',';
        number(cell.pane, "");
        return;
    }
    out += cell.kind == Kind::LeftRight ? '{' : '[';
    for (std::size_t i = 0; i < cell.children.size(); i++) {
        if (i > 0)
            out += ',';
        print(out, *cell.children[i]);
    }
    out += cell.kind == Kind::LeftRight ? '}' : ']';
}

class Reader {
  public:
    explicit Reader(std::string_view text) : rest_(text) {}

    std::unique_ptr<Cell> cell(unsigned depth) {
        auto result = make_leaf(0, 0, 0);
        if (depth > kMaxDepth || !number(result->width) || !take('x') || !number(result->height) ||
            !take(',') || !number(result->x) || !take(',') || !number(result->y))
            return nullptr;
        if (result->width < kMinimum || result->height < kMinimum)
            return nullptr;
        if (take('{'))
            return children(std::move(result), Kind::LeftRight, '}', depth);
        if (take('['))
            return children(std::move(result), Kind::TopBottom, ']', depth);
        pane(*result);
        return result;
    }
    [[nodiscard]] bool done() const { return rest_.empty(); }

  private:
    bool take(char c) {
        if (!rest_.starts_with(c))
            return false;
        rest_.remove_prefix(1);
        return true;
    }
    bool number(unsigned& value, unsigned most = kMaxSize) {
        const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
        if (error != std::errc{} || value > most)
            return false;
        rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
        return true;
    }
    // The pane's number may be missing: then what follows the comma is the next cell.
    void pane(Cell& cell) {
        const std::string_view before = rest_;
        unsigned id = 0;
        if (take(',') && number(id, ~0U) && !rest_.starts_with('x'))
            cell.pane = id;
        else
            rest_ = before;
    }
    std::unique_ptr<Cell> children(std::unique_ptr<Cell> node, Kind kind, char close,
                                   unsigned depth) {
        node->kind = kind;
        do {
            auto child = cell(depth + 1);
            if (!child)
                return nullptr;
            append(*node, std::move(child));
        } while (take(','));
        if (!take(close))
            return nullptr;
        if (node->children.size() > 1)
            return node;
        auto only = std::move(node->children.front());
        only->parent = nullptr;
        return only;
    }

    std::string_view rest_;
};

} // namespace

std::string Layout::text() const {
    std::string tree;
    print(tree, *root_);
    static constexpr std::string_view kDigits = "0123456789abcdef";
    const unsigned sum = checksum(tree);
    std::string result;
    for (const unsigned shift : {12U, 8U, 4U, 0U})
        result += kDigits[(sum >> shift) & 15];
    return result + "," + tree;
}

std::optional<Layout> Layout::parse(std::string_view text) {
    if (text.size() < 6 || text.size() > kMaxText || text[4] != ',')
        return std::nullopt;
    std::uint16_t sum = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + 4, sum, 16);
    const std::string_view tree = text.substr(5);
    if (error != std::errc{} || end != text.data() + 4 || sum != checksum(tree))
        return std::nullopt;
    Reader reader(tree);
    auto root = reader.cell(0);
    if (!root || !reader.done())
        return std::nullopt;
    root->x = 0;
    root->y = 0;
    place(*root);
    return Layout(std::move(root));
}

} // namespace berth::layout
