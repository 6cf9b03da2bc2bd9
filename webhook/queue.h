// What is to be told to whom, and when: a queue of events for each address, in their order, one on
// its way at a time; what cannot be delivered is tried again, later and later, and given up at
// last. A value without sockets and clocks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace berth::webhook {

inline constexpr std::size_t kMaxAddresses = 16; // that events wait for
inline constexpr std::size_t kMaxEvents = 256;   // that wait, of all addresses
inline constexpr std::size_t kMaxEvent = 4096;   // bytes
inline constexpr unsigned kMaxTries = 10;        // of one event: some 8 minutes
inline constexpr std::uint64_t kFirstWaitUs = 1'000'000;
inline constexpr std::uint64_t kLongestWaitUs = 120'000'000;

// How the other end took it.
enum class Outcome : std::uint8_t { delivered, refused, failed };

class Queue {
  public:
    enum class Took : std::uint8_t { yes, full, malformed };
    // "ADDRESS\nJSON", as berthd sends it.
    [[nodiscard]] Took add(std::string_view packet);

    struct Job {
        std::string address;
        std::string body;
    };
    // What is to be sent now; it is on its way until done().
    [[nodiscard]] std::optional<Job> next(std::uint64_t now_us);
    // True: the event has gone without being delivered.
    bool done(const std::string& address, Outcome outcome, std::uint64_t now_us);

    // When next() has something again that nobody is on the way with; nullopt: never.
    [[nodiscard]] std::optional<std::uint64_t> due() const;
    [[nodiscard]] bool empty() const { return lines_.empty(); }

  private:
    struct Line {
        std::deque<std::string> events;
        unsigned tries = 0; // of the first one
        std::uint64_t due_us = 0;
        bool on_its_way = false;
    };
    std::map<std::string, Line, std::less<>> lines_; // by address; none is empty
    std::size_t events_ = 0;
};

} // namespace berth::webhook
