// Any text as a format, as a style and as a line to be drawn, in a small world whose options hold
// the same text.
#include "../unit/format_world.h"

#include "format/draw.h"

#include <clocale>
#include <cstddef>
#include <cstdlib>

using namespace berth::format;

namespace {

test::World small_world() {
    test::World world;
    world.now = 1795872368;
    world.options["@a"] = "hello";
    world.options["@wide"] = "日本語 e\u0301 👨‍👩‍👧";
    world.options["@time"] = "1445765102";
    for (const char* name : {"one", "two"}) {
        test::Session& session = world.sessions.emplace_back();
        session.variables["session_name"] = name;
        for (const char* window_name : {"w0", "w1"}) {
            test::Window& window = session.windows.emplace_back();
            window.variables["window_name"] = window_name;
            window.variables["window_active"] = window_name == std::string("w0") ? "1" : "0";
            window.panes.emplace_back().variables["pane_title"] = "title";
        }
    }
    return world;
}

void check(bool holds) {
    if (!holds)
        std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const bool utf8 = std::setlocale(LC_CTYPE, "C.UTF-8") != nullptr;
    static test::World world = small_world();
    check(utf8);
    if (size < 2)
        return 0;
    const std::string text(reinterpret_cast<const char*>(data) + 2, size - 2);
    world.options["@self"] = text;
    test::WorldContext context(world, world.sessions.front());
    const std::string expanded = expand(text, context, {.time = (data[0] & 1) != 0});
    check(expanded.size() <= kMaxText);

    const unsigned width = data[1];
    const Drawing drawing = draw(expanded, width, Pen{});
    check(drawing.cells.size() == width);
    for (std::size_t i = 0; i < width; ++i)
        check(drawing.cells[i].width != 2 || (i + 1 < width && drawing.cells[i + 1].width == 0));
    for (const DrawnRange& range : drawing.ranges)
        check(range.begin < range.end && range.end <= width);
    check(text_columns(keep_left(text, width, world.width), world.width) <= width);

    if (const auto style = parse_style(text)) {
        const auto again = parse_style(style_text(*style));
        check(again.has_value() && style_text(*again) == style_text(*style));
    }
    return 0;
}
