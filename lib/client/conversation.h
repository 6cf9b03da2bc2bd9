// A client's whole conversation with its server: connect, ask for one command, serve what the mux
// asks for (output, files), come back when the mux was restarted, until Finish. Used by berth,
// berth-login and berth-subsystem.
#pragma once

#include "base/fd.h"
#include "base/result.h"
#include "client/place.h"
#include "protocol/messages.h"

#include <optional>
#include <string>

namespace berth::client {

struct Wish {
    protocol::Open open;
    protocol::Command command;
    bool use_terminal = false;           // hand the terminal over with the command
    std::optional<int> attach_within_ms; // berth-login: give up when it takes longer
    bool no_environment = false;
};

struct Outcome {
    int status = 0;
    std::string text;      // for standard output when status is 0, else for standard error
    bool fallback = false; // nothing of a session was had: berth-login goes on with the plain shell
    bool attached = false; // the terminal was in use at some time
    bool finished = false; // the mux said that it is over
    // After the text was printed: client::leave() (client/aside.h).
    std::optional<protocol::Leave> leave{};
};

// Errors: connect (ENOENT, ECONNREFUSED: no server), ETIMEDOUT.
[[nodiscard]] Result<Outcome> converse(const Place& place, const Wish& wish);

// The same; a private berthd is started where nobody listens, if the wish says so or a keeper with
// sessions waits for one.
[[nodiscard]] Result<Outcome> converse_or_start(const Place& place, Wish wish);

// Connects; waits at most so long for a place in the server's queue.
[[nodiscard]] Result<Fd> connect_within(const std::string& path, int timeout_ms);

} // namespace berth::client
