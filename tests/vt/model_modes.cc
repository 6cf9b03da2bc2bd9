// SGR, modes, the alternate screen and resets.
#include "model.h"

namespace berth::model {

Model::Model(int height, int width) : rows(height), columns(width) {
    reset();
}

void Model::reset() {
    const Row empty{std::vector<Cell>(at(columns)), false};
    for (Page& page : pages)
        page.rows.assign(at(rows), empty);
    shown = 0;
    cursor = {};
    margins = {0, 0, rows - 1, columns - 1};
    pen = {};
    sets = {};
    single.reset();
    on = {};
    saved = {};
    tabs.assign(at(columns), false);
    for (int column = 8; column < columns; column += 8)
        tabs[at(column)] = true;
    last_.clear();
    rectangles_ = false;
    guards_ = false;
}

// DECSTR, VT510's table; autowrap as xterm starts with it.
void Model::soft_reset() {
    on.visible = true;
    on.insert = on.origin = on.side_margins = on.cursor_keys = on.keypad = false;
    on.autowrap = true;
    margins = {0, 0, rows - 1, columns - 1};
    pen = {};
    guards_ = false;
    sets = {};
    single.reset();
    saved[at(shown)] = {};
}

void Model::align() {
    margins = {0, 0, rows - 1, columns - 1};
    on.origin = false;
    move_to(0, 0);
    for (int row = 0; row < rows; ++row) {
        line(row) = {std::vector<Cell>(at(columns)), false};
        for (Cell& cell : line(row).cells)
            cell.shows = U"E";
    }
}

void Model::mode(int number, bool set) {
    if (number == 4)
        on.insert = set;
    else if (number == 20)
        on.newline = set;
}

void Model::private_mode(int number, bool set) {
    switch (number) {
    case 1:
        on.cursor_keys = set;
        break;
    case 5:
        on.reverse_video = set;
        break;
    case 6:
        on.origin = set;
        place(0, 0);
        break;
    case 7:
        on.autowrap = set;
        break;
    case 25:
        on.visible = set;
        break;
    case 69:
        on.side_margins = set;
        if (!set) {
            margins.left = 0;
            margins.right = columns - 1;
        }
        break;
    case 2004:
        on.paste = set;
        break;
    case 47:
    case 1047:
    case 1048:
    case 1049:
        alternate(number, set);
        break;
    default:
        break;
    }
}

void Model::show(int page) {
    shown = page;
}

void Model::alternate(int number, bool set) {
    const Area all{0, 0, rows - 1, columns - 1};
    if (number == 1048 || number == 1049) {
        if (set)
            save();
        else if (number == 1048)
            restore();
    }
    if (number == 1048)
        return;
    if (!set && number == 1047 && shown == 1)
        wipe(all);
    show(set ? 1 : 0);
    if (number == 1049)
        set ? wipe(all) : restore();
}

void Model::underline(const std::vector<int>& parameter) {
    const int kind = parameter.size() > 1 ? parameter[1] : 1;
    if (kind >= 0 && kind <= 5)
        pen.look.underline = static_cast<Line>(kind);
}

// 38, 48, 58 and what belongs to them; gives the last parameter's index.
std::size_t Model::colour(std::size_t index, Colour& into) const {
    const std::vector<int>& parameter = sequence_.numbers[index];
    std::vector<int> rest; // kind and values
    std::size_t last = index;
    if (parameter.size() > 1) {
        rest.assign(parameter.begin() + 1, parameter.end());
        if (rest[0] == 2 && rest.size() > 4) // with the colour space's identifier
            rest.erase(rest.begin() + 1);
    } else {
        const int kind = sequence_.number(index + 1, 0);
        const std::size_t size = kind == 5 ? 2 : kind == 2 ? 4 : 1;
        for (std::size_t each = 1; each <= size; ++each)
            rest.push_back(sequence_.number(index + each, 0));
        last = index + size;
    }
    for (int& value : rest)
        value = value < 0 ? 0 : value;
    const auto byte = [&](std::size_t at) { return static_cast<std::uint8_t>(rest[at]); };
    if (rest[0] == 5 && rest.size() > 1)
        into = {Colour::Kind::palette, byte(1), 0, 0};
    else if (rest[0] == 2 && rest.size() > 3)
        into = {Colour::Kind::direct, byte(1), byte(2), byte(3)};
    return last;
}

void Model::select_rendition() {
    Look& look = pen.look;
    if (sequence_.mark != 0)
        return;
    if (sequence_.numbers.empty())
        sequence_.numbers.push_back({0});
    const auto palette = [](int index) {
        return Colour{Colour::Kind::palette, static_cast<std::uint8_t>(index), 0, 0};
    };
    for (std::size_t index = 0; index < sequence_.numbers.size(); ++index) {
        const int value = sequence_.number(index, 0);
        if (value == 0)
            look = {};
        else if (value == 4)
            underline(sequence_.numbers[index]);
        else if (value == 38 || value == 48 || value == 58)
            index = colour(index, value == 38 ? look.text : value == 48 ? look.ground : look.line);
        else if (value >= 30 && value <= 37)
            look.text = palette(value - 30);
        else if (value >= 40 && value <= 47)
            look.ground = palette(value - 40);
        else if (value >= 90 && value <= 97)
            look.text = palette(value - 90 + 8);
        else if (value >= 100 && value <= 107)
            look.ground = palette(value - 100 + 8);
        else
            switch (value) {
            case 1:
                look.bold = true;
                break;
            case 2:
                look.faint = true;
                break;
            case 3:
                look.italic = true;
                break;
            case 5:
                look.blink = true;
                break;
            case 6:
                look.rapid = true;
                break;
            case 7:
                look.inverse = true;
                break;
            case 8:
                look.hidden = true;
                break;
            case 9:
                look.struck = true;
                break;
            case 21:
                look.underline = Line::twice;
                break;
            case 22:
                look.bold = look.faint = false;
                break;
            case 23:
                look.italic = false;
                break;
            case 24:
                look.underline = Line::none;
                break;
            case 25:
                look.blink = look.rapid = false;
                break;
            case 27:
                look.inverse = false;
                break;
            case 28:
                look.hidden = false;
                break;
            case 29:
                look.struck = false;
                break;
            case 39:
                look.text = {};
                break;
            case 49:
                look.ground = {};
                break;
            case 53:
                look.overlined = true;
                break;
            case 55:
                look.overlined = false;
                break;
            case 59:
                look.line = {};
                break;
            case 73:
                look.raised = true;
                look.lowered = false;
                break;
            case 74:
                look.lowered = true;
                look.raised = false;
                break;
            case 75:
                look.raised = look.lowered = false;
                break;
            default:
                break;
            }
    }
}

} // namespace berth::model
