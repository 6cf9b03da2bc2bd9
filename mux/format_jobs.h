// #(command) in formats: the last line that the command printed, kept and made anew by jobs. A
// format never waits for one: it gets what is there. Owned by the Server.
#pragma once

#include "job.h"

#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace berth::mux {

class Client;

inline constexpr std::size_t kMaxFormatJobs = 300;            // commands that are kept
inline constexpr std::size_t kMaxFormatLine = 16 * 1024;      // bytes of a line
inline constexpr std::uint64_t kFormatJobEveryUs = 1'000'000; // at most so often
inline constexpr std::uint64_t kFormatJobReadyUs = 1'000'000; // then "not ready" is said

class FormatJobs {
  public:
    explicit FormatJobs(Server& server) : server_(server) {}

    // For a client's terminal, or for nobody. every_us: how old the last run may be.
    [[nodiscard]] std::string value(const Client* client, const Session* session,
                                    std::string_view command, std::uint64_t every_us);
    void forget(const Client& client); // it has gone

  private:
    using Key = std::pair<std::uint64_t, std::string>; // client, command
    struct Entry {
        JobId job = 0; // 0: none runs
        std::uint64_t started_us = 0;
        std::uint64_t used_us = 0;
        std::string line;     // the last that is whole
        bool shown = false;   // there is one
        std::string rest;     // of the line that is on its way
        bool printed = false; // by the run of now
    };
    void start(const Key& key, Entry& entry, const Session* session);
    void printed(const Key& key, std::string_view bytes);
    void ended(const Key& key, const JobEnd& end);
    void make_room();
    void show(const Key& key);

    Server& server_;
    std::map<Key, Entry> entries_;
};

} // namespace berth::mux
