#include "base/thread.h"

#include <csignal>
#include <memory>
#include <pthread.h>

namespace berth {
namespace {

using Call = std::move_only_function<void()>;
constexpr std::size_t kStack = 256 * 1024; // name service modules need more than the least

void* run(void* data) noexcept {
    const std::unique_ptr<Call> call(static_cast<Call*>(data));
    (*call)();
    return nullptr;
}

} // namespace

bool run_apart(std::move_only_function<void()> call) {
    auto held = std::make_unique<Call>(std::move(call));
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&attributes, kStack);
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before); // inherited by the thread
    pthread_t thread;
    const bool started = pthread_create(&thread, &attributes, run, held.get()) == 0;
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    pthread_attr_destroy(&attributes);
    if (started)
        static_cast<void>(held.release()); // the thread's
    return started;
}

} // namespace berth
