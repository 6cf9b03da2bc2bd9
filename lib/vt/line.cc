#include "vt/line.h"

namespace berth::vt {

void append_utf8(char32_t code_point, std::string& out) {
    const auto byte = [&out](std::uint32_t value) { out += static_cast<char>(value); };
    const std::uint32_t code = code_point;
    if (code < 0x80) {
        byte(code);
    } else if (code < 0x800) {
        byte(0xc0 | code >> 6);
        byte(0x80 | (code & 0x3f));
    } else if (code < 0x10000) {
        byte(0xe0 | code >> 12);
        byte(0x80 | (code >> 6 & 0x3f));
        byte(0x80 | (code & 0x3f));
    } else {
        byte(0xf0 | (code >> 18 & 7));
        byte(0x80 | (code >> 12 & 0x3f));
        byte(0x80 | (code >> 6 & 0x3f));
        byte(0x80 | (code & 0x3f));
    }
}

void LineView::append_text(int column, std::string& out) const {
    const Cell at = cell(column);
    if (at.width() == Width::tail)
        return;
    if (at.is_cluster())
        out += tables->clusters[at.cluster()];
    else if (at.empty())
        out += ' ';
    else
        append_utf8(at.code_point(), out);
}

std::string LineView::text() const {
    int end = used;
    while (end > 0 && cells[end - 1].empty() && cells[end - 1].width() != Width::tail)
        --end;
    std::string out;
    for (int column = 0; column < end; ++column)
        append_text(column, out);
    return out;
}

} // namespace berth::vt
