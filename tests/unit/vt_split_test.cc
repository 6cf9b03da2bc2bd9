// Random streams from a grammar of everything that a program may write, whole and cut into pieces.
// Whole ones take the fast ways through the engine, single bytes the state machine: both must lead
// to the same state, the same answers and the same relayed bytes, and so must a snapshot in between
// and a clone. BERTH_STREAMS says how many there are.
#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "vt/terminal.h"

namespace {

using namespace berth::vt;
using Random = std::mt19937;

struct Record : Sink {
    std::string answers;
    std::string relayed;

    void answer(std::string_view bytes) override { answers += bytes; }
    void relay(std::string_view bytes) override { relayed += bytes; }
};

template <std::size_t N>
std::string_view any(Random& random, const std::array<std::string_view, N>& of) {
    return of[random() % N];
}

std::string text(Random& random) {
    std::string bytes(random() % (random() % 8 == 0 ? 100 : 12), '\0');
    for (char& byte : bytes)
        byte = static_cast<char>(' ' + random() % 95);
    return bytes;
}

// Narrow, wide, combining, joined, unassigned, C1 controls, and bytes that are no UTF-8.
std::string beyond_ascii(Random& random) {
    static constexpr auto kCharacters = std::to_array<std::string_view>(
        {"\u00e9", "\u00a0", "\u4e2d", "\uff21", "\u0301", "\u200d", "\ufe0f", "\u2764\ufe0f",
         "\U0001f468\u200d\U0001f680", "\U0001f1e9\U0001f1ea", "\U0001f1e9", "\u1112\u1161\u11ab",
         "\ud55c", "\u200b", "\u00ad", "\U000e0041", "\U0010ffff", "\u2500", "\u0e33"});
    static constexpr auto kBytes = std::to_array<std::string_view>(
        {"\x80", "\xbf", "\xc2", "\xc0\x80", "\xe4\xb8", "\xed\xa0\x80", "\xf0\x9f", "\xf0\x9f\x92",
         "\xf4\x90\x80\x80", "\xf8", "\xff", "\xfe\xfe"});
    std::string bytes;
    for (std::size_t left = random() % 8 + 1; left > 0; --left) {
        if (const auto kind = random() % 16; kind == 0)
            bytes += any(random, kBytes);
        else if (kind == 1)
            bytes += {'\xc2', static_cast<char>(0x80 + random() % 32)};
        else
            bytes += any(random, kCharacters);
    }
    return bytes;
}

std::string control(Random& random) {
    static constexpr std::string_view kUsual = "\r\n\n\r\b\t\a\x0e\x0f\x0b\x0c\x18\x1a\x7f";
    if (random() % 4 == 0)
        return {static_cast<char>(random() % 32)};
    return {kUsual[random() % kUsual.size()]};
}

std::string number(Random& random) {
    switch (random() % 8) {
    case 0:
        return "";
    case 1:
        return std::to_string(random() % 1100);
    case 2:
        return "00" + std::to_string(random() % 10);
    default:
        return std::to_string(random() % 12);
    }
}

std::string numbers(Random& random) {
    std::string bytes;
    const std::size_t count = random() % 40 == 0 ? 40 : random() % 4;
    for (std::size_t index = 0; index < count; ++index)
        bytes += (index == 0 ? "" : random() % 8 == 0 ? ":" : ";") + number(random);
    return bytes;
}

std::string csi(Random& random) {
    std::string bytes = random() % 8 == 0 ? "\xc2\x9b" : "\x1b[";
    if (random() % 8 == 0)
        bytes += "<=>?"[random() % 4];
    bytes += numbers(random);
    for (std::size_t left = random() % 12 == 0 ? random() % 4 : 0; left > 0; --left)
        bytes += static_cast<char>(' ' + random() % 16);
    if (random() % 24 == 0) // a control inside, or the end
        bytes += control(random);
    bytes += static_cast<char>('@' + random() % 63);
    return bytes;
}

std::string mode(Random& random) {
    static constexpr auto kModes = std::to_array<std::string_view>(
        {"4",   "20",    "12",    "?3",    "?5",    "?6",    "?7",    "?40",   "?42",
         "?45", "?66",   "?69",   "?95",   "?1000", "?1006", "?1045", "?1047", "?1048",
         "?47", "?1049", "?2004", "?2026", "?2027", "?2031", "?2048", "?1004"});
    return "\x1b[" + std::string(any(random, kModes)) + (random() % 3 == 0 ? "l" : "h");
}

std::string rendition(Random& random) {
    static constexpr auto kRenditions = std::to_array<std::string_view>({"",
                                                                         "0",
                                                                         "1",
                                                                         "4:3",
                                                                         "4:0",
                                                                         "7",
                                                                         "22",
                                                                         "31",
                                                                         "1;44",
                                                                         "38;5;200",
                                                                         "48;5;17",
                                                                         "38;2;1;2;3",
                                                                         "48:2::9:8:7",
                                                                         "58:5:3",
                                                                         "38;5",
                                                                         "38;2;300;1;1",
                                                                         "53",
                                                                         "97",
                                                                         "107",
                                                                         "39;49",
                                                                         "73"});
    return "\x1b[" + std::string(any(random, kRenditions)) + "m";
}

std::string escape(Random& random) {
    static constexpr auto kSequences = std::to_array<std::string_view>({"\x1b"
                                                                        "7",
                                                                        "\x1b"
                                                                        "8",
                                                                        "\x1b"
                                                                        "D",
                                                                        "\x1b"
                                                                        "E",
                                                                        "\x1b"
                                                                        "M",
                                                                        "\x1b"
                                                                        "H",
                                                                        "\x1b"
                                                                        "N",
                                                                        "\x1b"
                                                                        "O",
                                                                        "\x1b"
                                                                        "n",
                                                                        "\x1b"
                                                                        "o",
                                                                        "\x1b"
                                                                        "6",
                                                                        "\x1b"
                                                                        "9",
                                                                        "\x1b"
                                                                        "c",
                                                                        "\x1b"
                                                                        "(0",
                                                                        "\x1b"
                                                                        "(B",
                                                                        "\x1b"
                                                                        ")0",
                                                                        "\x1b"
                                                                        "*0",
                                                                        "\x1b"
                                                                        "+0",
                                                                        "\x1b"
                                                                        "(A",
                                                                        "\x1b"
                                                                        "#8",
                                                                        "\x1b"
                                                                        "#3",
                                                                        "\x1b"
                                                                        "#6",
                                                                        "\x1b"
                                                                        "#5",
                                                                        "\x1b"
                                                                        "V",
                                                                        "\x1b"
                                                                        "W",
                                                                        "\x1b"
                                                                        "[!p",
                                                                        "\x1b"
                                                                        "[1\"q",
                                                                        "\x1b"
                                                                        "[2;4r",
                                                                        "\x1b"
                                                                        "[r",
                                                                        "\x1b"
                                                                        "[3;6s",
                                                                        "\x1b"
                                                                        "[b",
                                                                        "\x1b"
                                                                        "[20b",
                                                                        "\x1b"
                                                                        "[S",
                                                                        "\x1b"
                                                                        "[T",
                                                                        "\x1b\x1b",
                                                                        "\x1b",
                                                                        "\x1b[",
                                                                        "\x1b\\",
                                                                        "\x1b"
                                                                        "(0\x0f",
                                                                        "\x1b%G",
                                                                        "\x1b   x"});
    return std::string(any(random, kSequences));
}

std::string string_sequence(Random& random) {
    static constexpr auto kBegins = std::to_array<std::string_view>({"\x1b]0;",
                                                                     "\x1b]2;",
                                                                     "\x1b]4;1;",
                                                                     "\x1b]8;;http://x/",
                                                                     "\x1b]8;id=1;",
                                                                     "\x1b]8;;",
                                                                     "\x1b]10;",
                                                                     "\x1b]52;c;",
                                                                     "\x1b]104",
                                                                     "\x1b]133;A",
                                                                     "\x1b]133;C",
                                                                     "\x1b]1337;File=",
                                                                     "\x1b]9;4;1;",
                                                                     "\x1bP$q",
                                                                     "\x1bP+q",
                                                                     "\x1bPtmux;",
                                                                     "\x1bPq",
                                                                     "\x1b_G",
                                                                     "\x1b_x",
                                                                     "\x1bX",
                                                                     "\x1b^",
                                                                     "\x1bk",
                                                                     "\xc2\x9d"
                                                                     "2;",
                                                                     "\xc2\x90",
                                                                     "\xc2\x9f",
                                                                     "\x1bP1$t",
                                                                     "\x1b]99;"});
    static constexpr auto kEnds = std::to_array<std::string_view>(
        {"\x1b\\", "\x1b\\", "\x1b\\", "\a", "\a", "\xc2\x9c", "\x18", "\x1b[m", "\x1b", ""});
    std::string bytes(any(random, kBegins));
    switch (random() % 6) {
    case 0:
        bytes += "?";
        break;
    case 1:
        bytes += beyond_ascii(random);
        break;
    case 2:
        bytes += "m\"p r"[random() % 5];
        break;
    case 3:
        bytes += control(random);
        break;
    default:
        bytes += text(random);
    }
    return bytes + std::string(any(random, kEnds));
}

// More lines than the screen has, now and then with something else between them.
std::string flood(Random& random) {
    std::string bytes;
    for (std::size_t left = random() % 60; left > 0; --left) {
        const std::size_t length = random() % (random() % 4 == 0 ? 45 : 6);
        bytes += std::string(length, static_cast<char>(' ' + random() % 95)) + "\r\n";
    }
    return bytes;
}

std::string piece(Random& random) {
    if (random() % 32 == 0)
        return flood(random);
    switch (random() % 16) {
    case 0:
    case 1:
    case 2:
        return text(random);
    case 3:
    case 4:
        return beyond_ascii(random);
    case 5:
    case 6:
        return "\r\n";
    case 7:
        return control(random);
    case 8:
    case 9:
        return csi(random);
    case 10:
        return mode(random);
    case 11:
    case 12:
        return rendition(random);
    case 13:
        return string_sequence(random);
    default:
        return escape(random);
    }
}

std::string joined(const std::vector<std::string>& pieces) {
    std::string bytes;
    for (const std::string& each : pieces)
        bytes += each;
    return bytes;
}

Config config() {
    Config small;
    small.history = {.lines = 300, .bytes = 64U << 10};
    return small;
}

struct Play {
    explicit Play(Size size) : terminal(size, config()) {}
    void write(std::string_view bytes) { terminal.write(bytes, record); }

    Terminal terminal;
    Record record;
};

// How another way through the same bytes differs from the one in a piece, or nothing.
std::string compare(const Play& whole, const Play& other, const char* way) {
    const std::string name = way;
    if (!(whole.terminal == other.terminal))
        return name + ": state";
    if (whole.record.answers != other.record.answers)
        return name + ": answers";
    if (whole.record.relayed != other.record.relayed)
        return name + ": relayed bytes";
    return {};
}

// The same, and of two that saw all.
std::string compare_all(const Play& whole, const Play& other, const char* way) {
    if (whole.terminal.scrolled_lines() != other.terminal.scrolled_lines())
        return std::string(way) + ": lines that scrolled";
    return compare(whole, other, way);
}

std::string difference(std::string_view bytes, Size size, unsigned seed) {
    Play whole(size);
    whole.write(bytes);
    Play single(size);
    for (const char& byte : bytes)
        single.write({&byte, 1});
    if (std::string differs = compare_all(whole, single, "byte by byte"); !differs.empty())
        return differs;
    Play cut(size);
    Random random(seed);
    for (std::string_view left = bytes; !left.empty();) {
        const std::string_view part = left.substr(0, random() % 40 + 1);
        cut.write(part);
        left.remove_prefix(part.size());
        if (random() % 8 == 0)
            cut.terminal = cut.terminal.clone();
    }
    if (std::string differs = compare_all(whole, cut, "in pieces, cloned"); !differs.empty())
        return differs;
    Play restored(Size{1, 1});
    if (!restored.terminal.restore(whole.terminal.snapshot()))
        return "the snapshot is refused";
    restored.record = whole.record;
    return compare(whole, restored, "restored");
}

std::string printable(std::string_view bytes) {
    static constexpr std::string_view kDigits = "0123456789abcdef";
    std::string out;
    for (const char byte : bytes) {
        if (byte >= ' ' && byte < '\x7f') {
            out += byte;
            continue;
        }
        const auto value = static_cast<unsigned char>(byte);
        out += {'\\', 'x', kDigits[value >> 4], kDigits[value & 15]};
    }
    return out;
}

// What is left of the stream without the pieces that the difference does not need.
std::string shrunk(std::vector<std::string> pieces, Size size, unsigned seed) {
    for (std::size_t index = pieces.size(); index-- > 0;) {
        std::vector<std::string> fewer = pieces;
        fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(index));
        if (!difference(joined(fewer), size, seed).empty())
            pieces = std::move(fewer);
    }
    return joined(pieces);
}

BOOST_AUTO_TEST_SUITE(vt_split)

BOOST_AUTO_TEST_CASE(random_streams_are_the_same_cut_anywhere) {
    const char* const wanted = std::getenv("BERTH_STREAMS");
    const unsigned streams =
        wanted == nullptr ? 400 : static_cast<unsigned>(std::strtoul(wanted, nullptr, 10));
    for (unsigned seed = 1; seed <= streams; ++seed) {
        Random random(seed);
        const Size size{1 + static_cast<int>(random() % 8), 1 + static_cast<int>(random() % 40)};
        std::vector<std::string> pieces(random() % 60 + 1);
        for (std::string& each : pieces)
            each = piece(random);
        const std::string differs = difference(joined(pieces), size, seed);
        BOOST_REQUIRE_MESSAGE(differs.empty(), "seed " << seed << ", " << size.rows << " rows of "
                                                       << size.columns << ": " << differs << "\n"
                                                       << printable(shrunk(pieces, size, seed)));
    }
}

// In two parts, cut once at every byte.
BOOST_AUTO_TEST_CASE(random_streams_are_the_same_cut_at_every_byte) {
    for (unsigned seed = 10'001; seed <= 10'060; ++seed) {
        Random random(seed);
        const Size size{1 + static_cast<int>(random() % 8), 1 + static_cast<int>(random() % 40)};
        std::string bytes;
        for (std::size_t pieces = random() % 20 + 5; pieces > 0; --pieces)
            bytes += piece(random);
        Play whole(size);
        whole.write(bytes);
        for (std::size_t at = 1; at < bytes.size(); ++at) {
            Play parts(size);
            parts.write(std::string_view(bytes).substr(0, at));
            parts.write(std::string_view(bytes).substr(at));
            const std::string differs = compare_all(whole, parts, "in two parts");
            BOOST_REQUIRE_MESSAGE(differs.empty(), "seed " << seed << ", cut at " << at << ": "
                                                           << differs << "\n"
                                                           << printable(bytes));
        }
    }
}

// Lines that go to the history without becoming cells, after everything that could stand in the
// way.
BOOST_AUTO_TEST_CASE(a_flood_of_lines_is_what_single_lines_are) {
    static constexpr auto kBefore = std::to_array<std::string_view>({"",
                                                                     "\x1b[2;3r\x1b[3H",
                                                                     "\x1b[2;4r\x1b[4H",
                                                                     "\x1b[1;3r\x1b[3H",
                                                                     "\x1b[1;3r\x1b[4H",
                                                                     "\x1b[?1049h",
                                                                     "\x1b[31m",
                                                                     "\x1b[41m",
                                                                     "\x1b[1\"q",
                                                                     "\x1b]8;;http://x/\x1b\\",
                                                                     "\x1b[20h",
                                                                     "\x1b[4h",
                                                                     "\x1b[?7l",
                                                                     "\x1b(0",
                                                                     "\x1b[?69h\x1b[2;5s\x1b[4;2H",
                                                                     "\x1b[4;1Hleft over\r",
                                                                     "\x1b[4;1H\x1b#6",
                                                                     "\x1b[4;1H\x1b]133;A\x1b\\",
                                                                     "\x1b[4;1H\x1bN",
                                                                     "\x1b[?6h",
                                                                     "\x1b[4;3H",
                                                                     "\x1b]133;C\x1b\\"});
    for (const std::string_view before : kBefore) {
        for (const std::size_t limit : {0U, 1U, 5U, 150U, 1000U}) {
            for (const int lines : {3, 11, 12, 13, 40, 5000}) {
                std::string bytes(before);
                for (int line = 0; line < lines; ++line)
                    bytes += std::string(static_cast<std::size_t>(line * line % 11), 'a') + "\r\n";
                Play whole(Size{4, 10});
                Play lone(Size{4, 10});
                whole.terminal.set_history_limits({.lines = limit, .bytes = 64U << 10});
                lone.terminal.set_history_limits({.lines = limit, .bytes = 64U << 10});
                whole.write(bytes);
                for (std::size_t from = 0, end = 0; from < bytes.size(); from = end) {
                    end = std::min(bytes.find('\n', from), bytes.size() - 1) + 1;
                    lone.write(std::string_view(bytes).substr(from, end - from));
                }
                BOOST_TEST(compare_all(whole, lone, "line by line") == "",
                           printable(before)
                               << ", " << lines << " lines, of which are kept " << limit);
            }
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
