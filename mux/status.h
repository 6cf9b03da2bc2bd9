// The status line and messages, drawn into a frame.
#pragma once

#include "format/style.h"
#include "options/options.h"
#include "vt/canvas.h"

#include <string>

namespace berth::mux {

class Client;
class Server;
struct Session;

// A style of formats and options, as cells have it.
[[nodiscard]] vt::Style cell_style(const format::Pen& pen);
[[nodiscard]] format::Pen option_pen(const options::Set& set, std::string_view name);
void draw_status(vt::Canvas& canvas, Server& server, Client& client, int row, int lines);
// What a mouse key at that column of the status line's row is about.
[[nodiscard]] format::Range status_range(Server& server, Client& client, int line,
                                         unsigned column);
void draw_message(vt::Canvas& canvas, const Session& session, int row, const std::string& text);

} // namespace berth::mux
