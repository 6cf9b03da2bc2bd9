#include "client/terminal.h"

#include "base/event.h"

#include <array>
#include <fcntl.h>
#include <poll.h>
#include <string_view>
#include <sys/ioctl.h>
#include <unistd.h>

namespace berth::client {
namespace {

// What a mux that died cannot reset any more: synchronized output, alternate screen, mouse, paste,
// focus, keyboard, margins, origin, character sets, cursor, colours (ctlseqs: DECRST, SGR, SCS;
// kitty keyboard protocol).
constexpr std::string_view kReset = "\x18\033\\\033[?2026l\033[?1000;1002;1003;1005;1006;1015;"
                                    "1016l\033[?2004l\033[?1004l\033[?1049l"
                                    "\033[?1l\033>\033[<9u\033[>4m\033[?69l\033[r\033[?6l\033["
                                    "4l\033[?7h\033(B\017\033[0m\033[?25h\033[0 q\r\n";

// What a program had begun is given up (CAN); DECSC and DECRC around it.
constexpr std::string_view kLineBegin =
    "\x18\033\\\033[?2026l\0337\033[?6l\033[999;1H\033(B\017\033[0;7m";
constexpr std::string_view kLineEnd = "\033[0m\033[K\0338";

// Alternate screen; clear it and the scrollback (ctlseqs: DECSET 1049, CUP, ED 2 and 3).
constexpr std::string_view kHide = "\033[?1049h\033[H\033[2J\033[3J";
constexpr std::string_view kUncover = "\033[?1049l";

constexpr int kQuietMs = 100;                   // without an answer: that was the last
constexpr std::uint64_t kMostAnswers = 500'000; // microseconds, whatever comes

} // namespace

Result<Terminal> Terminal::open() {
    Terminal terminal;
    std::array<char, 128> name{};
    if (const int error = ttyname_r(0, name.data(), name.size()); error != 0)
        return fail(error, "terminal");
    terminal.name_ = name.data();
    if (tcgetattr(0, &terminal.settings_) < 0)
        return fail_errno("terminal");
    return terminal;
}

Result<Fd> Terminal::open_again() {
    Fd fd(::open(name_.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC));
    if (fd)
        return fd;
    if (errno != EACCES)
        return fail_errno("open " + name_);
    fd = Fd(fcntl(0, F_DUPFD_CLOEXEC, 3));
    if (!fd)
        return fail_errno("duplicate the terminal");
    if (flags_ < 0)
        flags_ = fcntl(0, F_GETFL);
    fcntl(0, F_SETFL, flags_ | O_NONBLOCK);
    return fd;
}

// A mux that gave up may have asked the terminal what it is; the answers are not for the shell.
void Terminal::discard_answers() const {
    termios raw = settings_;
    cfmakeraw(&raw);
    tcsetattr(0, TCSANOW, &raw);
    const std::uint64_t end = now_us() + kMostAnswers;
    pollfd wait{0, POLLIN, 0};
    std::array<char, 4096> answers{};
    while (now_us() < end && poll(&wait, 1, kQuietMs) > 0)
        if (read(0, answers.data(), answers.size()) <= 0)
            break;
}

// A terminal that does not take it is beyond help; the settings matter more.
void Terminal::put(std::string_view bytes) {
    if (const auto fd = open_again(); fd)
        (void)!write(fd->get(), bytes.data(), bytes.size());
}

void Terminal::show_line(std::string_view text) {
    winsize size{};
    if (ioctl(0, TIOCGWINSZ, &size) == 0 && size.ws_col > 1)
        text = text.substr(0, size.ws_col - 1U); // a line that wraps would scroll
    put(std::string(kLineBegin) + std::string(text) + std::string(kLineEnd));
}

void Terminal::lend() {
    put(kHide);
    restore(false);
}

void Terminal::take_back(bool was_lent) {
    if (was_lent)
        put(kUncover);
    if (flags_ >= 0)
        fcntl(0, F_SETFL, flags_ | O_NONBLOCK);
}

void Terminal::restore(bool reset) {
    if (reset)
        put(kReset);
    tcsetattr(0, TCSADRAIN, &settings_);
    if (flags_ >= 0)
        fcntl(0, F_SETFL, flags_);
}

} // namespace berth::client
