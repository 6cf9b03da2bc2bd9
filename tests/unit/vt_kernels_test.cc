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
