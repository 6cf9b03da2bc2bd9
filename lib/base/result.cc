#include "base/result.h"

#include <cstring>

namespace berth {

std::string Error::text() const {
    char buffer[128];
    return operation + ": " + strerror_r(code, buffer, sizeof buffer);
}

} // namespace berth
