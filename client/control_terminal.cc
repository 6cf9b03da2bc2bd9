#include "control_terminal.h"

#include "client/files.h"

#include <unistd.h>
#include <utility>

namespace berth {
namespace {

constexpr const char* kBegin = "\033P1000p";
constexpr const char* kEnd = "\033\\"; // ST

} // namespace

Result<ControlTerminal> ControlTerminal::begin() {
    termios settings{};
    if (tcgetattr(STDIN_FILENO, &settings) != 0)
        return fail_errno("tcgetattr failed");
    termios raw = settings;
    cfmakeraw(&raw);
    raw.c_iflag |= ICRNL | IXANY;
    raw.c_oflag |= OPOST | ONLCR;
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    if (tcsetattr(STDIN_FILENO, TCSANOW, &raw) != 0)
        return fail_errno("tcsetattr failed");
    client::print(STDOUT_FILENO, kBegin);
    return ControlTerminal(settings);
}

ControlTerminal::ControlTerminal(ControlTerminal&& other) noexcept
    : settings_(other.settings_), mine_(std::exchange(other.mine_, false)) {}

ControlTerminal::~ControlTerminal() {
    if (!mine_)
        return;
    client::print(STDOUT_FILENO, kEnd);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings_);
}

} // namespace berth
