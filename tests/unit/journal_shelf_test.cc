// Pieces are written once, found again by another process, and dropped from the front.
#include "journal/shelf.h"

#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <fcntl.h>
#include <string>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

namespace {

using namespace berth;
using namespace berth::journal;

std::string text(std::uint64_t number) {
    return std::to_string(number) + std::string(static_cast<std::size_t>(number % 5000), 'x');
}

struct Source {
    std::vector<std::string> texts;
    std::uint64_t asked = 0;
    Shelf::Pieces pieces(std::uint64_t epoch, std::uint64_t first, std::uint64_t end) {
        texts.clear();
        for (std::uint64_t number = first; number < end; ++number)
            texts.push_back(text(epoch * 100'000 + number));
        return {epoch, first, end, [this, first](std::uint64_t number) -> std::string_view {
                    ++asked;
                    return texts[static_cast<std::size_t>(number - first)];
                }};
    }
};

Shelf reopened(const Shelf& shelf) {
    return std::move(*Shelf::open(std::move(*shelf.duplicate())));
}

BOOST_AUTO_TEST_SUITE(journal_shelf)

BOOST_AUTO_TEST_CASE(each_piece_is_written_once) {
    Shelf shelf = std::move(*Shelf::create());
    Source source;
    for (std::uint64_t end = 0; end < 3000; end += 37) {
        const std::uint64_t first = end > 500 ? end - 500 : 0;
        const auto place = shelf.keep(source.pieces(1, first, end));
        BOOST_REQUIRE(place);
        BOOST_TEST(source.asked == end);
        const auto read = reopened(shelf).read(*place);
        BOOST_REQUIRE(read);
        BOOST_TEST((*read == source.texts));
        shelf.drop_before(*place);
        BOOST_REQUIRE(shelf.read(*place));
    }
    struct stat info{};
    const Fd file = std::move(*shelf.duplicate());
    BOOST_REQUIRE_EQUAL(fstat(file.get(), &info), 0);
    BOOST_TEST(info.st_blocks * 512 < info.st_size / 2); // the front was given back
}

BOOST_AUTO_TEST_CASE(another_epoch_or_a_gap_begins_anew) {
    Shelf shelf = std::move(*Shelf::create());
    Source source;
    BOOST_REQUIRE(shelf.keep(source.pieces(1, 0, 10)));
    BOOST_REQUIRE(shelf.keep(source.pieces(2, 5, 12)));
    BOOST_TEST(source.asked == 17U);
    const auto far = shelf.keep(source.pieces(2, 100, 103));
    BOOST_REQUIRE(far);
    BOOST_TEST(source.asked == 20U);
    BOOST_TEST((*shelf.read(*far) == source.texts));
    shelf.forget();
    const auto again = shelf.keep(source.pieces(2, 100, 103));
    BOOST_TEST(source.asked == 23U);
    BOOST_TEST((*shelf.read(*again) == source.texts));
    const auto none = shelf.keep(source.pieces(2, 103, 103));
    BOOST_REQUIRE(none);
    BOOST_TEST(none->count == 0U);
}

BOOST_AUTO_TEST_CASE(the_next_process_goes_on_behind) {
    Shelf shelf = std::move(*Shelf::create());
    Source source;
    const auto before = shelf.keep(source.pieces(1, 0, 10));
    BOOST_REQUIRE(before);
    const std::vector<std::string> texts = source.texts;
    Shelf next = reopened(shelf);
    const auto after = next.keep(source.pieces(1, 0, 12));
    BOOST_REQUIRE(after);
    BOOST_TEST((*next.read(*before) == texts)); // until the next checkpoint is published
    BOOST_TEST((*next.read(*after) == source.texts));
    next.drop_before(*after);
    BOOST_TEST((*next.read(*after) == source.texts));
}

BOOST_AUTO_TEST_CASE(a_place_is_not_trusted) {
    Shelf shelf = std::move(*Shelf::create());
    Source source;
    const auto place = shelf.keep(source.pieces(1, 0, 4));
    BOOST_REQUIRE(place);
    BOOST_TEST(!shelf.read({place->offset, 5}));
    BOOST_TEST(!shelf.read({place->offset + 1, 4}));
    BOOST_TEST(!shelf.read({~std::uint64_t{0}, 1}));
    BOOST_TEST(!shelf.read({~std::uint64_t{0} - 3, ~std::uint64_t{0}}));
    std::string_view cut("short");
    Shelf::Place taken;
    BOOST_TEST(!take_place(cut, taken));
    const std::string whole = with_place(*place, "rest");
    std::string_view rest = whole;
    BOOST_REQUIRE(take_place(rest, taken));
    BOOST_TEST(rest == "rest");
    BOOST_TEST(taken.count == 4U);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
