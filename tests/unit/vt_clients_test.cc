// What a client is sent after every case of tests/cases/vt, judged by libvterm: composed frames,
// one after each third of the case, and what it is replayed when it is attached, must show the
// engine's own screen.
#include "vt/renderer.h"
#include "vt/replay.h"

#include <algorithm>
#include <array>
#include <boost/test/unit_test.hpp>

#include "vt_case_files.h"
#include "vt_libvterm.h"

namespace vt = berth::vt;

namespace {

// What libvterm does not have, so that it cannot show it. A case that is named here and shown right
// is a failure too: the list must not outlive its reasons.
struct Shortcoming {
    std::string_view name;
    std::string_view reason;
};
constexpr auto kOfFrames = std::to_array<Shortcoming>({
    {"combining_on_wide", "U+3099 has two columns of its own"},
    {"emoji_flag", "no clusters: two regional indicators are two characters"},
    {"emoji_vs16_widens", "no clusters: U+FE0F widens nothing"},
    {"emoji_zwj_cluster", "no clusters: ZWJ joins nothing"},
});
constexpr auto kOfReplay = std::to_array<Shortcoming>({
    {"color_dynamic_11", "no OSC 11"},
    {"color_dynamic_several", "no OSC 10 and 11"},
    {"combining_on_wide", "U+3099 has two columns of its own"},
    {"decdhl", "its cells are those of the line, not of the screen"},
    {"decdwl", "its cells are those of the line, not of the screen"},
    {"decdwl_limits_cup", "its cells are those of the line, not of the screen"},
    {"decdwl_moves_the_cursor_in", "its cells are those of the line, not of the screen"},
    {"emoji_flag", "no clusters: two regional indicators are two characters"},
    {"emoji_vs16_widens", "no clusters: U+FE0F widens nothing"},
    {"emoji_zwj_cluster", "no clusters: ZWJ joins nothing"},
});

template <std::size_t N>
bool is_beyond(const std::array<Shortcoming, N>& known, std::string_view name) {
    return std::any_of(known.begin(), known.end(),
                       [&](const Shortcoming& each) { return each.name == name; });
}

vt::Capabilities capabilities() {
    vt::Capabilities can;
    can.colors = vt::ColorDepth::rgb;
    can.back_color_erase = can.italic = can.strikethrough = can.cursor_shape = true;
    return can;
}

vt::Canvas drawn(const vt::Terminal& terminal) {
    const vt::Size size = terminal.size();
    vt::Canvas canvas(size);
    canvas.draw(terminal, {0, 0, size.rows, size.columns});
    canvas.cursor = terminal.cursor();
    return canvas;
}

} // namespace

BOOST_AUTO_TEST_SUITE(vt_clients)

BOOST_AUTO_TEST_CASE(libvterm_shows_every_case_composed) {
    int compared = 0;
    for (const vt::test::CaseInput& each : vt::test::case_inputs()) {
        vt::Terminal terminal(each.size);
        vt::Sink sink;
        vt::Renderer renderer;
        vt::test::LibvtermScreen screen(each.size.rows, each.size.columns);
        screen.write(renderer.enter(capabilities()));
        const std::size_t step = each.in.size() / 3 + 1;
        std::string differs;
        for (std::size_t from = 0; from < each.in.size(); from += step) {
            terminal.write(std::string_view(each.in).substr(from, step), sink);
            const vt::Canvas canvas = drawn(terminal);
            screen.write(renderer.frame(canvas, capabilities()));
            if (differs.empty())
                differs = vt::test::difference(canvas, screen);
        }
        BOOST_TEST(differs.empty() != is_beyond(kOfFrames, each.name),
                   each.name << ": " << differs);
        ++compared;
    }
    BOOST_TEST(compared > 500);
}

BOOST_AUTO_TEST_CASE(libvterm_shows_every_case_replayed) {
    int compared = 0;
    for (const vt::test::CaseInput& each : vt::test::case_inputs()) {
        vt::Terminal terminal(each.size);
        vt::Sink sink;
        terminal.write(each.in, sink);
        if (!terminal.at_ground())
            continue;
        vt::test::LibvtermScreen screen(each.size.rows, each.size.columns);
        screen.write(vt::replay(terminal));
        vt::Canvas canvas = drawn(terminal);
        if (terminal.cursor().pending_wrap) // libvterm says another column then
            canvas.cursor.visible = false;
        const std::string differs = vt::test::difference(canvas, screen);
        BOOST_TEST(differs.empty() != is_beyond(kOfReplay, each.name),
                   each.name << ": " << differs);
        ++compared;
    }
    BOOST_TEST(compared > 500);
}

BOOST_AUTO_TEST_SUITE_END()
