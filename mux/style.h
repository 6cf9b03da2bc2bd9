// Styles and formatted text, drawn into frames: formats within style options are expanded, and the
// theme's colours are those of the options dark-theme-*.
#pragma once

#include "format/draw.h"
#include "format/style.h"
#include "formats.h"
#include "options/options.h"
#include "vt/canvas.h"

#include <string_view>

namespace berth::mux {

class Server;

// Of a text, on top of a base.
[[nodiscard]] format::Pen style_pen(Server& server, const FormatAbout& about, std::string_view text,
                                    const format::Pen& base = {});
[[nodiscard]] format::Pen option_style(Server& server, const FormatAbout& about,
                                       const options::Set& set, std::string_view name,
                                       const format::Pen& base = {});
// An expanded format in columns of one row. Gives the columns that its text takes.
int draw_formatted(vt::Canvas& canvas, Server& server, const FormatAbout& about, int row,
                   int column, int columns, std::string_view text, const format::Pen& base);
// The theme's colours in it, as the options say them.
[[nodiscard]] format::Pen themed(Server& server, const FormatAbout& about, format::Pen pen);
// What the option *-border-lines means for a canvas.
[[nodiscard]] vt::BorderLines border_lines(std::string_view choice);

} // namespace berth::mux
