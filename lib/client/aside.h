// What a client does by itself, on the terminal that the mux has let go of: lock it, stop, or end
// in another way than by returning. In berth and berth-login.
#pragma once

#include "protocol/client_messages.h"

#include <string>

namespace berth::client {

// sh -c COMMAND, until it ends. The terminal's signals are the command's; none of them ends or
// stops this process, which would lead past a lock.
void run_on_terminal(const std::string& command);

// Stops this process as C-z does; returns when it goes on, at once where nobody could make it.
void stop();

// SIGHUP to the parent; or becomes the command, and returns only if that cannot be.
void leave(const protocol::Leave& how);

} // namespace berth::client
