// The menu of sharing, for the owner: links, guests, and for each guest what can be done. It is
// made of a display-menu whose lines run the commands that an owner could type.
#pragma once

#include "commands.h"

namespace berth::mux {

// Without words the menu of the session; with a guest's number that guest's.
Flow share_menu(const Call& call);

} // namespace berth::mux
