// The commands of `send-keys -X`: one row for each.
#include "copy/machine.h"

#include <algorithm>

namespace berth::copy {
namespace {

using Machine = Copy::Machine;

// Whether a command hides what a search has found.
enum class Hide : unsigned char { kAlways, kNever, kEmacs };

enum class What : unsigned char { kSelection, kLine, kEndOfLine };
enum class After : unsigned char { kClear, kKeep, kCancel };

// What a copying command does with the text.
struct Copying {
    What what = What::kSelection;
    After after = After::kClear;
    bool buffer = true;
    bool append = false;
    bool pipe = false;
};

struct Call {
    Machine& machine;
    std::span<const std::string> arguments;
    int count;
    std::optional<Point> mouse;
    Action& action;

    [[nodiscard]] std::string_view argument(std::size_t index) const {
        return index < arguments.size() ? std::string_view(arguments[index]) : std::string_view{};
    }
};

struct Command {
    std::string_view name{};
    std::size_t minimum = 0; // arguments
    std::size_t maximum = 0;
    Hide hide = Hide::kAlways;
    void (*run)(Call&, const Command&) = nullptr;
    Copying copying{};
};

template <void (Machine::*move)()> void once(Call& call, const Command&) {
    (call.machine.*move)();
}

template <void (Machine::*move)()> void repeated(Call& call, const Command&) {
    for (int i = 0; i < call.count; ++i)
        (call.machine.*move)();
}

void cursor_up(Call& call, const Command&) {
    for (int i = 0; i < call.count; ++i)
        call.machine.cursor_up(false);
}

void cursor_down(Call& call, const Command&) {
    for (int i = 0; i < call.count; ++i)
        call.machine.cursor_down(false);
}

void cursor_down_and_cancel(Call& call, const Command& command) {
    const int before = call.machine.cy;
    cursor_down(call, command);
    call.action.cancel = before == call.machine.cy && call.machine.scrolled() == 0;
}

void cursor_right(Call& call, const Command&) {
    for (int i = 0; i < call.count; ++i)
        call.machine.cursor_right(call.machine.rectangular());
}

void scroll_up(Call& call, const Command&) {
    for (int i = 0; i < call.count; ++i)
        call.machine.cursor_up(true);
}

void scroll_down(Call& call, const Command&) {
    for (int i = 0; i < call.count; ++i)
        call.machine.cursor_down(true);
    call.action.cancel = call.machine.scroll_exit && call.machine.scrolled() == 0;
}

void scroll_down_and_cancel(Call& call, const Command& command) {
    scroll_down(call, command);
    call.action.cancel = call.machine.scrolled() == 0;
}

template <bool half> void page_up(Call& call, const Command&) {
    for (int i = 0; i < call.count; ++i)
        call.machine.page_up(half);
}

template <bool half> void page_down(Call& call, const Command&) {
    for (int i = 0; i < call.count && !call.action.cancel; ++i)
        call.action.cancel = call.machine.page_down(half);
}

template <bool half> void page_down_and_cancel(Call& call, const Command&) {
    for (int i = 0; i < call.count && !call.action.cancel; ++i) {
        call.machine.page_down(half);
        call.action.cancel = call.machine.scrolled() == 0;
    }
}

void move_to_row(Machine& machine, int column, int row) {
    machine.move(column, row);
    machine.update_selection();
}

void top_line(Call& call, const Command&) {
    move_to_row(call.machine, 0, 0);
}
void middle_line(Call& call, const Command&) {
    move_to_row(call.machine, 0, (call.machine.rows() - 1) / 2);
}
void bottom_line(Call& call, const Command&) {
    move_to_row(call.machine, 0, call.machine.rows() - 1);
}
void centre_vertical(Call& call, const Command&) {
    Machine& machine = call.machine;
    machine.cy = machine.rows() / 2;
    move_to_row(machine, std::min(machine.cx, machine.lines.length(machine.line())), machine.cy);
}
void centre_horizontal(Call& call, const Command&) {
    Machine& machine = call.machine;
    move_to_row(machine,
                std::min(machine.lines.columns() / 2, machine.lines.length(machine.line())),
                machine.cy);
}

// The cursor stays on its line, which is then shown at this row.
void show_line_at(Machine& machine, int row) {
    const Point at = machine.cursor();
    machine.top = std::clamp(at.line - row, 0, machine.history());
    move_to_row(machine, at.column, at.line - machine.top);
}
void scroll_top(Call& call, const Command&) {
    show_line_at(call.machine, 0);
}
void scroll_middle(Call& call, const Command&) {
    show_line_at(call.machine, (call.machine.rows() - 1) / 2);
}
void scroll_bottom(Call& call, const Command&) {
    show_line_at(call.machine, call.machine.rows() - 1);
}

// A scrollbar as high as the pane: the mouse's row says which part of all lines is shown.
void scroll_to_mouse(Call& call, const Command&) {
    if (!call.mouse)
        return;
    Machine& machine = call.machine;
    const int last_row = std::max(machine.rows() - 1, 1);
    const int row = std::clamp(call.mouse->line, 0, last_row);
    machine.set_top(static_cast<int>(static_cast<long long>(machine.history()) * row / last_row));
    call.action.cancel = call.argument(0) == "-e" && machine.scrolled() == 0;
}

template <bool blanks_only> void next_word(Call& call, const Command&) {
    for (int i = 0; i < call.count; ++i)
        call.machine.next_word(blanks_only ? "" : call.machine.settings.word_separators);
}
template <bool blanks_only> void next_word_end(Call& call, const Command&) {
    for (int i = 0; i < call.count; ++i)
        call.machine.next_word_end(blanks_only ? "" : call.machine.settings.word_separators, false);
}
template <bool blanks_only> void previous_word(Call& call, const Command&) {
    for (int i = 0; i < call.count; ++i)
        call.machine.previous_word(blanks_only ? "" : call.machine.settings.word_separators, true);
}

// The first character of the argument is what is looked for.
template <Jump kind> void jump(Call& call, const Command&) {
    const std::string_view text = call.argument(0);
    if (text.empty())
        return;
    std::size_t length = 1;
    while (length < text.size() && (static_cast<unsigned char>(text[length]) & 0xc0) == 0x80)
        ++length;
    call.machine.jump = kind;
    call.machine.jump_character = text.substr(0, length);
    for (int i = 0; i < call.count; ++i)
        call.machine.jump_once(kind);
}

Jump reversed(Jump kind) {
    constexpr Jump kOther[] = {Jump::kNone, Jump::kBackward, Jump::kForward, Jump::kToBackward,
                               Jump::kToForward};
    return kOther[static_cast<std::size_t>(kind)];
}

template <bool reverse> void jump_again(Call& call, const Command&) {
    const Jump kind = reverse ? reversed(call.machine.jump) : call.machine.jump;
    for (int i = 0; i < call.count; ++i)
        call.machine.jump_once(kind);
}

template <Way way> void prompt(Call& call, const Command&) {
    for (int i = 0; i < call.count; ++i)
        call.machine.next_prompt(call.argument(0) == "-o", way);
}

void goto_line(Call& call, const Command&) {
    call.machine.goto_line(call.argument(0));
}

void set_mark(Call& call, const Command&) {
    call.machine.mark = call.machine.cursor();
    call.machine.mark_shown = true;
}

void begin_selection(Call& call, const Command&) {
    Machine& machine = call.machine;
    machine.side = LineSide::kNone;
    machine.unit = Unit::kChar;
    if (call.mouse)
        machine.move(call.mouse->column, call.mouse->line);
    machine.begin_selection();
}

void other_end(Call& call, const Command&) {
    call.machine.unit = Unit::kChar;
    if (call.count % 2 != 0)
        call.machine.other_end();
}

void select_line(Call& call, const Command&) {
    call.machine.select_line(call.count);
}
void selection_mode(Call& call, const Command&) {
    call.machine.set_unit(call.argument(0));
}

template <int value> void rectangle(Call& call, const Command&) {
    call.machine.set_rectangle(value < 0 ? !call.machine.rectangle : value != 0);
}

void toggle_position(Call& call, const Command&) {
    call.machine.position_shown = !call.machine.position_shown;
}
template <int value> void scroll_exit(Call& call, const Command&) {
    call.machine.scroll_exit = value < 0 ? !call.machine.scroll_exit : value != 0;
}
template <Refresh refresh> void refreshing(Call& call, const Command&) {
    call.action.refresh = refresh;
}
template <LineNumbers numbers> void line_numbers(Call& call, const Command&) {
    call.action.line_numbers = numbers;
}

void cancel(Call& call, const Command&) {
    call.action.cancel = true;
}

template <Way way, bool regex> void search(Call& call, const Command&) {
    if (!call.arguments.empty() && !call.arguments[0].empty())
        call.machine.search_command(way, regex, call.arguments[0], call.count);
}
template <Way way> void incremental(Call& call, const Command&) {
    call.machine.search_incremental(way, call.argument(0));
}
template <bool reverse> void search_again(Call& call, const Command&) {
    call.machine.search_again(reverse, call.count);
}

// The flags of copying commands, which come before other arguments: -C keeps the text from the
// clipboard, -P from buffers.
void read_copy_flags(Call& call, Action& action) {
    while (!call.arguments.empty() && call.arguments[0].size() > 1 && call.arguments[0][0] == '-' &&
           call.arguments[0].find_first_not_of("CP", 1) == std::string::npos) {
        if (call.arguments[0].contains('C'))
            action.to_clipboard = false;
        if (call.arguments[0].contains('P'))
            action.to_buffer = false;
        call.arguments = call.arguments.subspan(1);
    }
}

// Copying a line or its end selects it for as long as that takes.
void select_for(Call& call, What what) {
    Machine& machine = call.machine;
    if (what == What::kSelection)
        return;
    machine.unit = Unit::kChar;
    machine.side = LineSide::kNone;
    machine.rectangle = false;
    if (what == What::kLine)
        machine.start_of_line();
    machine.begin_selection();
    for (int i = 1; i < call.count; ++i)
        machine.cursor_down(false);
    machine.end_of_line();
}

void copy(Call& call, const Command& command) {
    Machine& machine = call.machine;
    const Copying& copying = command.copying;
    Action& action = call.action;
    action.to_buffer = action.to_clipboard = copying.buffer;
    action.append = copying.append;
    read_copy_flags(call, action);
    if (copying.pipe)
        action.pipe = std::string(call.argument(0));
    action.prefix = call.argument(copying.pipe ? 1 : 0);
    const Machine::Place before{machine.cx, machine.cy, machine.top};
    const bool rectangle_before = machine.rectangle;
    select_for(call, copying.what);
    action.text = machine.selected_text();
    if (copying.after != After::kKeep)
        machine.clear_selection();
    if (copying.what != What::kSelection) {
        machine.move(before.cx, before.cy);
        machine.top = before.top;
        machine.rectangle = rectangle_before;
    }
    if (!action.text) {
        action.to_buffer = action.to_clipboard = action.append = false;
        action.pipe.reset();
    }
    action.cancel = copying.after == After::kCancel;
}

constexpr Command row(std::string_view name, Hide hide, void (*run)(Call&, const Command&),
                      std::size_t minimum = 0, std::size_t maximum = 0) {
    return {name, minimum, maximum, hide, run, {}};
}

constexpr Command copies(std::string_view name, What what, After after, bool buffer, bool pipe) {
    return {name,           0,
            pipe ? 4U : 3U, after == After::kKeep ? Hide::kNever : Hide::kAlways,
            copy,           {what, after, buffer, false, pipe}};
}

constexpr Command appends(std::string_view name, After after) {
    return {name, 0, 0, Hide::kAlways, copy, {What::kSelection, after, true, true, false}};
}

using enum Hide;
constexpr What kSel = What::kSelection;
constexpr What kLine = What::kLine;
constexpr What kEol = What::kEndOfLine;
constexpr After kClear = After::kClear;
constexpr After kKeep = After::kKeep;
constexpr After kCancel = After::kCancel;

constexpr Command kCommands[] = {
    appends("append-selection", kClear),
    appends("append-selection-and-cancel", kCancel),
    row("back-to-indentation", kAlways, once<&Machine::back_to_indentation>),
    row("begin-selection", kAlways, begin_selection),
    row("bottom-line", kEmacs, bottom_line),
    row("cancel", kAlways, cancel),
    row("clear-selection", kAlways, once<&Machine::clear_selection>),
    copies("copy-end-of-line", kEol, kClear, true, false),
    copies("copy-end-of-line-and-cancel", kEol, kCancel, true, false),
    copies("copy-line", kLine, kClear, true, false),
    copies("copy-line-and-cancel", kLine, kCancel, true, false),
    copies("copy-pipe", kSel, kClear, true, true),
    copies("copy-pipe-and-cancel", kSel, kCancel, true, true),
    copies("copy-pipe-end-of-line", kEol, kClear, true, true),
    copies("copy-pipe-end-of-line-and-cancel", kEol, kCancel, true, true),
    copies("copy-pipe-line", kLine, kClear, true, true),
    copies("copy-pipe-line-and-cancel", kLine, kCancel, true, true),
    copies("copy-pipe-no-clear", kSel, kKeep, true, true),
    copies("copy-selection", kSel, kClear, true, false),
    copies("copy-selection-and-cancel", kSel, kCancel, true, false),
    copies("copy-selection-no-clear", kSel, kKeep, true, false),
    row("cursor-centre-horizontal", kEmacs, centre_horizontal),
    row("cursor-centre-vertical", kEmacs, centre_vertical),
    row("cursor-down", kEmacs, cursor_down),
    row("cursor-down-and-cancel", kAlways, cursor_down_and_cancel),
    row("cursor-left", kEmacs, repeated<&Machine::cursor_left>),
    row("cursor-right", kEmacs, cursor_right),
    row("cursor-up", kEmacs, cursor_up),
    row("end-of-line", kEmacs, once<&Machine::end_of_line>),
    row("goto-line", kEmacs, goto_line, 1, 1),
    row("halfpage-down", kEmacs, page_down<true>),
    row("halfpage-down-and-cancel", kAlways, page_down_and_cancel<true>),
    row("halfpage-up", kEmacs, page_up<true>),
    row("history-bottom", kEmacs, once<&Machine::history_bottom>),
    row("history-top", kEmacs, once<&Machine::history_top>),
    row("jump-again", kEmacs, jump_again<false>),
    row("jump-backward", kEmacs, jump<Jump::kBackward>, 1, 1),
    row("jump-forward", kEmacs, jump<Jump::kForward>, 1, 1),
    row("jump-reverse", kEmacs, jump_again<true>),
    row("jump-to-backward", kEmacs, jump<Jump::kToBackward>, 1, 1),
    row("jump-to-forward", kEmacs, jump<Jump::kToForward>, 1, 1),
    row("jump-to-mark", kAlways, once<&Machine::jump_to_mark>),
    row("line-numbers-off", kNever, line_numbers<LineNumbers::kOff>),
    row("line-numbers-on", kNever, line_numbers<LineNumbers::kOn>),
    row("line-numbers-toggle", kNever, line_numbers<LineNumbers::kToggle>),
    row("middle-line", kEmacs, middle_line),
    row("next-matching-bracket", kAlways, repeated<&Machine::next_bracket>),
    row("next-paragraph", kEmacs, repeated<&Machine::next_paragraph>),
    row("next-prompt", kAlways, prompt<Way::kDown>, 0, 1),
    row("next-space", kEmacs, next_word<true>),
    row("next-space-end", kEmacs, next_word_end<true>),
    row("next-word", kEmacs, next_word<false>),
    row("next-word-end", kEmacs, next_word_end<false>),
    row("other-end", kEmacs, other_end),
    row("page-down", kEmacs, page_down<false>),
    row("page-down-and-cancel", kAlways, page_down_and_cancel<false>),
    row("page-up", kEmacs, page_up<false>),
    copies("pipe", kSel, kClear, false, true),
    copies("pipe-and-cancel", kSel, kCancel, false, true),
    copies("pipe-no-clear", kSel, kKeep, false, true),
    row("previous-matching-bracket", kAlways, repeated<&Machine::previous_bracket>),
    row("previous-paragraph", kEmacs, repeated<&Machine::previous_paragraph>),
    row("previous-prompt", kAlways, prompt<Way::kUp>, 0, 1),
    row("previous-space", kEmacs, previous_word<true>),
    row("previous-word", kEmacs, previous_word<false>),
    row("recentre-top-bottom", kNever, once<&Machine::recentre_next>),
    row("rectangle-off", kAlways, rectangle<0>),
    row("rectangle-on", kAlways, rectangle<1>),
    row("rectangle-toggle", kAlways, rectangle<-1>),
    row("refresh-from-pane", kAlways, refreshing<Refresh::kNow>),
    row("refresh-now", kAlways, refreshing<Refresh::kNow>),
    row("refresh-off", kNever, refreshing<Refresh::kOff>),
    row("refresh-on", kNever, refreshing<Refresh::kOn>),
    row("refresh-toggle", kNever, refreshing<Refresh::kToggle>),
    row("scroll-bottom", kAlways, scroll_bottom),
    row("scroll-down", kEmacs, scroll_down),
    row("scroll-down-and-cancel", kAlways, scroll_down_and_cancel),
    row("scroll-exit-off", kNever, scroll_exit<0>),
    row("scroll-exit-on", kNever, scroll_exit<1>),
    row("scroll-exit-toggle", kNever, scroll_exit<-1>),
    row("scroll-middle", kAlways, scroll_middle),
    row("scroll-to-mouse", kNever, scroll_to_mouse, 0, 1),
    row("scroll-top", kAlways, scroll_top),
    row("scroll-up", kEmacs, scroll_up),
    row("search-again", kNever, search_again<false>),
    row("search-backward", kNever, search<Way::kUp, true>, 0, 1),
    row("search-backward-incremental", kNever, incremental<Way::kUp>, 1, 1),
    row("search-backward-text", kNever, search<Way::kUp, false>, 0, 1),
    row("search-forward", kNever, search<Way::kDown, true>, 0, 1),
    row("search-forward-incremental", kNever, incremental<Way::kDown>, 1, 1),
    row("search-forward-text", kNever, search<Way::kDown, false>, 0, 1),
    row("search-reverse", kNever, search_again<true>),
    row("select-line", kAlways, select_line),
    row("select-word", kAlways, once<&Machine::select_word>),
    row("selection-mode", kAlways, selection_mode, 0, 1),
    row("set-mark", kAlways, set_mark),
    row("start-of-line", kEmacs, once<&Machine::start_of_line>),
    row("stop-selection", kAlways, once<&Machine::stop_selection>),
    row("toggle-position", kNever, toggle_position),
    row("top-line", kEmacs, top_line),
};
static_assert(std::ranges::is_sorted(kCommands, {}, &Command::name));
static_assert(std::ranges::adjacent_find(kCommands, {}, &Command::name) == std::end(kCommands));

} // namespace

Action Copy::run(std::string_view name, std::span<const std::string> arguments, int repeat,
                 std::optional<Point> mouse) {
    Action action;
    const auto command = std::ranges::lower_bound(kCommands, name, {}, &Command::name);
    if (command == std::end(kCommands) || command->name != name ||
        arguments.size() < command->minimum || arguments.size() > command->maximum)
        return action;
    Machine& machine = *machine_;
    machine.lines.forget();
    machine.fit();
    action.known = action.redraw = true;
    Call call{machine, arguments, std::max(repeat, 1), mouse, action};
    command->run(call, *command);
    if (name != "recentre-top-bottom")
        machine.recentre = 0;
    const bool hides =
        command->hide == Hide::kAlways || (command->hide == Hide::kEmacs && !machine.settings.vi);
    if (hides)
        machine.clear_matches();
    return action;
}

std::vector<std::string_view> command_names() {
    std::vector<std::string_view> names;
    for (const Command& command : kCommands)
        names.push_back(command.name);
    return names;
}

} // namespace berth::copy
