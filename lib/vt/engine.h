// What a Terminal holds. Internal to lib/vt.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "vt/grid.h"
#include "vt/terminal.h"

namespace berth::vt {

struct Terminal::Impl {
    Impl(Size wanted, Config wanted_config);

    Config config;
    Size size;
    std::array<Grid, 2> grids;
    Screen shown = Screen::main;
    Tables tables;
    History history;
    Cursor cursor;
    std::array<SavedCursor, 2> saved;
    Margins margins;
    Pen pen;
    Charsets charsets;
    std::vector<bool> tabs;
    Modes modes;
    std::array<std::vector<std::uint8_t>, 2> kitty;
    std::string title, icon_name, working_directory, pointer;
    std::vector<std::string> titles;
    Palette palette;
    std::uint64_t features = 0;
    std::uint64_t generation = 0;
    std::uint64_t scrolled = 0;
    std::uint64_t history_generation = 0;
    std::string held;

    [[nodiscard]] Grid& grid() { return grids[static_cast<std::size_t>(shown)]; }
    [[nodiscard]] LineView view(Screen screen, int row) const;
    void write(std::string_view bytes, Sink& sink);
    void print(char32_t code_point);
    void line_feed();
};

} // namespace berth::vt
