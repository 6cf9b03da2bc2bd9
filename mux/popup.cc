#include "popup.h"

#include "client.h"
#include "format/text.h"
#include "input_modes.h"
#include "server.h"
#include "status.h"
#include "style.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace berth::mux {
namespace {

constexpr int kReadsPerTurn = 16; // before others have their turn
constexpr std::size_t kRead = 64U << 10;
constexpr int kHungUp = 128 + 1; // of a program that ends with its popup: 128 + SIGHUP

vt::Rect inside_of(const PopupWish& wish) {
    vt::Rect area = wish.area;
    if (wish.border)
        area = {area.row + 1, area.column + 1, area.rows - 2, area.columns - 2};
    return area;
}

vt::Config config() {
    vt::Config config;
    config.history = {};
    config.version = BERTH_VERSION;
    return config;
}

bool within(const vt::Rect& area, const keys::MouseReport& at) {
    const int x = static_cast<int>(at.x);
    const int y = static_cast<int>(at.y);
    return x >= area.column && y >= area.row && x < area.column + area.columns &&
           y < area.row + area.rows;
}

// OSC 10 and 11: the style is what the program's default colours look like.
std::string colour_sequence(const char* number, format::Colour colour) {
    const auto rgb = format::colour_rgb(colour);
    if (!rgb)
        return {};
    std::array<char, 32> text{};
    const int size = std::snprintf(text.data(), text.size(), "\033]%s;#%06x\033\\", number, *rgb);
    return {text.data(), static_cast<std::size_t>(size)};
}

} // namespace

void Popup::show(Server& server, Client& client, PopupWish wish,
                 std::shared_ptr<Execution> waiting) {
    const auto popup = std::make_shared<Popup>(server, client, std::move(wish), std::move(waiting));
    client.show_overlay(popup);
    popup->start();
}

Popup::Popup(Server& server, Client& client, PopupWish wish, std::shared_ptr<Execution> waiting)
    : server_(server), client_(client), wish_(std::move(wish)), wanted_(wish_.area),
      waiting_(std::move(waiting)),
      terminal_({inside_of(wish_).rows, inside_of(wish_).columns}, config()) {
    terminal_.write(colour_sequence("10", wish_.style.foreground) +
                        colour_sequence("11", wish_.style.background),
                    *this);
}

Popup::~Popup() {
    if (job_ != 0 && !ended_)
        server_.jobs.stop(job_);
}

vt::Rect Popup::inside() const {
    return inside_of(wish_);
}

void Popup::start() {
    wish_.job.terminal = terminal_.size();
    job_ = server_.jobs.start(std::move(wish_.job),
                              {.output = {},
                               .terminal = [this](Fd master, std::string,
                                                  std::uint32_t) { connected(std::move(master)); },
                               .ended = [this](JobEnd end) { program_ended(end); }});
}

void Popup::connected(Fd master) {
    master_ = std::move(master);
    fcntl(master_.get(), F_SETFL, fcntl(master_.get(), F_GETFL) | O_NONBLOCK);
    watch_ = server_.loop().watch(master_.get(), EPOLLIN, [this](std::uint32_t events) {
        if ((events & EPOLLOUT) != 0)
            write_program();
        if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0)
            read_program();
    });
    const vt::Size size = terminal_.size();
    winsize kernel{};
    kernel.ws_row = static_cast<unsigned short>(size.rows);
    kernel.ws_col = static_cast<unsigned short>(size.columns);
    ioctl(master_.get(), TIOCSWINSZ, &kernel);
    write_program();
}

void Popup::read_program() {
    std::array<char, kRead> bytes;
    for (int i = 0; i < kReadsPerTurn && watch_; ++i) {
        const ssize_t size = ::read(master_.get(), bytes.data(), bytes.size());
        if (size > 0)
            terminal_.write({bytes.data(), static_cast<std::size_t>(size)}, *this);
        else if (size == 0 || (errno != EAGAIN && errno != EINTR))
            watch_.reset(); // EIO: no process has the terminal open any more
        else
            break;
    }
    changed();
}

void Popup::write_program() {
    while (!input_.empty() && master_) {
        const ssize_t size = ::write(master_.get(), input_.data(), input_.size());
        if (size < 0 && errno == EINTR)
            continue;
        if (size <= 0)
            break;
        input_.erase(0, static_cast<std::size_t>(size));
    }
    if (watch_)
        watch_.set_events(input_.empty() ? EPOLLIN : EPOLLIN | EPOLLOUT);
}

void Popup::input(std::string_view bytes) {
    if (ended_ || input_.size() + bytes.size() > kMaxPopupInput)
        return;
    input_ += bytes;
    if (watch_)
        write_program();
}

void Popup::program_ended(const JobEnd& end) {
    if (master_ && watch_)
        read_program();
    ended_ = true;
    watch_.reset();
    status_ = end.status();
    if (!end.error.empty())
        terminal_.write(end.error, *this);
    const bool closes = wish_.ends == PopupEnds::with_program ||
                        (wish_.ends == PopupEnds::with_success && status_ == 0);
    if (closes)
        client_.close_overlay(*this); // this may be gone now
    else
        changed();
}

void Popup::changed() {
    client_.display.refresh();
}

void Popup::draw(vt::Canvas& canvas) {
    const FormatAbout about{.session = client_.session, .client = &client_};
    canvas.fill(wish_.area, cell_style(wish_.style));
    if (wish_.border) {
        canvas.box(wish_.area, wish_.lines, cell_style(wish_.border_style));
        const int room = wish_.area.columns - 4;
        const int columns = std::min(
            room, static_cast<int>(format::text_columns(wish_.title, format::default_width)));
        if (columns > 0)
            draw_formatted(canvas, server_, about, wish_.area.row, wish_.area.column + 2, columns,
                           wish_.title, wish_.border_style);
    }
    const vt::Rect area = inside();
    canvas.draw(terminal_, area);
    canvas.cursor = terminal_.cursor();
    canvas.cursor.row += area.row;
    canvas.cursor.column += area.column;
    const vt::Modes& modes = terminal_.modes();
    if (client_.session->options.flag("mouse") || modes.mouse != vt::MouseTracking::none)
        canvas.modes.mouse = std::max(modes.mouse, vt::MouseTracking::button);
    canvas.modes.bracketed_paste = modes.bracketed_paste;
    canvas.modes.focus_events = modes.focus_events;
    canvas.modes.kitty_flags = terminal_.kitty_flags();
    canvas.modes.modify_other_keys = modes.modify_other_keys;
}

Overlay::Took Popup::event(const keys::Event& event) {
    const vt::Modes& modes = terminal_.modes();
    switch (event.kind) {
    case keys::EventKind::Key:
        return key(event);
    case keys::EventKind::Mouse:
        mouse(event.mouse);
        break;
    case keys::EventKind::PasteBegin:
    case keys::EventKind::PasteEnd:
        if (modes.bracketed_paste)
            input(event.raw);
        break;
    case keys::EventKind::FocusIn:
    case keys::EventKind::FocusOut:
        if (modes.focus_events)
            input(event.raw);
        break;
    case keys::EventKind::PasteData:
    case keys::EventKind::Unknown:
        input(event.raw);
        break;
    case keys::EventKind::Reply:
        break;
    }
    return Took::yes;
}

Overlay::Took Popup::key(const keys::Event& event) {
    const bool pressed = event.action != keys::Action::Release;
    const bool ends = event.key == keys::Key(keys::kEscape) ||
                      event.key == keys::Key('[', keys::kCtrl) ||
                      event.key == keys::Key('c', keys::kCtrl);
    const bool may_end = wish_.ends == PopupEnds::by_key || ended_;
    if (pressed && may_end && (ends || (ended_ && wish_.any_key)))
        client_.close_overlay(*this);
    else
        input(keys::encode_key(keys::key_input(event), input_modes(terminal_)));
    return Took::yes;
}

// Inside it is the program's; the border, and with Meta everything, moves (left button) or
// resizes (right button) the box.
void Popup::mouse(const keys::MouseReport& report) {
    const vt::Rect area = inside();
    if (held_) {
        if (report.action == keys::MouseAction::Motion)
            drag(report);
        else
            held_.reset();
        return;
    }
    if (!within(wish_.area, report))
        return;
    const bool moves = !within(area, report) || (report.modifiers & keys::kMeta) != 0;
    if (moves && report.action == keys::MouseAction::Press &&
        (report.button == 1 || report.button == 3)) {
        held_ = report;
        return;
    }
    if (!within(area, report))
        return;
    keys::MouseReport inner = report;
    inner.x -= static_cast<unsigned>(area.column);
    inner.y -= static_cast<unsigned>(area.row);
    input(keys::encode_mouse(inner, input_modes(terminal_)));
}

void Popup::drag(const keys::MouseReport& report) {
    const int x = static_cast<int>(report.x) - static_cast<int>(held_->x);
    const int y = static_cast<int>(report.y) - static_cast<int>(held_->y);
    const std::uint8_t button = held_->button;
    held_->x = report.x;
    held_->y = report.y;
    vt::Rect area = wish_.area;
    if (button == 1) {
        area.row += y;
        area.column += x;
    } else {
        area.rows += y;
        area.columns += x;
    }
    place(area);
    wanted_ = wish_.area;
}

// As far as the client's terminal has space for it.
void Popup::place(vt::Rect area) {
    const vt::Size size = client_.size();
    const int least = wish_.border ? 3 : 1;
    area.rows = std::clamp(area.rows, least, std::max(least, size.rows));
    area.columns = std::clamp(area.columns, least, std::max(least, size.columns));
    area.row = std::clamp(area.row, 0, std::max(0, size.rows - area.rows));
    area.column = std::clamp(area.column, 0, std::max(0, size.columns - area.columns));
    wish_.area = area;
    const vt::Rect now = inside();
    if (const vt::Size wanted{now.rows, now.columns}; wanted != terminal_.size()) {
        terminal_.resize(wanted, *this);
        winsize kernel{};
        kernel.ws_row = static_cast<unsigned short>(wanted.rows);
        kernel.ws_col = static_cast<unsigned short>(wanted.columns);
        if (master_)
            ioctl(master_.get(), TIOCSWINSZ, &kernel);
    }
    changed();
}

void Popup::resized() {
    place(wanted_);
}

void Popup::closed() {
    if (const auto waiting = std::exchange(waiting_, nullptr)) {
        waiting->set_status(ended_ ? status_ : kHungUp);
        waiting->resume();
    }
}

void Popup::bell() {
    client_.display.bell();
}

void Popup::clipboard_set(std::string_view /*selection*/, std::string_view base64) {
    client_.display.clipboard(base64);
}

} // namespace berth::mux
