#include "vt/capabilities.h"

#include <algorithm>
#include <string_view>

#include "vt/client_probe.h"

namespace berth::vt {

namespace {

enum class Family : std::uint8_t { plain, vt, console, screen, tmux, xterm, modern };

// What a TERM that starts so stands for; the first that fits counts.
struct TermName {
    std::string_view prefix;
    Family family;
};
constexpr TermName kTerms[] = {
    {"dumb", Family::plain},
    {"ansi", Family::plain},
    {"vt1", Family::vt},
    {"vt2", Family::vt},
    {"vt3", Family::vt},
    {"vt4", Family::vt},
    {"vt5", Family::vt},
    {"linux", Family::console},
    {"cons25", Family::console},
    {"cygwin", Family::console},
    {"screen", Family::screen},
    {"tmux", Family::tmux},
    {"berth", Family::tmux},
    {"xterm-kitty", Family::modern},
    {"xterm-ghostty", Family::modern},
    {"kitty", Family::modern},
    {"ghostty", Family::modern},
    {"foot", Family::modern},
    {"wezterm", Family::modern},
    {"contour", Family::modern},
    {"alacritty", Family::modern},
    {"rio", Family::modern},
    {"mintty", Family::modern},
    {"iterm2", Family::modern},
    {"vte", Family::modern},
    {"gnome", Family::modern},
    {"konsole", Family::modern},
    {"st-", Family::xterm},
    {"rxvt", Family::xterm},
    {"xterm", Family::xterm},
};

Family family_of(std::string_view term) {
    for (const TermName& name : kTerms)
        if (term.starts_with(name.prefix))
            return name.family;
    return Family::xterm;
}

Capabilities of_family(Family family) {
    Capabilities can;
    if (family == Family::plain || family == Family::vt) {
        can.colors = family == Family::vt ? ColorDepth::none : ColorDepth::eight;
        can.faint = can.mouse = can.alternate_screen = false;
        can.erase_characters = can.absolute_column = can.scroll_regions = family == Family::vt;
        return can;
    }
    can.back_color_erase = family != Family::screen && family != Family::tmux;
    if (family == Family::console) {
        can.alternate_screen = can.mouse = false;
        return can;
    }
    can.titles = can.cursor_shape = can.bracketed_paste = can.italic = true;
    if (family == Family::screen) {
        can.italic = can.cursor_shape = false;
        return can;
    }
    can.focus = true;
    can.strikethrough = family == Family::tmux || family == Family::modern;
    can.hyperlinks = can.underline_styles = can.underline_color = can.overline =
        family == Family::modern;
    can.colors = family == Family::modern ? ColorDepth::rgb : ColorDepth::indexed;
    return can;
}

// Terminals that name themselves; what their versions of the last years all can.
constexpr std::string_view kModern[] = {"kitty",  "ghostty", "foot", "WezTerm", "contour",
                                        "iTerm2", "mintty",  "rio",  "Konsole", "VTE",
                                        "XTerm",  "xterm",   "tmux"};

} // namespace

Capabilities capabilities_for(std::string_view term, std::string_view colorterm) {
    Capabilities can = of_family(family_of(term));
    if (term.ends_with("-256color") || term.ends_with("-256colour"))
        can.colors = std::max(can.colors, ColorDepth::indexed);
    if (term.ends_with("-direct") || colorterm == "truecolor" || colorterm == "24bit")
        can.colors = ColorDepth::rgb;
    if (term.ends_with("-mono") || term.ends_with("-m"))
        can.colors = ColorDepth::none;
    return can;
}

void refine(Capabilities& capabilities, const ProbeResult& probe) {
    const auto named = [&](std::string_view name) { return probe.version.starts_with(name); };
    if (std::ranges::any_of(kModern, named)) {
        capabilities.colors = ColorDepth::rgb;
        capabilities.faint = capabilities.italic = capabilities.strikethrough = true;
        capabilities.cursor_shape = capabilities.titles = capabilities.focus =
            capabilities.bracketed_paste = true;
        const bool xterm = named("XTerm") || named("xterm");
        capabilities.hyperlinks = capabilities.underline_styles = capabilities.underline_color =
            !xterm;
        capabilities.repeat = !named("tmux") && !named("Konsole");
    }
    capabilities.synchronized = capabilities.synchronized || probe.can_switch(2026);
    capabilities.side_margins = capabilities.side_margins || probe.can_switch(69);
    capabilities.kitty_keyboard = capabilities.kitty_keyboard || probe.keyboard.has_value();
    const ModeState clusters = probe.state(2027);
    capabilities.cluster_mode = clusters == ModeState::reset;
    capabilities.grapheme_clusters = probe.measures_clusters().value_or(
        capabilities.grapheme_clusters || clusters == ModeState::set ||
        clusters == ModeState::always_set);
    // XTerm's own number, without which no other terminal answers with modifyOtherKeys.
    if (!probe.secondary.empty() &&
        (probe.secondary[0] == 41 || named("mintty") || named("foot") || named("tmux")))
        capabilities.modify_other_keys = true;
}

} // namespace berth::vt
