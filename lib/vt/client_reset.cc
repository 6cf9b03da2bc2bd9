// reset_sequence() of replay.h.
#include <algorithm>

#include "vt/client_state.h"
#include "vt/encode.h"
#include "vt/replay.h"

namespace berth::vt {

namespace {

// What a feature that was used may have left behind, as the sequence that undoes it. Terminals that
// do not know the feature never see the sequence.
struct FeatureReset {
    Feature feature;
    const char* sequence;
};
constexpr FeatureReset kFeatureResets[] = {
    {Feature::cursor_shape, "\x1b[0 q"},
    {Feature::modify_other_keys, "\x1b[>4m\x1b[>4f"},
    {Feature::palette_change, "\x1b]104\x1b\\\x1b]105\x1b\\"},
    {Feature::pointer_shape, "\x1b]22;\x1b\\"},
    {Feature::progress, "\x1b]9;4;0\x1b\\"},
};

// Cuts an unfinished string short, then ends it (ECMA-48 8.3.6; a lone ST is ignored).
constexpr const char* kEndString = "\x18\x1b\\";

class Reset {
  public:
    // Leaving the alternate screen restores what was saved: that is what is to be undone then.
    Reset(const Terminal& terminal, const ResetOptions& options)
        : terminal_(terminal), options_(options) {
        const SavedCursor& saved = terminal.saved_cursor(Screen::main);
        const bool restores = terminal.screen() == Screen::alternate;
        pen_ = restores ? saved.pen : terminal.pen();
        charsets_ = restores ? saved.charsets : terminal.charsets();
        origin_ = restores ? saved.origin : terminal.modes().origin;
    }
    std::string run();

  private:
    [[nodiscard]] bool used(Feature feature) const {
        return (terminal_.features() & feature_bit(feature)) != 0;
    }
    void keyboard_stack(Screen which);
    void switches();
    void features();
    void layout();

    const Terminal& terminal_;
    const ResetOptions& options_;
    Pen pen_;
    Charsets charsets_;
    bool origin_ = false;
    std::string out_;
};

// Exactly what was pushed is popped: entries of the user's own shell, from before, stay.
void Reset::keyboard_stack(Screen which) {
    const std::size_t depth = terminal_.kitty_stack(which).size();
    if (depth == 0)
        return;
    out_ += "\x1b[<";
    append_number(out_, static_cast<unsigned>(depth));
    out_ += 'u';
}

void Reset::switches() {
    const Modes& modes = terminal_.modes();
    const Modes defaults;
    for (const ClientMode& mode : kClientModes) {
        if (modes.*mode.flag == defaults.*mode.flag)
            continue;
        if (mode.dec)
            append_mode(out_, mode.number, defaults.*mode.flag);
        else
            append_csi(out_, mode.number, defaults.*mode.flag ? 'h' : 'l');
    }
    if (modes.mouse != MouseTracking::none)
        append_mode(out_, mode_number(modes.mouse), false);
    if (modes.mouse_encoding != MouseEncoding::standard)
        append_mode(out_, mode_number(modes.mouse_encoding), false);
    if (modes.grapheme_clusters)
        append_mode(out_, 2027, false);
    if (modes.insert)
        append_csi(out_, 4, 'l');
    if (!modes.autowrap)
        append_mode(out_, 7, true);
    if (!terminal_.cursor().visible)
        append_mode(out_, 25, true);
    if (!terminal_.cursor().blink && !terminal_.cursor().shape_set)
        append_mode(out_, 12, true);
}

void Reset::features() {
    for (const FeatureReset& reset : kFeatureResets)
        if (used(reset.feature))
            out_ += reset.sequence;
    if (used(Feature::dynamic_color_change))
        for (unsigned code = 110; code < 110 + kDynamicColors; ++code)
            append_osc(out_, std::to_string(code));
}

// Charsets, margins, tabs: what moves the cursor.
void Reset::layout() {
    const Charsets defaults;
    constexpr const char* kDesignations[] = {"\x1b(B", "\x1b)B", "\x1b*B", "\x1b+B"};
    for (std::size_t set = 0; set < defaults.g.size(); ++set)
        if (charsets_.g[set] != defaults.g[set])
            out_ += kDesignations[set];
    if (charsets_.gl != defaults.gl)
        out_ += '\x0f';
    if (charsets_.gr != defaults.gr)
        out_ += "\x1b}";
    if (origin_)
        append_mode(out_, 6, false);
    if (terminal_.modes().left_right_margins)
        append_mode(out_, 69, false);
    if (terminal_.margins() != full_margins(terminal_.size()))
        out_ += "\x1b[r";
    if (!has_default_tabs(terminal_))
        append_default_tabs(out_, terminal_.size().columns);
}

std::string Reset::run() {
    if (!terminal_.at_ground())
        out_ += kEndString;
    if (terminal_.modes().synchronized)
        append_mode(out_, 2026, false);
    keyboard_stack(terminal_.screen());
    if (terminal_.screen() == Screen::alternate) {
        append_mode(out_, 1049, false);
        keyboard_stack(Screen::main);
    } else if (!terminal_.kitty_stack(Screen::alternate).empty()) {
        append_mode(out_, 1049, true); // it can be popped only there
        keyboard_stack(Screen::alternate);
        append_mode(out_, 1049, false);
    }
    switches();
    features();
    if (!pen_.link.uri.empty())
        append_link(out_, {});
    if (pen_.protect)
        out_ += "\x1b[0\"q";
    out_ += "\x1b[m";
    layout();
    if (options_.clear_title && !(terminal_.title().empty() && terminal_.icon_name().empty()))
        append_osc(out_, "0;");
    if (options_.leave_below) {
        const int below = rows_in_use(terminal_, Screen::main);
        append_position(out_, std::min(below, terminal_.size().rows - 1), 0);
        out_ += below == terminal_.size().rows ? "\r\n" : "\x1b[K";
    }
    return std::move(out_);
}

} // namespace

std::string reset_sequence(const Terminal& terminal, const ResetOptions& options) {
    return Reset(terminal, options).run();
}

// The order matters: 1049 restores a cursor that was saved, so one is saved first; DECOM and
// DECSTBM move it home, so it is placed last.
std::string reset_sequence() {
    std::string out = kEndString;
    append_mode(out, 2026, false);
    out += "\x1b[=0u\x1b"
           "7\x1b[?1049l\x1b[=0u\x1b[>4m";
    for (const int mode : {9, 1000, 1001, 1002, 1003, 1005, 1006, 1015, 1016})
        append_mode(out, mode, false);
    for (const int mode : {1, 5, 45, 66, 1004, 1045, 2004, 2031, 2048})
        append_mode(out, mode, false);
    out += "\x1b[4l\x1b[20l\x1b[?7h\x1b[?12h\x1b[?25h\x1b[?69l\x1b[?6l\x1b[r";
    out += "\x1b(B\x1b)B\x0f\x1b]8;;\x1b\\\x1b[0\"q\x1b[m\x1b[0 q";
    append_position(out, kMaxDimension - 1, 0);
    return out + "\r\n";
}

} // namespace berth::vt
