// A guest of a share, as its Client carries it: what berthd said of it, and what it is shown. Owned
// by the Client; Guests (guests.h) decides by it.
#pragma once

#include "base/event.h"
#include "protocol/messages.h"

#include <cstdint>
#include <optional>
#include <string>

namespace berth::mux {

struct Guest {
    protocol::AdoptGuest adopt; // its role as it is now
    bool waiting = false;       // for the owner's yes
    bool paused = false;
    bool prefixed = false;              // the prefix was pressed
    bool help = false;                  // is shown
    bool hand = false;                  // is raised: the guest would like to type
    std::string proposal;               // a line that the owner may run
    std::optional<std::string> writing; // the proposal, while it is being written
    // A line that a command of one who is here already proposes: no visit of its own.
    std::optional<std::string> errand;
    // The window's cell in the upper left corner of the guest's terminal, when the window is
    // larger; negative: follows the cursor.
    int top = -1, left = -1;
    std::uint64_t joined = 0; // seconds of the epoch
    std::uint64_t typed = 0;  // bytes since the last GuestEvent
    std::uint32_t typed_pane = 0;
    Source patience;    // ends the waiting
    Source attribution; // tells what was typed

    // But for the floor (Guests::may_type()).
    [[nodiscard]] bool has_keyboard() const {
        return adopt.role == protocol::Role::write && !waiting && !paused;
    }
};

} // namespace berth::mux
