// Debian's libvterm as an independent terminal, for tests: what it shows after it was fed bytes.
#pragma once

#include <string>
#include <string_view>

#include <vterm.h>

#include "vt/canvas.h"
#include "vt/line.h"

namespace berth::vt::test {

class LibvtermScreen {
  public:
    LibvtermScreen(int rows, int columns) : terminal_(vterm_new(rows, columns)) {
        vterm_set_utf8(terminal_, 1);
        screen_ = vterm_obtain_screen(terminal_);
        vterm_screen_enable_altscreen(screen_, 1);
        vterm_screen_reset(screen_, 1);
    }
    ~LibvtermScreen() { vterm_free(terminal_); }
    LibvtermScreen(const LibvtermScreen&) = delete;
    LibvtermScreen& operator=(const LibvtermScreen&) = delete;

    void write(std::string_view bytes) {
        vterm_input_write(terminal_, bytes.data(), bytes.size());
        vterm_screen_flush_damage(screen_);
    }

    [[nodiscard]] VTermScreenCell cell(int row, int column) const {
        VTermScreenCell cell{};
        vterm_screen_get_cell(screen_, VTermPos{row, column}, &cell);
        return cell;
    }
    // The cell's text; a space if it is blank, nothing for the second half of a wide character.
    [[nodiscard]] std::string text(int row, int column) const {
        const VTermScreenCell here = cell(row, column);
        if (here.chars[0] == static_cast<std::uint32_t>(-1))
            return {};
        std::string text;
        for (const std::uint32_t code : here.chars) {
            if (code == 0)
                break;
            append_utf8(static_cast<char32_t>(code), text);
        }
        return text.empty() ? " " : text;
    }
    [[nodiscard]] VTermPos cursor() const {
        VTermPos position{};
        vterm_state_get_cursorpos(vterm_obtain_state(terminal_), &position);
        return position;
    }

  private:
    VTerm* terminal_;
    VTermScreen* screen_ = nullptr;
};

inline bool same_color(Color ours, VTermColor theirs, bool foreground) {
    if (ours.is_default())
        return foreground ? VTERM_COLOR_IS_DEFAULT_FG(&theirs) : VTERM_COLOR_IS_DEFAULT_BG(&theirs);
    if (ours.kind() == Color::Kind::indexed)
        return VTERM_COLOR_IS_INDEXED(&theirs) && theirs.indexed.idx == ours.index();
    return VTERM_COLOR_IS_RGB(&theirs) && theirs.rgb.red == ours.red() &&
           theirs.rgb.green == ours.green() && theirs.rgb.blue == ours.blue();
}

inline bool same_look(const LineView& line, int column, const VTermScreenCell& theirs) {
    const Style& style = line.style(column);
    const bool blank = line.cell(column).empty();
    const auto has = [&](std::uint32_t bit) { return (style.attributes & bit) != 0; };
    const bool lines = has(kInverse) == (theirs.attrs.reverse != 0) &&
                       (style.underline() != Underline::none) == (theirs.attrs.underline != 0) &&
                       has(kStrikethrough) == (theirs.attrs.strike != 0) &&
                       same_color(style.background, theirs.bg, false);
    // A blank may have been printed in whatever foreground.
    return lines && ((blank && !has(kInverse)) || (has(kBold) == (theirs.attrs.bold != 0) &&
                                                   has(kItalic) == (theirs.attrs.italic != 0) &&
                                                   same_color(style.foreground, theirs.fg, true)));
}

// The first cell that differs, as text; nothing if the screen shows the canvas.
inline std::string difference(const Canvas& canvas, const LibvtermScreen& screen) {
    for (int row = 0; row < canvas.size().rows; ++row) {
        const LineView line = canvas.line(row);
        for (int column = 0; column < canvas.size().columns; ++column) {
            std::string text;
            line.append_text(column, text);
            const bool tail = line.cell(column).width() == Width::tail;
            if (text != screen.text(row, column) ||
                (!tail && !same_look(line, column, screen.cell(row, column))))
                return "row " + std::to_string(row) + " column " + std::to_string(column) + ": '" +
                       text + "' shown as '" + screen.text(row, column) + "'";
        }
    }
    if (canvas.cursor.visible &&
        (screen.cursor().row != canvas.cursor.row || screen.cursor().col != canvas.cursor.column))
        return "cursor";
    return {};
}

} // namespace berth::vt::test
