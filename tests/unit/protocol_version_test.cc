// Old and new programs speak to each other: which versions this one speaks, how two ranges are
// agreed on, and the bytes by which that is done, which are the same in every version.
#include "base/event.h"
#include "base/socket.h"
#include "protocol/channel.h"

#include <boost/test/unit_test.hpp>

using namespace berth;
using namespace berth::protocol;

BOOST_AUTO_TEST_SUITE(protocol_version)

namespace {

// A message that got a field in version 2.
struct Grown {
    static constexpr Id kId = Id::ping;
    static constexpr std::size_t kDescriptors = 0;
    std::uint16_t first = 7;
    std::uint16_t second = 9; // since version 2
    template <class V> void fields(V& v) {
        v.number(first);
        if (v.version() >= 2)
            v.number(second);
    }
};

std::string hex(const std::string& bytes) {
    constexpr const char* kDigits = "0123456789abcdef";
    std::string text;
    for (const char byte : bytes) {
        text += kDigits[static_cast<unsigned char>(byte) >> 4];
        text += kDigits[static_cast<unsigned char>(byte) & 15];
    }
    return text;
}

} // namespace

// Raise kVersion with every change of a message, and kOldestVersion only when no program of that
// version can be running any more.
BOOST_AUTO_TEST_CASE(the_range_is_pinned) {
    BOOST_TEST(kOldestVersion == 1);
    BOOST_TEST(kVersion == 1);
}

BOOST_AUTO_TEST_CASE(the_highest_that_both_have_is_spoken) {
    struct Row {
        Range one, other;
        std::optional<std::uint16_t> version;
    };
    const Row rows[] = {
        {{1, 1}, {1, 1}, 1},
        {{1, 3}, {1, 2}, 2},
        {{1, 3}, {2, 9}, 3},
        {{3, 3}, {1, 3}, 3},
        {{1, 2}, {3, 4}, std::nullopt},
        {{1, 2}, {2, 1}, std::nullopt}, // no range
        {{0, 0}, {1, 1}, std::nullopt},
        {{0, 65535}, {1, 1}, 1},
    };
    for (const Row& row : rows) {
        BOOST_TEST((agree(row.one, row.other) == row.version));
        BOOST_TEST((agree(row.other, row.one) == row.version));
    }
}

BOOST_AUTO_TEST_CASE(the_bytes_of_an_agreement_never_change) {
    Open open;
    open.oldest = 1;
    open.version = 0x0203;
    open.purpose = Purpose::mux;
    open.words = {"0.1"};
    BOOST_TEST(hex(encode(open)) == "0100010003020400000000000100000003000000302e31");
    BOOST_TEST(hex(encode(Refused{5, "no"})) == "020005000000020000006e6f");
    BOOST_TEST(hex(encode(Hello{1, 2})) == "3e0001000200");
    BOOST_TEST(hex(encode(KeeperLink{1, 2, 1})) == "05000100020001");
    BOOST_TEST(hex(encode(MuxLink{1, 2})) == "060001000200");
    BOOST_TEST(hex(encode(Retire{})) == "3f00");
    BOOST_TEST(hex(encode(Recovered{1, 2})) == "40000100000002000000");
    BOOST_TEST(hex(encode(Renew{})) == "4100");
    BOOST_TEST(hex(encode(RenewFailed{"x"})) == "42000100000078");
}

BOOST_AUTO_TEST_CASE(a_field_that_came_later_is_not_sent_to_those_that_do_not_know_it) {
    auto ends = socket_pair();
    BOOST_REQUIRE(ends);
    Loop loop;
    Grown seen{0, 0};
    bool right = false;
    Channel receiver(
        loop, std::move(ends->first),
        [&](Packet& packet) {
            seen = {0, 0};
            right = decode(packet, seen);
            loop.exit(0);
            return true;
        },
        [](std::string_view) {});
    Channel sender(
        loop, std::move(ends->second), [](Packet&) { return true; }, [](std::string_view) {});
    BOOST_TEST(sender.version() == kVersion);
    sender.set_version(1);
    receiver.set_version(1);
    sender.send(Grown{});
    loop.run();
    BOOST_TEST((right && seen.first == 7 && seen.second == 0));
}

BOOST_AUTO_TEST_CASE(both_ends_of_a_newer_pair_have_it) {
    const std::string old_bytes = encode(Grown{}, 1);
    const std::string new_bytes = encode(Grown{}, 2);
    BOOST_TEST(new_bytes.size() == old_bytes.size() + 2);
    const auto decoded = [](const std::string& bytes, std::uint16_t version) {
        Grown message{0, 0};
        Packet packet{Id::ping, std::string_view(bytes).substr(2), {}};
        packet.version = version;
        return decode(packet, message) ? message.second : -1;
    };
    BOOST_TEST(decoded(new_bytes, 2) == 9);
    BOOST_TEST(decoded(old_bytes, 1) == 0);
    BOOST_TEST(decoded(new_bytes, 1) == -1); // bytes are left over
    BOOST_TEST(decoded(old_bytes, 2) == -1); // bytes are missing
}

BOOST_AUTO_TEST_SUITE_END()
