// A menu as something to be drawn and to give keys to: a box of lines of which one is chosen.
// display-menu shows one above the window; prompts show completions with it, lists their commands.
#pragma once

#include "command/arguments.h"
#include "format/style.h"
#include "formats.h"
#include "keys/decode.h"
#include "vt/canvas.h"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace berth::mux {

class Server;

struct MenuItem {
    std::string name;               // expanded; empty: a line between others
    std::optional<keys::Key> key{}; // chooses it
    bool enabled = true;
    command::Value command = command::Value("");

    [[nodiscard]] bool line() const { return name.empty(); }
};

struct MenuLook {
    std::string title; // expanded
    format::Pen style;
    format::Pen selected;
    format::Pen border;
    vt::BorderLines lines = vt::BorderLines::single;
    bool mouse = false;      // the mouse chooses; else a click closes the menu
    bool stays_open = false; // -O: until a click, whatever a released button means
};

enum class MenuAnswer { none, chosen, closed };

class Menu {
  public:
    Menu(std::vector<MenuItem> items, MenuLook look);

    [[nodiscard]] int columns() const { return width_ + 4; }
    [[nodiscard]] int rows() const { return static_cast<int>(items_.size()) + 2; }
    [[nodiscard]] int column() const { return column_; }
    [[nodiscard]] int row() const { return row_; }
    void place(int column, int row);
    // nullopt: none is chosen at the start.
    void choose(std::optional<std::size_t> index);
    [[nodiscard]] std::optional<std::size_t> chosen() const { return chosen_; }
    [[nodiscard]] const std::vector<MenuItem>& items() const { return items_; }

    void draw(vt::Canvas& canvas, Server& server, const FormatAbout& about) const;
    MenuAnswer key(keys::Key key);
    MenuAnswer mouse(const keys::MouseReport& report);

  private:
    [[nodiscard]] bool may_choose(std::size_t index) const {
        return items_[index].enabled && !items_[index].line();
    }
    void step(int by);
    void jump(int to, int by);
    void draw_title(vt::Canvas& canvas, Server& server, const FormatAbout& about) const;
    void draw_item(vt::Canvas& canvas, Server& server, const FormatAbout& about,
                   std::size_t index) const;

    std::vector<MenuItem> items_;
    MenuLook look_;
    int width_ = 0; // of the text
    int column_ = 0;
    int row_ = 0;
    std::optional<std::size_t> chosen_;
};

} // namespace berth::mux
