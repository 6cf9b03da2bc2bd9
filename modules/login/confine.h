// What a guest's program gives up before it reads a byte of anybody: to start programs, to signal,
// trace or look into other processes. Guests of one token have one account, and the kernel would
// let them do so to each other. berth-login, as guest-shell.
#pragma once

namespace berth::login {

// False: the kernel does not take it; the guest is to be sent away.
[[nodiscard]] bool confine_guest();

} // namespace berth::login
