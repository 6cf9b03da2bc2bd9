// A process dies at each failpoint of lib/journal in turn, while it reads what a program printed,
// is asked by it, answers, and sends it what a user typed. The next one goes on. In the end the
// journal has every byte once, and the program got every byte once.
#include "base/failpoints.h"
#include "journal/journal.h"

#include <array>
#include <boost/test/unit_test.hpp>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <optional>
#include <poll.h>
#include <string>
#include <sys/mman.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

namespace {

using namespace berth;
using namespace berth::journal;

constexpr std::uint64_t kOwner = 7;
constexpr int kLines = 3000;      // that the program prints
constexpr int kMostIdle = 20'000; // milliseconds without a byte: one was lost
constexpr int kMostDeaths = 4000; // of one test

// What the first process leaves to the others, as the keeper would.
struct Held {
    Journal journal;
    Transit transit;
    [[nodiscard]] Journal::Kept rings() const {
        Journal::Kept kept;
        kept.ring = std::move(*journal.duplicate(0));
        kept.checkpoints[0] = std::move(*journal.duplicate(1));
        kept.checkpoints[1] = std::move(*journal.duplicate(2));
        return kept;
    }
    [[nodiscard]] std::array<Fd, Transit::kParts> pipes() const {
        std::array<Fd, Transit::kParts> parts;
        for (int part = 0; part < Transit::kParts; ++part)
            parts[static_cast<std::size_t>(part)] = std::move(*transit.duplicate(part));
        return parts;
    }
};

struct Pty {
    Fd master;
    Fd slave;
};

Pty open_pty() {
    Pty pty{Fd(posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK)), {}};
    BOOST_REQUIRE(pty.master && grantpt(pty.master.get()) == 0 && unlockpt(pty.master.get()) == 0);
    std::array<char, 64> name{};
    BOOST_REQUIRE_EQUAL(ptsname_r(pty.master.get(), name.data(), name.size()), 0);
    pty.slave = Fd(open(name.data(), O_RDWR | O_NOCTTY));
    termios settings{};
    BOOST_REQUIRE_EQUAL(tcgetattr(pty.slave.get(), &settings), 0);
    cfmakeraw(&settings);
    BOOST_REQUIRE_EQUAL(tcsetattr(pty.slave.get(), TCSANOW, &settings), 0);
    return pty;
}

std::string line(int number) {
    // Every tenth line asks; what it is answered with names the line.
    return (number % 10 == 0 ? "?" : "=") + std::to_string(number) +
           std::string(static_cast<std::size_t>(number % 50), char('a' + number % 26)) + "\n";
}

// The program: prints the lines, and everything that it is sent goes to the pipe.
[[noreturn]] void run_program(int slave, int report) {
    int printed = 0;
    std::string out;
    std::array<char, 4096> in{};
    for (;;) {
        while (out.empty() && printed < kLines)
            out += line(printed++);
        pollfd wait{slave, static_cast<short>(POLLIN | (out.empty() ? 0 : POLLOUT)), 0};
        if (poll(&wait, 1, -1) < 0)
            _exit(1);
        if ((wait.revents & POLLIN) != 0) {
            const ssize_t size = read(slave, in.data(), in.size());
            if (size <= 0 || write(report, in.data(), static_cast<std::size_t>(size)) != size)
                _exit(0);
            if (in[static_cast<std::size_t>(size) - 1] == '!')
                _exit(0); // the last word of the user
        }
        if ((wait.revents & POLLOUT) != 0 && !out.empty()) {
            const ssize_t size = write(slave, out.data(), out.size());
            if (size > 0)
                out.erase(0, static_cast<std::size_t>(size));
        }
    }
}

// The terminal of this test: its state is what it was fed, and it answers each line that asks.
struct Parser {
    std::string text;
    std::uint64_t skip = 0;
    void feed(std::string_view bytes, Journal& journal) {
        for (const char byte : bytes) {
            text += byte;
            if (byte != '\n')
                continue;
            const std::size_t begin = text.rfind('\n', text.size() - 2) + 1;
            if (text[begin] != '?')
                continue;
            if (skip > 0)
                --skip;
            else if (!journal.queue("A" + std::to_string(std::atoi(text.c_str() + begin + 1)) + ";",
                                    Journal::Source::answer))
                std::abort();
        }
    }
};

std::string expected_text() {
    std::string text;
    for (int number = 0; number < kLines; ++number)
        text += line(number);
    return text;
}

// One life of the mux: to the end of all (0), or death. `typed` counts the words that the user has
// typed, in shared memory: a word is typed once it is queued.
[[noreturn]] void run_mux(Held& held, int master, FailpointState* states, std::uint64_t& typed) {
    use_failpoints(states);
    auto transit = Transit::open(held.pipes());
    Journal::Recovered recovered;
    if (!transit)
        _exit(2);
    auto journal = Journal::open(held.rings(), &*transit, kOwner, recovered);
    if (!journal)
        _exit(3);
    transit->clear();
    Parser parser;
    parser.text = recovered.checkpoint;
    parser.skip = recovered.answers;
    parser.feed(recovered.bytes, *journal);
    parser.skip = 0;
    const std::string all = expected_text();
    std::size_t seen = parser.text.size();
    int idle = 0;
    while (parser.text.size() < all.size() || journal->queued() > 0) {
        std::string_view bytes;
        if (journal->full() || parser.text.size() > seen + 5000) {
            if (!journal->checkpoint(parser.text))
                _exit(4);
            seen = parser.text.size();
        }
        if (journal->read(&*transit, kOwner, master, bytes) > 0) {
            fail_here(Failpoint::output_parsed);
            parser.feed(bytes, *journal);
            idle = 0;
        }
        if (++idle > kMostIdle)
            _exit(6);
        if (journal->queued() > 0)
            (void)journal->send(&*transit, kOwner, master);
        pollfd wait{master, POLLIN, 0};
        poll(&wait, 1, 1);
    }
    if (parser.text != all)
        _exit(5);
    if (typed == 0) { // at the very end, so that the program hears of it last
        typed = 1;
        (void)journal->queue("!", Journal::Source::user);
    }
    while (journal->queued() > 0)
        (void)journal->send(&*transit, kOwner, master);
    _exit(0);
}

struct Outcome {
    std::string heard; // by the program
    std::string text;
    int deaths = 0;
    int status = 0;
};

Outcome run_to_the_end(std::optional<Failpoint> point, std::uint32_t every) {
    auto journal = Journal::create();
    auto transit = Transit::create();
    BOOST_REQUIRE(journal && transit);
    Held held{std::move(*journal), std::move(*transit)};
    Pty pty = open_pty();
    std::array<int, 2> pipe{};
    BOOST_REQUIRE_EQUAL(pipe2(pipe.data(), O_CLOEXEC), 0);
    Fd heard(pipe[0]);
    Fd report(pipe[1]);
    const pid_t program = fork();
    if (program == 0)
        run_program(pty.slave.get(), report.get());
    report.reset();
    pty.slave.reset();
    void* memory = mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    BOOST_REQUIRE(memory != MAP_FAILED);
    static_assert(kFailpointBytes < 4000);
    auto* states = static_cast<FailpointState*>(memory);
    auto& typed = *reinterpret_cast<std::uint64_t*>(static_cast<char*>(memory) + 4000);
    Outcome result;
    for (; result.deaths < kMostDeaths; ++result.deaths) {
        if (point)
            states[std::to_underlying(*point)].countdown = every;
        const pid_t mux = fork();
        if (mux == 0)
            run_mux(held, pty.master.get(), states, typed);
        BOOST_REQUIRE_EQUAL(waitpid(mux, &result.status, 0), mux);
        if (!WIFSIGNALED(result.status))
            break;
    }
    if (result.status != 0)
        pty.master.reset(); // the program ends
    std::array<char, 4096> buffer{};
    for (ssize_t size = 0; (size = read(heard.get(), buffer.data(), buffer.size())) > 0;)
        result.heard.append(buffer.data(), static_cast<std::size_t>(size));
    waitpid(program, nullptr, 0);
    Journal::Recovered recovered;
    auto last = Journal::open(held.rings(), nullptr, kOwner, recovered);
    BOOST_REQUIRE(last);
    result.text = recovered.checkpoint + recovered.bytes;
    munmap(memory, 4096);
    return result;
}

std::string expected_heard() {
    std::string text;
    for (int number = 0; number < kLines; number += 10)
        text += "A" + std::to_string(number) + ";";
    return text + "!";
}

} // namespace

BOOST_AUTO_TEST_SUITE(journal_kill)

#ifdef BERTH_FAILPOINTS
BOOST_AUTO_TEST_CASE(dies_at_each_point) {
    for (const FailpointRow& row : kFailpoints) {
        if (row.point > Failpoint::input_settled || row.point == Failpoint::input_queued)
            continue;                                 // of the mux; tests/e2e has them
        for (const std::uint32_t every : {3U, 11U}) { // in each life, so that each gets on
            const Outcome result = run_to_the_end(row.point, every);
            BOOST_TEST_CONTEXT(row.name << " every " << every << ", deaths " << result.deaths) {
                BOOST_TEST(result.status == 0);
                BOOST_TEST(result.deaths > 0);
                BOOST_TEST(result.text == expected_text());
                BOOST_TEST(result.heard == expected_heard());
            }
        }
    }
}
#endif

BOOST_AUTO_TEST_CASE(undisturbed) {
    const Outcome result = run_to_the_end(std::nullopt, 0);
    BOOST_TEST(result.status == 0);
    BOOST_TEST(result.deaths == 0);
    BOOST_TEST(result.text == expected_text());
    BOOST_TEST(result.heard == expected_heard());
}

BOOST_AUTO_TEST_SUITE_END()
