// A pane: one program's pty, the terminal that it believes in, and the journal of both. Owned by
// its Window. The keeper started the program and holds a duplicate of the pty; this reads,
// journals, parses and answers.
#pragma once

#include "base/event.h"
#include "base/fd.h"
#include "journal/journal.h"
#include "journal/shelf.h"
#include "options/options.h"
#include "vt/terminal.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace berth::mux {

class PaneMode;
class Server;
struct Window;

using PaneId = std::uint32_t; // %N

inline constexpr std::size_t kMaxPaneInput =
    journal::kInputBytes; // bytes that wait for a program that does not read
inline constexpr std::size_t kPauseInput = 64U << 10; // beyond this, clients' input is not read
inline constexpr std::size_t kPaneRead = 64U << 10;   // bytes read at a time

class Pane final : public vt::Sink {
  public:
    Pane(Server& server, PaneId id, vt::Size size, vt::HistoryLimits history);
    ~Pane() override;

    // The keeper has started the program. `kept` of an earlier mux: its state is restored first.
    void start(Fd master, std::string tty, std::uint32_t process,
               std::optional<journal::Journal::Kept> kept);
    // The state as it is now goes to the journal: after everything that is not the program's output
    // (sizes, titles, resets).
    void checkpoint();
    // To the program, as typed. Waits while it does not read; dropped beyond kMaxPaneInput.
    void input(std::string_view bytes);
    void resize(vt::Size size, int x_pixels, int y_pixels);
    // The program has ended (wait(2) status); what it still left in the pty is read first.
    void exited(int wait_status);
    // Everything that was shown so far is shown anew, as if the cursor had begun there (rows and
    // columns from 0).
    void begin_at(int row, int column);

    // Before start(): what an earlier life of the pane left.
    void show_before(std::string_view text);

    // What remain-on-exit leaves: the line below what the program left.
    void show_end(std::string_view text);
    // Forgets the program and what it showed; start() follows.
    void restart();

    // What is shown instead of the terminal; nullptr: nothing.
    [[nodiscard]] PaneMode* mode() const { return modes.empty() ? nullptr : modes.back().get(); }

    // Whether the program's output is left where it is.
    void hold(bool on);
    [[nodiscard]] bool busy() const { return waiting_input() > kPauseInput; }
    // What is typed is not shown, as while a password is asked for.
    [[nodiscard]] bool hides_input() const;
    [[nodiscard]] bool has_journal() const { return journal_.has_value(); }
    [[nodiscard]] const journal::Journal& journal() const { return *journal_; }
    [[nodiscard]] bool running() const { return master_ && !wait_status_; }
    [[nodiscard]] std::optional<int> wait_status() const { return wait_status_; }
    [[nodiscard]] int exit_status() const; // as a shell gives it: 128 + signal

    const PaneId id;
    Window* window = nullptr;
    vt::Terminal terminal;
    options::Set options;
    std::string tty; // its name
    std::uint32_t pid = 0;
    std::string start_command;            // as the user gave it
    std::vector<std::string> start_words; // the same
    std::string start_path;
    std::string program;          // what runs in the foreground, as the keeper last said
    std::string directory;        // and where
    std::vector<std::string> ran; // its words, unless it is the pane's own program
    std::uint64_t pipe = 0;       // the job of pipe-pane
    std::uint64_t bells = 0;
    std::vector<std::unique_ptr<PaneMode>> modes; // newest last; Server::enter_mode()
    std::string search_string;                    // of copy mode, last
    bool search_regex = false;
    std::uint64_t active_at = 0; // grows each time a pane of the server becomes active
    bool dead = false;           // the end was seen
    bool focused = false;        // as its program was told (focus.cc)
    bool input_off = false;      // select-pane -d: nothing that is typed reaches the program
    std::uint64_t dead_time = 0; // seconds of the epoch
    Source query_due;            // what runs here is to be asked, some output after the last answer
    std::uint64_t queried_us = 0;
    // Nothing was ever printed: the terminal may keep what it shows.
    [[nodiscard]] bool untouched() const { return may_begin_ && first_bytes_.empty(); }

  private:
    void read_program();
    [[nodiscard]] bool floods(std::size_t bytes);
    void pause_reading();
    void write_program();
    void feed(std::string_view bytes);
    void keep_all();
    void recover(journal::Journal::Kept kept);
    [[nodiscard]] Result<void> restore(std::string_view checkpoint);
    void open_journal();
    [[nodiscard]] Result<void> write_checkpoint();
    void replay(const journal::Journal::Recovered& recovered, std::size_t begin, std::size_t end);
    void set_aside(std::string_view bytes);
    [[nodiscard]] std::size_t waiting_input() const;
    void queue_input(std::string_view bytes, journal::Journal::Source source);
    [[nodiscard]] bool send_input();
    void update_events();
    void end_if_done();

    void answer(std::string_view bytes) override;
    void relay(std::string_view bytes) override;
    void bell() override;
    void title_changed() override;
    void clipboard_set(std::string_view selection, std::string_view base64) override;
    void window_name(std::string_view name) override;
    void clipboard_query(std::string_view selection) override;
    void passthrough(std::string_view bytes) override;
    void prompt_mark(char kind, std::string_view parameters) override;

    Server& server_;
    Fd master_;
    Source watch_;
    Source paused_;                // a flood waits while somebody types elsewhere
    std::uint64_t burst_from_ = 0; // since when burst_ bytes were read
    std::size_t burst_ = 0;
    std::optional<journal::Journal> journal_;
    std::optional<journal::Shelf> shelf_; // the history's full blocks; with the journal
    std::string input_;                   // until there is a journal, or without one
    std::uint64_t answered_ = 0; // while parsing again: answers that the program was given before
    std::string first_bytes_;    // what begin_at() parses again; bounded
    bool may_begin_ = true;
    bool quiet_ = false;      // parsing again: nothing is answered or relayed
    bool recovering_ = false; // and what was not yet answered is
    bool ended_output_ = false;
    bool held_ = false;
    bool shown_before_ = false;
    bool starting_ = false; // after restart(): an end that arrives is the old program's
    std::optional<int> wait_status_;
    int x_pixels_ = 0;
    int y_pixels_ = 0;
};

} // namespace berth::mux
