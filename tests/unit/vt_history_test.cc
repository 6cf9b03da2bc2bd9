// The history's blocks: what is written and read back, what a checkpoint keeps apart, and blocks
// that somebody else made.
#include <boost/test/unit_test.hpp>

#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "vt/terminal.h"

namespace {

using namespace berth::vt;

Terminal terminal_of(std::size_t lines, int columns = 40) {
    Config config;
    config.history = {.lines = lines, .bytes = 64U << 20};
    return Terminal({5, columns}, config);
}

void feed(Terminal& terminal, std::string_view bytes) {
    Sink sink;
    terminal.write(bytes, sink);
}

// Lines of everything that is packed in its own way.
std::string sample(int from, int to) {
    static constexpr std::string_view kTexts[] = {
        "plain text",
        "\x1b[31mred \x1b[1;4mbold\x1b[m and \x1b[48;2;1;2;3mblue\x1b[m",
        "漢字とかなカナ、한국어 ABC",
        "─│┌┐ ▲ ■ äöü λ 中",
        "äöü ЖЩ 中文 🚀",
        "e\u0301 🇩🇪 \U0001F469\u200d\U0001F680",
        "\x1b]8;id=1;http://a/\x1b\\link\x1b]8;;\x1b\\ and more",
        "",
        "\x1b[1\"qprotected\x1b[\"q",
        "a line that is longer than forty columns and therefore wraps"};
    std::string text;
    for (int line = from; line < to; ++line)
        text += std::to_string(line) + " " +
                std::string(kTexts[static_cast<std::size_t>(line) % std::size(kTexts)]) + "\r\n";
    return text;
}

std::vector<std::string> blocks_of(const Terminal& terminal) {
    std::vector<std::string> blocks;
    const History::Blocks all = terminal.history().blocks();
    for (std::uint64_t number = all.first; number < all.end; ++number)
        blocks.emplace_back(terminal.history().block(number));
    return blocks;
}

std::vector<std::string_view> views(const std::vector<std::string>& blocks) {
    return {blocks.begin(), blocks.end()};
}

std::string text_of(const Terminal& terminal) {
    std::string text;
    LineBuffer buffer;
    for (std::size_t index = 0; index < terminal.history().lines(); ++index)
        text += terminal.history().line(index, buffer).text() + "\n";
    return text;
}

BOOST_AUTO_TEST_SUITE(vt_history)

BOOST_AUTO_TEST_CASE(every_kind_of_character_is_read_back) {
    Terminal terminal = terminal_of(100, 80);
    std::string expected;
    for (std::uint32_t code = 0xa0; code < 0x1f900; code += code < 0x500 ? 1 : 37) {
        if (code >= 0xd800 && code < 0xe000)
            continue;
        std::string text;
        append_utf8(code, text);
        const std::string line = "a" + text + "z中" + text + "─";
        feed(terminal, line + "\r\n\x1b[10S"); // into the history
        LineBuffer buffer;
        BOOST_REQUIRE(terminal.history().lines() > 0U);
        const LineView view = terminal.history().line(0, buffer);
        Terminal screen = terminal_of(0, 80);
        feed(screen, line);
        BOOST_REQUIRE_EQUAL(view.text(), screen.line(0).text());
        BOOST_REQUIRE_EQUAL(view.used, screen.line(0).used);
        feed(terminal, "\x1b[H\x1b[3J");
        terminal.clear_history();
    }
}

BOOST_AUTO_TEST_CASE(east_asian_lines_take_two_bytes_a_character) {
    Terminal terminal = terminal_of(10'000, 80);
    std::string line;
    for (int cell = 0; cell < 40; ++cell)
        line += "漢";
    for (int row = 0; row < 1000; ++row)
        feed(terminal, line + "\r\n");
    BOOST_TEST(terminal.history().bytes() / terminal.history().lines() < 90U);
    LineBuffer buffer;
    BOOST_TEST(terminal.history().line(500, buffer).text() == line);
}

BOOST_AUTO_TEST_CASE(a_checkpoint_keeps_full_blocks_apart) {
    for (const std::size_t limit : {std::size_t{10'000}, std::size_t{700}}) {
        Terminal terminal = terminal_of(limit);
        feed(terminal, sample(0, 1000));
        const std::vector<std::string> blocks = blocks_of(terminal);
        BOOST_REQUIRE(blocks.size() > 4U);
        const std::string apart = terminal.snapshot(BlocksOfHistory::apart);
        BOOST_TEST(apart.size() * 4 < terminal.snapshot().size());
        Terminal other = terminal_of(limit);
        BOOST_REQUIRE(other.restore(apart, views(blocks)));
        BOOST_TEST((other == terminal));
        BOOST_TEST(text_of(other) == text_of(terminal));
        feed(terminal, sample(1000, 1500)); // both go on alike
        feed(other, sample(1000, 1500));
        BOOST_TEST((other == terminal));
    }
}

BOOST_AUTO_TEST_CASE(a_checkpoint_without_its_blocks_is_refused) {
    Terminal terminal = terminal_of(10'000);
    feed(terminal, sample(0, 1000));
    std::vector<std::string> blocks = blocks_of(terminal);
    const std::string apart = terminal.snapshot(BlocksOfHistory::apart);
    Terminal other = terminal_of(10'000);
    BOOST_TEST(!other.restore(apart));
    blocks.pop_back();
    BOOST_TEST(!other.restore(apart, views(blocks)));
    blocks.push_back("short");
    BOOST_TEST(!other.restore(apart, views(blocks)));
    BOOST_TEST(other.history().lines() == 0U);
}

BOOST_AUTO_TEST_CASE(a_block_keeps_its_number_until_the_epoch_changes) {
    Terminal terminal = terminal_of(1000);
    feed(terminal, sample(0, 900));
    const History::Blocks before = terminal.history().blocks();
    const std::string kept(terminal.history().block(before.end - 1));
    feed(terminal, sample(900, 1300));
    const History::Blocks after = terminal.history().blocks();
    BOOST_TEST(after.epoch == before.epoch);
    BOOST_TEST(after.first > before.first);
    BOOST_TEST(terminal.history().block(before.end - 1) == kept);
    terminal.resize({5, 30});
    BOOST_TEST(terminal.history().blocks().epoch != after.epoch);
    const std::uint64_t reflowed = terminal.history().blocks().epoch;
    terminal.clear_history();
    BOOST_TEST(terminal.history().blocks().epoch != reflowed);
}

BOOST_AUTO_TEST_CASE(lines_are_taken_back_from_full_blocks) {
    Terminal terminal = terminal_of(10'000);
    for (int line = 0; line < 512; ++line)
        feed(terminal, std::to_string(line) + "\r\n");
    const std::string before = text_of(terminal);
    terminal.resize({400, 40}); // more than the open lines and one block
    BOOST_TEST(terminal.history().lines() < 128U);
    BOOST_TEST(before.starts_with(text_of(terminal)));
    BOOST_TEST(terminal.line(0).text() == std::to_string(terminal.history().lines()));
    terminal.resize({5, 40});
    BOOST_TEST(text_of(terminal).starts_with(before));
}

BOOST_AUTO_TEST_CASE(damaged_blocks_are_refused_or_read_as_something) {
    Terminal terminal = terminal_of(10'000);
    feed(terminal, sample(0, 300));
    const std::vector<std::string> blocks = blocks_of(terminal);
    const std::string apart = terminal.snapshot(BlocksOfHistory::apart);
    std::mt19937 random(3);
    int restored = 0;
    for (int round = 0; round < 300; ++round) {
        std::vector<std::string> damaged = blocks;
        std::string& block = damaged[random() % damaged.size()];
        for (std::size_t count = random() % 8 + 1; count > 0; --count)
            block[random() % block.size()] = static_cast<char>(random());
        if (random() % 8 == 0)
            block.resize(random() % block.size());
        Terminal other = terminal_of(10'000);
        if (!other.restore(apart, views(damaged)))
            continue;
        ++restored;
        static_cast<void>(text_of(other));
        other.resize({20, 17}); // reads and writes every line again
        static_cast<void>(other.snapshot());
    }
    BOOST_TEST(restored > 0);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
