// berth, the command line: tmux's flags and commands, berth's own verbs. Runs as the calling user,
// holds nothing.
#include "base/log.h"
#include "verbs.h"

int main(int argc, char** argv) {
    berth::log::open("berth");
    return berth::run_command_line({argv, argv + argc});
}
