// Random copy-mode commands over random lines. The input's first bytes are the size and the mode,
// then text up to a NUL, then commands: a byte that names one, a byte of repeat count and mouse
// row, and for commands with an argument the bytes up to the next NUL. What must hold: the cursor
// stays inside the view, and what is asked for drawing can be answered.
#include "copy/copy.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>

using namespace berth::copy;

namespace {

class Lines : public View {
  public:
    Lines(int columns, int rows, std::string_view text)
        : columns_(columns), rows_(rows), rows_of_(1) {
        for (const char c : text)
            put(c);
        while (static_cast<int>(rows_of_.size()) < rows_)
            rows_of_.emplace_back();
    }
    [[nodiscard]] int columns() const override { return columns_; }
    [[nodiscard]] int rows() const override { return rows_; }
    [[nodiscard]] int lines() const override { return static_cast<int>(rows_of_.size()); }
    void read(int line, Row& row) const override {
        row = rows_of_.at(static_cast<std::size_t>(line));
    }
    void drop() { rows_of_.erase(rows_of_.begin()); }

  private:
    // Bytes beyond ASCII stand for a wide character.
    void put(char c) {
        const int wide = static_cast<unsigned char>(c) >= 0x80 ? 2 : 1;
        if (c == '\n') {
            rows_of_.emplace_back().prompt = rows_of_.size() % 3 == 0;
            return;
        }
        if (static_cast<int>(rows_of_.back().cells.size()) + wide > columns_) {
            rows_of_.back().wrapped = true;
            rows_of_.emplace_back();
        }
        rows_of_.back().cells.push_back({wide == 2 ? "\u65e5" : std::string(1, c), wide});
        if (wide == 2)
            rows_of_.back().cells.push_back({"", 0});
    }

    int columns_;
    int rows_;
    std::vector<Row> rows_of_;
};

void check(const Copy& copy, const Lines& lines) {
    const auto inside = [&](Point at) {
        return at.column >= 0 && at.column <= lines.columns() && at.line >= 0 &&
               at.line < lines.lines();
    };
    if (!inside({copy.cursor_column(), copy.top() + copy.cursor_row()}) ||
        !inside(copy.selection_start()) || !inside(copy.selection_end()) || copy.cursor_row() < 0 ||
        copy.cursor_row() >= lines.rows() || copy.scroll_position() < 0)
        std::abort();
    for (int row = 0; row < lines.rows(); ++row) {
        (void)copy.selected(copy.top() + row);
        (void)copy.current_match(copy.top() + row);
        for (const Range& range : copy.matches(copy.top() + row))
            if (range.begin < 0 || range.end > lines.columns() + 1 || range.begin > range.end)
                std::abort();
    }
    (void)copy.word();
    (void)copy.line();
}

std::string take(std::string_view& input, char end) {
    const auto at = std::min(input.find(end), input.size());
    const std::string taken(input.substr(0, at));
    input.remove_prefix(std::min(at + 1, input.size()));
    return taken;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 3 || size > 2000)
        return 0;
    std::string_view input(reinterpret_cast<const char*>(data), size);
    const int columns = 2 + data[0] % 30, rows = 1 + data[1] % 10;
    const bool vi = data[2] % 2 != 0;
    input.remove_prefix(3);
    Lines lines(columns, rows, take(input, '\0'));
    Copy copy(lines, {.vi = vi, .word_separators = "-.()", .wrap_search = data[2] % 3 != 0}, 0,
              data[2] % 10);
    const auto names = command_names();
    while (input.size() >= 2) {
        const auto command = static_cast<unsigned char>(input[0]);
        const auto extra = static_cast<unsigned char>(input[1]);
        input.remove_prefix(2);
        if (command >= 250 && lines.lines() > lines.rows()) {
            lines.drop();
            copy.view_changed(1);
            continue;
        }
        const std::string_view name = names[command % names.size()];
        std::vector<std::string> arguments;
        if (!copy.run(name, arguments, extra % 5, Point{extra % columns, extra % rows}).known ||
            name.starts_with("search-"))
            arguments.push_back(take(input, '\0'));
        if (!arguments.empty())
            (void)copy.run(name, arguments, extra % 5);
        check(copy, lines);
    }
    return 0;
}
