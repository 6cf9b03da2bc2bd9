// Which control function a sequence is, and whether a transparent client may get it as it came
// (facts of ctlseqs; a sequence that is in no table is never relayed: it might be a query).
#include <algorithm>
#include <optional>

#include "vt/handlers.h"

namespace berth::vt {

namespace {

using Handler = void (*)(Engine&);

enum class Relay : std::uint8_t { no, yes, own };

struct Entry {
    std::uint32_t key = 0;
    Handler handler = nullptr;
    Relay relay = Relay::no;
    std::optional<Feature> feature;
};

constexpr std::uint32_t key_of(char prefix, char first, char second, char final) {
    const auto bits = [](char byte) { return std::uint32_t{static_cast<unsigned char>(byte)}; };
    return bits(prefix) << 24 | bits(first) << 16 | bits(second) << 8 | bits(final);
}

// "?$p" is prefix ?, intermediate $, final p.
constexpr std::uint32_t key_of(std::string_view text) {
    char prefix = 0;
    if (text.size() > 1 && text[0] >= '<' && text[0] <= '?') {
        prefix = text[0];
        text.remove_prefix(1);
    }
    return key_of(prefix, text.size() > 1 ? text[0] : '\0', text.size() > 2 ? text[1] : '\0',
                  text.back());
}

constexpr Entry entry(std::string_view text, Handler handler, Relay relay,
                      std::optional<Feature> feature = {}) {
    return {key_of(text), handler, relay, feature};
}

template <std::size_t N> constexpr std::array<Entry, N> sorted(std::array<Entry, N> entries) {
    std::sort(entries.begin(), entries.end(),
              [](const Entry& left, const Entry& right) { return left.key < right.key; });
    return entries;
}

template <std::size_t N> constexpr bool unique(const std::array<Entry, N>& entries) {
    return std::adjacent_find(entries.begin(), entries.end(),
                              [](const Entry& left, const Entry& right) {
                                  return left.key == right.key;
                              }) == entries.end();
}

namespace h = handlers;

constexpr auto kCsi = sorted(std::to_array<Entry>({
    entry("@", h::insert_characters, Relay::yes),
    entry("A", h::cursor_up, Relay::yes),
    entry("B", h::cursor_down, Relay::yes),
    entry("C", h::cursor_forward, Relay::yes),
    entry("D", h::cursor_back, Relay::yes),
    entry("E", h::cursor_next_line, Relay::yes),
    entry("F", h::cursor_previous_line, Relay::yes),
    entry("G", h::column_absolute, Relay::yes),
    entry("H", h::cursor_position, Relay::yes),
    entry("I", h::forward_tab, Relay::yes),
    entry("J", h::erase_display, Relay::yes),
    entry("K", h::erase_line, Relay::yes),
    entry("L", h::insert_lines, Relay::yes),
    entry("M", h::delete_lines, Relay::yes),
    entry("P", h::delete_characters, Relay::yes),
    entry("S", h::scroll_up, Relay::yes),
    entry("T", h::scroll_down, Relay::own),
    entry("X", h::erase_characters, Relay::yes),
    entry("Z", h::backward_tab, Relay::yes),
    entry("^", h::scroll_down, Relay::own),
    entry("`", h::column_absolute, Relay::yes),
    entry("a", h::position_column_relative, Relay::yes),
    entry("b", h::repeat, Relay::yes, Feature::repeat),
    entry("c", h::device_attributes, Relay::no),
    entry("d", h::position_line, Relay::yes),
    entry("e", h::position_line_relative, Relay::yes),
    entry("f", h::cursor_position, Relay::yes),
    entry("g", h::tab_clear, Relay::yes),
    entry("h", h::set_ansi_modes, Relay::own),
    entry("i", h::nothing, Relay::no),
    entry("?i", h::nothing, Relay::no),
    entry("l", h::reset_ansi_modes, Relay::own),
    entry("m", h::graphic_rendition, Relay::yes),
    entry("n", h::device_status, Relay::no),
    entry("r", h::top_bottom_margins, Relay::yes),
    entry("s", h::left_right_margins, Relay::yes),
    entry("t", h::window_operation, Relay::own),
    entry("u", h::restore_cursor, Relay::yes),
    entry("x", h::terminal_parameters, Relay::no),
    entry("?J", h::selective_erase_display, Relay::yes, Feature::selective_erase),
    entry("?K", h::selective_erase_line, Relay::yes, Feature::selective_erase),
    entry("?S", h::graphics_attributes, Relay::no),
    entry("?W", h::tab_every_eight, Relay::yes),
    entry("?g", h::query_format_keys, Relay::no),
    entry("?h", h::set_private_modes, Relay::own),
    entry("?l", h::reset_private_modes, Relay::own),
    entry("?m", h::query_modify_keys, Relay::no),
    entry("?n", h::device_status_dec, Relay::no),
    entry("?r", h::restore_private_modes, Relay::own),
    entry("?s", h::save_private_modes, Relay::no),
    entry("?u", h::kitty_query, Relay::no),
    entry(">c", h::device_attributes_2, Relay::no),
    entry(">f", h::format_keys, Relay::yes),
    entry(">m", h::modify_keys, Relay::yes, Feature::modify_other_keys),
    entry(">n", h::disable_modify_keys, Relay::yes),
    entry(">q", h::version, Relay::no),
    entry(">t", h::set_title_modes, Relay::no),
    entry(">T", h::reset_title_modes, Relay::no),
    entry(">u", h::kitty_push, Relay::yes, Feature::kitty_keyboard),
    entry("<u", h::kitty_pop, Relay::yes, Feature::kitty_keyboard),
    entry("=u", h::kitty_set, Relay::yes, Feature::kitty_keyboard),
    entry("=c", h::device_attributes_3, Relay::no),
    entry(" @", h::scroll_left, Relay::yes, Feature::scroll_sideways),
    entry(" A", h::scroll_right, Relay::yes, Feature::scroll_sideways),
    entry(" q", h::cursor_style, Relay::yes, Feature::cursor_shape),
    entry(" t", h::nothing, Relay::no), // DECSWBV, DECSMBV: bell volumes
    entry(" u", h::nothing, Relay::no),
    entry("!p", h::soft_reset, Relay::yes),
    entry("\"p", h::conformance_level, Relay::no),
    entry("\"q", h::protect_dec, Relay::yes, Feature::selective_erase),
    entry("#P", h::push_colors, Relay::no),
    entry("#Q", h::pop_colors, Relay::no),
    entry("#R", h::report_colors, Relay::no),
    entry("$p", h::request_ansi_mode, Relay::no),
    entry("?$p", h::request_private_mode, Relay::no),
    entry("$r", h::change_attributes, Relay::yes, Feature::rectangle),
    entry("$t", h::reverse_attributes, Relay::yes, Feature::rectangle),
    entry("$u", h::terminal_state, Relay::no),
    entry("$v", h::copy_rectangle, Relay::yes, Feature::rectangle),
    entry("$w", h::presentation_state, Relay::no),
    entry("$x", h::fill_rectangle, Relay::yes, Feature::rectangle),
    entry("$z", h::erase_rectangle, Relay::yes, Feature::rectangle),
    entry("${", h::selective_erase_rectangle, Relay::yes, Feature::rectangle),
    entry("$|", h::nothing,
          Relay::no), // DECSCPP, DECSNLS: a pane's size is not the program's to choose
    entry("*|", h::nothing, Relay::no),
    entry("&u", h::preferred_set, Relay::no),
    entry("'}", h::insert_columns, Relay::yes, Feature::scroll_sideways),
    entry("'~", h::delete_columns, Relay::yes, Feature::scroll_sideways),
    entry("*x", h::attribute_extent, Relay::yes),
    entry("*y", h::checksum_rectangle, Relay::no),
}));
static_assert(unique(kCsi));

// The sequences of a single letter are found without a search.
constexpr auto kPlainCsi = [] {
    std::array<const Entry*, 128> direct{};
    for (const Entry& each : kCsi) {
        if (each.key < direct.size())
            direct[each.key] = &each;
    }
    return direct;
}();

constexpr auto kEscape = sorted(std::to_array<Entry>({
    entry("6", h::back_index, Relay::yes, Feature::scroll_sideways),
    entry("7", h::save_cursor, Relay::yes),
    entry("8", h::restore_cursor, Relay::yes),
    entry("9", h::forward_index, Relay::yes, Feature::scroll_sideways),
    {key_of(0, 0, 0, '='), h::keypad_application, Relay::yes, {}},
    {key_of(0, 0, 0, '>'), h::keypad_numeric, Relay::yes, {}},
    entry("D", h::index, Relay::yes),
    entry("E", h::next_line, Relay::yes),
    entry("H", h::tab_set, Relay::yes),
    entry("M", h::reverse_index, Relay::yes),
    entry(
        "N", [](Engine& e) { e.single_shift = 2; }, Relay::yes),
    entry(
        "O", [](Engine& e) { e.single_shift = 3; }, Relay::yes),
    entry("V", h::protect_start, Relay::yes, Feature::selective_erase),
    entry("W", h::protect_end, Relay::yes, Feature::selective_erase),
    entry("Z", h::device_attributes, Relay::no),
    entry("\\", h::nothing, Relay::no), // ST without a string
    entry("c", h::hard_reset, Relay::yes),
    entry(
        "n", [](Engine& e) { h::lock_shift(e, 2); }, Relay::yes),
    entry(
        "o", [](Engine& e) { h::lock_shift(e, 3); }, Relay::yes),
    entry(
        "|", [](Engine& e) { e.charsets.gr = 3; }, Relay::yes),
    entry(
        "}", [](Engine& e) { e.charsets.gr = 2; }, Relay::yes),
    entry(
        "~", [](Engine& e) { e.charsets.gr = 1; }, Relay::yes),
    entry(" F", h::controls_7bit, Relay::no),
    entry(" G", h::controls_8bit, Relay::no),
    entry("#3", h::double_height_top, Relay::yes, Feature::double_size),
    entry("#4", h::double_height_bottom, Relay::yes, Feature::double_size),
    entry("#5", h::single_width, Relay::yes, Feature::double_size),
    entry("#6", h::double_width, Relay::yes, Feature::double_size),
    entry("#8", h::screen_alignment, Relay::yes),
    entry("%G", h::nothing, Relay::no), // UTF-8 it is and stays
    entry("%@", h::nothing, Relay::no),
}));
static_assert(unique(kEscape));

template <std::size_t N> const Entry* find(const std::array<Entry, N>& entries, std::uint32_t key) {
    const auto place =
        std::lower_bound(entries.begin(), entries.end(), key,
                         [](const Entry& each, std::uint32_t wanted) { return each.key < wanted; });
    return place != entries.end() && place->key == key ? &*place : nullptr;
}

void run(Engine& e, const Entry* found) {
    if (found == nullptr) {
        e.keep = false;
        e.use(Feature::unknown_sequence);
        return;
    }
    e.keep = found->relay != Relay::no;
    if (found->feature)
        e.use(*found->feature);
    found->handler(e);
}

} // namespace

void Engine::dispatch_csi() {
    const std::uint32_t key =
        key_of(parser.prefix, parser.intermediates[0], parser.intermediates[1], parser.final);
    run(*this, key < kPlainCsi.size() ? kPlainCsi[key] : find(kCsi, key));
}

void Engine::dispatch_escape(char final) {
    const char first = parser.intermediates[0];
    if (first >= '(' && first <= '/' && first != ',' && parser.prefix == 0) {
        handlers::designate(*this, final);
        return;
    }
    run(*this, find(kEscape, key_of(parser.prefix, first, parser.intermediates[1], final)));
}

void Engine::dispatch_string() {
    switch (parser.kind) {
    case StringKind::osc:
        handlers::operating_system_command(*this);
        return;
    case StringKind::apc:
        handlers::application_string(*this);
        return;
    case StringKind::title:
        keep = false;
        sink->window_name(std::string_view(parser.text).substr(0, kMaxTitle));
        return;
    case StringKind::dcs:
        break;
    default:
        keep = false;
        return;
    }
    static constexpr auto kDcs = sorted(std::to_array<Entry>({
        entry("$q", handlers::status_string, Relay::no),
        entry("+q", handlers::capabilities, Relay::no),
        entry("$t", handlers::restore_presentation, Relay::no),
        entry("t", handlers::tmux_passthrough, Relay::no),
        entry("q", handlers::sixel, Relay::yes, Feature::sixel),
    }));
    run(*this, find(kDcs, key_of(parser.prefix, parser.intermediates[0], parser.intermediates[1],
                                 parser.final)));
}

void Engine::control(char byte) {
    switch (byte) {
    case '\x05': // ENQ: the answerback message is empty
        keep = false;
        break;
    case '\a':
        sink->bell();
        break;
    case '\b':
        handlers::backspace(*this);
        break;
    case '\t':
        handlers::tab(*this, 1);
        break;
    case '\n':
    case '\v':
    case '\f':
        line_feed();
        break;
    case '\r':
        carriage_return();
        break;
    case '\x0e':
        handlers::lock_shift(*this, 1);
        break;
    case '\x0f':
        handlers::lock_shift(*this, 0);
        break;
    default:
        break;
    }
}

void handlers::nothing(Engine& /*e*/) {}

} // namespace berth::vt
