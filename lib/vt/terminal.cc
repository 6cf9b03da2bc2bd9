#include "vt/terminal.h"

#include "vt/engine.h"

namespace berth::vt {

Palette::Palette() {
    static constexpr std::array<std::uint32_t, 16> kBase = {
        0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd, 0x00cdcd, 0xe5e5e5,
        0x7f7f7f, 0xff0000, 0x00ff00, 0xffff00, 0x5c5cff, 0xff00ff, 0x00ffff, 0xffffff};
    const auto rgb = [](std::uint32_t value) {
        return Rgb{static_cast<std::uint8_t>(value >> 16 & 0xff),
                   static_cast<std::uint8_t>(value >> 8 & 0xff),
                   static_cast<std::uint8_t>(value & 0xff)};
    };
    const auto level = [](std::uint32_t step) { return step == 0 ? 0U : 55U + step * 40U; };
    for (std::size_t index = 0; index < 16; ++index)
        colors[index] = rgb(kBase[index]);
    for (std::uint32_t index = 0; index < 216; ++index)
        colors[16 + index] =
            rgb(level(index / 36) << 16 | level(index / 6 % 6) << 8 | level(index % 6));
    for (std::uint32_t index = 0; index < 24; ++index)
        colors[232 + index] = rgb((8 + index * 10) * 0x010101U);
    special.fill(rgb(0xe5e5e5));
    dynamic.fill(rgb(0xe5e5e5));
    dynamic[static_cast<std::size_t>(DynamicColor::background)] = {};
    dynamic[static_cast<std::size_t>(DynamicColor::pointer_background)] = {};
    dynamic[static_cast<std::size_t>(DynamicColor::tektronix_background)] = {};
    dynamic[static_cast<std::size_t>(DynamicColor::highlight_foreground)] = {};
}

Terminal::Impl::Impl(Size wanted, Config wanted_config)
    : config(std::move(wanted_config)), size(clamped(wanted)), grids{Grid(size), Grid(size)},
      history(config.history), margins{0, size.bottom(), 0, size.right()}, palette(config.palette) {
    tabs.resize(static_cast<std::size_t>(size.columns));
    for (std::size_t column = 8; column < tabs.size(); column += 8)
        tabs[column] = true;
}

LineView Terminal::Impl::view(Screen screen, int row) const {
    const Grid& from = grids[static_cast<std::size_t>(screen)];
    const Row& at = from.row(row);
    return {.cells = from.cells(at),
            .tables = &tables,
            .used = at.used,
            .wrapped = at.wrapped,
            .size = at.size,
            .mark = at.mark,
            .generation = at.generation};
}

void Terminal::Impl::line_feed() {
    cursor.pending_wrap = false;
    if (cursor.row < size.bottom()) {
        ++cursor.row;
        return;
    }
    if (shown == Screen::main) {
        history.push(view(shown, 0));
        ++scrolled;
    }
    grid().advance();
    Row& last = grid().row(size.bottom());
    last = Row{.slot = last.slot, .generation = ++generation};
}

void Terminal::Impl::print(char32_t code_point) {
    if (cursor.pending_wrap) {
        grid().row(cursor.row).wrapped = true;
        cursor.column = 0;
        line_feed();
    }
    Row& row = grid().row(cursor.row);
    Cell* cells = grid().cells(row);
    while (row.used <= cursor.column)
        cells[row.used++] = Cell();
    cells[cursor.column] = Cell(code_point);
    row.generation = ++generation;
    if (cursor.column == size.right())
        cursor.pending_wrap = true;
    else
        ++cursor.column;
}

void Terminal::Impl::write(std::string_view bytes, Sink& sink) {
    for (const char byte : bytes) {
        if (byte == '\r') {
            cursor.column = 0;
            cursor.pending_wrap = false;
        } else if (byte == '\n') {
            line_feed();
        } else if (byte >= ' ' && byte < '\x7f') {
            print(static_cast<char32_t>(byte));
        } else if (byte == '\a') {
            sink.bell();
        }
    }
    sink.relay(bytes);
}

Terminal::Terminal(Size size, Config config)
    : impl_(std::make_unique<Impl>(size, std::move(config))) {}
Terminal::~Terminal() = default;
Terminal::Terminal(Terminal&&) noexcept = default;
Terminal& Terminal::operator=(Terminal&&) noexcept = default;

void Terminal::write(std::string_view bytes, Sink& sink) {
    impl_->write(bytes, sink);
}

Size Terminal::size() const {
    return impl_->size;
}
Screen Terminal::screen() const {
    return impl_->shown;
}
LineView Terminal::line(int row) const {
    return impl_->view(impl_->shown, row);
}
LineView Terminal::line(Screen screen, int row) const {
    return impl_->view(screen, row);
}
Cursor Terminal::cursor() const {
    return impl_->cursor;
}
const Margins& Terminal::margins() const {
    return impl_->margins;
}
const Pen& Terminal::pen() const {
    return impl_->pen;
}
const Charsets& Terminal::charsets() const {
    return impl_->charsets;
}
const Tables& Terminal::tables() const {
    return impl_->tables;
}
std::uint64_t Terminal::generation() const {
    return impl_->generation;
}
std::uint64_t Terminal::scrolled_lines() const {
    return impl_->scrolled;
}
const History& Terminal::history() const {
    return impl_->history;
}
const Modes& Terminal::modes() const {
    return impl_->modes;
}
const std::string& Terminal::title() const {
    return impl_->title;
}
const Palette& Terminal::palette() const {
    return impl_->palette;
}
std::uint64_t Terminal::features() const {
    return impl_->features;
}
bool Terminal::at_ground() const {
    return impl_->held.empty();
}
std::string_view Terminal::pending() const {
    return impl_->held;
}

Cursor Terminal::cursor(Screen screen) const {
    if (screen == impl_->shown || screen == Screen::alternate)
        return impl_->cursor;
    Cursor main = impl_->cursor;
    const SavedCursor& saved = saved_cursor(screen);
    main.row = saved.row;
    main.column = saved.column;
    main.pending_wrap = saved.pending_wrap;
    return main;
}
const SavedCursor& Terminal::saved_cursor(Screen screen) const {
    return impl_->saved[static_cast<std::size_t>(screen)];
}
bool Terminal::tab_stop(int column) const {
    return impl_->tabs[static_cast<std::size_t>(column)];
}
std::uint64_t Terminal::history_generation() const {
    return impl_->history_generation;
}
void Terminal::clear_history() {
    impl_->history.clear();
}
void Terminal::set_history_limits(HistoryLimits limits) {
    impl_->history.set_limits(limits);
}
std::uint8_t Terminal::kitty_flags() const {
    const auto stack = kitty_stack(impl_->shown);
    return stack.empty() ? 0 : stack.back();
}
std::span<const std::uint8_t> Terminal::kitty_stack(Screen screen) const {
    return impl_->kitty[static_cast<std::size_t>(screen)];
}
const std::string& Terminal::icon_name() const {
    return impl_->icon_name;
}
const std::vector<std::string>& Terminal::title_stack() const {
    return impl_->titles;
}
const std::string& Terminal::working_directory() const {
    return impl_->working_directory;
}
const std::string& Terminal::pointer() const {
    return impl_->pointer;
}
void Terminal::set_title(std::string_view title) {
    impl_->title = title;
}
const Palette& Terminal::default_palette() const {
    return impl_->config.palette;
}
void Terminal::set_cell_pixels(int width, int height) {
    impl_->config.cell_width = width;
    impl_->config.cell_height = height;
}

} // namespace berth::vt
