#include "workloads.h"

namespace berth::bench {

namespace {

constexpr std::uint32_t kRows = 24;
constexpr std::uint32_t kColumns = 80;

void number(std::string& out, std::uint32_t value) {
    out += std::to_string(value);
}

void goto_cell(std::string& out, Random& random) {
    out += "\x1b[";
    number(out, random(kRows) + 1);
    out += ';';
    number(out, random(kColumns) + 1);
    out += 'H';
}

void word(std::string& out, Random& random) {
    for (std::uint32_t left = random(9) + 2; left > 0; --left)
        out += static_cast<char>('a' + random(26));
}

// Words up to about this many columns, without a line end.
void words(std::string& out, Random& random, std::size_t columns) {
    const std::size_t start = out.size();
    while (out.size() - start + 12 < columns) {
        word(out, random);
        out += ' ';
    }
}

void full_screen(std::string& out, char letter) {
    out += "\x1b[H";
    out.append(kRows * kColumns - 1, letter);
}

void dense_cells(std::string& out, Random& random) {
    out += "\x1b[H";
    const char letter = static_cast<char>('A' + random(26));
    for (std::uint32_t cell = 0; cell < kRows * kColumns; ++cell) {
        out += "\x1b[38;5;";
        number(out, (cell + static_cast<std::uint32_t>(letter)) % 156 + 16);
        out += ";48;5;";
        number(out, (cell + 7) % 156 + 16);
        out += ";1;3;4m";
        out += letter;
    }
}

void light_cells(std::string& out, Random& random) {
    full_screen(out, static_cast<char>('A' + random(26)));
}

void medium_cells(std::string& out, Random& random) {
    out += "\x1b[H";
    for (std::uint32_t row = 0; row < kRows; ++row) {
        for (int group = 0; group < 6; ++group) {
            out += "\x1b[3";
            number(out, random(8));
            out += 'm';
            words(out, random, 13);
        }
        out += row + 1 < kRows ? "\x1b[m\r\n" : "\x1b[m";
    }
}

void cursor_motion(std::string& out, Random& random) {
    goto_cell(out, random);
    out += static_cast<char>('A' + random(26));
}

void scrolling(std::string& out, Random& /*random*/) {
    out += "y\r\n";
}

void scrolling_fullscreen(std::string& out, Random& random) {
    out.append(kColumns - 1, static_cast<char>('a' + random(26)));
    out += "\r\n";
}

void scrolling_region(std::string& out, Random& /*random*/) {
    out += "y\r\n";
}

void sync_cells(std::string& out, Random& random) {
    out += "\x1b[?2026h";
    medium_cells(out, random);
    out += "\x1b[?2026l";
}

void unicode(std::string& out, Random& random) {
    static constexpr std::array<std::string_view, 12> kText = {"ä", "ß", "é", "λ",  "Ж",  "→",
                                                               "─", "│", "█", "中", "文", "🚀"};
    for (int cell = 0; cell < 60; ++cell)
        out += kText[random(kText.size())];
    out += "\r\n";
}

void source_code(std::string& out, Random& random) {
    static constexpr std::array<std::string_view, 6> kColors = {
        "\x1b[34m", "\x1b[32m", "\x1b[33m", "\x1b[35m", "\x1b[36m", "\x1b[1;34m"};
    out.append(random(4) * 4, ' ');
    for (std::uint32_t part = random(4); part > 0; --part) {
        out += kColors[random(kColors.size())];
        word(out, random);
        out += "\x1b[m ";
        words(out, random, random(16) + 4);
    }
    out += ";\r\n";
}

void cjk_prose(std::string& out, Random& random) {
    for (int cell = 0; cell < 38; ++cell) {
        const std::uint32_t code = 0x4e00 + random(0x5000);
        out += static_cast<char>(0xe0 | code >> 12);
        out += static_cast<char>(0x80 | (code >> 6 & 0x3f));
        out += static_cast<char>(0x80 | (code & 0x3f));
    }
    out += "\r\n";
}

void compiler_log(std::string& out, Random& random) {
    if (random(4) != 0) {
        out += "[";
        number(out, random(1000));
        out += "/1000] Building CXX object lib/";
        word(out, random);
        out += "/CMakeFiles/";
        word(out, random);
        out += ".dir/";
        word(out, random);
        out += ".cc.o\r\n";
        return;
    }
    out += "\x1b[01m\x1b[K";
    word(out, random);
    out += ".cc:";
    number(out, random(900));
    out += ":\x1b[m\x1b[K \x1b[01;35m\x1b[Kwarning: \x1b[m\x1b[K";
    words(out, random, 50);
    out += "[\x1b[01;35m\x1b[K-Wall\x1b[m\x1b[K]\r\n";
}

void random_writes(std::string& out, Random& random) {
    goto_cell(out, random);
    out += "\x1b[3";
    number(out, random(8));
    out += 'm';
    word(out, random);
}

void truecolor(std::string& out, Random& random) {
    for (std::uint32_t cell = 0; cell < kColumns; ++cell) {
        out += "\x1b[38;2;";
        number(out, random(256));
        out += ';';
        number(out, cell * 3);
        out += ";128m#";
    }
    out += "\x1b[m\r\n";
}

void clusters(std::string& out, Random& random) {
    static constexpr std::array<std::string_view, 6> kText = {"👩‍🚀", "❤️",    "🇩🇪",
                                                              "é",           "👍🏽", "한"};
    for (int cell = 0; cell < 30; ++cell)
        out += kText[random(kText.size())];
    out += "\r\n";
}

constexpr std::string_view kAlternate = "\x1b[?1049h";

} // namespace

const std::array<Workload, 18> kWorkloads = {{
    {"dense_cells", kAlternate, dense_cells},
    {"light_cells", kAlternate, light_cells},
    {"medium_cells", kAlternate, medium_cells},
    {"cursor_motion", kAlternate, cursor_motion},
    {"scrolling", "", scrolling},
    {"scrolling_fullscreen", "", scrolling_fullscreen},
    {"scrolling_bottom_region", "\x1b[1;12r\x1b[12H", scrolling_region},
    {"scrolling_bottom_small", "\x1b[1;2r\x1b[2H", scrolling_region},
    {"scrolling_top_region", "\x1b[12;24r\x1b[24H", scrolling_region},
    {"scrolling_top_small", "\x1b[22;24r\x1b[24H", scrolling_region},
    {"sync_medium_cells", kAlternate, sync_cells},
    {"unicode", "", unicode},
    {"source_code", "", source_code},
    {"cjk_prose", "", cjk_prose},
    {"compiler_log", "", compiler_log},
    {"alternate_random_writes", kAlternate, random_writes},
    {"truecolor", "", truecolor},
    {"grapheme_clusters", "\x1b[?2027h", clusters},
}};

std::string generate(const Workload& workload, std::size_t size) {
    std::string out(workload.before);
    out.reserve(size + 65536);
    Random random;
    while (out.size() < size)
        workload.append(out, random);
    return out;
}

} // namespace berth::bench
