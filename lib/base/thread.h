// A detached thread for one call that may hang: name services, close(2). It has a small stack and
// every signal blocked. The callable must own all that it uses.
#pragma once

#include <functional>

namespace berth {

// false: no thread could be made; the callable is gone.
[[nodiscard]] bool run_apart(std::move_only_function<void()> call);

} // namespace berth
