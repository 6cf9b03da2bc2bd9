// What a client's terminal shows. Transparent: the pane's own output, relayed; composed: frames
// drawn from the model. Decided anew whenever something changes (refresh()); the switch repaints so
// that the terminal's own scrollback stays whole.
#pragma once

#include "base/event.h"
#include "vt/canvas.h"
#include "vt/renderer.h"
#include "vt/terminal.h"

#include <optional>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace berth::mux {

class Client;
class Pane;
class Server;
struct Session;
struct Window;

inline constexpr std::uint64_t kFrameUs = 8000; // between two composed frames
// Borders and the status line are drawn anew so long after a pane printed: they may tell of it.
inline constexpr std::uint64_t kAroundUs = 50'000;

class Display {
  public:
    Display(Server& server, Client& client);

    // The client has (another) session: show it. history: how many lines of the pane's history its
    // terminal is given.
    void begin(std::size_t history_lines);
    // After end(), on a terminal that shows what it did then.
    void come_back(std::size_t history_lines);
    // Something changed: decide how to show it, and draw what must be drawn.
    void refresh();
    // A pane printed.
    void pane_changed(const Pane& pane);
    // What a pane printed, for transparent clients.
    void relay(const Pane& pane, std::string_view bytes);
    // The terminal took everything that was queued.
    void drained();
    // Gives the terminal back.
    void end();
    // A key arrived: messages go, and what the active pane prints next is not paced.
    void key_pressed() {
        typed_ = true;
        clear_message();
    }
    // All of it again.
    void redraw();
    // The terminal has another size.
    void resized();
    void bell();
    void clipboard(std::string_view base64);
    // As they are, between frames.
    void pass_through(std::string_view bytes);
    // Rows that the status line takes of the client's terminal for that session.
    [[nodiscard]] int status_lines(const Session& session) const;
    // A line for the user in the status line's place.
    void message(std::string text, std::uint64_t duration_us);
    // What is shown changes with time: drawn again once, that much later. 0: never.
    void draw_again_in(std::uint64_t interval_us);

    [[nodiscard]] bool transparent() const { return mode_ == Mode::transparent; }

  private:
    enum class Mode { none, transparent, composed };

    [[nodiscard]] Mode wanted() const;
    void set_mode(Mode mode);
    void leave_transparent();
    void repaint();
    void clear_message();
    void schedule_frame();
    void draw_whole_frame();
    void draw_frame();

    Server& server_;
    Client& client_;
    Mode mode_ = Mode::none;
    const Pane* shown_ = nullptr;   // transparent: the pane that the terminal mirrors
    std::uint64_t seen_lines_ = 0;  // of it: scrolled_lines() when the terminal last had everything
    std::size_t history_lines_ = 0; // to be printed with the next repaint
    std::optional<std::uint32_t>
        returning_;     // composed: the pane that was shown transparently before
    bool first_ = true; // nothing was painted yet
    bool frame_wanted_ = false;
    bool typed_ = false;                 // since the last frame
    bool whole_ = true;                  // the next frame is drawn anew
    std::vector<std::uint32_t> printed_; // the panes that did since the last frame
    const Window* drawn_ = nullptr;      // of the last frame; may be gone
    Source around_;
    bool lagging_ = false; // the terminal does not keep up; repainted when it has caught up
    vt::Renderer renderer_;
    vt::Canvas canvas_{vt::Size{}}; // drawn anew for each frame
    Source frame_;
    std::uint64_t last_frame_us_ = 0;
    std::string message_;
    Source message_timer_;
    Source again_;
};

} // namespace berth::mux
