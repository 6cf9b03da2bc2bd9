// Wrong tokens by address: who has tried enough, for how long, and files that are not what they
// should be.
#include "common/guesses.h"

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>

using namespace berth::modules;
namespace fs = std::filesystem;

namespace {

struct Counts {
    Counts() {
        std::string name = "/tmp/berth-guesses-test-XXXXXX";
        BOOST_REQUIRE(mkdtemp(name.data()) != nullptr);
        folder = name;
        path = folder / "guesses";
        make(kGuessFileSize);
    }
    ~Counts() { fs::remove_all(folder); }
    void make(std::size_t size) const {
        fs::remove(path);
        std::ofstream(path) << std::string(size, '\0');
        fs::permissions(path, fs::perms(0600));
    }
    void guess(const char* address, std::uint32_t now, unsigned times = 1) const {
        for (unsigned i = 0; i < times; ++i)
            note_guess(path.c_str(), address, now);
    }
    [[nodiscard]] bool enough(const char* address, std::uint32_t now) const {
        return has_guessed_enough(path.c_str(), address, now);
    }
    fs::path folder, path;
};

} // namespace

BOOST_AUTO_TEST_SUITE(modules_guesses)

BOOST_AUTO_TEST_CASE(an_address_that_guesses_is_kept_out_for_a_while) {
    const Counts counts;
    counts.guess("192.0.2.1", 1000, kMostGuesses - 1);
    BOOST_TEST(!counts.enough("192.0.2.1", 1000));
    counts.guess("192.0.2.1", 1050);
    BOOST_TEST(counts.enough("192.0.2.1", 1050));
    BOOST_TEST(counts.enough("192.0.2.1", 1050 + kGuessSeconds - 1)); // from the last one on
    BOOST_TEST(!counts.enough("192.0.2.1", 1050 + kGuessSeconds));
    BOOST_TEST(!counts.enough("192.0.2.2", 1050));
}

BOOST_AUTO_TEST_CASE(slow_guesses_are_forgotten) {
    const Counts counts;
    for (std::uint32_t i = 0; i < kMostGuesses * 3; ++i)
        counts.guess("192.0.2.1", 1000 + i * kGuessSeconds / (kMostGuesses - 1));
    BOOST_TEST(!counts.enough("192.0.2.1", 1000 + 3 * kGuessSeconds));
}

BOOST_AUTO_TEST_CASE(a_network_of_ipv6_is_one_and_a_mapped_address_is_ipv4) {
    const Counts counts;
    for (unsigned i = 0; i < kMostGuesses; ++i)
        counts.guess(("2001:db8::" + std::to_string(i + 1)).c_str(), 5);
    BOOST_TEST(counts.enough("2001:db8::ffff", 5));
    BOOST_TEST(!counts.enough("2001:db8:0:1::1", 5));
    counts.guess("::ffff:192.0.2.7", 5, kMostGuesses);
    BOOST_TEST(counts.enough("192.0.2.7", 5));
}

BOOST_AUTO_TEST_CASE(many_addresses_do_not_push_out_one_that_has_guessed_enough) {
    const Counts counts;
    counts.guess("192.0.2.1", 1000, kMostGuesses);
    for (int i = 0; i < 20000; ++i)
        counts.guess(("10." + std::to_string(i / 250) + ".0." + std::to_string(i % 250)).c_str(),
                     1000);
    BOOST_TEST(counts.enough("192.0.2.1", 1000));
}

BOOST_AUTO_TEST_CASE(a_file_that_is_not_right_keeps_nobody_out) {
    const Counts counts;
    for (const std::size_t size : {std::size_t{0}, kGuessFileSize - 1, kGuessFileSize + 1}) {
        counts.make(size);
        counts.guess("192.0.2.1", 1, kMostGuesses);
        BOOST_TEST(!counts.enough("192.0.2.1", 1));
        BOOST_TEST(fs::file_size(counts.path) == size);
    }
    counts.make(kGuessFileSize);
    fs::permissions(counts.path, fs::perms(0666));
    counts.guess("192.0.2.1", 1, kMostGuesses);
    BOOST_TEST(!counts.enough("192.0.2.1", 1));
    fs::remove(counts.path);
    counts.guess("192.0.2.1", 1, kMostGuesses);
    BOOST_TEST(!counts.enough("192.0.2.1", 1));
    BOOST_TEST(!fs::exists(counts.path));
    for (const char* address : {static_cast<const char*>(nullptr), ""}) {
        counts.guess(address, 1, kMostGuesses);
        BOOST_TEST(!counts.enough(address, 1));
    }
}

BOOST_AUTO_TEST_SUITE_END()
