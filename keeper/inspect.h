// What runs in a terminal's foreground, read from /proc (proc(5)).
#pragma once

#include <string>
#include <sys/types.h>
#include <vector>

namespace berth::keeper {

struct Foreground {
    std::string program;   // the base name of its first word, without a login shell's "-"
    std::string directory; // empty: not known
    // All of its words, unless it is the leader or they are too long to be read whole.
    std::vector<std::string> words;
};

// Of the foreground process group of the pty with that master; of the process `leader` when there
// is none.
[[nodiscard]] Foreground foreground_of(int master, pid_t leader);

} // namespace berth::keeper
