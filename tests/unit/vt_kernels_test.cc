// Every form of a kernel does what the plain one does, at every length and alignment.
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "vt/kernels.h"
#include "vt/line.h"

namespace {

using namespace berth::vt;

std::span<const Kernels* const> all() {
    std::size_t count = 0;
    const Kernels* const* first = all_kernels(count);
    return {first, count};
}

constexpr Cell kUntouched(0x1234567890);

std::vector<Cell> blank(std::size_t size) {
    return std::vector<Cell>(size + kCellsBeyond, kUntouched);
}

BOOST_AUTO_TEST_SUITE(vt_kernels)

BOOST_AUTO_TEST_CASE(printing_stops_where_the_text_does) {
    std::mt19937 random(1);
    for (int round = 0; round < 2000; ++round) {
        std::string text;
        for (std::size_t left = random() % 120; left > 0; --left)
            text += static_cast<char>(' ' + random() % 95);
        const std::string_view ends("\x1b\n\x7f\xc3\x00\x1f", 6);
        if (random() % 4 != 0 && !text.empty())
            text[random() % text.size()] = ends[random() % ends.size()];
        const std::size_t most = random() % 130;
        const std::uint64_t upper = std::uint64_t{random()} << 24;
        std::vector<Cell> expected = blank(most);
        const std::size_t count =
            all()[0]->print(text.data(), text.data() + text.size(), most, expected.data(), upper);
        const char* const stop = all()[0]->skip_printable(text.data(), text.data() + text.size());
        for (const Kernels* kernels : all().subspan(1)) {
            std::vector<Cell> cells = blank(most);
            BOOST_REQUIRE_EQUAL(
                kernels->print(text.data(), text.data() + text.size(), most, cells.data(), upper),
                count);
            BOOST_REQUIRE(cells == expected);
            BOOST_REQUIRE(kernels->skip_printable(text.data(), text.data() + text.size()) == stop);
        }
    }
}

BOOST_AUTO_TEST_CASE(ideographs_end_with_the_first_of_something_else) {
    constexpr std::uint64_t kWide = static_cast<std::uint64_t>(Width::wide) << Cell::kWidthShift;
    constexpr std::uint64_t kTail = static_cast<std::uint64_t>(Width::tail) << Cell::kWidthShift;
    static constexpr char32_t kOthers[] = {'a', 0xe9, 0x3042, 0x4dff, 0xa000, 0x1f680, 0xac00};
    std::mt19937 random(3);
    bool any = false;
    for (int round = 0; round < 2000; ++round) {
        std::string text;
        std::vector<char32_t> codes;
        for (std::size_t left = random() % 40; left > 0; --left) {
            codes.push_back(random() % 16 == 0 ? kOthers[random() % std::size(kOthers)]
                                               : static_cast<char32_t>(0x4e00 + random() % 0x5200));
            append_utf8(codes.back(), text);
        }
        text.resize(text.size() - random() % 4 % (text.size() + 1)); // cut anywhere
        const std::size_t most = random() % 40;
        const std::uint64_t upper = std::uint64_t{random()} << 24;
        for (const Kernels* kernels : all()) {
            std::vector<Cell> cells = blank(2 * most);
            const std::size_t count = kernels->ideographs(text.data(), text.data() + text.size(),
                                                          most, cells.data(), upper);
            std::vector<Cell> expected = blank(2 * most);
            BOOST_REQUIRE_LE(count, std::min(most, codes.size()));
            for (std::size_t at = 0; at < count; ++at) {
                BOOST_REQUIRE(codes[at] >= 0x4e00 && codes[at] < 0xa000);
                expected[2 * at] = Cell(upper | kWide | codes[at]);
                expected[2 * at + 1] = Cell(upper | kTail);
            }
            BOOST_REQUIRE(cells == expected);
            any = any || count > 0;
        }
    }
    BOOST_TEST(any == (all().size() > 2)); // the last form has them
}

BOOST_AUTO_TEST_CASE(cells_become_bytes_and_runs) {
    std::mt19937 random(2);
    for (int round = 0; round < 2000; ++round) {
        std::vector<Cell> cells;
        std::uint64_t upper = 0;
        for (std::size_t left = random() % 100 + 1; left > 0; --left) {
            if (random() % 8 == 0)
                upper = std::uint64_t{random()} << 24;
            cells.emplace_back(upper | random() % 0x60);
        }
        std::string expected(cells.size(), '\0');
        all()[0]->narrow(cells.data(), cells.size(), expected.data());
        const std::size_t few = std::min(cells.size(), std::size_t{64});
        std::uint64_t changes = 0;
        for (std::size_t at = 1; at < few; ++at)
            changes |= std::uint64_t{(cells[at].bits() ^ cells[at - 1].bits()) >> 24 != 0} << at;
        BOOST_REQUIRE_EQUAL(all()[0]->style_changes(cells.data(), few), changes);
        for (const Kernels* kernels : all().subspan(1)) {
            std::string bytes(cells.size(), '\0');
            kernels->narrow(cells.data(), cells.size(), bytes.data());
            BOOST_REQUIRE(bytes == expected);
            BOOST_REQUIRE_EQUAL(kernels->style_changes(cells.data(), few), changes);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
