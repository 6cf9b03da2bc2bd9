// A peer that the mux lets go of for what it said is told of in the log, once.
#pragma once

#include "base/log.h"

#include <string>
#include <string_view>

namespace berth::mux {

// `reason` as protocol::Channel::OnClosed says it; whoever closed by itself is not told of.
inline void log_dropped(std::string_view whom, std::string_view reason) {
    if (reason != "closed by the peer" && reason != "closed")
        log::write(log::Level::warning, log::Event::peer_dropped,
                   "dropped " + std::string(whom) + ": " + std::string(reason));
}

} // namespace berth::mux
