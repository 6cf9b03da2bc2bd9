#include "sender.h"

#include "base/log.h"
#include "policy/url.h"
#include "queue.h"

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <cerrno>
#include <chrono>
#include <sys/socket.h>

namespace berth::webhook {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using boost::system::error_code;

constexpr auto kBound = std::chrono::seconds(10); // of one step of a delivery
constexpr auto kIdle = std::chrono::seconds(60);
constexpr std::uint32_t kMaxHeader = 16 * 1024; // bytes of an answer
constexpr std::size_t kMaxPacket = 8192;

std::uint64_t now_us() {
    using namespace std::chrono;
    return static_cast<std::uint64_t>(
        duration_cast<microseconds>(steady_clock::now().time_since_epoch()).count());
}

std::string host_field(const policy::Url& url) {
    const bool six = url.host.find(':') != std::string::npos;
    return (six ? "[" + url.host + "]" : url.host) +
           (url.port == 80 ? "" : ":" + std::to_string(url.port));
}

// A wrong request is not made better by being sent again, but for those that ask for it (RFC 9110).
Outcome outcome_of(unsigned status) {
    if (status >= 200 && status < 300)
        return Outcome::delivered;
    const bool later = status == 408 || status == 425 || status == 429 || status >= 500;
    return later ? Outcome::failed : Outcome::refused;
}

asio::awaitable<Outcome> post(policy::Url url, std::string body, std::string& problem) {
    const auto executor = co_await asio::this_coro::executor;
    error_code error;
    auto token = asio::redirect_error(asio::use_awaitable, error);
    tcp::resolver resolver(executor);
    beast::tcp_stream stream(executor);
    const std::string port = std::to_string(url.port);
    const auto places = co_await resolver.async_resolve(url.host, port, token);
    if (!error) {
        stream.expires_after(kBound);
        co_await stream.async_connect(places, token);
    }
    http::request<http::string_body> request(http::verb::post, url.target, 11);
    request.set(http::field::host, host_field(url));
    request.set(http::field::user_agent, "berth-webhook/" BERTH_VERSION);
    request.set(http::field::content_type, "application/json");
    request.set(http::field::connection, "close");
    request.body() = std::move(body);
    request.prepare_payload();
    if (!error) {
        stream.expires_after(kBound);
        co_await http::async_write(stream, request, token);
    }
    beast::flat_buffer buffer(kMaxHeader);
    http::response_parser<http::empty_body> parser;
    parser.header_limit(kMaxHeader);
    if (!error) {
        stream.expires_after(kBound);
        co_await http::async_read_header(stream, buffer, parser, token);
    }
    if (error) {
        problem = error.message();
        co_return Outcome::failed;
    }
    problem = "status " + std::to_string(parser.get().result_int());
    co_return outcome_of(parser.get().result_int());
}

} // namespace

class Sender::Work {
  public:
    Work(int input, bool ends)
        : ends_(ends), input_(context_, input), timer_(context_), idle_(context_) {}

    void run() {
        wait_for_input();
        rest();
        context_.run();
    }

  private:
    void wait_for_input() {
        input_.async_wait(asio::posix::stream_descriptor::wait_read, [this](error_code error) {
            if (error || !read())
                input_.release(); // berthd has gone; what waits is sent
            else
                wait_for_input();
            go_on();
        });
    }

    // False: the end.
    bool read() {
        std::array<char, kMaxPacket> packet{};
        const ssize_t size =
            recv(input_.native_handle(), packet.data(), packet.size(), MSG_DONTWAIT);
        if (size < 0)
            return errno == EAGAIN || errno == EINTR;
        if (size == 0)
            return !ends_;
        const auto took = queue_.add({packet.data(), static_cast<std::size_t>(size)});
        if (took == Queue::Took::malformed)
            log::error("a packet that makes no sense");
        else if (took == Queue::Took::full && !full_)
            log::warning("too many events wait; those that come are lost");
        full_ = took == Queue::Took::full;
        return true;
    }

    void go_on() {
        timer_.cancel();
        while (auto job = queue_.next(now_us()))
            asio::co_spawn(context_, deliver(std::move(*job)), asio::detached);
        if (const auto due = queue_.due()) {
            const std::uint64_t now = now_us();
            timer_.expires_after(std::chrono::microseconds(*due > now ? *due - now : 0));
            timer_.async_wait([this](error_code error) {
                if (!error)
                    go_on();
            });
        }
        rest();
    }

    asio::awaitable<void> deliver(Queue::Job job) {
        std::string problem;
        const auto url = policy::parse_url(job.address);
        Outcome outcome = Outcome::refused;
        if (url)
            outcome = co_await post(*url, std::move(job.body), problem);
        if (queue_.done(job.address, outcome, now_us()))
            log::warning("an event was not delivered to " + job.address + ": " + problem);
        go_on();
    }

    // The service manager starts it again with the next event.
    void rest() {
        idle_.cancel();
        if (ends_ || !queue_.empty())
            return;
        idle_.expires_after(kIdle);
        idle_.async_wait([this](error_code error) {
            if (!error && queue_.empty())
                context_.stop();
        });
    }

    bool ends_;
    bool full_ = false; // and that was said
    Queue queue_;
    asio::io_context context_{1};
    asio::posix::stream_descriptor input_;
    asio::steady_timer timer_, idle_;
};

Sender::Sender(int input, bool ends) : work_(std::make_unique<Work>(input, ends)) {}
Sender::~Sender() = default;

void Sender::run() {
    work_->run();
}

} // namespace berth::webhook
