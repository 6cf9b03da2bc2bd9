#include "tty.h"

#include <array>
#include <cerrno>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

namespace berth::mux {

Tty::Tty(Loop& loop, Fd fd, Calls calls) : fd_(std::move(fd)), calls_(std::move(calls)) {
    watch_ = loop.watch(fd_.get(), EPOLLIN, [this](std::uint32_t events) { on_events(events); });
}

vt::Size Tty::size() const {
    winsize size{};
    if (ioctl(fd_.get(), TIOCGWINSZ, &size) < 0 || size.ws_row == 0 || size.ws_col == 0)
        return {24, 80};
    return vt::clamped({size.ws_row, size.ws_col});
}

Tty::Pixels Tty::pixels() const {
    winsize size{};
    if (ioctl(fd_.get(), TIOCGWINSZ, &size) < 0)
        return {};
    return {size.ws_xpixel, size.ws_ypixel};
}

void Tty::set_raw() const {
    termios settings{};
    if (tcgetattr(fd_.get(), &settings) < 0)
        return; // no terminal: nothing to set
    cfmakeraw(&settings);
    settings.c_cc[VMIN] = 1;
    settings.c_cc[VTIME] = 0;
    tcsetattr(fd_.get(), TCSANOW, &settings);
}

void Tty::update_events() {
    std::uint32_t events = 0;
    if (reading_)
        events |= EPOLLIN;
    if (queued() > 0)
        events |= EPOLLOUT;
    watch_.set_events(dead_ ? 0 : events);
}

void Tty::read_input(bool on) {
    if (reading_ == on)
        return;
    reading_ = on;
    update_events();
}

void Tty::drop_queue() {
    queue_.clear();
    sent_ = 0;
    overflowed_ = false;
    update_events();
}

void Tty::write(std::string_view bytes) {
    if (dead_ || bytes.empty())
        return;
    if (queued() == 0) {
        queue_.clear();
        sent_ = 0;
        const ssize_t size = ::write(fd_.get(), bytes.data(), bytes.size());
        if (size > 0)
            bytes.remove_prefix(static_cast<std::size_t>(size));
        if (bytes.empty())
            return;
    }
    if (queued() + bytes.size() > kMaxTtyQueue) {
        overflowed_ = true;
        return;
    }
    queue_ += bytes;
    update_events();
}

void Tty::flush() {
    while (queued() > 0) {
        const ssize_t size = ::write(fd_.get(), queue_.data() + sent_, queued());
        if (size < 0 && errno == EINTR)
            continue;
        if (size <= 0)
            break;
        sent_ += static_cast<std::size_t>(size);
    }
    if (queued() == 0) {
        queue_.clear();
        sent_ = 0;
    }
    update_events();
}

void Tty::on_events(std::uint32_t events) {
    if ((events & EPOLLOUT) != 0) {
        flush();
        if (queued() == 0)
            calls_.drained();
    }
    if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) == 0)
        return;
    std::array<char, kTtyRead> buffer;
    std::string_view bytes;
    const ssize_t size = calls_.read(fd_.get(), buffer, bytes);
    if (size > 0) {
        calls_.input(bytes);
    } else if (size == 0 || (errno != EAGAIN && errno != EINTR)) {
        dead_ = true;
        update_events();
        calls_.closed();
    }
}

} // namespace berth::mux
