#include "vt/terminal.h"

#include "vt/engine_inline.h"
#include "vt/snapshot.h"

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

Engine::Engine(Size wanted, Config wanted_config)
    : config(std::move(wanted_config)), grids{Grid(clamped(wanted)), Grid(clamped(wanted))},
      history(config.history) {
    size = clamped(wanted);
    palette = config.palette;
    full_margins();
    reset_tabs();
}

struct Terminal::Impl : Engine {
    using Engine::Engine;
};

namespace {

std::size_t number(Screen screen) {
    return static_cast<std::size_t>(screen);
}

} // namespace

Terminal::Terminal(Size size, Config config)
    : impl_(std::make_unique<Impl>(size, std::move(config))) {}
Terminal::Terminal(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Terminal Terminal::clone() const {
    return Terminal(std::make_unique<Impl>(*impl_));
}
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
    return impl_->grid().view(row, impl_->tables);
}
LineView Terminal::line(Screen screen, int row) const {
    return impl_->grids[number(screen)].view(row, impl_->tables);
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
    return impl_->parser.at_ground();
}
bool Terminal::relaying_string() const {
    return impl_->streaming;
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
    return impl_->saved[number(screen)];
}
bool Terminal::tab_stop(int column) const {
    return column >= 0 && column < impl_->size.columns && impl_->tabs[at(column)] != 0;
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
    return impl_->kitty[number(screen)];
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
    impl_->config.cell_width = std::clamp(width, 1, kMaxCellPixels);
    impl_->config.cell_height = std::clamp(height, 1, kMaxCellPixels);
}

void Terminal::resize(Size size) {
    Sink nobody;
    resize(size, nobody);
}

void Terminal::resize(Size size, Sink& sink) {
    const Size before = impl_->size;
    impl_->sink = &sink;
    impl_->resize(size);
    if (impl_->modes.in_band_resize && before != impl_->size)
        impl_->report_size();
    impl_->sink = nullptr;
}

void Terminal::set_dark(bool dark, Sink& sink) {
    const bool changed = impl_->config.dark != dark;
    impl_->config.dark = dark;
    impl_->sink = &sink;
    if (changed && impl_->modes.color_scheme_updates)
        impl_->reply_csi(dark ? "?997;1n" : "?997;2n");
    impl_->sink = nullptr;
}

void Terminal::set_default_palette(const Palette& palette) {
    const auto update = [](auto& now, const auto& old, const auto& wanted) {
        for (std::size_t index = 0; index < now.size(); ++index) {
            if (now[index] == old[index])
                now[index] = wanted[index];
        }
    };
    Palette& old = impl_->config.palette;
    update(impl_->palette.colors, old.colors, palette.colors);
    update(impl_->palette.special, old.special, palette.special);
    update(impl_->palette.dynamic, old.dynamic, palette.dynamic);
    old = palette;
}

std::string Terminal::snapshot(BlocksOfHistory how) const {
    return write_snapshot(*impl_, how);
}
Result<void> Terminal::restore(std::string_view bytes, std::span<const std::string_view> blocks) {
    return read_snapshot(*impl_, bytes, blocks);
}

bool Terminal::operator==(const Terminal& other) const {
    const State& left = *impl_;
    const State& right = *other.impl_;
    return left == right && same_screens(*impl_, *other.impl_);
}

void Terminal::reset() {
    Sink nobody;
    impl_->sink = &nobody;
    impl_->parser = {};
    impl_->held.clear();
    impl_->embedded.clear();
    impl_->streaming = false;
    impl_->hard_reset();
    impl_->sink = nullptr;
}

} // namespace berth::vt
