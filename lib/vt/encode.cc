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

// The parameters of one SGR, each followed by a semicolon. 11 attributes off and on, an underline
// and three colours take less than 160 bytes.
class Codes {
  public:
    void add(unsigned code, char after = ';') {
        end_ = std::to_chars(end_, data_ + sizeof data_, code).ptr;
        *end_++ = after;
    }
    void skip(char after) { *end_++ = after; }
    [[nodiscard]] std::size_t size() const { return static_cast<std::size_t>(end_ - data_); }
    void append_to(std::string& out) const {
        out.append(data_, size() - 1);
        out += 'm';
    }

  private:
    char data_[192];
    char* end_ = data_;
};

struct ColorCodes {
    unsigned base;     // the first of the eight
    unsigned bright;   // the first of the bright eight
    unsigned extended; // introduces 5;n and 2;r;g;b
    unsigned none;
};
constexpr ColorCodes kForeground{30, 90, 38, 39};
constexpr ColorCodes kBackground{40, 100, 48, 49};

void append_color(Codes& out, Color color, const ColorCodes& codes) {
    switch (color.kind()) {
    case Color::Kind::standard:
        out.add(codes.none);
        return;
    case Color::Kind::indexed:
        if (color.index() < 8) {
            out.add(codes.base + color.index());
        } else if (color.index() < 16) {
            out.add(codes.bright + color.index() - 8U);
        } else {
            out.add(codes.extended);
            out.add(5);
            out.add(color.index());
        }
        return;
    case Color::Kind::rgb:
        out.add(codes.extended);
        out.add(2);
        out.add(color.red());
        out.add(color.green());
        out.add(color.blue());
        return;
    }
}

void append_underline_color(Codes& out, Color color) {
    if (color.is_default()) {
        out.add(59);
    } else if (color.kind() == Color::Kind::indexed) {
        out.add(58, ':');
        out.add(5, ':');
        out.add(color.index());
    } else {
        out.add(58, ':');
        out.add(2, ':');
        out.skip(':');
        out.add(color.red(), ':');
        out.add(color.green(), ':');
        out.add(color.blue());
    }
}

void append_underline(Codes& out, Underline underline) {
    if (underline == Underline::none) {
        out.add(24);
    } else if (underline == Underline::single) {
        out.add(4);
    } else {
        out.add(4, ':');
        out.add(static_cast<unsigned>(underline));
    }
}

Codes difference(const Style& from, const Style& to) {
    Codes out;
    std::uint32_t have = from.attributes & ~std::uint32_t{kUnderlineMask};
    const std::uint32_t want = to.attributes & ~std::uint32_t{kUnderlineMask};
    if (have != want) {
        for (const auto& attribute : kAttributes) {
            if ((have & attribute.bit) == 0 || (want & attribute.bit) != 0)
                continue;
            out.add(attribute.off);
            for (const auto& other : kAttributes)
                have &= other.off == attribute.off ? ~other.bit : ~0U;
        }
        for (const auto& attribute : kAttributes)
            if ((want & attribute.bit) != 0 && (have & attribute.bit) == 0)
                out.add(attribute.on);
    }
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

// Is something switched off on the way? Only then a reset can be shorter.
bool loses(const Style& from, const Style& to) {
    const auto gone = [](Color a, Color b) { return b.is_default() && !a.is_default(); };
    return (from.attributes & ~to.attributes) != 0 || gone(from.foreground, to.foreground) ||
           gone(from.background, to.background) || gone(from.underline_color, to.underline_color);
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
    const Codes changed = difference(from, to);
    if (from != Style{} && loses(from, to)) {
        const Codes anew = difference(Style{}, to);
        if (anew.size() + 2 < changed.size()) {
            out += "\x1b[0;";
            anew.append_to(out);
            return;
        }
    }
    out += "\x1b[";
    changed.append_to(out);
}

} // namespace berth::vt
