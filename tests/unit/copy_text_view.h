// A View over a text file, as a terminal of a given size shows it after printing it: lines longer
// than the screen wrap, the cursor ends in the line below the last one.
#pragma once

#include "copy/view.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace berth::tests {

class TextView : public copy::View {
  public:
    TextView(int columns, int rows, std::string_view text) : columns_(columns), rows_(rows) {
        lines_.emplace_back();
        while (!text.empty()) {
            const std::size_t length = character(text);
            put(text.substr(0, length));
            text.remove_prefix(length);
        }
        cursor_line_ = static_cast<int>(lines_.size()) - 1;
        while (static_cast<int>(lines_.size()) < rows_)
            lines_.emplace_back();
    }

    [[nodiscard]] int columns() const override { return columns_; }
    [[nodiscard]] int rows() const override { return rows_; }
    [[nodiscard]] int lines() const override { return static_cast<int>(lines_.size()); }
    void read(int line, copy::Row& row) const override {
        row = lines_.at(static_cast<std::size_t>(line));
    }

    [[nodiscard]] int cursor_row() const { return cursor_line_ - (lines() - rows_); }
    copy::Row& line(int index) { return lines_.at(static_cast<std::size_t>(index)); }
    void drop(int count) { lines_.erase(lines_.begin(), lines_.begin() + count); }

  private:
    // The bytes of one character with the combining ones that follow it.
    static std::size_t character(std::string_view text) {
        const auto continues = [&](std::size_t at) {
            return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80;
        };
        std::size_t length = 1;
        while (continues(length))
            ++length;
        while (text.substr(length).starts_with("\u0301"))
            length += 2;
        return length;
    }

    // Kana, ideographs and emoji are wide; nothing else of the texts is.
    static int width(std::string_view text) {
        const auto first = static_cast<unsigned char>(text[0]);
        return (first >= 0xe3 && first <= 0xe9) || first == 0xf0 ? 2 : 1;
    }

    void put(std::string_view text) {
        if (text == "\n") {
            lines_.emplace_back();
            return;
        }
        const int wide = width(text);
        if (static_cast<int>(lines_.back().cells.size()) + wide > columns_) {
            lines_.back().wrapped = true;
            lines_.emplace_back();
        }
        lines_.back().cells.push_back({std::string(text), wide});
        if (wide == 2)
            lines_.back().cells.push_back({"", 0});
    }

    int columns_;
    int rows_;
    int cursor_line_ = 0;
    std::vector<copy::Row> lines_{};
};

} // namespace berth::tests
