// berth-webhook's queue: order, back-off, bounds, packets that make no sense.
#include "queue.h"

#include <boost/test/unit_test.hpp>
#include <random>

using namespace berth::webhook;

namespace {

constexpr std::uint64_t kSecond = 1'000'000;
const std::string kAddress = "http://127.0.0.1:8080/hook";

std::string packet(const std::string& body, const std::string& address = kAddress) {
    return address + "\n" + body;
}

} // namespace

BOOST_AUTO_TEST_SUITE(webhook_queue)

BOOST_AUTO_TEST_CASE(events_of_an_address_go_one_after_the_other) {
    Queue queue;
    BOOST_TEST((queue.add(packet("1")) == Queue::Took::yes));
    BOOST_TEST((queue.add(packet("2")) == Queue::Took::yes));
    BOOST_TEST((queue.add(packet("other", "http://[::1]/")) == Queue::Took::yes));
    const auto first = queue.next(0);
    BOOST_REQUIRE(first);
    BOOST_TEST(first->body == "1");
    const auto other = queue.next(0);
    BOOST_REQUIRE(other);
    BOOST_TEST(other->body == "other");
    BOOST_TEST(!queue.next(0));
    BOOST_TEST(!queue.due());
    BOOST_TEST(!queue.done(kAddress, Outcome::delivered, 0));
    const auto second = queue.next(0);
    BOOST_REQUIRE(second);
    BOOST_TEST(second->body == "2");
    BOOST_TEST(!queue.done(kAddress, Outcome::delivered, 0));
    BOOST_TEST(!queue.done("http://[::1]/", Outcome::delivered, 0));
    BOOST_TEST(queue.empty());
}

BOOST_AUTO_TEST_CASE(what_fails_is_tried_again_later_and_later_and_given_up) {
    Queue queue;
    BOOST_TEST((queue.add(packet("1")) == Queue::Took::yes));
    BOOST_TEST((queue.add(packet("2")) == Queue::Took::yes));
    std::uint64_t now = 0;
    std::uint64_t wait = kSecond;
    for (unsigned i = 1; i < kMaxTries; ++i) {
        const auto job = queue.next(now);
        BOOST_REQUIRE(job);
        BOOST_TEST(job->body == "1");
        BOOST_TEST(!queue.done(kAddress, Outcome::failed, now));
        BOOST_TEST(queue.due().value() == now + wait);
        BOOST_TEST(!queue.next(now + wait - 1));
        now += wait;
        wait = std::min(wait * 2, kLongestWaitUs);
    }
    BOOST_REQUIRE(queue.next(now));
    BOOST_TEST(queue.done(kAddress, Outcome::failed, now));
    const auto job = queue.next(now); // the one after it is not made to wait
    BOOST_REQUIRE(job);
    BOOST_TEST(job->body == "2");
    BOOST_TEST(queue.done(kAddress, Outcome::refused, now));
    BOOST_TEST(queue.empty());
}

BOOST_AUTO_TEST_CASE(it_has_bounds) {
    Queue queue;
    for (std::size_t i = 0; i < kMaxEvents; ++i)
        BOOST_TEST((queue.add(packet("x")) == Queue::Took::yes));
    BOOST_TEST((queue.add(packet("x")) == Queue::Took::full));
    Queue many;
    for (std::size_t i = 0; i < kMaxAddresses; ++i)
        BOOST_TEST((many.add(packet("x", "http://h" + std::to_string(i))) == Queue::Took::yes));
    BOOST_TEST((many.add(packet("x", "http://other")) == Queue::Took::full));
    BOOST_TEST((many.add(packet("x", "http://h1")) == Queue::Took::yes));
    BOOST_TEST((many.add(packet(std::string(kMaxEvent, 'x'), "http://h1")) == Queue::Took::yes));
    BOOST_TEST(
        (many.add(packet(std::string(kMaxEvent + 1, 'x'), "http://h1")) == Queue::Took::malformed));
}

BOOST_AUTO_TEST_CASE(packets_that_make_no_sense_change_nothing) {
    Queue queue;
    for (const std::string& wrong :
         {std::string(), std::string("\n"), kAddress, kAddress + "\n", std::string("{}\n{}"),
          packet("x", "https://h/"), packet("x", "http://h/\r"), std::string(8192, '\0')})
        BOOST_TEST((queue.add(wrong) == Queue::Took::malformed));
    std::mt19937 random(1);
    for (int i = 0; i < 20000; ++i) {
        std::string bytes = i % 2 == 0 ? packet("{}") : std::string();
        for (auto n = random() % 40; n > 0; --n)
            bytes.insert(bytes.begin() + static_cast<std::ptrdiff_t>(random() % (bytes.size() + 1)),
                         static_cast<char>(random()));
        (void)queue.add(bytes);
        while (const auto job = queue.next(0))
            (void)queue.done(job->address, static_cast<Outcome>(random() % 3), 0);
    }
    BOOST_TEST(!queue.next(0));
}

BOOST_AUTO_TEST_SUITE_END()
