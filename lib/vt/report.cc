// Answers: what the terminal is, where the cursor stands, what is set (DEC VT520 manual, chapter 4;
// ctlseqs).
#include <fmt/format.h>

#include "vt/handlers.h"

namespace berth::vt {

void Engine::reply_csi(std::string_view body) {
    sink->answer(fmt::format("{}{}", modes.c1_8bit ? "\x9b" : "\x1b[", body));
}

void Engine::reply_dcs(std::string_view body) {
    sink->answer(modes.c1_8bit ? fmt::format("\x90{}\x9c", body)
                               : fmt::format("\x1bP{}\x1b\\", body));
}

void Engine::reply_osc(std::string_view body) {
    const std::string_view st = modes.c1_8bit ? "\x9c" : "\x1b\\";
    sink->answer(
        fmt::format("{}{}{}", modes.c1_8bit ? "\x9d" : "\x1b]", body, parser.bell ? "\a" : st));
}

void Engine::report_size() {
    reply_csi(fmt::format("48;{};{};{};{}t", size.rows, size.columns,
                          size.rows * config.cell_height, size.columns * config.cell_width));
}

namespace handlers {

// 1: 132 columns, 6: selective erase, 9: national sets, 15: technical set, 17: terminal state
// interrogation, 21: horizontal scrolling, 22: colour, 28: rectangles, 52: clipboard.
void device_attributes(Engine& e) {
    if (e.parser.params.get(0, 0) == 0)
        e.reply_csi(fmt::format("?{};1;6;9;15;17;21;22;28;52c", e.level));
}

// The version is the one of xterm whose features the engine has: programs decide by it.
void device_attributes_2(Engine& e) {
    if (e.parser.params.get(0, 0) == 0)
        e.reply_csi(">65;379;0c");
}

void device_attributes_3(Engine& e) {
    if (e.parser.params.get(0, 0) == 0)
        e.reply_dcs("!|00000000");
}

namespace {

std::string position(const Engine& e) {
    const int row = e.cursor.row - (e.modes.origin ? e.margins.top : 0);
    const int column = e.cursor.column - (e.modes.origin ? e.margins.left : 0);
    return fmt::format("{};{}", row + 1, column + 1);
}

} // namespace

void device_status(Engine& e) {
    const int what = e.parser.params.get(0, 0);
    if (what == 5)
        e.reply_csi("0n");
    else if (what == 6)
        e.reply_csi(position(e) + "R");
}

void device_status_dec(Engine& e) {
    struct Answer {
        int question;
        std::string_view text;
    };
    static constexpr std::array kAnswers = std::to_array<Answer>({
        {15, "?13n"},       // no printer
        {25, "?21n"},       // user-defined keys are locked
        {26, "?27;1;0;0n"}, // the keyboard: North American, ready
        {53, "?50n"},       // no locator
        {55, "?50n"},
        {56, "?57;0n"},
        {62, "0*{"},  // no room for macros
        {75, "?70n"}, // no errors
        {85, "?83n"}, // not configured for several sessions
    });
    const int what = e.parser.params.get(0, 0);
    for (const Answer& answer : kAnswers) {
        if (answer.question == what)
            e.reply_csi(answer.text);
    }
    if (what == 6)
        e.reply_csi(fmt::format("?{};1R", position(e)));
    else if (what == 63)
        e.reply_dcs(fmt::format("{}!~0000", e.parser.params.get(1, 0)));
    else if (what == 996)
        e.reply_csi(fmt::format("?997;{}n", e.config.dark ? 1 : 2));
}

void terminal_parameters(Engine& e) {
    const int what = e.parser.params.get(0, 0);
    if (what <= 1)
        e.reply_csi(fmt::format("{};1;1;128;128;1;0x", what + 2));
}

void version(Engine& e) {
    if (e.parser.params.get(0, 0) == 0)
        e.reply_dcs(fmt::format(">|berth {}", e.config.version));
}

namespace {

void report_title(Engine& e, char kind, const std::string& title) {
    const std::string_view shown = e.config.report_title ? std::string_view(title) : "";
    e.reply_osc(kind + (e.title_query_hex ? to_hex(shown) : std::string(shown)));
}

void push_titles(Engine& e, int which) {
    if (e.titles.size() == kMaxTitles) {
        e.titles.erase(e.titles.begin());
        e.icon_names.erase(e.icon_names.begin());
    }
    e.titles.push_back(which == 1 && !e.titles.empty() ? e.titles.back() : e.title);
    e.icon_names.push_back(which == 2 && !e.icon_names.empty() ? e.icon_names.back() : e.icon_name);
    e.use(Feature::title_stack);
}

void pop_titles(Engine& e, int which) {
    if (e.titles.empty())
        return;
    if (which != 1) {
        e.title = e.titles.back();
        e.substitute += fmt::format("\x1b]2;{}\x1b\\", e.title);
        e.sink->title_changed();
    }
    if (which != 2) {
        e.icon_name = e.icon_names.back();
        e.substitute += fmt::format("\x1b]1;{}\x1b\\", e.icon_name);
        e.sink->icon_name_changed();
    }
    e.titles.pop_back();
    e.icon_names.pop_back();
}

} // namespace

// XTWINOPS: reports, and the stack of titles. A pane's place and size are not the program's to
// choose.
void window_operation(Engine& e) {
    e.keep = false;
    const Params& params = e.parser.params;
    const Size size = e.size;
    const int pixel_height = size.rows * e.config.cell_height;
    const int pixel_width = size.columns * e.config.cell_width;
    switch (params.get(0, 0)) {
    case 11:
        e.reply_csi("1t");
        break;
    case 13:
        e.reply_csi("3;0;0t");
        break;
    case 14:
        e.reply_csi(fmt::format("4;{};{}t", pixel_height, pixel_width));
        break;
    case 15:
        e.reply_csi(fmt::format("5;{};{}t", pixel_height, pixel_width));
        break;
    case 16:
        e.reply_csi(fmt::format("6;{};{}t", e.config.cell_height, e.config.cell_width));
        break;
    case 18:
        e.reply_csi(fmt::format("8;{};{}t", size.rows, size.columns));
        break;
    case 19:
        e.reply_csi(fmt::format("9;{};{}t", size.rows, size.columns));
        break;
    case 20:
        report_title(e, 'L', e.icon_name);
        break;
    case 21:
        report_title(e, 'l', e.title);
        break;
    case 22:
        push_titles(e, params.get(1, 0));
        break;
    case 23:
        pop_titles(e, params.get(1, 0));
        break;
    default:
        break;
    }
}

namespace {

// DECCIR. The bits are those of the VT520 manual, each group with bit 6 set.
std::string cursor_information(const Engine& e) {
    const std::uint32_t attributes = e.pen.style.attributes;
    const auto group = [](int bits) { return static_cast<char>(0x40 | bits); };
    const int rendition =
        ((attributes & kBold) != 0 ? 1 : 0) | ((attributes & kUnderlineMask) != 0 ? 2 : 0) |
        ((attributes & kBlink) != 0 ? 4 : 0) | ((attributes & kInverse) != 0 ? 8 : 0);
    const int flags = (e.modes.origin ? 1 : 0) | (e.single_shift == 2 ? 2 : 0) |
                      (e.single_shift == 3 ? 4 : 0) | (e.cursor.pending_wrap ? 8 : 0);
    int sizes = 0;
    std::string names;
    for (std::size_t index = 0; index < e.charsets.g.size(); ++index) {
        sizes |= e.charsets.g[index].size96 ? 1 << index : 0;
        names += e.charsets.g[index].name.data();
    }
    return fmt::format("1$u{};1;{};{};{};{};{};{};{}", position(e), group(rendition),
                       group(e.pen.protect ? 1 : 0), group(flags), e.charsets.gl, e.charsets.gr,
                       group(sizes), names);
}

} // namespace

void presentation_state(Engine& e) {
    const int what = e.parser.params.get(0, 0);
    if (what == 1) {
        e.reply_dcs(cursor_information(e));
    } else if (what == 2) {
        std::string stops;
        for (std::size_t column = 0; column < e.tabs.size(); ++column) {
            if (e.tabs[column] != 0)
                stops += fmt::format("{}{}", stops.empty() ? "" : "/", column + 1);
        }
        e.reply_dcs("2$u" + stops);
    }
}

// XTSMGRAPHICS: there are no graphics to set or read.
void graphics_attributes(Engine& e) {
    e.reply_csi(fmt::format("?{};3;0S", e.parser.params.get(0, 0)));
}

// DECRQUPSS: DEC supplemental graphic.
void preferred_set(Engine& e) {
    e.reply_dcs("0!u%5");
}

// DECRQTSR: a terminal state report that DECRSTS takes back unread; a colour table report of what
// is configured.
void terminal_state(Engine& e) {
    if (e.parser.params.get(0, 0) == 1)
        e.reply_dcs("1$s");
}

} // namespace handlers

} // namespace berth::vt
