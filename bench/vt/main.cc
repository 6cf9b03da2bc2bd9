// berth-bench-vt [megabytes] [workload]: how fast the terminal engine takes each of 18 workloads,
// in MB/s of one core, beside libvterm in the same interleaved run, and what a line of its history
// takes. Medians; the last line is the geometric mean.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <time.h>
#include <vector>
#include <vterm.h>

#include "vt/terminal.h"
#include "workloads.h"

namespace {

using namespace berth;

constexpr vt::Size kSize{24, 80};
constexpr std::size_t kRead = 64U << 10; // as much as one read() of a pty gives
constexpr int kRounds = 5;
constexpr std::size_t kPeerShare = 8; // the peer takes so much less, being so much slower

// Of this process: what others do on the machine does not count, but for the caches.
double processor_seconds() {
    timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

// Feeds the bytes in pieces and gives MB/s.
template <class Feed> double speed(std::string_view bytes, Feed&& feed) {
    const double start = processor_seconds();
    for (std::size_t place = 0; place < bytes.size(); place += kRead)
        feed(bytes.substr(place, kRead));
    return static_cast<double>(bytes.size()) / 1e6 / (processor_seconds() - start);
}

double engine_speed(std::string_view bytes) {
    vt::Terminal terminal(kSize);
    vt::Sink sink;
    return speed(bytes, [&](std::string_view part) { terminal.write(part, sink); });
}

double libvterm_speed(std::string_view bytes) {
    VTerm* terminal = vterm_new(kSize.rows, kSize.columns);
    vterm_set_utf8(terminal, 1);
    VTermScreen* screen = vterm_obtain_screen(terminal);
    vterm_screen_enable_altscreen(screen, 1);
    vterm_screen_reset(screen, 1);
    const double result = speed(bytes, [&](std::string_view part) {
        vterm_input_write(terminal, part.data(), part.size());
    });
    vterm_free(terminal);
    return result;
}

double median(std::vector<double> values) {
    std::nth_element(values.begin(), values.begin() + kRounds / 2, values.end());
    return values[kRounds / 2];
}

double bytes_per_line(std::string_view bytes) {
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
    double engine_logarithms = 0;
    double peer_logarithms = 0;
    int count = 0;
    std::printf("%-24s %10s %10s %16s\n", "workload", "berth", "libvterm", "bytes a line");
    for (const bench::Workload& workload : bench::kWorkloads) {
        if (!only.empty() && only != workload.name)
            continue;
        const std::string bytes = bench::generate(workload, size);
        const std::string_view all(bytes);
        std::vector<double> engine;
        std::vector<double> peer;
        for (int round = 0; round < kRounds; ++round) {
            engine.push_back(engine_speed(all));
            peer.push_back(libvterm_speed(all.substr(0, all.size() / kPeerShare)));
        }
        std::printf("%-24s %10.1f %10.1f %16.1f\n", workload.name.data(), median(engine),
                    median(peer), bytes_per_line(all.substr(0, std::size_t{4} << 20)));
        std::fflush(stdout);
        engine_logarithms += std::log(median(engine));
        peer_logarithms += std::log(median(peer));
        ++count;
    }
    if (count > 0)
        std::printf("%-24s %10.1f %10.1f\n", "geometric mean", std::exp(engine_logarithms / count),
                    std::exp(peer_logarithms / count));
    return count == 0;
}
