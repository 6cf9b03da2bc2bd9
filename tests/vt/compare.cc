#include "compare.h"

#include <fmt/format.h>

namespace berth::model {

namespace {

vt::Color color(const Colour& from) {
    switch (from.kind) {
    case Colour::Kind::palette:
        return vt::Color::indexed(from.red);
    case Colour::Kind::direct:
        return vt::Color::rgb(from.red, from.green, from.blue);
    default:
        return {};
    }
}

vt::Style style(const Look& look) {
    vt::Style made{.foreground = color(look.text),
                   .background = color(look.ground),
                   .underline_color = color(look.line)};
    const auto with = [&](bool set, std::uint32_t bit) { made.attributes |= set ? bit : 0; };
    with(look.bold, vt::kBold);
    with(look.faint, vt::kFaint);
    with(look.italic, vt::kItalic);
    with(look.blink, vt::kBlink);
    with(look.rapid, vt::kRapidBlink);
    with(look.inverse, vt::kInverse);
    with(look.hidden, vt::kInvisible);
    with(look.struck, vt::kStrikethrough);
    with(look.overlined, vt::kOverline);
    with(look.raised, vt::kSuperscript);
    with(look.lowered, vt::kSubscript);
    constexpr vt::Underline kUnderlines[] = {vt::Underline::none,   vt::Underline::single,
                                             vt::Underline::twice,  vt::Underline::curly,
                                             vt::Underline::dotted, vt::Underline::dashed};
    made.set_underline(kUnderlines[static_cast<std::size_t>(look.underline)]);
    return made;
}

std::string utf8(const std::u32string& text) {
    std::string bytes;
    for (const char32_t code : text)
        vt::append_utf8(code, bytes);
    return bytes;
}

// What the cell itself holds: nothing if it is erased.
std::string shown(const vt::LineView& line, int column) {
    const vt::Cell cell = line.cell(column);
    std::string text;
    if (!cell.empty())
        line.append_text(column, text);
    return text;
}

std::string link(const vt::LineView& line, int column) {
    const vt::Hyperlink* found = line.link(column);
    return found == nullptr ? std::string() : found->uri;
}

std::string link(std::uint8_t number) {
    return number == 0 ? std::string() : std::to_string(number);
}

vt::Width width(Part part) {
    constexpr vt::Width kWidths[] = {vt::Width::narrow, vt::Width::wide, vt::Width::tail,
                                     vt::Width::spacer};
    return kWidths[static_cast<std::size_t>(part)];
}

std::string describe(const vt::Style& of) {
    return fmt::format("{:x}/{:x}/{:x}/{:x}", of.attributes, of.foreground.bits(),
                       of.background.bits(), of.underline_color.bits());
}

template <typename T> std::string unlike(std::string_view what, const T& model, const T& engine) {
    return model == engine ? std::string()
                           : fmt::format("{}: model '{}', engine '{}'", what, model, engine);
}

// The first that is not empty.
template <typename... T> std::string first_of(const T&... each) {
    std::string found;
    (void)((each().empty() ? false : (found = each(), true)) || ...);
    return found;
}

std::string cell_difference(const Cell& cell, const vt::LineView& line, int column) {
    const vt::Cell engine = line.cell(column);
    return first_of(
        [&] { return unlike("text", utf8(cell.shows), shown(line, column)); },
        [&] {
            return unlike("width", static_cast<int>(width(cell.part)),
                          static_cast<int>(engine.width()));
        },
        [&] { return unlike("style", describe(style(cell.look)), describe(line.style(column))); },
        [&] { return unlike("protected", cell.guarded, engine.is_protected()); },
        [&] { return unlike("link", link(cell.link), link(line, column)); });
}

std::string page_difference(const Model& model, const vt::Terminal& engine, int page) {
    const vt::Screen screen = page == 0 ? vt::Screen::main : vt::Screen::alternate;
    for (int row = 0; row < model.rows; ++row) {
        const Row& mine =
            model.pages[static_cast<std::size_t>(page)].rows[static_cast<std::size_t>(row)];
        const vt::LineView line = engine.line(screen, row);
        for (int column = 0; column < model.columns; ++column) {
            const std::string differs =
                cell_difference(mine.cells[static_cast<std::size_t>(column)], line, column);
            if (!differs.empty())
                return fmt::format("screen {} row {} column {}: {}", page, row, column, differs);
        }
        if (mine.wrapped != line.wrapped)
            return fmt::format("screen {} row {} wrapped: model {}, engine {}", page, row,
                               mine.wrapped, line.wrapped);
    }
    return {};
}

std::string words(const Pen& pen) {
    return fmt::format("{} protect {} link '{}'", describe(style(pen.look)), pen.guarded,
                       link(pen.link));
}

std::string words(const vt::Pen& pen) {
    return fmt::format("{} protect {} link '{}'", describe(pen.style), pen.protect, pen.link.uri);
}

std::string words(const Sets& sets) {
    return fmt::format("{} {}", std::string_view(sets.g.data(), 4), sets.left);
}

std::string words(const vt::Charsets& sets) {
    return fmt::format("{}{}{}{} {}", sets.g[0].name[0], sets.g[1].name[0], sets.g[2].name[0],
                       sets.g[3].name[0], sets.gl);
}

std::string words(const Switches& on) {
    return fmt::format("irm {} lnm {} om {} awm {} lrmm {} ckm {} kpam {} scnm {} paste {}",
                       on.insert, on.newline, on.origin, on.autowrap, on.side_margins,
                       on.cursor_keys, on.keypad, on.reverse_video, on.paste);
}

std::string words(const vt::Modes& on) {
    return fmt::format("irm {} lnm {} om {} awm {} lrmm {} ckm {} kpam {} scnm {} paste {}",
                       on.insert, on.newline, on.origin, on.autowrap, on.left_right_margins,
                       on.application_cursor, on.application_keypad, on.reverse_video,
                       on.bracketed_paste);
}

std::string words(const Saved& saved) {
    return fmt::format("{},{} wraps {} om {} {} {}", saved.place.row, saved.place.column,
                       saved.place.wraps, saved.origin, words(saved.pen), words(saved.sets));
}

std::string words(const vt::SavedCursor& saved) {
    return fmt::format("{},{} wraps {} om {} {} {}", saved.row, saved.column, saved.pending_wrap,
                       saved.origin, words(saved.pen), words(saved.charsets));
}

std::string tabs(const Model& model) {
    std::string stops;
    for (const bool stop : model.tabs)
        stops += stop ? 'T' : '.';
    return stops;
}

std::string tabs(const vt::Terminal& engine) {
    std::string stops;
    for (int column = 0; column < engine.size().columns; ++column)
        stops += engine.tab_stop(column) ? 'T' : '.';
    return stops;
}

std::string history_difference(const Model& model, const vt::Terminal& engine) {
    std::string differs =
        unlike("lines of history", model.history.size(), engine.history().lines());
    vt::LineBuffer buffer;
    for (std::size_t index = 0; differs.empty() && index < model.history.size(); ++index)
        differs = unlike(fmt::format("history {}", index), utf8(model.history[index]),
                         engine.history().line(index, buffer).text());
    return differs;
}

} // namespace

std::string difference(const Model& model, const vt::Terminal& engine) {
    const vt::Cursor cursor = engine.cursor();
    const vt::Margins& margins = engine.margins();
    const auto place = [](int row, int column, bool wraps, bool visible) {
        return fmt::format("{},{} wraps {} visible {}", row, column, wraps, visible);
    };
    return first_of(
        [&] { return unlike("screen", model.shown, engine.screen() == vt::Screen::main ? 0 : 1); },
        [&] {
            return unlike(
                "cursor",
                place(model.cursor.row, model.cursor.column, model.cursor.wraps, model.on.visible),
                place(cursor.row, cursor.column, cursor.pending_wrap, cursor.visible));
        },
        [&] {
            return unlike("margins",
                          fmt::format("{}-{} {}-{}", model.margins.top, model.margins.bottom,
                                      model.margins.left, model.margins.right),
                          fmt::format("{}-{} {}-{}", margins.top, margins.bottom, margins.left,
                                      margins.right));
        },
        [&] { return unlike("modes", words(model.on), words(engine.modes())); },
        [&] { return page_difference(model, engine, model.shown); },
        [&] { return page_difference(model, engine, 1 - model.shown); },
        [&] { return unlike("pen", words(model.pen), words(engine.pen())); },
        [&] { return unlike("charsets", words(model.sets), words(engine.charsets())); },
        [&] {
            return unlike("saved by DECSC, main", words(model.saved[0]),
                          words(engine.saved_cursor(vt::Screen::main)));
        },
        [&] {
            return unlike("saved by DECSC, alternate", words(model.saved[1]),
                          words(engine.saved_cursor(vt::Screen::alternate)));
        },
        [&] { return unlike("tabs", tabs(model), tabs(engine)); },
        [&] { return history_difference(model, engine); });
}

} // namespace berth::model
