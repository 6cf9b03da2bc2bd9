#include "pane.h"

#include "base/failpoints.h"
#include "base/log.h"
#include "mode.h"
#include "server.h"
#include "slots.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

namespace berth::mux {
namespace {

constexpr std::size_t kMaxFirstBytes = 64U << 10;
constexpr std::size_t kReplayPiece = 512; // bytes that are parsed again at a time
constexpr int kReadsPerTurn = 16;         // of one pane, before others have their turn

// A program that prints without end, and the mux that reads it, take a processor each: whoever
// types into another pane would wait for both, for its program as well as for what that prints. For
// a second after a key, what prints more than kFloodBytes in kFloodUs is read that often only; the
// pty is full meanwhile, and the program sleeps.
constexpr std::uint64_t kTypingUs = 1'000'000;
constexpr std::uint64_t kFloodUs = 2'000;
constexpr std::size_t kFloodBytes = 4U << 10;

vt::Config config_with(vt::HistoryLimits history) {
    vt::Config config;
    config.history = history;
    config.version = BERTH_VERSION;
    return config;
}

} // namespace

Pane::Pane(Server& server, PaneId pane_id, vt::Size size, vt::HistoryLimits history)
    : id(pane_id), terminal(size, config_with(history)), server_(server) {}

Pane::~Pane() = default;

// A line without echo; editors and shells that echo themselves read character by character.
bool Pane::hides_input() const {
    termios settings{};
    return master_ && tcgetattr(master_.get(), &settings) == 0 &&
           (settings.c_lflag & ICANON) != 0 && (settings.c_lflag & ECHO) == 0;
}

int Pane::exit_status() const {
    const int status = wait_status_.value_or(0);
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

void Pane::keep_all() {
    for (int index = 0; index < journal::Journal::kParts; ++index)
        if (auto copy = journal_->duplicate(index))
            server_.keep(id + 1, static_cast<std::uint64_t>(index), std::move(*copy));
    if (auto copy = shelf_->duplicate())
        server_.keep(id + 1, kShelfSlot, std::move(*copy));
}

void Pane::open_journal() {
    auto journal = journal::Journal::create();
    auto shelf = journal::Shelf::create();
    if (!journal || !shelf) {
        log::warning("pane %" + std::to_string(id) + ": " +
                     (journal ? shelf.error() : journal.error()).text());
        return;
    }
    journal_.emplace(std::move(*journal));
    shelf_.emplace(std::move(*shelf));
    keep_all();
}

void Pane::start(Fd master, std::string name, std::uint32_t process,
                 std::optional<journal::Journal::Kept> kept) {
    starting_ = false;
    tty = std::move(name);
    pid = process;
    master_ = std::move(master);
    const int flags = fcntl(master_.get(), F_GETFL);
    fcntl(master_.get(), F_SETFL, flags | O_NONBLOCK);
    if (kept)
        recover(std::move(*kept));
    if (!journal_) {
        open_journal();
        if (std::exchange(shown_before_, false))
            checkpoint();
    }
    winsize size{};
    size.ws_row = static_cast<unsigned short>(terminal.size().rows);
    size.ws_col = static_cast<unsigned short>(terminal.size().columns);
    size.ws_xpixel = static_cast<unsigned short>(x_pixels_);
    size.ws_ypixel = static_cast<unsigned short>(y_pixels_);
    winsize now{};
    if (ioctl(master_.get(), TIOCGWINSZ, &now) == 0 &&
        (now.ws_row != size.ws_row || now.ws_col != size.ws_col))
        ioctl(master_.get(), TIOCSWINSZ, &size);
    watch_ =
        server_.loop().watch(master_.get(), held_ ? 0U : EPOLLIN, [this](std::uint32_t events) {
            if ((events & EPOLLOUT) != 0)
                write_program();
            if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0)
                read_program();
        });
    if (!input_.empty())
        queue_input(std::exchange(input_, {}), journal::Journal::Source::user);
    write_program();
}

// The terminal as the mux before this one had it. Answers that it gave are not given again; those
// that it owed are.
void Pane::recover(journal::Journal::Kept kept) {
    may_begin_ = false;
    journal::Journal::Recovered recovered;
    auto shelf = journal::Shelf::open(std::move(kept.shelf));
    auto opened = journal::Journal::open(std::move(kept), server_.transit(), std::uint64_t{id} + 1,
                                         recovered);
    if (!opened || !shelf) {
        server_.cannot_read("pane %" + std::to_string(id) + ": " +
                            (opened ? shelf.error() : opened.error()).text());
        return;
    }
    journal_.emplace(std::move(*opened));
    shelf_.emplace(std::move(*shelf));
    if (!recovered.checkpoint.empty())
        if (const auto restored = restore(recovered.checkpoint); !restored)
            server_.cannot_read("pane %" + std::to_string(id) + ": " + restored.error().text());
    answered_ = recovered.answers;
    quiet_ = recovering_ = true;
    replay(recovered, 0, recovered.aside_begin);
    if (recovered.aside_size > 0)
        set_aside(
            std::string_view(recovered.bytes).substr(recovered.aside_begin, recovered.aside_size));
    replay(recovered, recovered.aside_begin + recovered.aside_size, recovered.bytes.size());
    quiet_ = recovering_ = false;
    answered_ = 0;
    if (recovered.aside_size > 0)
        checkpoint(); // they are not parsed again
}

// In small pieces: what crashes is known so exactly.
void Pane::replay(const journal::Journal::Recovered& recovered, std::size_t begin,
                  std::size_t end) {
    for (std::size_t at = begin; at < end; at += kReplayPiece) {
        const auto piece =
            std::string_view(recovered.bytes).substr(at, std::min(kReplayPiece, end - at));
        journal_->parsing(recovered.begin + at, piece.size());
        crash_if_poisoned(piece);
        terminal.write(piece, *this);
        journal_->parsed();
    }
}

void Pane::set_aside(std::string_view bytes) {
    const std::string name =
        "crash-" + std::to_string(epoch_seconds()) + "-" + std::to_string(id) + ".bytes";
    const std::string text =
        std::to_string(bytes.size()) + " bytes of the program's output crashed berth-mux twice";
    log::error("pane %" + std::to_string(id) + ": " + text + "; they were left out");
    server_.set_aside(name, bytes);
    terminal.write("\030\033[0m\r\n[" + text +
                       "; they were left out and are in ~/.local/state/berth/" + name + "]\r\n",
                   *this);
}

void Pane::feed(std::string_view bytes) {
    if (may_begin_) {
        if (first_bytes_.size() + bytes.size() <= kMaxFirstBytes)
            first_bytes_ += bytes;
        else
            may_begin_ = false;
    }
    crash_if_poisoned(bytes);
    terminal.write(bytes, *this);
    server_.pane_printed(*this, bytes);
}

void Pane::read_program() {
    std::array<char, kPaneRead> spare;
    bool changed = false;
    for (int i = 0; i < kReadsPerTurn && !ended_output_; ++i) {
        if (journal_ && journal_->full())
            checkpoint();
        std::string_view bytes;
        ssize_t size = 0;
        if (journal_) {
            size = journal_->read(server_.transit(), std::uint64_t{id} + 1, master_.get(), bytes);
        } else {
            size = ::read(master_.get(), spare.data(), spare.size());
            bytes = {spare.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0))};
        }
        if (size > 0) {
            if (journal_)
                journal_->parsing(journal_->written() - bytes.size(), bytes.size());
            feed(bytes);
            if (journal_)
                journal_->parsed();
            if (pipe != 0)
                server_.pipe(*this, bytes);
            fail_here(Failpoint::output_parsed);
            changed = true;
            if (floods(static_cast<std::size_t>(size))) {
                pause_reading();
                break;
            }
        } else if (size == 0 || (errno != EAGAIN && errno != EINTR)) {
            ended_output_ = true; // EIO: no process has the terminal open any more
            watch_.reset();
        } else {
            break;
        }
    }
    if (changed && mode() != nullptr)
        mode()->pane_printed();
    if (changed)
        server_.pane_changed(*this);
    end_if_done();
}

bool Pane::floods(std::size_t bytes) {
    if (wait_status_ || server_.typed.at_us == 0 || server_.typed.pane == id)
        return false;
    const std::uint64_t now = now_us();
    if (now - server_.typed.at_us > kTypingUs)
        return false;
    if (now - burst_from_ > kFloodUs) {
        burst_from_ = now;
        burst_ = 0;
    }
    burst_ += bytes;
    return burst_ >= kFloodBytes;
}

void Pane::pause_reading() {
    burst_ = 0;
    paused_ = server_.loop().after(kFloodUs, [this] {
        paused_.reset();
        update_events();
    });
    update_events();
}

std::size_t Pane::waiting_input() const {
    return input_.size() + (journal_ ? journal_->queued() : 0);
}

void Pane::queue_input(std::string_view bytes, journal::Journal::Source source) {
    if (!journal_)
        input_ += bytes;
    else if (!journal_->queue(bytes, source,
                              server_.transit() != nullptr &&
                                      source == journal::Journal::Source::user
                                  ? server_.transit()->batch()
                                  : journal::Transit::Batch{}))
        log::warning("pane %" + std::to_string(id) + ": input was dropped");
}

bool Pane::send_input() {
    if (journal_)
        return journal_->send(server_.transit(), std::uint64_t{id} + 1, master_.get());
    const ssize_t size = ::write(master_.get(), input_.data(), input_.size());
    if (size < 0 && errno == EINTR)
        return true;
    if (size <= 0)
        return false;
    input_.erase(0, static_cast<std::size_t>(size));
    return true;
}

void Pane::write_program() {
    while (waiting_input() > 0 && master_) {
        const bool was_busy = busy();
        if (!send_input())
            break;
        if (was_busy && !busy())
            server_.pane_takes_input(*this);
    }
    update_events();
}

void Pane::update_events() {
    if (watch_)
        watch_.set_events((held_ || paused_ ? 0U : EPOLLIN) |
                          (waiting_input() == 0 ? 0U : EPOLLOUT));
}

void Pane::hold(bool on) {
    if (held_ == on)
        return;
    held_ = on;
    update_events();
}

void Pane::input(std::string_view bytes) {
    if (dead || input_off || waiting_input() + bytes.size() > kMaxPaneInput || bytes.empty())
        return;
    server_.typed = {id, now_us()};
    queue_input(bytes, journal::Journal::Source::user);
    if (watch_)
        write_program();
}

void Pane::resize(vt::Size size, int x_pixels, int y_pixels) {
    x_pixels_ = x_pixels;
    y_pixels_ = y_pixels;
    if (size == terminal.size())
        return;
    may_begin_ = false;
    terminal.resize(size, *this);
    if (mode() != nullptr)
        mode()->resized();
    server_.hooks.of_pane("pane-resized", *this);
    fail_here(Failpoint::pane_resized);
    checkpoint(); // what is read from now on is parsed at this size
    if (!master_)
        return;
    winsize kernel{};
    kernel.ws_row = static_cast<unsigned short>(size.rows);
    kernel.ws_col = static_cast<unsigned short>(size.columns);
    kernel.ws_xpixel = static_cast<unsigned short>(x_pixels);
    kernel.ws_ypixel = static_cast<unsigned short>(y_pixels);
    ioctl(master_.get(), TIOCSWINSZ, &kernel);
}

void Pane::show_end(std::string_view text) {
    const int rows = terminal.size().rows;
    const std::string line = "\033[?69l\033[r\033[" + std::to_string(rows) + ";1H\r\n\033[0m";
    quiet_ = true;
    terminal.write(line, *this);
    terminal.write(text, *this);
    quiet_ = false;
    checkpoint();
    server_.pane_changed(*this);
}

void Pane::show_before(std::string_view text) {
    may_begin_ = false;
    shown_before_ = true;
    quiet_ = true;
    terminal.write(text, *this);
    quiet_ = false;
}

void Pane::restart() {
    watch_.reset();
    paused_.reset();
    master_.reset();
    journal_.reset();
    shelf_.reset();
    input_.clear();
    first_bytes_.clear();
    may_begin_ = false;
    ended_output_ = false;
    wait_status_.reset();
    dead = false;
    dead_time = 0;
    starting_ = true;
    terminal.reset();
}

void Pane::exited(int wait_status) {
    if (starting_)
        return;
    wait_status_ = wait_status;
    if (!dead && !ended_output_) {
        read_program();
        // A background process may hold the terminal for ever; the pane ends with its program, as
        // in tmux.
        if (!ended_output_ && !dead) {
            ended_output_ = true;
            watch_.reset();
        }
    }
    end_if_done();
}

void Pane::end_if_done() {
    if (dead || !ended_output_ || !wait_status_)
        return;
    dead = true;
    server_.pane_ended(*this);
}

void Pane::begin_at(int row, int column) {
    if (!may_begin_ || row < 0 || column < 0 || row >= terminal.size().rows ||
        column >= terminal.size().columns)
        return;
    may_begin_ = false;
    const std::string place =
        "\033[" + std::to_string(row + 1) + ";" + std::to_string(column + 1) + "H";
    vt::Terminal again(terminal.size(), config_with(terminal.history().limits()));
    quiet_ = true;
    again.write(place, *this);
    again.write(first_bytes_, *this);
    quiet_ = false;
    terminal = std::move(again);
    if (shelf_)
        shelf_->forget(); // its blocks were another terminal's
    first_bytes_.clear();
    first_bytes_.shrink_to_fit();
    checkpoint();
}

void Pane::checkpoint() {
    if (!journal_)
        return;
    if (const auto done = write_checkpoint(); !done) {
        log::warning("pane %" + std::to_string(id) + ": " + done.error().text());
        journal_.reset();
    }
}

// The history's full blocks go to the shelf, each once; the checkpoint says where they are.
Result<void> Pane::write_checkpoint() {
    const vt::History& history = terminal.history();
    const vt::History::Blocks blocks = history.blocks();
    const auto place =
        shelf_->keep({blocks.epoch, blocks.first, blocks.end,
                      [&history](std::uint64_t number) { return history.block(number); }});
    if (!place)
        return std::unexpected(place.error());
    const std::string snapshot = terminal.snapshot(vt::BlocksOfHistory::apart);
    if (auto done = journal_->checkpoint(journal::with_place(*place, snapshot)); !done)
        return done;
    shelf_->drop_before(*place);
    return {};
}

Result<void> Pane::restore(std::string_view checkpoint) {
    journal::Shelf::Place place;
    if (!journal::take_place(checkpoint, place))
        return fail(EPROTO, "checkpoint");
    const auto blocks = shelf_->read(place);
    if (!blocks)
        return std::unexpected(blocks.error());
    return terminal.restore(checkpoint,
                            std::vector<std::string_view>(blocks->begin(), blocks->end()));
}

void Pane::answer(std::string_view bytes) {
    if (answered_ > 0) {
        --answered_;
        return;
    }
    if (dead || waiting_input() + bytes.size() > kMaxPaneInput || bytes.empty() ||
        (quiet_ && !recovering_))
        return;
    queue_input(bytes, journal::Journal::Source::answer);
    if (watch_)
        write_program();
}

void Pane::relay(std::string_view bytes) {
    if (!quiet_)
        server_.pane_relays(*this, bytes);
}

void Pane::bell() {
    if (!quiet_) {
        ++bells;
        server_.pane_bell(*this);
    }
}

void Pane::title_changed() {
    if (!quiet_)
        server_.pane_title(*this);
}

void Pane::clipboard_set(std::string_view /*selection*/, std::string_view base64) {
    if (!quiet_)
        server_.pane_clipboard(*this, base64);
}

void Pane::clipboard_query(std::string_view selection) {
    if (!quiet_)
        server_.pane_asks_clipboard(*this, selection);
}

void Pane::prompt_mark(char kind, std::string_view /*parameters*/) {
    if (!quiet_)
        server_.pane_marks(*this, kind);
}

void Pane::passthrough(std::string_view bytes) {
    if (!quiet_)
        server_.pane_passes_through(*this, bytes);
}

void Pane::window_name(std::string_view name) {
    if (!quiet_)
        server_.pane_names_window(*this, name);
}

} // namespace berth::mux
