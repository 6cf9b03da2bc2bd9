#include "vt/replay.h"

#include <algorithm>
#include <span>

#include "vt/client_state.h"
#include "vt/encode.h"
#include "vt/line_printer.h"

namespace berth::vt {

namespace {

constexpr std::size_t kOscPart = 1024; // a palette is set in pieces of about this size

void append_charset(std::string& out, std::size_t set, const Charset& charset) {
    out += '\x1b';
    out += charset.size96 ? ",-./"[set] : "()*+"[set];
    for (const char byte : charset.name)
        if (byte != 0)
            out += byte;
}

void append_charsets(std::string& out, const Charsets& from, const Charsets& to) {
    for (std::size_t set = 0; set < to.g.size(); ++set)
        if (from.g[set] != to.g[set])
            append_charset(out, set, to.g[set]);
    constexpr const char* kLeft[] = {"\x0f", "\x0e", "\x1bn", "\x1bo"};
    constexpr const char* kRight[] = {"", "\x1b~", "\x1b}", "\x1b|"};
    if (from.gl != to.gl)
        out += kLeft[to.gl & 3];
    if (from.gr != to.gr)
        out += kRight[to.gr & 3];
}

void append_rgb(std::string& out, Rgb color) {
    constexpr char kDigits[] = "0123456789abcdef";
    out += "rgb:";
    const auto part = [&](std::uint8_t value) {
        out += kDigits[value >> 4];
        out += kDigits[value & 15];
    };
    part(color.red);
    out += '/';
    part(color.green);
    out += '/';
    part(color.blue);
}

class Replay {
  public:
    explicit Replay(const Terminal& terminal)
        : terminal_(terminal), size_(terminal.size()),
          printer_(out_, size_.columns,
                   (terminal.features() & feature_bit(Feature::grapheme_mode)) != 0) {}

    std::string run(const ReplayOptions& options);

  private:
    void clear(Before before);
    void history(const ReplayOptions& options);
    void screen(Screen which, int rows);
    void alternate();
    void keyboard_stack(Screen which);
    void keyboard();
    void titles();
    void colors();
    void osc_colors(int code, std::span<const Rgb> now, std::span<const Rgb> configured);
    void dynamic_colors();
    void switches();
    void set_margins(bool wanted);
    void set_origin(bool wanted);
    void set_charsets(const Charsets& wanted);
    void go(Screen which, const SavedCursor& place);
    void go_home();
    void cursor();

    const Terminal& terminal_;
    Size size_;
    std::string out_;
    LinePrinter printer_;
    Charsets charsets_;
    bool origin_ = false;
    bool margins_ = false;
};

void Replay::clear(Before before) {
    if (before == Before::erase) {
        // Line by line: many terminals save what ED clears in their scrollback.
        out_ += "\x1b[H";
        for (int row = 0; row < size_.rows; ++row)
            out_ += row == 0 ? "\x1b#5\x1b[2K" : "\n\x1b#5\x1b[2K";
        out_ += "\x1b[H";
        return;
    }
    append_position(out_, size_.rows - 1, 0);
    out_.append(static_cast<std::size_t>(size_.rows), '\n');
    append_position(out_, 0, 0);
}

// The newest lines, as many as fit; a cut is made only where a line starts that is no continuation.
void Replay::history(const ReplayOptions& options) {
    const History& history = terminal_.history();
    const std::size_t count = std::min(options.history_lines, history.lines());
    const std::size_t first = history.lines() - count;
    const std::size_t begin = out_.size();
    std::vector<std::size_t> starts;
    LineBuffer buffer;
    bool continued = false;
    for (std::size_t index = first; index < history.lines(); ++index) {
        if (!continued)
            starts.push_back(out_.size());
        const LineView line = history.line(index, buffer);
        continued = line.wrapped;
        printer_.print(line, false);
    }
    if (out_.size() - begin <= options.max_bytes)
        return;
    if (!continued)
        starts.push_back(out_.size());
    const auto fits = [&](std::size_t start) { return out_.size() - start <= options.max_bytes; };
    const auto cut = std::ranges::find_if(starts, fits);
    if (cut != starts.end()) {
        out_.erase(begin, *cut - begin);
        return;
    }
    // One line longer than the limit runs into the screen: without its beginning.
    out_.resize(begin);
    printer_.restart();
}

void Replay::screen(Screen which, int rows) {
    if (rows > 0 && rows < size_.rows && terminal_.line(which, rows - 1).wrapped)
        ++rows; // what it went on with was erased
    for (int row = 0; row < rows; ++row)
        printer_.print(terminal_.line(which, row), row + 1 == rows);
}

void Replay::set_margins(bool wanted) {
    const Margins& margins = terminal_.margins();
    const bool sideways = terminal_.modes().left_right_margins;
    if (wanted == margins_ || (margins == full_margins(size_) && !sideways))
        return;
    margins_ = wanted;
    if (!wanted) {
        out_ += sideways ? "\x1b[?69l\x1b[r" : "\x1b[r";
        return;
    }
    if (margins.top != 0 || margins.bottom != size_.rows - 1)
        append_csi(out_, margins.top + 1, margins.bottom + 1, 'r');
    if (sideways) {
        out_ += "\x1b[?69h";
        append_csi(out_, margins.left + 1, margins.right + 1, 's');
    }
}

void Replay::set_origin(bool wanted) {
    if (wanted != origin_)
        append_mode(out_, 6, wanted);
    origin_ = wanted;
}

void Replay::set_charsets(const Charsets& wanted) {
    append_charsets(out_, charsets_, wanted);
    charsets_ = wanted;
}

void Replay::go(Screen which, const SavedCursor& place) {
    set_margins(true);
    set_origin(place.origin);
    int column = place.column;
    const LineView line = terminal_.line(which, place.row);
    if (place.pending_wrap && line.cell(column).width() == Width::tail && column > 0)
        --column;
    const bool sideways = place.origin && terminal_.modes().left_right_margins;
    const Margins& margins = terminal_.margins();
    append_position(out_, std::max(0, place.row - (place.origin ? margins.top : 0)),
                    std::max(0, column - (sideways ? margins.left : 0)));
    if (place.pending_wrap) {
        set_charsets({});
        printer_.print_again(line, column);
    }
    printer_.set_pen(place.pen.style, &place.pen.link, place.pen.protect);
    set_charsets(place.charsets);
}

void Replay::go_home() {
    printer_.reset_pen();
    set_charsets({});
    set_origin(false);
    set_margins(false);
    append_position(out_, 0, 0);
}

// 1049 saves the main screen's cursor, so it must stand where it was saved; it may clear with the
// pen's background.
void Replay::alternate() {
    const SavedCursor& saved = terminal_.saved_cursor(Screen::main);
    keyboard_stack(Screen::main);
    go(Screen::main, saved);
    append_mode(out_, 1049, true);
    go_home();
    if (!saved.pen.style.background.is_default())
        out_ += "\x1b[2J";
    screen(Screen::alternate, rows_in_use(terminal_, Screen::alternate));
}

void Replay::keyboard_stack(Screen which) {
    for (const std::uint8_t flags : terminal_.kitty_stack(which)) {
        out_ += "\x1b[>";
        append_number(out_, flags);
        out_ += 'u';
    }
}

void Replay::keyboard() {
    keyboard_stack(terminal_.screen());
    const auto resource = [&](std::uint8_t value, char final) {
        if (value == 0)
            return;
        out_ += "\x1b[>4;";
        append_number(out_, value);
        out_ += final;
    };
    resource(terminal_.modes().modify_other_keys, 'm');
    resource(terminal_.modes().format_other_keys, 'f');
}

void Replay::titles() {
    for (const std::string& title : terminal_.title_stack()) {
        append_osc(out_, "2;" + title);
        out_ += "\x1b[22;2t";
    }
    if (terminal_.title() == terminal_.icon_name()) {
        if (!terminal_.title().empty() || !terminal_.title_stack().empty())
            append_osc(out_, "0;" + terminal_.title());
    } else {
        append_osc(out_, "1;" + terminal_.icon_name());
        append_osc(out_, "2;" + terminal_.title());
    }
    if (!terminal_.working_directory().empty())
        append_osc(out_, "7;" + terminal_.working_directory());
    if (!terminal_.pointer().empty())
        append_osc(out_, "22;" + terminal_.pointer());
}

void Replay::osc_colors(int code, std::span<const Rgb> now, std::span<const Rgb> configured) {
    const std::string start = std::to_string(code);
    std::string text = start;
    for (std::size_t index = 0; index < now.size(); ++index) {
        if (now[index] == configured[index])
            continue;
        text += ';' + std::to_string(index) + ';';
        append_rgb(text, now[index]);
        if (text.size() > kOscPart) {
            append_osc(out_, text);
            text = start;
        }
    }
    if (text != start)
        append_osc(out_, text);
}

void Replay::colors() {
    const Palette& now = terminal_.palette();
    const Palette& configured = terminal_.default_palette();
    osc_colors(4, now.colors, configured.colors);
    osc_colors(5, now.special, configured.special);
    for (std::size_t index = 0; index < kDynamicColors; ++index) {
        if (now.dynamic[index] == configured.dynamic[index])
            continue;
        std::string text = std::to_string(10 + index) + ';';
        append_rgb(text, now.dynamic[index]);
        append_osc(out_, text);
    }
}

void Replay::switches() {
    const Modes& modes = terminal_.modes();
    const Modes defaults;
    for (const ClientMode& mode : kClientModes) {
        if (modes.*mode.flag == defaults.*mode.flag)
            continue;
        if (mode.dec)
            append_mode(out_, mode.number, modes.*mode.flag);
        else
            append_csi(out_, mode.number, modes.*mode.flag ? 'h' : 'l');
    }
    if (modes.mouse != MouseTracking::none)
        append_mode(out_, mode_number(modes.mouse), true);
    if (modes.mouse_encoding != MouseEncoding::standard)
        append_mode(out_, mode_number(modes.mouse_encoding), true);
}

// Everything that printing or a mode could still disturb comes last.
void Replay::cursor() {
    const Screen shown = terminal_.screen();
    if (terminal_.saved_cursor(shown) != SavedCursor{}) {
        go(shown, terminal_.saved_cursor(shown));
        out_ += "\x1b"
                "7";
    }
    const Cursor cursor = terminal_.cursor();
    const Modes& modes = terminal_.modes();
    go(shown, {cursor.row, cursor.column, cursor.pending_wrap, modes.origin, terminal_.pen(),
               terminal_.charsets()});
    printer_.finish();
    if (modes.grapheme_clusters)
        append_mode(out_, 2027, true);
    if (!modes.autowrap)
        append_mode(out_, 7, false);
    if (modes.insert)
        append_csi(out_, 4, 'h');
    if (cursor.shape_set) {
        out_ += "\x1b[";
        append_number(out_, 2 * static_cast<unsigned>(cursor.shape) + (cursor.blink ? 1 : 2));
        out_ += " q";
    } else if (!cursor.blink) {
        append_mode(out_, 12, false);
    }
    if (cursor.visible)
        append_mode(out_, 25, true);
}

std::string Replay::run(const ReplayOptions& options) {
    if (options.synchronized)
        append_mode(out_, 2026, true);
    append_mode(out_, 25, false);
    clear(options.before);
    if (!has_default_tabs(terminal_)) { // while the row is of single width
        append_tabs(out_, terminal_);
        out_ += '\r';
    }
    history(options);
    // With history above, every row must be reached for the last line of history to scroll away.
    const bool all = terminal_.history().lines() > 0 && options.history_lines > 0;
    screen(Screen::main, all ? size_.rows : rows_in_use(terminal_, Screen::main));
    if (terminal_.screen() == Screen::alternate)
        alternate();
    titles();
    colors();
    switches();
    keyboard();
    cursor();
    if (options.synchronized)
        append_mode(out_, 2026, false);
    return std::move(out_);
}

} // namespace

std::string replay(const Terminal& terminal, const ReplayOptions& options) {
    return Replay(terminal).run(options);
}

} // namespace berth::vt
