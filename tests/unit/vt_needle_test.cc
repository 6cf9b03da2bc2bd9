// Searches leave out lines of the history that cannot have a text, and never one that can.
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <random>
#include <string>

#include "vt/terminal.h"

namespace vt = berth::vt;

namespace {

std::string lower(std::string text) {
    std::ranges::transform(text, text.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ' ') : c;
    });
    return text;
}

// Has a text with this part that begins in that line, in it or where it goes on?
bool has(const vt::History& history, std::size_t index, const std::string& part, bool fold) {
    vt::LineBuffer buffer;
    std::string text;
    for (bool wrapped = true; wrapped && index < history.lines(); ++index) {
        const vt::LineView line = history.line(index, buffer);
        text += line.text();
        wrapped = line.wrapped;
    }
    return (fold ? lower(text) : text).contains(part);
}

} // namespace

BOOST_AUTO_TEST_SUITE(vt_needle)

BOOST_AUTO_TEST_CASE(is_found_wherever_it_is) {
    std::mt19937 random(1);
    for (int round = 0; round < 20'000; ++round) {
        std::string text(random() % 60, ' ');
        for (char& c : text)
            c = "abAB[{"[random() % 6];
        std::string part(1 + random() % 4, ' ');
        for (char& c : part)
            c = "ab[{"[random() % 4];
        const bool fold = random() % 2 == 0;
        BOOST_REQUIRE_EQUAL(vt::Needle(part, fold).in(text),
                            (fold ? lower(text) : text).contains(part));
    }
}

BOOST_AUTO_TEST_CASE(lines_that_have_it_are_never_passed_over) {
    vt::Config config;
    config.history = {.lines = 10'000, .bytes = 64U << 20};
    vt::Terminal terminal({5, 20}, config);
    vt::Sink sink;
    std::mt19937 random(2);
    static constexpr std::string_view kTexts[] = {"error",
                                                  "Error ",
                                                  "err\xc3\xb6r",
                                                  "e\xcc\x81rror",
                                                  "\x1b[31mer\x1b[mror",
                                                  "\xe4\xb8\xad",
                                                  "",
                                                  "plain",
                                                  " or ",
                                                  "\x1b[Cx",
                                                  "rr"};
    terminal.write("\x1b[?2027h", sink);
    for (int line = 0; line < 2'000; ++line) {
        for (std::size_t part = random() % 6; part > 0; --part)
            terminal.write(kTexts[random() % std::size(kTexts)], sink);
        terminal.write("\r\n", sink);
    }
    const vt::History& history = terminal.history();
    const auto end = static_cast<std::ptrdiff_t>(history.lines());
    for (const std::string part : {"error", "x", "rr", "plain", "nowhere"}) {
        for (const bool fold : {false, true}) {
            const vt::Needle needle(part, fold);
            std::size_t asked = 0;
            for (std::ptrdiff_t line = 0; line < end; ++line) {
                const auto index = static_cast<std::size_t>(line);
                const bool wanted = has(history, index, part, fold);
                const auto down = history.may_have(index, 1, needle);
                const auto up = history.may_have(index, -1, needle);
                BOOST_REQUIRE(down >= line && up <= line);
                if (wanted)
                    BOOST_REQUIRE(down == line && up == line);
                asked += down == line ? 1 : 0;
            }
            BOOST_TEST(asked < history.lines());
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
