// Saved cursors, the two screens, DECSTR and RIS.
#include "vt/engine_inline.h"

namespace berth::vt {

void Engine::reset_tabs() {
    tabs.assign(at(size.columns), 0);
    for (std::size_t column = 8; column < tabs.size(); column += 8)
        tabs[column] = 1;
}

// DECSC: position, rendition, protection, character sets, DECOM and the pending wrap.
void Engine::save_cursor() {
    saved[static_cast<std::size_t>(shown)] = {.row = cursor.row,
                                              .column = cursor.column,
                                              .pending_wrap = cursor.pending_wrap,
                                              .origin = modes.origin,
                                              .pen = pen,
                                              .charsets = charsets};
}

void Engine::restore_cursor() {
    const SavedCursor& from = saved[static_cast<std::size_t>(shown)];
    modes.origin = from.origin;
    pen = from.pen;
    pen_changed();
    charsets = from.charsets;
    if (modes.origin)
        place(std::clamp(from.row, margins.top, margins.bottom),
              std::clamp(from.column, margins.left, margins.right));
    else
        place(from.row, from.column);
    cursor.pending_wrap =
        from.pending_wrap && cursor.column == from.column && cursor.column == right_limit();
}

void Engine::show(Screen screen) {
    if (shown == screen)
        return;
    shown = screen;
    ++generation;
    if (cursor.column > line_right(cursor.row))
        cursor.column = line_right(cursor.row);
    sink->screen_changed(screen);
}

// VT520 manual, DECSTR; where xterm differs (DECAWM is set), as xterm.
void Engine::soft_reset() {
    cursor.visible = true;
    modes.insert = false;
    modes.origin = false;
    modes.autowrap = true;
    modes.keyboard_locked = false;
    modes.application_cursor = false;
    modes.application_keypad = false;
    modes.national_charsets = false;
    modes.left_right_margins = false;
    modes.reverse_wrap = false;
    modes.reverse_wrap_extended = false;
    full_margins();
    pen = {};
    pen_changed();
    protection = Protection::off;
    charsets = {};
    single_shift = 0;
    saved[static_cast<std::size_t>(shown)] = {};
}

// RIS. The history, the titles and the directory stay: they are no state of the VT.
void Engine::hard_reset() {
    const bool was_alternate = shown == Screen::alternate;
    pen = {};
    mark = Mark::none;
    pen_changed();
    for (const Screen screen : {Screen::alternate, Screen::main}) {
        shown = screen;
        erase_rows(0, size.rows, false);
    }
    const bool was_synchronized = modes.synchronized;
    soft_reset();
    saved = {};
    modes = {};
    cursor = {};
    saved_modes.reset();
    kitty = {};
    palette = config.palette;
    palettes.clear();
    pointer.clear();
    last_printed = 0;
    change_extent_rectangle = false;
    title_set_hex = title_query_hex = false;
    level = 65;
    full_margins();
    reset_tabs();
    if (sink == nullptr)
        return;
    if (was_alternate)
        sink->screen_changed(Screen::main);
    if (was_synchronized)
        sink->synchronized(false);
}

} // namespace berth::vt
