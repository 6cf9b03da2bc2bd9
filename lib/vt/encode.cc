#include "vt/encode.h"

#include <charconv>

namespace berth::vt {

namespace {

// What SGR switches on and off bit by bit (ECMA-48 8.3.117, xterm's ctlseqs). Bits with one `off`
// go off together.
struct AttributeCode {
    std::uint32_t bit;
    unsigned on;
    unsigned off;
};
constexpr AttributeCode kAttributes[] = {
    {kBold, 1, 22},       {kFaint, 2, 22},        {kItalic, 3, 23},     {kBlink, 5, 25},
    {kRapidBlink, 6, 25}, {kInverse, 7, 27},      {kInvisible, 8, 28},  {kStrikethrough, 9, 29},
    {kOverline, 53, 55},  {kSuperscript, 73, 75}, {kSubscript, 74, 75},
};

void append_code(std::string& out, unsigned code) {
    append_number(out, code);
    out += ';';
}

struct ColorCodes {
    unsigned base;     // the first of the eight
    unsigned bright;   // the first of the bright eight
    unsigned extended; // introduces 5;n and 2;r;g;b
    unsigned none;
};
constexpr ColorCodes kForeground{30, 90, 38, 39};
constexpr ColorCodes kBackground{40, 100, 48, 49};

void append_color(std::string& out, Color color, const ColorCodes& codes) {
    switch (color.kind()) {
    case Color::Kind::standard:
        append_code(out, codes.none);
        return;
    case Color::Kind::indexed:
        if (color.index() < 8) {
            append_code(out, codes.base + color.index());
        } else if (color.index() < 16) {
            append_code(out, codes.bright + color.index() - 8U);
        } else {
            append_code(out, codes.extended);
            out += "5;";
            append_code(out, color.index());
        }
        return;
    case Color::Kind::rgb:
        append_code(out, codes.extended);
        out += "2;";
        append_code(out, color.red());
        append_code(out, color.green());
        append_code(out, color.blue());
        return;
    }
}

void append_underline_color(std::string& out, Color color) {
    if (color.is_default()) {
        out += "59;";
    } else if (color.kind() == Color::Kind::indexed) {
        out += "58:5:";
        append_code(out, color.index());
    } else {
        out += "58:2::";
        append_number(out, color.red());
        out += ':';
        append_number(out, color.green());
        out += ':';
        append_code(out, color.blue());
    }
}

void append_underline(std::string& out, Underline underline) {
    if (underline == Underline::none) {
        out += "24;";
    } else if (underline == Underline::single) {
        out += "4;";
    } else {
        out += "4:";
        append_code(out, static_cast<unsigned>(underline));
    }
}

// The parameters, each followed by a semicolon.
std::string difference(const Style& from, const Style& to) {
    std::string out;
    std::uint32_t have = from.attributes & ~std::uint32_t{kUnderlineMask};
    const std::uint32_t want = to.attributes & ~std::uint32_t{kUnderlineMask};
    for (const auto& attribute : kAttributes) {
        if ((have & attribute.bit) == 0 || (want & attribute.bit) != 0)
            continue;
        append_code(out, attribute.off);
        for (const auto& other : kAttributes)
            have &= other.off == attribute.off ? ~other.bit : ~0U;
    }
    for (const auto& attribute : kAttributes)
        if ((want & attribute.bit) != 0 && (have & attribute.bit) == 0)
            append_code(out, attribute.on);
    if (from.underline() != to.underline())
        append_underline(out, to.underline());
    if (from.foreground != to.foreground)
        append_color(out, to.foreground, kForeground);
    if (from.background != to.background)
        append_color(out, to.background, kBackground);
    if (from.underline_color != to.underline_color)
        append_underline_color(out, to.underline_color);
    return out;
}

} // namespace

void append_number(std::string& out, unsigned value) {
    char digits[10];
    const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    out.append(digits, end);
}

void append_csi(std::string& out, int count, char final) {
    out += "\x1b[";
    if (count != 1)
        append_number(out, static_cast<unsigned>(count));
    out += final;
}

void append_csi(std::string& out, int first, int second, char final) {
    out += "\x1b[";
    append_number(out, static_cast<unsigned>(first));
    out += ';';
    append_number(out, static_cast<unsigned>(second));
    out += final;
}

void append_mode(std::string& out, int mode, bool on) {
    out += "\x1b[?";
    append_number(out, static_cast<unsigned>(mode));
    out += on ? 'h' : 'l';
}

void append_position(std::string& out, int row, int column) {
    if (column != 0)
        append_csi(out, row + 1, column + 1, 'H');
    else
        append_csi(out, row + 1, 'H');
}

void append_osc(std::string& out, std::string_view text) {
    out += "\x1b]";
    for (const char byte : text)
        if (static_cast<unsigned char>(byte) >= 0x20 && byte != 0x7f)
            out += byte;
    out += "\x1b\\";
}

void append_link(std::string& out, const Hyperlink& link) {
    std::string text = "8;";
    if (!link.id.empty() && !link.uri.empty())
        text += "id=" + link.id;
    text += ';';
    append_osc(out, text + link.uri);
}

void append_sgr(std::string& out, const Style& from, const Style& to) {
    if (from == to)
        return;
    if (to == Style{}) {
        out += "\x1b[m";
        return;
    }
    std::string changed = difference(from, to);
    if (from != Style{}) {
        std::string anew = difference(Style{}, to);
        if (anew.size() + 2 < changed.size())
            changed = "0;" + anew;
    }
    changed.back() = 'm';
    out += "\x1b[" + changed;
}

} // namespace berth::vt
