#include "status.h"

#include "client.h"
#include "format/draw.h"
#include "format/style.h"
#include "formats.h"
#include "guests.h"
#include "server.h"

namespace berth::mux {
namespace {

vt::Color colour_of(format::Colour colour) {
    switch (colour.kind) {
    case format::Colour::Kind::ansi:
    case format::Colour::Kind::indexed:
        return vt::Color::indexed(static_cast<std::uint8_t>(colour.value));
    case format::Colour::Kind::rgb:
        return vt::Color::rgb(static_cast<std::uint8_t>(colour.value >> 16),
                              static_cast<std::uint8_t>(colour.value >> 8),
                              static_cast<std::uint8_t>(colour.value));
    default:
        return {};
    }
}

struct AttributePair {
    format::Attribute from;
    std::uint32_t to;
};
constexpr AttributePair kAttributes[] = {
    {format::Attribute::bright, vt::kBold},
    {format::Attribute::dim, vt::kFaint},
    {format::Attribute::blink, vt::kBlink},
    {format::Attribute::reverse, vt::kInverse},
    {format::Attribute::hidden, vt::kInvisible},
    {format::Attribute::italics, vt::kItalic},
    {format::Attribute::overline, vt::kOverline},
    {format::Attribute::strikethrough, vt::kStrikethrough},
};
struct UnderlinePair {
    format::Attribute from;
    vt::Underline to;
};
constexpr UnderlinePair kUnderlines[] = {
    {format::Attribute::underscore, vt::Underline::single},
    {format::Attribute::double_underscore, vt::Underline::twice},
    {format::Attribute::curly_underscore, vt::Underline::curly},
    {format::Attribute::dotted_underscore, vt::Underline::dotted},
    {format::Attribute::dashed_underscore, vt::Underline::dashed},
};

} // namespace

vt::Style cell_style(const format::Pen& pen) {
    vt::Style style;
    style.foreground = colour_of(pen.foreground);
    style.background = colour_of(pen.background);
    style.underline_color = colour_of(pen.underline);
    for (const AttributePair& pair : kAttributes)
        if (pen.has(pair.from))
            style.attributes |= pair.to;
    for (const UnderlinePair& pair : kUnderlines)
        if (pen.has(pair.from))
            style.set_underline(pair.to);
    return style;
}

format::Pen option_pen(const options::Set& set, std::string_view name) {
    const auto style = format::parse_style(set.text(name));
    return style ? style->pen : format::Pen{};
}

namespace {

void put(vt::Canvas& canvas, int row, const format::Drawing& drawing) {
    int column = 0;
    for (const format::DrawnCell& cell : drawing.cells) {
        if (cell.width > 0)
            canvas.text(row, column, cell.width, cell.text, cell_style(cell.pen));
        ++column;
    }
}

} // namespace

void draw_status(vt::Canvas& canvas, Server& server, Client& client, int row, int lines) {
    const Session& session = *client.session;
    const FormatAbout item{client.session,           session.current, session.window(),
                           session.window()->active, &client,         nullptr};
    const format::Pen base = option_pen(session.options, "status-style");
    const auto& formats = session.options.items("status-format");
    for (int line = 0; line < lines; ++line) {
        canvas.fill({row + line, 0, 1, canvas.size().columns}, cell_style(base));
        const auto found = formats.find(static_cast<unsigned>(line));
        if (found == formats.end())
            continue;
        bool timed = false;
        FormatAbout here = item;
        here.timed = &timed;
        const std::string text = expand(server, here, found->second.text, true);
        if (timed)
            client.display.draw_again_in(
                static_cast<std::uint64_t>(session.options.number("status-interval")) * 1'000'000);
        put(canvas, row + line, format::draw(text, static_cast<unsigned>(canvas.size().columns), base));
    }
    if (lines > 0 && server.guests->shared(session)) {
        const std::string who = "[" + server.guests->presence(session) + "]";
        vt::Style style = cell_style(base);
        style.attributes |= vt::kBold;
        const int column = std::max(0, canvas.size().columns - static_cast<int>(who.size()));
        canvas.text(row, column, canvas.size().columns - column, who, style);
    }
}

format::Range status_range(Server& server, Client& client, int line, unsigned column) {
    const Session& session = *client.session;
    const auto& formats = session.options.items("status-format");
    const auto found = formats.find(static_cast<unsigned>(line));
    if (found == formats.end())
        return {};
    const FormatAbout item{.session = client.session,
                           .index = session.current,
                           .window = session.window(),
                           .pane = session.window()->active,
                           .client = &client};
    const std::string text = expand(server, item, found->second.text, true);
    const auto drawing = format::draw(text, static_cast<unsigned>(client.size().columns),
                                      option_pen(session.options, "status-style"));
    const format::Range* range = drawing.range_at(column);
    return range != nullptr ? *range : format::Range{};
}

void draw_message(vt::Canvas& canvas, const Session& session, int row, const std::string& text) {
    const format::Pen base = option_pen(session.options, "message-style");
    canvas.fill({row, 0, 1, canvas.size().columns}, cell_style(base));
    put(canvas, row, format::draw(text, static_cast<unsigned>(canvas.size().columns), base));
}

} // namespace berth::mux
