// What a client's terminal can do, as far as composed output depends on it. The defaults are those
// of a plain ECMA-48 terminal of sixteen colours; the name of the terminal and the answers to
// client_probe.h add to them. Used by renderer.h; a value without a source of its own: no terminfo,
// no environment.
#pragma once

#include <cstdint>
#include <string_view>

namespace berth::vt {

enum class ColorDepth : std::uint8_t { none, eight, sixteen, indexed, rgb };

struct Capabilities {
    ColorDepth colors = ColorDepth::sixteen;
    bool utf8 = true;              // else line-drawing characters become ASCII, others ?
    bool synchronized = false;     // mode 2026
    bool erase_characters = true;  // ECH
    bool repeat = false;           // REP
    bool back_color_erase = false; // erasing takes the pen's background
    bool scroll_regions = true;    // DECSTBM, IL, DL
    bool side_margins = false;     // DECLRMM, DECSLRM
    bool absolute_column = true;   // CHA, VPA
    bool faint = true;
    bool italic = false;
    bool strikethrough = false;
    bool overline = false;
    bool scripts = false;           // SGR 73, 74
    bool underline_styles = false;  // SGR 4:n
    bool underline_color = false;   // SGR 58
    bool hyperlinks = false;        // OSC 8
    bool grapheme_clusters = false; // measures clusters as unicode.h does
    bool cluster_mode = false;      // … with mode 2027 on, which is off
    bool cursor_shape = false;      // DECSCUSR
    bool titles = false;            // OSC 0, and the title stack (CSI 22 t)
    bool alternate_screen = true;   // 1049
    bool mouse = true;              // 1000 to 1003 with 1006
    bool focus = false;             // 1004
    bool bracketed_paste = false;   // 2004
    bool kitty_keyboard = false;    // CSI > flags u
    bool modify_other_keys = false; // CSI > 4 ; n m

    bool operator==(const Capabilities&) const = default;
};

// What is known from the client's TERM and COLORTERM alone. An unknown name gets the defaults with
// xterm's titles.
[[nodiscard]] Capabilities capabilities_for(std::string_view term, std::string_view colorterm = {});

struct ProbeResult;

// Adds what the terminal said of itself.
void refine(Capabilities& capabilities, const ProbeResult& probe);

} // namespace berth::vt
