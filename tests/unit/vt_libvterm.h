// Debian's libvterm as an independent terminal, for tests: what it shows after it was fed bytes.
#pragma once

#include <string>
#include <string_view>

#include <vterm.h>

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

} // namespace berth::vt::test
