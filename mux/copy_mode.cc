#include "copy_mode.h"

#include "client.h"
#include "execution.h"
#include "formats.h"
#include "job.h"
#include "mouse.h"
#include "server.h"
#include "status.h"
#include "style.h"

#include <algorithm>
#include <array>

namespace berth::mux {
namespace {

constexpr std::uint64_t kSearchUs = 10'000'000; // what one search may take, as in tmux
constexpr std::uint64_t kRefreshUs = 100'000;   // between two times that refresh-on takes lines
constexpr std::uint64_t kScrollUs = 50'000;     // between two lines of a drag beyond the edge

int narrow(std::size_t value) {
    return static_cast<int>(value);
}

} // namespace

int TerminalLines::lines() const {
    return narrow(terminal_->history().lines()) + rows();
}

vt::LineView TerminalLines::line(int wanted) const {
    const int history = narrow(terminal_->history().lines());
    return wanted < history ? terminal_->history().line(static_cast<std::size_t>(wanted), buffer_)
                            : terminal_->line(wanted - history);
}

void TerminalLines::read(int wanted, copy::Row& row) const {
    const bool after_output = wanted > 0 && line(wanted - 1).cell(0).mark() == vt::Mark::output;
    const vt::LineView from = line(wanted);
    const int used = std::min(from.used, columns());
    row.cells.resize(static_cast<std::size_t>(used));
    for (int column = 0; column < used; ++column) {
        copy::Cell& cell = row.cells[static_cast<std::size_t>(column)];
        cell.text.clear();
        from.append_text(column, cell.text);
        const vt::Width width = from.cell(column).width();
        cell.width = width == vt::Width::wide ? 2 : width == vt::Width::tail ? 0 : 1;
    }
    row.wrapped = from.wrapped;
    row.prompt = from.mark == vt::Mark::prompt;
    row.output = !after_output && from.cell(0).mark() == vt::Mark::output;
}

int TerminalLines::may_have(int from, int step, std::string_view part, bool fold) const {
    const vt::History& history = terminal_->history();
    if (from >= narrow(history.lines()))
        return from;
    return static_cast<int>(
        history.may_have(static_cast<std::size_t>(from), step, vt::Needle(part, fold)));
}

CopyMode::CopyMode(Server& server, Pane& pane, const vt::Terminal& source, Kind kind)
    : PaneMode(server, pane), kind_(kind), backing_(source.clone()), lines_(backing_),
      copy_(lines_, {}, source.cursor().column, source.cursor().row) {
    backing_.resize(pane.terminal.size());
    if (source.size() != pane.terminal.size())
        copy_.resized(
            {backing_.cursor().column, narrow(backing_.history().lines()) + backing_.cursor().row});
    copy_.remember_search(pane.search_string, pane.search_regex);
    settle();
}

std::string CopyMode::key_table() const {
    return pane().window->options.number("mode-keys") == 1 ? "copy-mode-vi" : "copy-mode";
}

copy::Settings copy_settings(Server& server, Pane& pane) {
    const FormatAbout here = about(server, pane);
    copy::Settings settings;
    settings.vi = pane.window->options.number("mode-keys") == 1;
    settings.word_separators = here.session != nullptr
                                   ? here.session->options.text("word-separators")
                                   : server.global_session_options.text("word-separators");
    settings.wrap_search = pane.window->options.flag("wrap-search");
    return settings;
}

void CopyMode::settle() {
    copy::Settings settings = copy_settings(server(), pane());
    settings.expired = [this] { return now_us() > deadline_us_; };
    deadline_us_ = now_us() + kSearchUs;
    copy_.set_settings(std::move(settings));
}

bool CopyMode::command(const ModeCommand& given) {
    if (given.words.empty())
        return true;
    settle();
    std::optional<copy::Point> mouse;
    if (given.mouse != nullptr)
        if (const auto at = place_in(server(), *given.mouse, pane()))
            mouse = this->at(*at);
    const bool wheel =
        given.mouse != nullptr && (given.mouse->key.mouse().type == keys::MouseType::WheelUp ||
                                   given.mouse->key.mouse().type == keys::MouseType::WheelDown);
    if (mouse && !wheel)
        copy_.move_to(*mouse);
    if (given.mouse != nullptr && given.words[0] == "scroll-to-mouse") {
        start_scroll_drag(server(), *given.mouse, pane());
        return true;
    }
    if (mouse && given.words[0] == "begin-selection") {
        start_copy_drag(server(), *given.mouse, pane());
        return true;
    }
    carry_out(copy_.run(given.words[0], given.words.subspan(1), given.repeat, mouse));
    return true;
}

void CopyMode::run(std::string_view command) {
    settle();
    carry_out(copy_.run(command, {}));
}

void CopyMode::carry_out(const copy::Action& action) {
    if (!action.known)
        return;
    pane().search_string = copy_.search_string();
    pane().search_regex = copy_.search_regex();
    if (action.text)
        give_text(action);
    if (action.refresh == copy::Refresh::kNow)
        take_pane_lines();
    else if (action.refresh != copy::Refresh::kNone)
        refreshing_ = action.refresh == copy::Refresh::kOn ||
                      (action.refresh == copy::Refresh::kToggle && !refreshing_);
    if (action.line_numbers != copy::LineNumbers::kNone)
        line_numbers_ = action.line_numbers == copy::LineNumbers::kOn ||
                        (action.line_numbers == copy::LineNumbers::kToggle && !numbered());
    if (action.cancel)
        server().leave_mode(pane());
    else
        server().refresh(*pane().window);
}

// To a buffer, to the terminals' clipboards, to a program.
void CopyMode::give_text(const copy::Action& action) {
    const std::string& text = *action.text;
    if (action.to_clipboard || action.append)
        server().set_clipboard(pane(), text);
    if (action.pipe) {
        std::string program = *action.pipe;
        if (program.empty())
            program = server().server_options.text("copy-command");
        const FormatAbout here = about(server(), pane());
        program = expand(server(), here, program);
        if (!program.empty()) {
            JobWish wish;
            wish.words = {program};
            wish.session = here.session;
            wish.directory = here.session != nullptr ? here.session->directory : "";
            wish.feed = JobInput::given;
            wish.input = text;
            wish.output_limit = 0;
            server().jobs.start(std::move(wish), JobCalls{});
        }
    }
    if (action.append)
        server().buffers.append_to_newest(text);
    else if (action.to_buffer)
        server().buffers.add_numbered(text, action.prefix.empty() ? "buffer" : action.prefix);
}

void CopyMode::take_pane_lines() {
    if (kind_ == Kind::view)
        return;
    backing_ = pane().terminal.clone();
    copy_.view_changed(0);
}

void CopyMode::pane_printed() {
    if (!refreshing_ || refresh_due_)
        return;
    refresh_due_ = server().loop().after(kRefreshUs, [this] {
        refresh_due_.reset();
        take_pane_lines();
        server().refresh(*pane().window);
    });
}

// The cursor stays on its text: it is the nth character of the mth line, wrapped ones as one.
void CopyMode::resized() {
    const vt::Size size = pane().terminal.size();
    if (size == backing_.size())
        return;
    const int width = backing_.size().columns;
    const int cursor_line = copy_.top() + copy_.cursor_row();
    int logical = 0;
    int column = copy_.cursor_column();
    for (int number = 0; number < cursor_line; ++number) {
        if (lines_.line(number).wrapped)
            continue;
        ++logical;
    }
    for (int number = cursor_line; number > 0 && lines_.line(number - 1).wrapped; --number)
        column += width;
    backing_.resize(size);
    int line = 0;
    for (; logical > 0 && line < lines_.lines() - 1; ++line)
        if (!lines_.line(line).wrapped)
            --logical;
    for (; column >= size.columns && line < lines_.lines() - 1 && lines_.line(line).wrapped; ++line)
        column -= size.columns;
    copy_.resized({std::min(column, size.columns - 1), line});
}

void CopyMode::add(std::string_view text) {
    vt::Sink nobody;
    std::string lines;
    for (const char c : text)
        lines += c == '\n' ? "\r\n" : std::string(1, c);
    const bool empty = std::exchange(empty_, false);
    backing_.write(empty ? "" : "\r\n", nobody);
    backing_.write(lines, nobody);
    copy_.view_changed(0);
    server().refresh(*pane().window);
}

void CopyMode::drag_begin(copy::Point at) {
    settle();
    copy_.drag_begin(at);
    server().refresh(*pane().window);
}

// Held in the first or the last row it goes on scrolling.
void CopyMode::drag_to(copy::Point at) {
    scroll_due_.reset();
    const copy::Point before{copy_.cursor_column(), copy_.cursor_row()};
    copy_.drag_to(at);
    if ((at.line == 0 || at.line == lines_.rows() - 1) &&
        (before.line != copy_.cursor_row() || before.column == copy_.cursor_column()))
        drag_on(at);
    server().refresh(*pane().window);
}

void CopyMode::drag_on(copy::Point at) {
    copy_.drag_to({at.column, at.line == 0 ? -1 : lines_.rows()});
    server().refresh(*pane().window);
    scroll_due_ = server().loop().after(kScrollUs, [this, at] { drag_on(at); });
}

void CopyMode::drag_end() {
    scroll_due_.reset();
    copy_.drag_end();
    server().refresh(*pane().window);
}

void CopyMode::scroll_to(int row) {
    settle();
    carry_out(copy_.run("scroll-to-mouse", {}, 1, copy::Point{0, row}));
}

void start_scroll_drag(Server& server, const MouseAt& mouse, Pane& pane) {
    const auto drag = [&server, id = pane.id](const MouseAt& at) {
        const Pane* scrolled = server.find_pane(id);
        CopyMode* copying = scrolled != nullptr ? copy_mode_of(*scrolled) : nullptr;
        if (copying != nullptr)
            copying->scroll_to(place_in_window(at).row -
                               static_cast<int>(scrolled->window->box(*scrolled).y));
    };
    drag(mouse);
    start_drag(server, mouse, {.moved = drag, .ended = [] {}});
}

void start_copy_drag(Server& server, const MouseAt& mouse, Pane& pane) {
    CopyMode* mode = copy_mode_of(pane);
    const auto from = place_in(server, mouse, pane, MouseMoment::before);
    if (mode == nullptr || !from)
        return;
    const auto drag = [&server, id = pane.id](const MouseAt& at) {
        Pane* dragged = server.find_pane(id);
        CopyMode* copying = dragged != nullptr ? copy_mode_of(*dragged) : nullptr;
        if (copying == nullptr)
            return;
        if (const auto place = place_in(server, at, *dragged))
            copying->drag_to(copying->at(*place));
    };
    mode->drag_begin(mode->at(*from));
    drag(mouse);
    start_drag(server, mouse, {.moved = drag, .ended = [&server, id = pane.id] {
                                   Pane* dragged = server.find_pane(id);
                                   if (dragged != nullptr && copy_mode_of(*dragged) != nullptr)
                                       copy_mode_of(*dragged)->drag_end();
                               }});
}

void show_in_view(Server& server, Pane& pane, std::string_view text) {
    const CopyMode* there = copy_mode_of(pane);
    if (there == nullptr || there->name() != "view-mode") {
        vt::Config config;
        config.history = pane.terminal.history().limits();
        const vt::Terminal empty(pane.terminal.size(), config);
        server.enter_mode(pane,
                          std::make_unique<CopyMode>(server, pane, empty, CopyMode::Kind::view));
    }
    copy_mode_of(pane)->add(text);
}

CopyMode* copy_mode_of(const Pane& pane) {
    return dynamic_cast<CopyMode*>(pane.mode());
}

} // namespace berth::mux
