// What was typed: kept for the next mux whoever many type, and gone once it is done.
#include "journal/journal.h"

#include <algorithm>
#include <array>
#include <boost/test/unit_test.hpp>
#include <fcntl.h>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

using namespace berth;
using namespace berth::journal;

BOOST_AUTO_TEST_SUITE(journal_typed)

namespace {

struct Pipe {
    Fd read_end, write_end;
};

Pipe make_pipe() {
    std::array<int, 2> ends{};
    BOOST_REQUIRE_EQUAL(pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK), 0);
    return {Fd(ends[0]), Fd(ends[1])};
}

void type(Transit& transit, const Pipe& terminal, std::uint64_t owner, const std::string& text) {
    BOOST_REQUIRE(write(terminal.write_end.get(), text.data(), text.size()) ==
                  static_cast<ssize_t>(text.size()));
    std::string_view bytes;
    BOOST_REQUIRE_EQUAL(transit.read_typed(owner, terminal.read_end.get(), bytes),
                        static_cast<ssize_t>(text.size()));
    BOOST_TEST(std::string(bytes).ends_with(text));
}

Transit next_mux(const Transit& transit) {
    std::array<Fd, Transit::kParts> parts;
    for (int part = 0; part < Transit::kParts; ++part)
        parts[static_cast<std::size_t>(part)] = std::move(*transit.duplicate(part));
    auto opened = Transit::open(std::move(parts));
    BOOST_REQUIRE(opened.has_value());
    return std::move(*opened);
}

std::string contents(const Fd& file) {
    struct stat info{};
    BOOST_REQUIRE_EQUAL(fstat(file.get(), &info), 0);
    std::string bytes(static_cast<std::size_t>(info.st_size), '\0');
    BOOST_REQUIRE(pread(file.get(), bytes.data(), bytes.size(), 0) == info.st_size);
    return bytes;
}

bool holds(const Fd& file, std::string_view text) {
    return contents(file).find(text) != std::string::npos;
}

std::string secret(std::uint64_t owner) {
    return "secret-" + std::to_string(owner) + ";";
}

} // namespace

BOOST_AUTO_TEST_CASE(what_many_have_typed_is_there_for_the_next_mux) {
    auto transit = Transit::create();
    BOOST_REQUIRE(transit.has_value());
    const Pipe terminal = make_pipe();
    for (std::uint64_t owner = 1; owner <= kTypists; ++owner)
        type(*transit, terminal, owner, secret(owner));
    Transit next = next_mux(*transit);
    for (std::uint64_t owner = 1; owner <= kTypists; ++owner) {
        BOOST_TEST(next.typed_before(owner) == secret(owner));
        next.typed_done(owner);
    }
    BOOST_TEST(!next.has_left_over());
    BOOST_TEST(!holds(*next.duplicate(0), "secret-"));
}

BOOST_AUTO_TEST_CASE(what_was_typed_does_not_stay) {
    auto transit = Transit::create();
    auto journal = Journal::create();
    BOOST_REQUIRE(transit.has_value() && journal.has_value());
    const Pipe terminal = make_pipe();
    const auto page = transit->duplicate(0);
    const auto rings = journal->duplicate(0);
    type(*transit, terminal, 7, secret(7));
    BOOST_TEST(holds(*page, secret(7)));
    BOOST_REQUIRE(journal->queue(secret(7), Journal::Source::user, transit->batch()));
    transit->typed_done(7);
    BOOST_TEST(!holds(*page, "secret-"));
    BOOST_TEST(holds(*rings, secret(7)));
    const Pipe pty = make_pipe();
    BOOST_TEST(journal->send(&*transit, 1, pty.write_end.get()));
    BOOST_TEST(!holds(*rings, "secret-"));
    std::array<char, 64> got{};
    const ssize_t size = read(pty.read_end.get(), got.data(), got.size());
    BOOST_TEST(std::string(got.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0))) ==
               secret(7));
    // Nor where it is written directly, or the terminal has gone.
    BOOST_REQUIRE(journal->queue(secret(8), Journal::Source::user));
    BOOST_TEST(journal->send(nullptr, 1, pty.write_end.get()));
    BOOST_TEST(!holds(*rings, "secret-"));
    BOOST_REQUIRE(journal->queue(secret(9), Journal::Source::user));
    BOOST_TEST(journal->send(&*transit, 1, -1));
    BOOST_TEST(!holds(*rings, "secret-"));
}

BOOST_AUTO_TEST_SUITE_END()
