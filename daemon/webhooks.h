// What web hooks are told, handed on to berth-webhook: berthd itself has no network and waits for
// nobody. Events that it does not take are lost. Owned by Shares.
#pragma once

#include "base/event.h"
#include "base/fd.h"
#include "launcher.h"

#include <functional>
#include <string>

namespace berth::daemon {

class Webhooks {
  public:
    using Open = std::move_only_function<Result<Started>()>;
    Webhooks(Loop& loop, Open open) : loop_(loop), open_(std::move(open)) {}

    // An empty address: nobody wants to know.
    void tell(const std::string& address, const std::string& event);

  private:
    [[nodiscard]] Result<void> open();
    [[nodiscard]] bool send(const std::string& packet); // false: nobody is there

    Loop& loop_;
    Open open_;
    Fd channel_;
    Source child_;
    std::uint64_t opened_us_ = 0;
    bool failed_ = false; // and that was said
};

} // namespace berth::daemon
