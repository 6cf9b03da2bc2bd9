// Runs a program and takes what it prints, for berth doctor: bounded in time and size.
#pragma once

#include <string>
#include <vector>

namespace berth {

struct Ran {
    int status = -1;  // exit status; -1: it did not start, did not end in time, or was killed
    std::string text; // standard output and error
};

[[nodiscard]] Ran run_program(const std::vector<std::string>& words);

} // namespace berth
