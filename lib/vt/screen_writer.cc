#include "vt/screen_writer.h"

#include <algorithm>
#include <string_view>

#include "vt/colour.h"
#include "vt/encode.h"
#include "vt/unicode.h"

namespace berth::vt {

namespace {

int digits(int value) {
    int count = 1;
    for (; value >= 10; value /= 10)
        ++count;
    return count;
}

int csi_cost(int count) {
    return count == 1 ? 3 : 3 + digits(count);
}

int utf8_length(char32_t code) {
    if (code < 0x80)
        return 1;
    return code < 0x800 ? 2 : (code < 0x10000 ? 3 : 4);
}

// What stands for a character on a terminal without UTF-8.
char ascii_for(char32_t code) {
    if (code < 0x80)
        return static_cast<char>(code);
    if (code == 0x2500 || code == 0x2501 || code == 0x2550)
        return '-';
    if (code == 0x2502 || code == 0x2503 || code == 0x2551)
        return '|';
    return code > 0x2500 && code < 0x2580 ? '+' : '?';
}

} // namespace

void ScreenWriter::set_capabilities(const Capabilities& capabilities) {
    if (capabilities == can_)
        return;
    can_ = capabilities;
    lowered_.clear();
}

void ScreenWriter::set_tables(const std::shared_ptr<CanvasTables>& tables) {
    if (tables == tables_)
        return;
    tables_ = tables;
    lowered_.clear();
    plain_pen();
}

void ScreenWriter::forget() {
    forget_position();
    pen_ = {};
    pen_style_ = 0;
    link_ = {};
    link_number_ = 0;
}

const Style& ScreenWriter::lowered_style(std::uint32_t style) {
    const auto& styles = tables_->tables().styles;
    while (lowered_.size() <= style)
        lowered_.push_back(lowered(styles[lowered_.size()], can_));
    return lowered_[style];
}

void ScreenWriter::set_style(Cell cell) {
    if (cell.link() != link_number_ && can_.hyperlinks) {
        link_number_ = cell.link();
        link_ = tables_->tables().links[link_number_];
        append_link(out, link_);
    }
    const std::uint32_t style = cell.style();
    // A blank may be printed with whatever foreground the pen has.
    if (style == pen_style_ || (cell.empty() && tables_->blank_style(pen_style_) == style))
        return;
    const Style& wanted = lowered_style(style);
    append_sgr(out, pen_, wanted);
    pen_ = wanted;
    pen_style_ = style;
}

void ScreenWriter::plain_pen() {
    if (link_number_ != 0)
        append_link(out, {});
    link_ = {};
    link_number_ = 0;
    append_sgr(out, pen_, Style{});
    pen_ = {};
    pen_style_ = 0;
}

void ScreenWriter::append_text(Cell cell) {
    if (cell.empty()) {
        out += ' ';
    } else if (!can_.utf8) {
        out += cell.is_cluster() ? '?' : ascii_for(cell.code_point());
        if (cell.width() == Width::wide)
            out += ' ';
    } else if (cell.is_cluster()) {
        out += tables_->tables().clusters[cell.cluster()];
    } else {
        vt::append_utf8(cell.code_point(), out);
    }
}

void ScreenWriter::print(Cell cell, int count) {
    set_style(cell);
    const bool plain = !cell.is_cluster() && cell.width() != Width::wide;
    const int length = cell.empty() || !can_.utf8 ? 1 : utf8_length(cell.code_point());
    if (plain && can_.repeat && length * count > length + csi_cost(count - 1)) {
        append_text(cell);
        append_csi(out, count - 1, 'b');
    } else {
        for (int index = 0; index < count; ++index)
            append_text(cell);
    }
    column_ += count * (cell.width() == Width::wide ? 2 : 1);
    // At the edge terminals disagree where the cursor is, after some clusters too.
    if (column_ >= size_.columns ||
        (cell.is_cluster() && !can_.grapheme_clusters && !can_.cluster_mode))
        column_ = kUnknown;
}

std::string_view ScreenWriter::text_of(Cell cell, std::string& scratch) const {
    if (cell.is_cluster())
        return tables_->tables().clusters[cell.cluster()];
    scratch.clear();
    if (!cell.empty())
        vt::append_utf8(cell.code_point(), scratch);
    return scratch;
}

// Would mode 2027 take the two for one cluster?
bool ScreenWriter::joins(std::string_view before, std::string_view text) const {
    if (before.empty() || text.empty())
        return false;
    GraphemeState state;
    while (!before.empty())
        static_cast<void>(breaks_before(state, take_code_point(before)));
    return !breaks_before(state, take_code_point(text));
}

// A pane that wrote with mode 2027 off has cells that the mode, which is on in the client, would
// make one of, such as two regional indicators, or wider. They are written with the mode off, as
// far as it is needed.
void ScreenWriter::print_cluster(Cell before, Cell cell) {
    std::string left;
    std::string scratch;
    const std::string_view text = text_of(cell, scratch);
    std::size_t apart = 0; // bytes
    if (can_.cluster_mode && can_.utf8) {
        std::string_view rest = text;
        static_cast<void>(take_code_point(rest));
        if (cell.is_cluster() && cell.width() == Width::narrow && text_width(text) == 2)
            apart = text.size();
        else if (joins(text_of(before, left), text))
            apart = text.size() - rest.size();
    }
    if (apart == 0)
        return print(cell, 1);
    set_style(cell);
    append_mode(out, 2027, false);
    out += text.substr(0, apart);
    append_mode(out, 2027, true);
    out += text.substr(apart);
    column_ = kUnknown;
}

void ScreenWriter::print_text(const Cell* cells, int count) {
    set_style(cells[0]);
    for (int index = 0; index < count; ++index) {
        const char32_t code = cells[index].code_point();
        if (code < 0x80)
            out += static_cast<char>(code);
        else
            append_text(cells[index]);
    }
    column_ += count;
    if (column_ >= size_.columns)
        column_ = kUnknown;
}

bool ScreenWriter::erasable(Cell cell) const {
    if (!cell.empty() || cell.link() != 0 || cell.width() != Width::narrow)
        return false;
    const Style& style = tables_->tables().styles[cell.style()];
    if (style == Style{})
        return true;
    return can_.back_color_erase &&
           style == Style{.foreground = {}, .background = style.background, .underline_color = {}};
}

// Erasing takes the pen's background: the pen may keep what else it has (xterm: only the background
// colours).
void ScreenWriter::erase(Cell cell, int count) {
    set_style(cell);
    append_csi(out, count, 'X');
}

void ScreenWriter::erase_to_end(Cell cell) {
    set_style(cell);
    out += "\x1b[K";
}

void ScreenWriter::clear_screen() {
    plain_pen();
    out += "\x1b[H\x1b[2J";
    row_ = column_ = 0;
}

int ScreenWriter::cost_of_printing(int from, int to, const Cell* row_cells) const {
    if (row_cells == nullptr || to - from > 8)
        return 1000;
    int cost = 0;
    for (int column = from; column < to; ++column) {
        const Cell cell = row_cells[column];
        const bool same = cell.style() == pen_style_ ||
                          (cell.empty() && tables_->blank_style(pen_style_) == cell.style());
        if (!same || cell.is_cluster() || cell.width() != Width::narrow || !can_.utf8 ||
            cell.link() != 0 || !link_.uri.empty())
            return 1000;
        cost += cell.empty() ? 1 : utf8_length(cell.code_point());
    }
    return cost;
}

ScreenWriter::Motion ScreenWriter::cheapest(int row, int column, const Cell* row_cells) const {
    using Kind = Motion::Kind;
    if (row == row_ && column == column_)
        return {Kind::none, 0};
    Motion best{Kind::absolute,
                column == 0 ? csi_cost(row + 1) : 4 + digits(row + 1) + digits(column + 1)};
    const auto offer = [&](Kind kind, int cost) {
        if (cost < best.cost)
            best = {kind, cost};
    };
    const int down = row - row_;
    if (row_ != kUnknown && column == 0 && down >= 0 && down < 8)
        offer(down == 0 ? Kind::start : Kind::start_lines, 1 + down);
    if (column_ != kUnknown && row_ != kUnknown && column == column_) {
        if (down > 0)
            offer(Kind::lines, down);
        if (can_.absolute_column)
            offer(Kind::row, csi_cost(row + 1));
    }
    if (row != row_)
        return best;
    if (can_.absolute_column)
        offer(Kind::column, csi_cost(column + 1));
    if (column_ == kUnknown)
        return best;
    const int right = column - column_;
    if (right > 0) {
        offer(Kind::forward, csi_cost(right));
        offer(Kind::print, cost_of_printing(column_, column, row_cells));
    } else {
        offer(Kind::back, csi_cost(-right));
        offer(Kind::backspaces, -right);
    }
    return best;
}

void ScreenWriter::move(Motion::Kind kind, int row, int column, const Cell* row_cells) {
    using Kind = Motion::Kind;
    switch (kind) {
    case Kind::none:
        return;
    case Kind::absolute:
        return append_position(out, row, column);
    case Kind::column:
        return append_csi(out, column + 1, 'G');
    case Kind::row:
        return append_csi(out, row + 1, 'd');
    case Kind::forward:
        return append_csi(out, column - column_, 'C');
    case Kind::back:
        return append_csi(out, column_ - column, 'D');
    case Kind::backspaces:
        out.append(static_cast<std::size_t>(column_ - column), '\b');
        return;
    case Kind::start:
    case Kind::start_lines:
        out += '\r';
        [[fallthrough]];
    case Kind::lines:
        out.append(static_cast<std::size_t>(row - row_), '\n');
        return;
    case Kind::print:
        for (int at = column_; at < column; ++at)
            append_text(row_cells[at]);
        return;
    }
}

void ScreenWriter::move_to(int row, int column, const Cell* row_cells) {
    move(cheapest(row, column, row_cells).kind, row, column, row_cells);
    row_ = row;
    column_ = column;
}

// IL and DL work between the margins, which DECSTBM and DECSLRM set; both move the cursor home.
void ScreenWriter::scroll(const Rect& area, int lines) {
    plain_pen();
    const bool rows = area.rows != size_.rows;
    const bool sideways = area.columns != size_.columns;
    if (sideways) {
        out += "\x1b[?69h";
        append_csi(out, area.column + 1, area.column + area.columns, 's');
    }
    if (rows)
        append_csi(out, area.row + 1, area.row + area.rows, 'r');
    append_position(out, area.row, area.column);
    append_csi(out, std::abs(lines), lines > 0 ? 'M' : 'L');
    if (rows)
        out += "\x1b[r";
    if (sideways)
        out += "\x1b[?69l";
    forget_position();
}

} // namespace berth::vt
