#include "base/event.h"

#include <csignal>
#include <cstdlib>
#include <ctime>
#include <initializer_list>
#include <sys/epoll.h>
#include <sys/wait.h>
#include <systemd/sd-event.h>

namespace berth {

// The callbacks are held by shared ownership while they run, so that a callback may end its own
// registration.
struct Source::State {
    sd_event_source* source = nullptr;
    std::shared_ptr<std::move_only_function<void(std::uint32_t)>> call;

    ~State() {
        if (source != nullptr) {
            sd_event_source_set_enabled(source, SD_EVENT_OFF);
            sd_event_source_unref(source);
        }
    }
};

namespace {

void run_call(void* data, std::uint32_t value) noexcept {
    auto* state = static_cast<Source::State*>(data);
    const auto call = state->call; // keeps the function alive when it ends its own Source
    (*call)(value);
}

int on_io(sd_event_source*, int, std::uint32_t events, void* data) noexcept {
    run_call(data, events);
    return 0;
}

int on_time(sd_event_source*, std::uint64_t, void* data) noexcept {
    run_call(data, 0);
    return 0;
}

int on_defer(sd_event_source*, void* data) noexcept {
    run_call(data, 0);
    return 0;
}

int on_signal(sd_event_source*, const struct signalfd_siginfo*, void* data) noexcept {
    run_call(data, 0);
    return 0;
}

int on_child(sd_event_source*, const siginfo_t* info, void* data) noexcept {
    int status = 0;
    if (info->si_code == CLD_EXITED)
        status = W_EXITCODE(info->si_status, 0);
    else
        status = W_EXITCODE(0, info->si_status);
    run_call(data, static_cast<std::uint32_t>(status));
    return 0;
}

std::unique_ptr<Source::State> new_state(std::move_only_function<void(std::uint32_t)> call) {
    auto state = std::make_unique<Source::State>();
    state->call = std::make_shared<std::move_only_function<void(std::uint32_t)>>(std::move(call));
    return state;
}

// Out of memory or of descriptors inside epoll: nothing sensible can go on.
void require(int result) {
    if (result < 0)
        std::abort();
}

} // namespace

Source::Source() = default;
Source::Source(std::unique_ptr<State> state) : state_(std::move(state)) {}
Source::Source(Source&& other) noexcept = default;
Source& Source::operator=(Source&& other) noexcept = default;
Source::~Source() = default;

void Source::reset() {
    state_.reset();
}

void Source::set_events(std::uint32_t events) {
    if (!state_)
        return;
    if (events == 0) {
        require(sd_event_source_set_enabled(state_->source, SD_EVENT_OFF));
        return;
    }
    require(sd_event_source_set_io_events(state_->source, events));
    require(sd_event_source_set_enabled(state_->source, SD_EVENT_ON));
}

void Source::set_priority(std::int64_t priority) {
    if (state_)
        require(sd_event_source_set_priority(state_->source, priority));
}

Loop::Loop() {
    require(sd_event_new(&event_));
}
Loop::~Loop() {
    sd_event_unref(event_);
}

Source Loop::watch(int fd, std::uint32_t events,
                   std::move_only_function<void(std::uint32_t)> call) {
    auto state = new_state(std::move(call));
    require(sd_event_add_io(event_, &state->source, fd, events == 0 ? EPOLLIN : events, on_io,
                            state.get()));
    Source source(std::move(state));
    if (events == 0)
        source.set_events(0);
    return source;
}

Source Loop::after(std::uint64_t delay_us, std::move_only_function<void()> call) {
    auto state = new_state([call = std::move(call)](std::uint32_t) mutable { call(); });
    require(sd_event_add_time(event_, &state->source, CLOCK_MONOTONIC, now_us() + delay_us, 1000,
                              on_time, state.get()));
    return Source(std::move(state));
}

Source Loop::defer(std::move_only_function<void()> call) {
    auto state = new_state([call = std::move(call)](std::uint32_t) mutable { call(); });
    require(sd_event_add_defer(event_, &state->source, on_defer, state.get()));
    return Source(std::move(state));
}

Source Loop::signal(int number, std::move_only_function<void()> call) {
    auto state = new_state([call = std::move(call)](std::uint32_t) mutable { call(); });
    require(sd_event_add_signal(event_, &state->source, number, on_signal, state.get()));
    return Source(std::move(state));
}

Source Loop::child(pid_t pid, std::move_only_function<void(int)> call) {
    auto state = new_state(
        [call = std::move(call)](std::uint32_t status) mutable { call(static_cast<int>(status)); });
    require(sd_event_add_child(event_, &state->source, pid, WEXITED, on_child, state.get()));
    return Source(std::move(state));
}

int Loop::run() {
    return sd_event_loop(event_);
}
void Loop::exit(int code) {
    require(sd_event_exit(event_, code));
}
bool Loop::ended() const {
    const int state = sd_event_get_state(event_);
    return state == SD_EVENT_EXITING || state == SD_EVENT_FINISHED;
}

std::uint64_t now_us() {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000 +
           static_cast<std::uint64_t>(now.tv_nsec) / 1000;
}

void block_signals(std::initializer_list<int> numbers) {
    sigset_t set;
    sigemptyset(&set);
    for (const int number : numbers)
        sigaddset(&set, number);
    sigprocmask(SIG_BLOCK, &set, nullptr);
}

} // namespace berth
