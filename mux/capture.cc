#include "capture.h"

#include "vt/encode.h"

#include <algorithm>
#include <optional>

namespace berth::mux {
namespace {

// Rows from 0, the screen's top; negative ones are history.
struct Range {
    long long first = 0;
    long long last = 0;
};

std::optional<long long> row_of(std::optional<std::string_view> text, long long edge,
                                long long standard) {
    if (!text)
        return standard;
    if (*text == "-")
        return edge;
    const std::string copy(*text);
    char* end = nullptr;
    const long long value = std::strtoll(copy.c_str(), &end, 10);
    return copy.empty() || *end != '\0' ? std::optional(standard) : std::optional(value);
}

std::string line_text(const vt::LineView& line, const command::Arguments& arguments,
                      vt::Style& pen) {
    int used = line.used;
    const bool keep_spaces = arguments.has('N') || arguments.has('J');
    while (used > 0 && line.cell(used - 1).empty() &&
           (!keep_spaces || line.style(used - 1) == vt::Style{}))
        --used;
    std::string text;
    for (int column = 0; column < used; ++column) {
        if (line.cell(column).width() == vt::Width::tail)
            continue;
        if (arguments.has('e') && line.style(column) != pen) {
            vt::append_sgr(text, pen, line.style(column));
            pen = line.style(column);
        }
        line.append_text(column, text);
    }
    while (!keep_spaces && text.ends_with(' '))
        text.pop_back();
    if (arguments.has('e') && pen != vt::Style{} && used < line.used) {
        vt::append_sgr(text, pen, vt::Style{});
        pen = {};
    }
    return text;
}

} // namespace

Result<std::string> capture(const Pane& pane, const command::Arguments& arguments) {
    const vt::Terminal& terminal = pane.terminal;
    const auto history = static_cast<long long>(terminal.history().lines());
    const long long bottom = terminal.size().rows - 1;
    if (arguments.has('a') && terminal.screen() != vt::Screen::alternate)
        return arguments.has('q') ? Result<std::string>("") : fail(EINVAL, "no alternate screen");
    Range range{*row_of(arguments.value('S'), -history, 0),
                *row_of(arguments.value('E'), bottom, bottom)};
    range.first = std::clamp(range.first, -history, bottom);
    range.last = std::clamp(range.last, -history, bottom);
    if (range.first > range.last)
        std::swap(range.first, range.last);
    if (arguments.has('P'))
        return std::string(terminal.pending());
    std::string out;
    vt::Style pen;
    vt::LineBuffer buffer;
    const vt::Screen screen = arguments.has('a') ? vt::Screen::main : terminal.screen();
    for (long long row = range.first; row <= range.last; ++row) {
        const vt::LineView line =
            row < 0 ? terminal.history().line(static_cast<std::size_t>(history + row), buffer)
                    : terminal.line(screen, static_cast<int>(row));
        out += line_text(line, arguments, pen);
        if (!(arguments.has('J') && line.wrapped))
            out += '\n';
    }
    return out;
}

} // namespace berth::mux
