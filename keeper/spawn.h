// Starting programs for berth-keeper: the pty, the environment, and what happens between fork and
// exec. Nothing here waits: whether exec succeeded is told by `report`, which closes (success) or
// carries an errno value.
#pragma once

#include "base/account.h"
#include "base/fd.h"
#include "base/result.h"
#include "protocol/messages.h"

#include <string>
#include <sys/resource.h>
#include <sys/types.h>
#include <vector>

namespace berth::keeper {

using protocol::Texts;

struct Child {
    pid_t pid = 0;
    Fd report; // the exec's outcome
    Fd master; // panes
    Fd output; // jobs: standard output and error
    std::string tty;
};

// `base` ("NAME=value") with the entries laid over it: "NAME=value" sets, "NAME" unsets.
[[nodiscard]] Texts environment_of(const Texts& base, const Texts& entries);

// `input`: a job's standard input, or none for /dev/null. `files` is the limit of descriptors that
// the program shall have.
[[nodiscard]] Result<Child> spawn(const protocol::Spawn& request, const Account& account,
                                  const Texts& environment, Fd input, const rlimit& files);

} // namespace berth::keeper
