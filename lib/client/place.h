// Where berthd's socket is: the machine's (/run/berth/berthd.sock) or the calling user's own
// (private mode), chosen as tmux chooses: -S, -L, $BERTH inside a session, else the machine's when
// somebody answers there, else the private one.
#pragma once

#include "base/result.h"

#include <optional>
#include <string>

namespace berth::client {

inline constexpr const char* kSystemSocket = "/run/berth/berthd.sock";

struct Place {
    std::string socket;
    bool is_private = false;
};

struct PlaceWish {
    std::optional<std::string> path; // -S
    std::optional<std::string> name; // -L
};

// Makes the private folder (0700, owned by the caller, never a symbolic link). EACCES: it belongs
// to somebody else.
[[nodiscard]] Result<Place> find_place(const PlaceWish& wish);

// Starts `berthd --private` for the place, listening before this returns; somebody else's start in
// the same moment is as good.
[[nodiscard]] Result<void> start_private(const Place& place);

// Whether sessions are there although nobody listens: a private berthd was killed, its keeper waits
// for the next one.
[[nodiscard]] bool keeper_lives(const Place& place);

// The folder of berth's other programs: beside this program, else /usr/lib/berth (and /usr/sbin for
// berthd).
[[nodiscard]] std::string program_path(const std::string& program);

} // namespace berth::client
