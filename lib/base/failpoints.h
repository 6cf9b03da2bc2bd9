// Places where a program can be told to die (SIGKILL) in a test: each is a row of kFailpoints. Only
// in builds with BERTH_FAILPOINTS; in all others they are nothing. What is told stands in shared
// memory, so that a test sees how often a place was passed, and a program that is started anew does
// not die again.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

namespace berth {

enum class Failpoint : std::uint8_t {
    output_owned,
    output_taken,
    output_announced,
    output_copied,
    output_published,
    output_parsed,
    checkpoint_emptied,
    checkpoint_written,
    checkpoint_published,
    answer_queued,
    input_queued,
    input_piped,
    input_announced,
    input_sent,
    input_published,
    input_settled,
    pane_resized,
    records_written,
    records_kept,
    recovery_begun,
    recovery_panes,
    recovery_done,
    typed_taken,
    typed_copied,
    typed_known,
    typed_done,
    poison,
};

struct FailpointRow {
    Failpoint point;
    std::string_view name;
    std::string_view where;
};

inline constexpr std::array kFailpoints = {
    FailpointRow{Failpoint::output_owned, "output-owned",
                 "the pipe belongs to the pane; nothing is read"},
    FailpointRow{Failpoint::output_taken, "output-taken", "output is out of the pty, in the pipe"},
    FailpointRow{Failpoint::output_announced, "output-announced",
                 "the journal knows how much is coming"},
    FailpointRow{Failpoint::output_copied, "output-copied", "output is in the ring, uncounted"},
    FailpointRow{Failpoint::output_published, "output-published", "output is counted, not parsed"},
    FailpointRow{Failpoint::output_parsed, "output-parsed", "output is parsed and answered"},
    FailpointRow{Failpoint::checkpoint_emptied, "checkpoint-emptied",
                 "the older checkpoint is gone"},
    FailpointRow{Failpoint::checkpoint_written, "checkpoint-written",
                 "the new one is not in force"},
    FailpointRow{Failpoint::checkpoint_published, "checkpoint-published",
                 "the new one is in force"},
    FailpointRow{Failpoint::answer_queued, "answer-queued", "an answer waits for the program"},
    FailpointRow{Failpoint::input_queued, "input-queued", "input waits for the program"},
    FailpointRow{Failpoint::input_piped, "input-piped", "input is in the pipe, unannounced"},
    FailpointRow{Failpoint::input_announced, "input-announced", "input is about to be written"},
    FailpointRow{Failpoint::input_sent, "input-sent", "input is in the pty, uncounted"},
    FailpointRow{Failpoint::input_published, "input-published",
                 "input is counted, the pipe not settled"},
    FailpointRow{Failpoint::input_settled, "input-settled", "input is done"},
    FailpointRow{Failpoint::pane_resized, "pane-resized",
                 "the terminal has a new size, the pty not"},
    FailpointRow{Failpoint::records_written, "records-written", "records are in a memfd"},
    FailpointRow{Failpoint::records_kept, "records-kept", "and were sent to the keeper"},
    FailpointRow{Failpoint::recovery_begun, "recovery-begun", "all that is held has arrived"},
    FailpointRow{Failpoint::recovery_panes, "recovery-panes", "windows and panes are restored"},
    FailpointRow{Failpoint::recovery_done, "recovery-done", "sessions are restored"},
    FailpointRow{Failpoint::typed_taken, "typed-taken", "what was typed is in the pipe"},
    FailpointRow{Failpoint::typed_copied, "typed-copied", "and in the page, uncounted"},
    FailpointRow{Failpoint::typed_known, "typed-known", "and counted; nothing is done yet"},
    FailpointRow{Failpoint::typed_done, "typed-done", "all is done"},
    FailpointRow{Failpoint::poison, "poison",
                 "not a place: while it is set, parsing kPoison crashes"},
};

consteval bool failpoints_in_order() {
    for (std::size_t i = 0; i < kFailpoints.size(); ++i)
        if (std::to_underlying(kFailpoints[i].point) != i)
            return false;
    return true;
}
static_assert(failpoints_in_order());

// The shared memory: one for each row.
struct FailpointState {
    std::atomic<std::uint32_t> countdown; // dies when it gets to 0 from 1; 0: never
    std::atomic<std::uint32_t> passed;    // times that the place was reached
};
inline constexpr std::size_t kFailpointBytes = sizeof(FailpointState) * kFailpoints.size();

// The file that BERTH_FAILPOINTS names is mapped, if there is one of kFailpointBytes.
void open_failpoints();
// Memory of a test's own, kFailpointBytes; null: none.
void use_failpoints(FailpointState* states);

inline constexpr char kPoison = '\001';
#ifdef BERTH_FAILPOINTS
void fail_here(Failpoint point);
void crash_if_poisoned(std::string_view bytes);
#else
inline void fail_here(Failpoint) {}
inline void crash_if_poisoned(std::string_view) {}
#endif

} // namespace berth
