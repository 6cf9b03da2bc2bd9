// A session: windows by index, which of them is current, the environment of its new panes. Owned by
// the Server.
#pragma once

#include "keys/key.h"
#include "options/environment.h"
#include "options/options.h"
#include "window.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace berth::mux {

using SessionId = std::uint32_t; // $N

struct Session {
    SessionId id = 0;
    std::string name;
    std::map<int, Window*> windows;      // winlinks by index
    int current = 0;                     // an index
    std::vector<int> last;               // indices that were current before, newest last
    std::map<WindowId, unsigned> alerts; // Alert bits of windows that have any
    options::Environment environment;
    options::Set options;
    std::string directory;
    std::uint64_t created = 0;       // seconds of the epoch
    std::uint64_t activity_us = 0;   // CLOCK_MONOTONIC, of the last key or attach
    std::uint64_t activity = 0;      // seconds of the epoch
    std::uint64_t last_attached = 0; // seconds of the epoch, 0: never
    std::string group;               // whose windows it has, or empty
    bool by_login = false; // made for an ssh login: its clients end with the shell's status

    // What every key is compared with, as the options said when their generations were `seen`.
    struct KeyOptions {
        unsigned long long seen = 0; // 0: never
        keys::Key prefix, prefix2;
        std::string table;
    };
    KeyOptions key_options;

    [[nodiscard]] Window* window() const {
        const auto found = windows.find(current);
        return found == windows.end() ? nullptr : found->second;
    }
};

} // namespace berth::mux
