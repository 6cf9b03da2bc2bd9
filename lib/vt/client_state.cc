#include "vt/client_state.h"

#include "vt/encode.h"

namespace berth::vt {

namespace {

template <class Wanted> void append_stops(std::string& out, int columns, Wanted wanted) {
    out += "\x1b[3g";
    for (int column = 0; column < columns; ++column) {
        if (wanted(column)) {
            append_csi(out, column + 1, 'G');
            out += "\x1bH";
        }
    }
}

} // namespace

bool has_default_tabs(const Terminal& terminal) {
    for (int column = 0; column < terminal.size().columns; ++column)
        if (terminal.tab_stop(column) != is_default_tab(column))
            return false;
    return true;
}

void append_tabs(std::string& out, const Terminal& terminal) {
    append_stops(out, terminal.size().columns,
                 [&](int column) { return terminal.tab_stop(column); });
}

void append_default_tabs(std::string& out, int columns) {
    append_stops(out, columns, is_default_tab);
    out += "\x1b[?5W"; // DECST8C, in case the row is of double width and has no such columns
}

int rows_in_use(const Terminal& terminal, Screen screen) {
    const auto blank = [](const LineView& line) {
        return line.used == 0 && line.size == LineSize::single && line.mark == Mark::none;
    };
    int rows = terminal.size().rows;
    while (rows > 0 && blank(terminal.line(screen, rows - 1)))
        --rows;
    return rows;
}

} // namespace berth::vt
