// Errors as values, used by every library and program. An Error says what failed (the operation, in
// the words of the caller) and why (an errno value, or EINVAL with a text of its own). Libraries
// return it and never log.
#pragma once

#include <cerrno>
#include <expected>
#include <string>
#include <utility>

namespace berth {

struct Error {
    int code = 0;          // an errno value
    std::string operation; // what was being done, for example "open /run/berth"

    // "open /run/berth: No such file or directory"
    [[nodiscard]] std::string text() const;
};

template <class T> using Result = std::expected<T, Error>;

[[nodiscard]] inline std::unexpected<Error> fail(int code, std::string operation) {
    return std::unexpected(Error{code, std::move(operation)});
}

[[nodiscard]] inline std::unexpected<Error> fail_errno(std::string operation) {
    return fail(errno, std::move(operation));
}

} // namespace berth
