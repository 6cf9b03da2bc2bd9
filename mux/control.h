// A client in control mode: commands as lines on its standard input, their answers in blocks
// between %begin and %end, what panes print and what happens as further lines that begin with '%'.
// Owned by its Client. The client relays both streams; what it does not take waits here, up to
// kMaxControlQueue bytes, and a client that is further behind is let go (or, with pause-after, its
// panes are paused).
#pragma once

#include "base/event.h"
#include "notices.h"
#include "vt/size.h"

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace berth::mux {

class Client;
class Pane;
struct FormatAbout;
struct Window;

inline constexpr std::size_t kMaxControlInput = 4U << 20;  // bytes of commands that wait
inline constexpr std::size_t kMaxControlQueue = 16U << 20; // bytes that wait for the client
inline constexpr std::size_t kMaxSubscriptions = 1000;     // of one client

class Control {
  public:
    Control(Server& server, Client& client);

    // Its command is known: lines are read from now on, and run when what it came with is done.
    void start();
    // Around each command; flags: 0 for what the client came with, 1 for lines.
    void begin(int flags);
    void end(bool failed, int flags);
    // A command list is done: the next line may run.
    void idle();
    // A line of an answer, or a notification.
    void line(std::string_view text);
    void notice(const Notice& notice);
    void pane_output(const Pane& pane, std::string_view bytes);
    // Says that it is over, and then calls the client's send_finish() as soon as all is written.
    void finish(std::string_view reason);

    // ---- refresh-client's
    enum class PaneState : std::uint8_t { on, off, go_on, pause };
    void set_pane(const Pane& pane, PaneState state);
    // Turned off: the program need not be read for this client.
    [[nodiscard]] bool ignores(const Pane& pane) const;
    // "what": nothing (the session), %N, %*, @N or @*.
    void subscribe(std::string name, std::string_view what, std::string format);
    void unsubscribe(const std::string& name);
    void set_pause_after(std::optional<std::uint64_t> ms) { pause_after_ms_ = ms; }
    [[nodiscard]] std::optional<std::uint64_t> pause_after() const { return pause_after_ms_; }
    void set_size(vt::Size size) { size_ = size; }
    [[nodiscard]] std::optional<vt::Size> size() const { return size_; }
    void set_window_size(WindowId window, std::optional<vt::Size> size);
    // As it wants that window to be; nullopt: it does not mind.
    [[nodiscard]] std::optional<vt::Size> wanted(const Window& window) const;

  private:
    struct Block {
        std::optional<PaneId> pane; // whose output it is; else lines as they are
        std::string bytes;
        std::uint64_t time_us = 0;
    };
    struct Subscription {
        char kind = 's'; // of the session, p: panes, w: windows
        bool all = false;
        std::uint32_t id = 0;
        std::string format{};
        std::map<std::string, std::string> last{}; // by whose value it is
    };

    void arrived(std::string_view bytes, bool last);
    void run_lines();
    void run_line(const std::string& text);
    void put(Block block);
    void flush();
    void write_output(const Block& block);
    void pause(PaneId pane);
    void forget(PaneId pane);
    void check_subscriptions();
    void check(const std::string& name, Subscription& subscription);
    void tell(const std::string& name, Subscription& subscription, std::string_view key,
              const FormatAbout& about);
    void notice_of_window(const Notice& notice);
    void notice_of_layout(WindowId id);
    void notice_of_session(const Notice& notice);
    void end_of_finish();

    Server& server_;
    Client& client_;
    std::string input_;
    bool input_ended_ = false;
    bool failed_ = false; // one of the commands: the exit status
    bool running_ = true; // what the client came with, at first
    std::uint64_t number_ = 0;
    std::uint64_t began_ = 0; // seconds of the epoch
    std::deque<Block> queue_;
    std::size_t queued_ = 0;
    Source flush_due_;
    enum class Ending : std::uint8_t { no, wanted, waits_for_line, done };
    Ending ending_ = Ending::no;
    std::string reason_;
    Source end_due_;
    std::map<PaneId, PaneState> panes_; // off or paused
    std::optional<std::uint64_t> pause_after_ms_;
    std::map<std::string, Subscription> subscriptions_;
    Source check_due_;
    std::optional<vt::Size> size_;
    std::map<WindowId, vt::Size> window_sizes_;
};

} // namespace berth::mux
