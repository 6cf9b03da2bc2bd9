#include "grammar.h"

#include <array>
#include <random>
#include <string_view>

namespace berth::model {

namespace {

using std::operator""sv;

// Parameters: n a small number or none, r and c about as many as there are rows and columns, x a
// character's code, q and s 0, 1 or 2 with other limits, a rendition of a rectangle.
struct Form {
    std::string_view sequence; // after CSI; % is replaced by what `parameters` names, in turn
    std::string_view parameters;
    int weight;
};

constexpr auto kForms = std::to_array<Form>({
    {"%;%H"sv, "rc", 30},
    {"%;%f"sv, "rc", 4},
    {"%A"sv, "n", 6},
    {"%B"sv, "n", 6},
    {"%C"sv, "n", 6},
    {"%D"sv, "n", 6},
    {"%E"sv, "n", 3},
    {"%F"sv, "n", 3},
    {"%G"sv, "c", 6},
    {"%`"sv, "c", 3},
    {"%d"sv, "r", 6},
    {"%a"sv, "n", 3},
    {"%e"sv, "n", 3},
    {"%I"sv, "n", 3},
    {"%Z"sv, "n", 3},
    {"%J"sv, "q", 6},
    {"%K"sv, "q", 8},
    {"?%J"sv, "s", 4},
    {"?%K"sv, "s", 6},
    {"%X"sv, "n", 6},
    {"%@"sv, "n", 8},
    {"%P"sv, "n", 8},
    {"%L"sv, "n", 6},
    {"%M"sv, "n", 6},
    {"%S"sv, "n", 5},
    {"%T"sv, "n", 5},
    {"% @"sv, "n", 4},
    {"% A"sv, "n", 4},
    {"%'}"sv, "n", 4},
    {"%'~"sv, "n", 4},
    {"%b"sv, "n", 5},
    {"%g"sv, "t", 2},
    {"?5W"sv, "", 2},
    {"%;%r"sv, "rr", 12},
    {"%;%s"sv, "cc", 14},
    {"r"sv, "", 3},
    {"s"sv, "", 3},
    {"u"sv, "", 3},
    {"%;%;%;%$z"sv, "rcrc", 5},
    {"%;%;%;%${"sv, "rcrc", 5},
    {"%;%;%;%;%$x"sv, "xrcrc", 5},
    {"%;%;%;%;1;%;%;1$v"sv, "rcrcrc", 6},
    {"%;%;%;%;%$r"sv, "rcrca", 5},
    {"%;%;%;%;%$t"sv, "rcrca", 5},
    {"%*x"sv, "s", 4},
    {"%\"q"sv, "s", 8},
    {"!p"sv, "", 2},
});

constexpr auto kPlain = std::to_array<std::string_view>({
    "\r\n"sv,
    "\n"sv,
    "\r"sv,
    "\b"sv,
    "\t"sv,
    "\v"sv,
    "\x1b"
    "D"sv,
    "\x1b"
    "E"sv,
    "\x1b"
    "M"sv,
    "\x1b"
    "H"sv,
    "\x1b"
    "6"sv,
    "\x1b"
    "9"sv,
    "\x1b"
    "7"sv,
    "\x1b"
    "8"sv,
    "\x1b(0"sv,
    "\x1b(B"sv,
    "\x1b)0"sv,
    "\x1b)A"sv,
    "\x1b*0"sv,
    "\x1b+A"sv,
    "\x0e"sv,
    "\x0f"sv,
    "\x1bN"sv,
    "\x1bO"sv,
    "\x1bn"sv,
    "\x1bo"sv,
    "\x1b#8"sv,
    "\x1b="sv,
    "\x1b>"sv,
    "\x1b]8;;1\x1b\\"sv,
    "\x1b]8;;2\a"sv,
    "\x1b]8;;\x1b\\"sv,
    "\x7f"sv,
    "\x1b[1\x18"sv,
    "\x1b[2\n;2H"sv,
    "\x1b[\x1b[3C"sv,
    "\x1b]8;;3\x1b[2C"sv,
});

constexpr auto kModes = std::to_array<std::string_view>({
    "4"sv,
    "20"sv,
    "?1"sv,
    "?5"sv,
    "?6"sv,
    "?7"sv,
    "?25"sv,
    "?69"sv,
    "?2004"sv,
    "?47"sv,
    "?1047"sv,
    "?1048"sv,
    "?1049"sv,
    "?6"sv,
    "?69"sv,
    "?7"sv,
    "4"sv,
    "?69"sv,
});

constexpr auto kRenditions = std::to_array<std::string_view>({
    ""sv,           "0"sv,           "1"sv,         "2"sv,          "3"sv,
    "4"sv,          "5"sv,           "6"sv,         "7"sv,          "8"sv,
    "9"sv,          "21"sv,          "22"sv,        "23"sv,         "24"sv,
    "25"sv,         "27"sv,          "28"sv,        "29"sv,         "31"sv,
    "44"sv,         "97"sv,          "105"sv,       "39"sv,         "49"sv,
    "4:3"sv,        "4:0"sv,         "4:5"sv,       "53"sv,         "55"sv,
    "58;5;3"sv,     "58:2::1:2:3"sv, "59"sv,        "38;5;200"sv,   "48;5;17"sv,
    "38;2;1;2;3"sv, "48:2::9:8:7"sv, "38:5:9"sv,    "48:2:4:5:6"sv, "73"sv,
    "74"sv,         "75"sv,          "1;4;34;41"sv, "0;7;43"sv,     "38;5;1;48;5;2;1"sv,
});

constexpr auto kCharacters = std::to_array<std::string_view>({
    "a"sv,
    "b"sv,
    "#"sv,
    "q"sv,
    "x"sv,
    "~"sv,
    " "sv,
    "\u00e9"sv,
    "\u2500"sv,
    "\u4e2d"sv,
    "\u6587"sv,
    "\uff21"sv,
    "\ud55c"sv,
    "\u0301"sv,
    "\u0323"sv,
    "\U0001f600"sv,
});

class Writer {
  public:
    explicit Writer(std::uint64_t seed) : random_(seed) {
        for (const Form& form : kForms)
            weights_ += form.weight;
    }

    int below(int limit) { return static_cast<int>(random_() % static_cast<std::uint64_t>(limit)); }

    template <std::size_t N> std::string any(const std::array<std::string_view, N>& of) {
        return std::string(of[random_() % N]);
    }

    std::string piece(int rows, int columns) {
        const int kind = below(100);
        if (kind < 25)
            return text();
        if (kind < 40)
            return characters();
        if (kind < 55)
            return any(kPlain);
        if (kind < 63)
            return "\x1b[" + any(kModes) + (below(5) < 2 ? "l" : "h");
        if (kind < 73)
            return "\x1b[" + any(kRenditions) + "m";
        return "\x1b[" + form(rows, columns);
    }

    std::string rare() {
        return below(3) == 0 ? "\x1b"
                               "c"
                             : "\x1b[!p";
    }

  private:
    std::string text() {
        std::string bytes(static_cast<std::size_t>(below(below(6) == 0 ? 60 : 9)), ' ');
        for (char& byte : bytes)
            byte = static_cast<char>(' ' + below(95));
        return bytes;
    }

    std::string characters() {
        std::string bytes;
        for (int left = below(6) + 1; left > 0; --left)
            bytes += any(kCharacters);
        return bytes;
    }

    std::string parameter(char kind, int rows, int columns) {
        switch (kind) {
        case 'r':
            return below(8) == 0 ? "" : std::to_string(below(rows + 2));
        case 'c':
            return below(8) == 0 ? "" : std::to_string(below(columns + 2));
        case 'x':
            return std::to_string(below(300));
        case 'q':
            return below(4) == 0 ? "" : std::to_string(below(40) == 0 ? 3 : below(3));
        case 's':
            return below(4) == 0 ? "" : std::to_string(below(3));
        case 't':
            return below(3) == 0 ? "3" : "";
        case 'a': {
            constexpr auto kAttributes = std::to_array<std::string_view>(
                {"0", "1", "4", "5", "7", "22", "24", "25", "27", "1;7", "0;4", ""});
            return any(kAttributes);
        }
        default:
            return below(3) == 0 ? "" : std::to_string(below(10) == 0 ? below(1000) : below(6));
        }
    }

    std::string form(int rows, int columns) {
        int pick = below(weights_);
        const Form* form = kForms.data();
        for (; pick >= form->weight; ++form)
            pick -= form->weight;
        std::string bytes;
        std::size_t next = 0;
        for (const char each : form->sequence)
            bytes += each == '%' ? parameter(form->parameters[next++], rows, columns)
                                 : std::string(1, each);
        return bytes;
    }

    std::mt19937_64 random_;
    int weights_ = 0;
};

} // namespace

Stream random_stream(std::uint64_t seed) {
    Writer writer(seed);
    Stream stream;
    stream.rows = 1 + writer.below(8);
    stream.columns = 2 + writer.below(writer.below(3) == 0 ? 40 : 11);
    for (int left = 20 + writer.below(180); left > 0; --left)
        stream.pieces.push_back(writer.below(300) == 0 ? writer.rare()
                                                       : writer.piece(stream.rows, stream.columns));
    return stream;
}

} // namespace berth::model
