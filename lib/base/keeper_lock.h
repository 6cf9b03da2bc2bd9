// The file that tells whether an account's keeper lives, where no service manager does: it is
// locked (flock(2)) for as long. berthd makes it, the keeper inherits the lock, clients only look.
#pragma once

#include <string>
#include <sys/types.h>

namespace berth {

[[nodiscard]] inline std::string keeper_lock_path(const std::string& socket, uid_t uid) {
    return socket + "." + std::to_string(uid) + ".keeper";
}

} // namespace berth
