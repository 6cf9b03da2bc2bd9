#include "broker.h"

#include "base/log.h"
#include "base/socket.h"

#include <algorithm>
#include <array>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <unistd.h>

namespace berth::keeper {
namespace {

constexpr std::uint64_t kRetryDelay = 20'000;      // microseconds
constexpr std::uint64_t kQuickRetries = 2'000'000; // for so long
constexpr std::uint64_t kMostDelay = 5'000'000;    // between tries after being turned away

std::string directory_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    if (slash == std::string::npos)
        return ".";
    return slash == 0 ? "/" : path.substr(0, slash);
}

} // namespace

Broker::Broker(Loop& loop, std::string path, protocol::Open introduction,
               protocol::Channel::OnPacket on_packet, std::move_only_function<void()> on_new)
    : loop_(loop), path_(std::move(path)), introduction_(std::move(introduction)),
      on_packet_(std::move(on_packet)), on_new_(std::move(on_new)) {}

void Broker::inherit(Fd socket) {
    use(std::move(socket));
}

void Broker::connect() {
    lost();
}

void Broker::use(Fd socket) {
    retry_.reset();
    directory_.reset();
    inotify_.reset();
    channel_ = std::make_unique<protocol::Channel>(
        loop_, std::move(socket), [this](protocol::Packet& packet) { return on_packet_(packet); },
        [this](std::string_view reason) {
            if (reason != "closed by the peer")
                log::write(log::Level::warning, log::Event::peer_dropped,
                           "dropped berthd: " + std::string(reason));
            lost();
        });
    speaks_ = {};
    channel_->send(introduction_);
}

bool Broker::on_hello(const protocol::Packet& packet) {
    protocol::Hello hello;
    if (!decode(packet, hello))
        return false;
    speaks_ = {hello.oldest, hello.version};
    const auto version = protocol::agree({}, speaks_);
    if (version)
        channel_->set_version(*version);
    return version.has_value();
}

void Broker::lost() {
    channel_.reset();
    quick_until_ = now_us() + kQuickRetries;
    wait_for_directory();
    if (delay_ == 0)
        try_again();
    else
        retry_ = loop_.after(delay_, [this] { try_again(); });
}

void Broker::try_again() {
    auto socket = connect_to(path_);
    if (socket) {
        use(std::move(*socket));
        delay_ = std::clamp(delay_ * 2, kRetryDelay, kMostDelay); // until it has taken us
        on_new_();
        return;
    }
    retry_.reset();
    if (now_us() < quick_until_)
        retry_ = loop_.after(kRetryDelay, [this] { try_again(); });
}

void Broker::wait_for_directory() {
    inotify_ = Fd(inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
    if (!inotify_ || inotify_add_watch(inotify_.get(), directory_of(path_).c_str(),
                                       IN_CREATE | IN_ATTRIB | IN_MOVED_TO | IN_ONLYDIR) < 0) {
        log::warning(fail_errno("watch " + directory_of(path_)).error().text());
        inotify_.reset();
        return;
    }
    directory_ =
        loop_.watch(inotify_.get(), EPOLLIN, [this](std::uint32_t) { directory_changed(); });
}

void Broker::directory_changed() {
    std::array<char, 4096> events{};
    while (read(inotify_.get(), events.data(), events.size()) > 0) {
    }
    quick_until_ = now_us() + kQuickRetries;
    if (!retry_)
        try_again();
}

} // namespace berth::keeper
