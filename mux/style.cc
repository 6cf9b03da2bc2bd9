#include "style.h"

#include "server.h"
#include "status.h"

#include <algorithm>
#include <array>

namespace berth::mux {
namespace {

format::Colour resolved(Server& server, const FormatAbout& about, format::Colour colour) {
    if (colour.kind != format::Colour::Kind::theme ||
        colour.value >= std::size(format::kThemeColours))
        return colour;
    const std::string option = "dark-theme-" + std::string(format::kThemeColours[colour.value]);
    const std::string name = expand(server, about, server.server_options.text(option));
    return format::parse_colour(name).value_or(format::Colour{});
}

struct LineStyle {
    std::string_view name;
    vt::BorderLines lines;
};
constexpr std::array kLines = {
    LineStyle{"single", vt::BorderLines::single},   LineStyle{"double", vt::BorderLines::twice},
    LineStyle{"heavy", vt::BorderLines::heavy},     LineStyle{"simple", vt::BorderLines::simple},
    LineStyle{"rounded", vt::BorderLines::rounded}, LineStyle{"padded", vt::BorderLines::none},
    LineStyle{"none", vt::BorderLines::none},
};

} // namespace

format::Pen themed(Server& server, const FormatAbout& about, format::Pen pen) {
    pen.foreground = resolved(server, about, pen.foreground);
    pen.background = resolved(server, about, pen.background);
    pen.underline = resolved(server, about, pen.underline);
    return pen;
}

format::Pen style_pen(Server& server, const FormatAbout& about, std::string_view text,
                      const format::Pen& base) {
    format::Style start;
    start.pen = base;
    const auto style = format::parse_style(expand(server, about, text), start, base);
    return themed(server, about, style ? style->pen : base);
}

format::Pen option_style(Server& server, const FormatAbout& about, const options::Set& set,
                         std::string_view name, const format::Pen& base) {
    return style_pen(server, about, set.text(name), base);
}

int draw_formatted(vt::Canvas& canvas, Server& server, const FormatAbout& about, int row,
                   int column, int columns, std::string_view text, const format::Pen& base) {
    if (columns <= 0)
        return 0;
    const auto drawing = format::draw(text, static_cast<unsigned>(columns), base);
    int at = 0;
    for (const format::DrawnCell& cell : drawing.cells) {
        if (cell.width > 0)
            canvas.text(row, column + at, cell.width, cell.text,
                        cell_style(themed(server, about, cell.pen)));
        ++at;
    }
    return std::min(columns, static_cast<int>(format::text_columns(text, format::default_width)));
}

vt::BorderLines border_lines(std::string_view choice) {
    const auto found = std::ranges::find(kLines, choice, &LineStyle::name);
    return found == kLines.end() ? vt::BorderLines::single : found->lines;
}

} // namespace berth::mux
