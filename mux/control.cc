#include "control.h"

#include "client.h"
#include "client_flags.h"
#include "commands.h"
#include "formats.h"
#include "server.h"

#include <algorithm>
#include <array>

namespace berth::mux {
namespace {

constexpr std::size_t kAhead = 64U << 10;     // bytes that the channel is given in advance
constexpr std::size_t kMostOfPane = 8U << 10; // bytes of a pane in one line
constexpr std::uint64_t kFlushUs = 5000;      // until a client that is behind is tried again
constexpr std::uint64_t kCheckUs = 1'000'000; // between two looks at subscriptions

std::string window_text(WindowId id) {
    return "@" + std::to_string(id);
}
std::string pane_text(PaneId id) {
    return "%" + std::to_string(id);
}

// Octal for what is not printable and for backslashes.
void escape(std::string& line, std::string_view bytes) {
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= ' ' && c != '\\') {
            line += c;
            continue;
        }
        line += '\\';
        for (const int shift : {6, 3, 0})
            line += static_cast<char>('0' + ((byte >> shift) & 7));
    }
}

} // namespace

Control::Control(Server& server, Client& client) : server_(server), client_(client) {}

// ---- commands

void Control::start() {
    server_.read_stream(client_, "-",
                        [this](std::string_view bytes, bool last) { arrived(bytes, last); });
}

void Control::arrived(std::string_view bytes, bool last) {
    input_ += bytes;
    input_ended_ = input_ended_ || last;
    if (ending_ == Ending::waits_for_line) {
        if (input_ended_ || input_.starts_with('\n') || input_.find("\n\n") != std::string::npos)
            end_of_finish();
        return;
    }
    run_lines();
    if (input_.size() > kMaxControlInput)
        client_.finish(1, "too many commands wait");
}

// One after the other: a command that waits holds back those behind it.
void Control::run_lines() {
    while (!running_ && ending_ == Ending::no) {
        const auto end = input_.find('\n');
        if (end == std::string::npos)
            break;
        const std::string text = input_.substr(0, end);
        input_.erase(0, end + 1);
        // What follows from the line before is told before this one's answer.
        server_.notices.flush();
        if (text.empty()) {
            client_.finish(failed_ ? 1 : 0);
            return;
        }
        run_line(text);
    }
    const bool waits = running_ && !server_.waits_for_keeper();
    if (input_ended_ && (!running_ || waits)) {
        if (!running_)
            server_.notices.flush();
        client_.finish(failed_ ? 1 : 0);
    }
}

void Control::run_line(const std::string& text) {
    running_ = true;
    if (const auto failed = run_control_line(server_, client_, text)) {
        begin(1);
        line("parse error: " + *failed);
        end(true, 1);
        running_ = false;
    }
}

void Control::idle() {
    running_ = false;
    run_lines();
}

void Control::begin(int flags) {
    began_ = epoch_seconds();
    line("%begin " + std::to_string(began_) + " " + std::to_string(++number_) + " " +
         std::to_string(flags));
}

void Control::end(bool failed, int flags) {
    failed_ = failed_ || failed;
    line((failed ? "%error " : "%end ") + std::to_string(began_) + " " + std::to_string(number_) +
         " " + std::to_string(flags));
}

// ---- what is written

void Control::line(std::string_view text) {
    put({std::nullopt, std::string(text) + "\n", now_us()});
}

void Control::pane_output(const Pane& pane, std::string_view bytes) {
    if (client_.flags.no_output || panes_.contains(pane.id) || ending_ != Ending::no)
        return;
    const Session* session = client_.session;
    if (session == nullptr || std::ranges::none_of(session->windows, [&](const auto& link) {
            return link.second == pane.window;
        }))
        return;
    while (!bytes.empty()) {
        const std::string_view part = bytes.substr(0, kMostOfPane);
        bytes.remove_prefix(part.size());
        put({pane.id, std::string(part), now_us()});
    }
}

void Control::put(Block block) {
    if (ending_ == Ending::done)
        return;
    queued_ += block.bytes.size();
    queue_.push_back(std::move(block));
    flush();
    if (queued_ <= kMaxControlQueue)
        return;
    if (pause_after_ms_ && queue_.front().pane) {
        pause(*queue_.front().pane);
        return;
    }
    queue_.clear();
    queued_ = 0;
    client_.finish(1, "too far behind");
}

void Control::flush() {
    while (!queue_.empty() && client_.queued() < kAhead) {
        const Block block = std::move(queue_.front());
        queue_.pop_front();
        queued_ -= block.bytes.size();
        if (!block.pane)
            client_.write_out(block.bytes);
        else
            write_output(block);
    }
    if (queue_.empty())
        flush_due_.reset();
    else if (!flush_due_)
        flush_due_ = server_.loop().after(kFlushUs, [this] {
            flush_due_.reset();
            flush();
            if (queue_.empty() && ending_ == Ending::wanted)
                finish(reason_);
        });
}

void Control::write_output(const Block& block) {
    const std::uint64_t age_ms = (now_us() - block.time_us) / 1000;
    if (pause_after_ms_ && age_ms >= *pause_after_ms_) {
        pause(*block.pane);
        return;
    }
    std::string text = pause_after_ms_ ? "%extended-output " + pane_text(*block.pane) + " " +
                                             std::to_string(age_ms) + " : "
                                       : "%output " + pane_text(*block.pane) + " ";
    escape(text, block.bytes);
    client_.write_out(text + "\n");
}

// What waits of the pane is dropped: a program that speaks this protocol asks for the screen
// (capture-pane) when it lets the pane go on.
void Control::forget(PaneId pane) {
    std::erase_if(queue_, [&](const Block& block) {
        if (block.pane != pane)
            return false;
        queued_ -= block.bytes.size();
        return true;
    });
}

void Control::pause(PaneId pane) {
    panes_[pane] = PaneState::pause;
    forget(pane);
    line("%pause " + pane_text(pane));
    server_.check_reading(pane);
}

void Control::set_pane(const Pane& pane, PaneState state) {
    const auto found = panes_.find(pane.id);
    switch (state) {
    case PaneState::on:
        if (found != panes_.end() && found->second == PaneState::off)
            panes_.erase(found);
        break;
    case PaneState::off:
        panes_[pane.id] = PaneState::off;
        forget(pane.id);
        break;
    case PaneState::go_on:
        if (found != panes_.end() && found->second == PaneState::pause) {
            panes_.erase(found);
            line("%continue " + pane_text(pane.id));
        }
        break;
    case PaneState::pause:
        if (found == panes_.end())
            pause(pane.id);
        break;
    }
    server_.check_reading(pane.id);
}

bool Control::ignores(const Pane& pane) const {
    const auto found = panes_.find(pane.id);
    return found != panes_.end() && found->second == PaneState::off;
}

void Control::finish(std::string_view reason) {
    if (ending_ == Ending::done || ending_ == Ending::waits_for_line)
        return;
    const bool first = ending_ == Ending::no;
    ending_ = Ending::wanted;
    reason_ = std::string(reason);
    if (first) { // the command that brought it about is still to be answered
        end_due_ = server_.loop().defer([this] {
            end_due_.reset();
            server_.notices.flush();
            finish(reason_);
        });
        return;
    }
    if (!queue_.empty() || end_due_)
        return;
    line(reason_.empty() ? "%exit" : "%exit " + reason_);
    ending_ = Ending::waits_for_line;
    if (!client_.flags.wait_exit || input_ended_)
        end_of_finish();
}

void Control::end_of_finish() {
    ending_ = Ending::done;
    client_.control_finished();
}

// ---- sizes

void Control::set_window_size(WindowId window, std::optional<vt::Size> size) {
    if (size)
        window_sizes_[window] = *size;
    else
        window_sizes_.erase(window);
}

std::optional<vt::Size> Control::wanted(const Window& window) const {
    const auto found = window_sizes_.find(window.id);
    return found != window_sizes_.end() ? std::optional(found->second) : size_;
}

// ---- notifications

void Control::notice(const Notice& notice) {
    switch (notice.event) {
    case Event::session_created:
    case Event::session_closed:
        line("%sessions-changed");
        return;
    default:
        break;
    }
    if (client_.session == nullptr)
        return;
    switch (notice.event) {
    case Event::window_layout_changed:
        return notice_of_layout(*notice.window);
    case Event::window_linked:
    case Event::window_unlinked:
    case Event::window_renamed:
        return notice_of_window(notice);
    case Event::window_pane_changed:
        return line("%window-pane-changed " + window_text(*notice.window) + " " +
                    pane_text(*notice.pane));
    case Event::pane_mode_changed:
        return line("%pane-mode-changed " + pane_text(*notice.pane));
    case Event::client_detached:
        return line("%client-detached " + notice.name);
    case Event::paste_buffer_changed:
        return line("%paste-buffer-changed " + notice.name);
    case Event::paste_buffer_deleted:
        return line("%paste-buffer-deleted " + notice.name);
    default:
        return notice_of_session(notice);
    }
}

void Control::notice_of_session(const Notice& notice) {
    const Session* session = server_.find_session(notice.session.value_or(0));
    if (session == nullptr)
        return;
    const std::string id = "$" + std::to_string(session->id);
    if (notice.event == Event::session_renamed)
        line("%session-renamed " + id + " " + session->name);
    else if (notice.event == Event::session_window_changed && session->window() != nullptr)
        line("%session-window-changed " + id + " " + window_text(session->window()->id));
    else if (notice.event == Event::client_session_changed && notice.name == client_.name())
        line("%session-changed " + id + " " + session->name);
    else if (notice.event == Event::client_session_changed)
        line("%client-session-changed " + notice.name + " " + id + " " + session->name);
}

void Control::notice_of_window(const Notice& notice) {
    const bool linked = std::ranges::any_of(client_.session->windows, [&](const auto& link) {
        return link.second->id == notice.window;
    });
    std::string text = linked ? "%window-" : "%unlinked-window-";
    text += notice.event == Event::window_linked     ? "add "
            : notice.event == Event::window_unlinked ? "close "
                                                     : "renamed ";
    text += window_text(*notice.window);
    if (notice.event == Event::window_renamed) {
        const auto found = server_.windows().find(*notice.window);
        if (found == server_.windows().end())
            return;
        text += " " + found->second->name;
    }
    line(text);
}

void Control::notice_of_layout(WindowId id) {
    Session& session = *client_.session;
    const auto link = std::ranges::find_if(session.windows,
                                           [&](const auto& item) { return item.second->id == id; });
    if (link == session.windows.end())
        return;
    line(expand(server_, {&session, link->first, link->second, link->second->active, &client_},
                "%layout-change #{window_id} #{window_layout} #{window_visible_layout} "
                "#{window_raw_flags}"));
}

// ---- subscriptions

void Control::subscribe(std::string name, std::string_view what, std::string format) {
    Subscription made{.format = std::move(format)};
    if (what.starts_with('%') || what.starts_with('@')) {
        made.kind = what[0] == '%' ? 'p' : 'w';
        made.all = what.substr(1) == "*";
        if (!made.all)
            made.id = static_cast<std::uint32_t>(
                std::strtoul(std::string(what.substr(1)).c_str(), nullptr, 10));
    }
    if (!subscriptions_.contains(name) && subscriptions_.size() >= kMaxSubscriptions)
        return;
    subscriptions_[std::move(name)] = std::move(made);
    if (!check_due_)
        check_due_ = server_.loop().after(kCheckUs, [this] { check_subscriptions(); });
}

void Control::unsubscribe(const std::string& name) {
    subscriptions_.erase(name);
    if (subscriptions_.empty())
        check_due_.reset();
}

void Control::check_subscriptions() {
    check_due_ = server_.loop().after(kCheckUs, [this] { check_subscriptions(); });
    if (client_.session == nullptr || client_.session->window() == nullptr)
        return;
    for (auto& [name, subscription] : subscriptions_)
        check(name, subscription);
}

void Control::check(const std::string& name, Subscription& subscription) {
    Session& session = *client_.session;
    if (subscription.kind == 's') {
        Window* window = session.window();
        return tell(name, subscription, "$" + std::to_string(session.id) + " - - -",
                    {&session, session.current, window, window->active, &client_});
    }
    for (const auto& [index, window] : session.windows) {
        const std::string place = "$" + std::to_string(session.id) + " " + window_text(window->id) +
                                  " " + std::to_string(index) + " ";
        if (subscription.kind == 'w') {
            if (subscription.all || window->id == subscription.id)
                tell(name, subscription, place + "-",
                     {&session, index, window, window->active, &client_});
            continue;
        }
        for (const auto& pane : window->panes)
            if (subscription.all || pane->id == subscription.id)
                tell(name, subscription, place + pane_text(pane->id),
                     {&session, index, window, pane.get(), &client_});
    }
}

void Control::tell(const std::string& name, Subscription& subscription, std::string_view key,
                   const FormatAbout& about) {
    std::string value = expand(server_, about, subscription.format);
    std::string& last = subscription.last.try_emplace(std::string(key), "\n").first->second;
    if (last == value)
        return;
    line("%subscription-changed " + name + " " + std::string(key) + " : " + value);
    last = std::move(value);
}

} // namespace berth::mux
