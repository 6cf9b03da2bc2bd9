#include "base/socket.h"
#include "protocol/channel.h"

#include <boost/test/unit_test.hpp>
#include <fcntl.h>
#include <sys/socket.h>

using namespace berth;
using namespace berth::protocol;

BOOST_AUTO_TEST_SUITE(protocol_channel)

namespace {

Packet packet_of(const std::string& bytes) {
    Packet packet;
    packet.id = static_cast<Id>(static_cast<unsigned char>(bytes.at(0)));
    packet.bytes = std::string_view(bytes).substr(2);
    return packet;
}

Command sample() {
    Command command;
    command.words = {"new-session", "-d", ""};
    command.term = "xterm";
    command.directory = "/";
    return command;
}

} // namespace

BOOST_AUTO_TEST_CASE(a_message_survives_the_wire) {
    const std::string bytes = encode(sample());
    Command read;
    BOOST_TEST(decode(packet_of(bytes), read));
    BOOST_TEST(read.words == sample().words);
    BOOST_TEST(read.term == "xterm");
}

BOOST_AUTO_TEST_CASE(every_truncation_and_every_extra_byte_is_malformed) {
    const std::string bytes = encode(sample());
    for (std::size_t size = 2; size < bytes.size(); ++size) {
        Command read;
        BOOST_TEST(!decode(packet_of(bytes.substr(0, size)), read));
    }
    Command read;
    BOOST_TEST(!decode(packet_of(bytes + "x"), read));
}

BOOST_AUTO_TEST_CASE(a_field_beyond_its_limit_is_not_sent_and_not_taken) {
    Command command = sample();
    command.term = std::string(kMaxTerm + 1, 'x');
    BOOST_TEST(encode(command).empty());
}

// The peer refuses at once and closes with our packets unread: the kernel reports a reset first, and
// takes nothing more.
BOOST_AUTO_TEST_CASE(what_a_peer_said_before_it_closed_is_read) {
    Loop loop;
    auto pair = socket_pair();
    BOOST_REQUIRE(pair.has_value());
    std::string text;
    Channel client(
        loop, std::move(pair->first),
        [&](Packet& packet) {
            Refused refused;
            const bool ok = decode(packet, refused);
            text = refused.text;
            return ok;
        },
        [&](std::string_view) { loop.exit(0); });
    client.send(Ping{1});
    const std::string bytes = encode(Refused{EACCES, "no"});
    BOOST_REQUIRE(send(pair->second.get(), bytes.data(), bytes.size(), 0) ==
                  static_cast<ssize_t>(bytes.size()));
    pair->second = Fd();
    client.send(Ping{2});
    BOOST_TEST(loop.run() == 0);
    BOOST_TEST(text == "no");
}

BOOST_AUTO_TEST_CASE(packets_and_descriptors_arrive_in_order) {
    Loop loop;
    auto pair = socket_pair();
    BOOST_REQUIRE(pair.has_value());
    std::vector<std::uint64_t> numbers;
    std::size_t descriptors = 0;
    std::string reason;
    Channel reader(
        loop, std::move(pair->first),
        [&](Packet& packet) {
            Ping ping;
            descriptors += packet.descriptors.size();
            packet.descriptors.clear();
            const bool ok = decode(packet, ping);
            numbers.push_back(ping.number);
            return ok;
        },
        [&](std::string_view why) {
            reason = why;
            loop.exit(0);
        });
    {
        Channel writer(
            loop, std::move(pair->second), [](Packet&) { return true; }, [](std::string_view) {});
        std::vector<Fd> sent;
        sent.emplace_back(open("/dev/null", O_RDONLY | O_CLOEXEC));
        writer.send(Ping{1}, std::move(sent));
        writer.send(Ping{2});
    }
    loop.run();
    BOOST_TEST(numbers == (std::vector<std::uint64_t>{1, 2}));
    BOOST_TEST(descriptors == 1U);
    BOOST_TEST(reason == "closed by the peer");
}

BOOST_AUTO_TEST_CASE(a_malformed_packet_ends_the_channel_alone) {
    Loop loop;
    auto pair = socket_pair();
    BOOST_REQUIRE(pair.has_value());
    std::string reason;
    Channel reader(
        loop, std::move(pair->first),
        [](Packet& packet) {
            Ping ping;
            return decode(packet, ping);
        },
        [&](std::string_view why) {
            reason = why;
            loop.exit(0);
        });
    BOOST_REQUIRE(send(pair->second.get(), "\x3c\x00short", 7, 0) == 7);
    loop.run();
    BOOST_TEST(reason == "malformed packet 60");
}

BOOST_AUTO_TEST_CASE(a_peer_that_does_not_read_is_dropped_at_the_limit) {
    Loop loop;
    auto pair = socket_pair();
    BOOST_REQUIRE(pair.has_value());
    std::string reason;
    Channel writer(
        loop, std::move(pair->first), [](Packet&) { return true; },
        [&](std::string_view why) {
            reason = why;
            loop.exit(0);
        });
    Output output;
    output.bytes = std::string(kMaxChunk, 'x');
    for (std::size_t sent = 0; sent < kMaxQueue + 16 * kMaxPacket; sent += kMaxChunk)
        writer.send(output);
    loop.run();
    BOOST_TEST(reason == "the peer does not read");
}

BOOST_AUTO_TEST_SUITE_END()
