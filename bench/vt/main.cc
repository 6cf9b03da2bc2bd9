// berth-bench-vt [megabytes] [workload]: how fast the terminal engine takes each of 18 workloads,
// in MB/s of one core, and their geometric mean; then what a line of history takes.
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <time.h>

#include "vt/terminal.h"
#include "workloads.h"

namespace {

using namespace berth;

constexpr vt::Size kSize{24, 80};
constexpr std::size_t kRead = 64U << 10; // as much as one read() of a pty gives
constexpr int kRounds = 3;

// Of this process: what others do on the machine does not count.
double processor_seconds() {
    timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

double megabytes_per_second(const std::string& bytes) {
    double best = 0;
    for (int round = 0; round < kRounds; ++round) {
        vt::Terminal terminal(kSize);
        vt::Sink sink;
        const double start = processor_seconds();
        for (std::size_t place = 0; place < bytes.size(); place += kRead)
            terminal.write(std::string_view(bytes).substr(place, kRead), sink);
        const double passed = processor_seconds() - start;
        best = std::max(best, static_cast<double>(bytes.size()) / 1e6 / passed);
    }
    return best;
}

double bytes_per_line(const std::string& bytes) {
    vt::Config config;
    config.history = {.lines = 1U << 20, .bytes = 1U << 30};
    vt::Terminal terminal(kSize, config);
    vt::Sink sink;
    terminal.write(bytes, sink);
    const double lines = static_cast<double>(terminal.history().lines());
    return lines == 0 ? 0 : static_cast<double>(terminal.history().bytes()) / lines;
}

} // namespace

int main(int argc, char** argv) {
    const std::size_t size = (argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 16) << 20;
    const std::string_view only = argc > 2 ? argv[2] : "";
    double logarithms = 0;
    int count = 0;
    for (const bench::Workload& workload : bench::kWorkloads) {
        if (!only.empty() && only != workload.name)
            continue;
        const std::string bytes = bench::generate(workload, size);
        const double speed = megabytes_per_second(bytes);
        std::printf("%-28s %8.1f MB/s %8.1f bytes a history line\n", workload.name.data(), speed,
                    bytes_per_line(bytes.substr(0, std::min(bytes.size(), std::size_t{4} << 20))));
        logarithms += std::log(speed);
        ++count;
    }
    std::printf("%-28s %8.1f MB/s\n", "geometric mean", std::exp(logarithms / std::max(1, count)));
    return count == 0;
}
