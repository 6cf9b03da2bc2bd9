#include "display.h"

#include "client.h"
#include "scene.h"
#include "server.h"
#include "vt/replay.h"

#include <algorithm>

namespace berth::mux {
namespace {

// What ends a sequence of which only a part may have been written: CAN, ST.
constexpr std::string_view kCut = "\x18\033\\";

} // namespace

Display::Display(Server& server, Client& client) : server_(server), client_(client) {}

int Display::status_lines(const Session& session) const {
    if (client_.control() != nullptr)
        return 0;
    return mux::status_lines(server_, session);
}

// Transparent: the terminal can be the pane's own, since nothing else is to be seen on it.
Display::Mode Display::wanted() const {
    const Session* session = client_.session;
    if (session == nullptr || session->window() == nullptr || client_.tty() == nullptr ||
        client_.away())
        return Mode::none;
    if (client_.guest != nullptr)
        return Mode::composed; // with less than the pane's own output
    const Pane* pane = session->window()->only();
    const bool alone = pane != nullptr && pane->mode() == nullptr &&
                       pane->terminal.size() == client_.size() && status_lines(*session) == 0 &&
                       message_.empty() && client_.overlay() == nullptr;
    return alone ? Mode::transparent : Mode::composed;
}

void Display::begin(std::size_t history_lines) {
    Tty* tty = client_.tty();
    const Session* session = client_.session;
    if (tty == nullptr || session == nullptr || session->window() == nullptr || client_.away())
        return;
    const Pane* pane = session->window()->only();
    const bool first = mode_ == Mode::none;
    history_lines_ = history_lines;
    if (first && wanted() == Mode::transparent && pane->untouched()) {
        // A new shell: what the terminal shows (the message of the day) stays, and the shell goes
        // on below it.
        mode_ = Mode::transparent;
        shown_ = pane;
        seen_lines_ = pane->terminal.scrolled_lines();
        first_ = false;
        history_lines_ = 0; // the terminal has all of it
        client_.ask_position();
        return;
    }
    if (mode_ == Mode::transparent)
        leave_transparent();
    shown_ = nullptr;
    seen_lines_ = 0;
    // What was on the terminal before berth is still below what was composed until now.
    const bool untouched = first || (first_ && mode_ == Mode::composed && !returning_);
    first_ = untouched && client_.request.again == 0;
    if (first && client_.request.again != 0)
        tty->write(vt::reset_sequence()); // what the mux before this one had set
    refresh();
}

void Display::come_back(std::size_t history_lines) {
    first_ = false;
    returning_.reset();
    seen_lines_ = 0;
    history_lines_ = history_lines;
    renderer_.invalidate();
    refresh();
}

void Display::leave_transparent() {
    if (shown_ != nullptr && client_.tty() != nullptr)
        client_.tty()->write(vt::reset_sequence(shown_->terminal, {.leave_below = false}));
    shown_ = nullptr;
    mode_ = Mode::none;
}

void Display::refresh() {
    const Mode mode = wanted();
    if (mode == Mode::none)
        return;
    const Pane* pane = mode == Mode::transparent ? client_.session->window()->only() : nullptr;
    if (mode == mode_ && (mode == Mode::composed || pane == shown_)) {
        whole_ = true;
        if (mode_ == Mode::composed)
            schedule_frame();
        return;
    }
    set_mode(mode);
}

void Display::set_mode(Mode mode) {
    Tty& tty = *client_.tty();
    if (mode_ == Mode::transparent && mode == Mode::composed) {
        if (!shown_->terminal.at_ground() || lagging_)
            tty.write(kCut);
        seen_lines_ = lagging_ ? seen_lines_ : shown_->terminal.scrolled_lines();
        returning_ = shown_->id;
        leave_transparent();
    } else if (mode_ == Mode::transparent) {
        leave_transparent();
        seen_lines_ = 0;
        returning_.reset();
    }
    if (mode_ == Mode::composed && mode == Mode::transparent)
        tty.write(renderer_.leave());
    mode_ = mode;
    lagging_ = false;
    if (mode == Mode::composed) {
        tty.write(renderer_.enter(client_.capabilities()));
        draw_whole_frame();
        return;
    }
    shown_ = client_.session->window()->only();
    if (returning_ == shown_->id && !first_) {
        const std::uint64_t scrolled = shown_->terminal.scrolled_lines() - seen_lines_;
        history_lines_ =
            static_cast<std::size_t>(std::min<std::uint64_t>(scrolled, client_.adopt.replay_lines));
    }
    returning_.reset();
    repaint();
}

// Everything anew, the lines that scrolled meanwhile into the terminal's own scrollback.
void Display::repaint() {
    vt::ReplayOptions options;
    options.history_lines = history_lines_;
    options.before = first_ ? vt::Before::scroll_away : vt::Before::erase;
    first_ = false;
    history_lines_ = 0;
    seen_lines_ = shown_->terminal.scrolled_lines();
    std::string bytes = vt::replay(shown_->terminal, options);
    bytes += shown_->terminal.pending();
    client_.tty()->write(bytes);
}

void Display::pane_changed(const Pane& pane) {
    if (mode_ == Mode::composed) {
        if (std::ranges::find(printed_, pane.id) == printed_.end())
            printed_.push_back(pane.id);
        if (typed_ && client_.session != nullptr && client_.session->window()->active == &pane) {
            last_frame_us_ = 0;
            frame_.reset();
        }
        schedule_frame();
    } else if (mode_ == Mode::transparent && !lagging_ && &pane == shown_)
        seen_lines_ = pane.terminal.scrolled_lines();
}

void Display::relay(const Pane& pane, std::string_view bytes) {
    if (mode_ != Mode::transparent || &pane != shown_ || lagging_)
        return;
    Tty& tty = *client_.tty();
    tty.write(bytes);
    if (tty.overflowed())
        lagging_ = true; // seen_lines_ stays where the terminal had everything
}

void Display::drained() {
    Tty& tty = *client_.tty();
    if (mode_ == Mode::transparent && lagging_) {
        lagging_ = false;
        tty.drop_queue();
        tty.write(kCut);
        const std::uint64_t scrolled = shown_->terminal.scrolled_lines() - seen_lines_;
        history_lines_ =
            static_cast<std::size_t>(std::min<std::uint64_t>(scrolled, client_.adopt.replay_lines));
        tty.write(
            vt::reset_sequence(shown_->terminal, {.leave_below = false, .clear_title = false}));
        repaint();
    } else if (mode_ == Mode::composed && frame_wanted_) {
        schedule_frame();
    }
}

void Display::schedule_frame() {
    frame_wanted_ = true;
    if (frame_ || client_.tty() == nullptr || client_.tty()->queued() > 0)
        return; // drained() comes back
    const std::uint64_t now = now_us();
    const std::uint64_t due = last_frame_us_ + kFrameUs;
    if (now >= due)
        frame_ = server_.loop().defer([this] { draw_frame(); });
    else
        frame_ = server_.loop().after(due - now, [this] { draw_frame(); });
}

void Display::draw_frame() {
    frame_.reset();
    frame_wanted_ = false;
    if (mode_ != Mode::composed || client_.session == nullptr)
        return;
    last_frame_us_ = now_us();
    const Window* window = client_.session->window();
    if (!whole_ && window == drawn_ && message_.empty() &&
        compose_panes(canvas_, server_, client_, printed_)) {
        if (!around_)
            around_ = server_.loop().after(kAroundUs, [this] {
                around_.reset();
                refresh();
            });
    } else {
        compose(canvas_, server_, client_, message_);
        whole_ = false;
        drawn_ = window;
        around_.reset();
    }
    typed_ = false;
    printed_.clear();
    client_.tty()->write(renderer_.frame(canvas_, client_.capabilities()));
}

void Display::draw_whole_frame() {
    whole_ = true;
    draw_frame();
}

void Display::draw_again_in(std::uint64_t interval_us) {
    if (interval_us == 0 || again_)
        return;
    again_ = server_.loop().after(interval_us, [this] {
        again_.reset();
        refresh();
    });
}

void Display::message(std::string text, std::uint64_t duration_us) {
    message_ = std::move(text);
    message_timer_.reset(); // of the message before: this one may be to stay
    if (duration_us > 0)
        message_timer_ = server_.loop().after(duration_us, [this] { clear_message(); });
    refresh();
}

void Display::clear_message() {
    message_timer_.reset();
    if (message_.empty())
        return;
    message_.clear();
    refresh();
}

// The terminal reflowed what it shows in its own way; the program redraws after SIGWINCH, and this
// is right meanwhile.
void Display::resized() {
    redraw();
}

void Display::redraw() {
    if (mode_ == Mode::transparent && wanted() == Mode::transparent) {
        shown_ = client_.session->window()->only();
        history_lines_ = 0;
        client_.tty()->write(
            vt::reset_sequence(shown_->terminal, {.leave_below = false, .clear_title = false}));
        repaint();
        return;
    }
    renderer_.invalidate();
    refresh();
}

void Display::bell() {
    if (mode_ == Mode::composed) // a transparent one got it with the output
        client_.tty()->write("\a");
}

void Display::clipboard(std::string_view base64) {
    if (client_.guest != nullptr && client_.guest->adopt.clipboard == 0)
        return;
    if (mode_ == Mode::composed)
        client_.tty()->write("\033]52;c;" + std::string(base64) + "\033\\");
}

// The cursor and how it writes are where frames left them.
void Display::pass_through(std::string_view bytes) {
    if (client_.tty() == nullptr || lagging_)
        return;
    if (mode_ == Mode::transparent)
        client_.tty()->write(bytes);
    else if (mode_ == Mode::composed)
        client_.tty()->write("\0337" + std::string(bytes) + "\0338");
}

void Display::end() {
    Tty* tty = client_.tty();
    if (tty == nullptr)
        return;
    if (tty->overflowed())
        tty->drop_queue();
    if (mode_ == Mode::composed) {
        tty->write(renderer_.leave());
    } else if (mode_ == Mode::transparent) {
        if (!shown_->terminal.at_ground() || lagging_)
            tty->write(kCut);
        tty->write(vt::reset_sequence(shown_->terminal));
    }
    mode_ = Mode::none;
    shown_ = nullptr;
    frame_.reset();
    message_timer_.reset();
    again_.reset();
    around_.reset();
}

} // namespace berth::mux
