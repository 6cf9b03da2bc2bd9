#include "webhooks.h"

#include "base/log.h"

#include <cerrno>
#include <sys/socket.h>

namespace berth::daemon {
namespace {

constexpr std::uint64_t kPauseUs = 1'000'000; // between two starts

} // namespace

Result<void> Webhooks::open() {
    const std::uint64_t now = now_us();
    if (opened_us_ != 0 && now - opened_us_ < kPauseUs)
        return fail(EAGAIN, "berth-webhook has only just ended");
    opened_us_ = now;
    auto started = open_();
    if (!started)
        return std::unexpected(started.error());
    channel_ = std::move(started->channel);
    if (started->pid > 0)
        child_ = loop_.child(started->pid, [this](int) {
            channel_ = Fd();
            child_.reset();
        });
    return {};
}

bool Webhooks::send(const std::string& packet) {
    if (!channel_)
        return false;
    if (::send(channel_.get(), packet.data(), packet.size(), MSG_DONTWAIT | MSG_NOSIGNAL) >= 0) {
        failed_ = false;
        return true;
    }
    if (errno != EAGAIN && errno != ENOBUFS)
        return false;
    if (!failed_)
        log::warning("berth-webhook does not keep up; events for web hooks are lost");
    failed_ = true;
    return true;
}

void Webhooks::tell(const std::string& address, const std::string& event) {
    if (address.empty())
        return;
    const std::string packet = address + "\n" + event;
    if (send(packet))
        return;
    channel_ = Fd();
    const auto opened = open();
    if (opened && send(packet))
        return;
    if (!failed_)
        log::error((opened ? std::string("berth-webhook is not there") : opened.error().text()) +
                   "; events for web hooks are lost");
    failed_ = true;
}

} // namespace berth::daemon
