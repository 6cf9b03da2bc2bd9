// What the mux gives up before it reads the first byte: new files, programs, sockets to anywhere
// (seccomp(2)).
#pragma once

#include "base/result.h"

namespace berth::mux {

// ENOSYS on a kernel without seccomp: the caller decides.
[[nodiscard]] Result<void> enter_sandbox();

} // namespace berth::mux
