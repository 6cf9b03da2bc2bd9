// The control functions: one handler each, found through the tables of dispatch.cc. A handler reads
// e.parser.params. It may clear e.keep (the sequence is not relayed) where the table says
// Relay::own. Internal to lib/vt.
#pragma once

#include <optional>
#include <string>

#include "vt/engine_inline.h"

namespace berth::vt::handlers {

// move.cc
void cursor_up(Engine& e);
void cursor_down(Engine& e);
void cursor_forward(Engine& e);
void cursor_back(Engine& e);
void backspace(Engine& e);
void cursor_next_line(Engine& e);
void cursor_previous_line(Engine& e);
void column_absolute(Engine& e);
void position_column_relative(Engine& e);
void position_line(Engine& e);
void position_line_relative(Engine& e);
void cursor_position(Engine& e);
void forward_tab(Engine& e);
void backward_tab(Engine& e);
void tab(Engine& e, int count);
void tab_clear(Engine& e);
void tab_set(Engine& e);
void tab_every_eight(Engine& e);
void top_bottom_margins(Engine& e);
void left_right_margins(Engine& e);
void next_line(Engine& e);
void index(Engine& e);
void reverse_index(Engine& e);
void back_index(Engine& e);
void forward_index(Engine& e);
void save_cursor(Engine& e);
void restore_cursor(Engine& e);

// edit.cc
void erase_display(Engine& e);
void erase_line(Engine& e);
void selective_erase_display(Engine& e);
void selective_erase_line(Engine& e);
void erase_characters(Engine& e);
void insert_characters(Engine& e);
void delete_characters(Engine& e);
void insert_lines(Engine& e);
void delete_lines(Engine& e);
void scroll_up(Engine& e);
void scroll_down(Engine& e);
void scroll_left(Engine& e);
void scroll_right(Engine& e);
void insert_columns(Engine& e);
void delete_columns(Engine& e);
void repeat(Engine& e);
void screen_alignment(Engine& e);
void double_height_top(Engine& e);
void double_height_bottom(Engine& e);
void single_width(Engine& e);
void double_width(Engine& e);
void protect_dec(Engine& e);
void protect_start(Engine& e);
void protect_end(Engine& e);

// rectangle.cc
void copy_rectangle(Engine& e);
void fill_rectangle(Engine& e);
void erase_rectangle(Engine& e);
void selective_erase_rectangle(Engine& e);
void change_attributes(Engine& e);
void reverse_attributes(Engine& e);
void attribute_extent(Engine& e);
void checksum_rectangle(Engine& e);

// modes.cc
void set_ansi_modes(Engine& e);
void reset_ansi_modes(Engine& e);
void set_private_modes(Engine& e);
void reset_private_modes(Engine& e);
void save_private_modes(Engine& e);
void restore_private_modes(Engine& e);
void request_ansi_mode(Engine& e);
void request_private_mode(Engine& e);
void keypad_application(Engine& e);
void keypad_numeric(Engine& e);
void cursor_style(Engine& e);
void conformance_level(Engine& e);
void controls_7bit(Engine& e);
void controls_8bit(Engine& e);
void soft_reset(Engine& e);
void hard_reset(Engine& e);
void set_title_modes(Engine& e);
void reset_title_modes(Engine& e);
void modify_keys(Engine& e);
void disable_modify_keys(Engine& e);
void format_keys(Engine& e);
void query_modify_keys(Engine& e);
void query_format_keys(Engine& e);
void kitty_push(Engine& e);
void kitty_pop(Engine& e);
void kitty_set(Engine& e);
void kitty_query(Engine& e);

// sgr.cc
void graphic_rendition(Engine& e);
void push_colors(Engine& e);
void pop_colors(Engine& e);
void report_colors(Engine& e);
[[nodiscard]] std::string
rendition_text(const Style& style); // the parameters that make it: "0;1;31"
void apply_rendition(const Params& params, int first, Style& style, Engine& e);
void learn_rendition(Engine& e, Engine::KnownRendition& known); // of e.parser.params

// charsets, in modes.cc
void lock_shift(Engine& e, int set);
void designate(Engine& e, char final);

// report.cc
void device_attributes(Engine& e);
void device_attributes_2(Engine& e);
void device_attributes_3(Engine& e);
void device_status(Engine& e);
void device_status_dec(Engine& e);
void terminal_parameters(Engine& e);
void version(Engine& e);
void window_operation(Engine& e);
void presentation_state(Engine& e);
void graphics_attributes(Engine& e);
void preferred_set(Engine& e);
void terminal_state(Engine& e);

// dcs.cc
void status_string(Engine& e);        // DECRQSS
void capabilities(Engine& e);         // XTGETTCAP
void restore_presentation(Engine& e); // DECRSPS
void tmux_passthrough(Engine& e);
void application_string(Engine& e);
void sixel(Engine& e);

// osc.cc
void operating_system_command(Engine& e);

void nothing(Engine& e);
[[nodiscard]] std::optional<std::string> from_hex(std::string_view hex);
[[nodiscard]] std::string to_hex(std::string_view text); // in capitals

} // namespace berth::vt::handlers
