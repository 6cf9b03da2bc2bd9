// A client: one connection of berth-login or berth, with or without a terminal. Owned by the
// Server. What its terminal shows is Display's business (display.h), what its keys mean is the
// Server's.
#pragma once

#include "base/event.h"
#include "client_flags.h"
#include "display.h"
#include "guest.h"
#include "keys/decode.h"
#include "mouse.h"
#include "options/environment.h"
#include "overlay.h"
#include "protocol/channel.h"
#include "session.h"
#include "tty.h"
#include "view.h"
#include "vt/capabilities.h"
#include "vt/client_probe.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace berth::mux {

class Control;
class Server;

inline constexpr std::uint64_t kFinishUs =
    1'000'000; // how long a terminal may take what it is given back with

class Client {
  public:
    Client(Server& server, std::uint64_t id, protocol::Adopt adopt, Fd connection);
    ~Client();

    // ---- what a command does with its client
    void print(std::string_view text);  // standard output, a newline is added
    void error(std::string_view text);  // standard error, a newline is added
    void write(std::string_view bytes); // standard output, as they are
    // The end of a client without a session. With a session: gives the terminal back first.
    void finish(int status, std::string_view text = {}, bool fallback = false);

    // Gives the terminal to the client itself, which runs the command there (lock-command) or,
    // without one, stops; away() until it is back.
    void step_aside(std::string command);
    [[nodiscard]] bool away() const { return away_; }
    // What the client does after the finish() that follows.
    void leave_as(protocol::Leave how);

    // Puts the session on the terminal.
    void attach(Session& session);
    [[nodiscard]] bool attached() const { return session != nullptr; }
    // What makes it a client in control mode, or nullptr; it has no terminal then.
    [[nodiscard]] Control* control() const { return control_.get(); }
    void control_finished();                       // Control::finish() is done
    void write_out(std::string_view bytes);        // of Control: standard output, as they are
    [[nodiscard]] std::size_t queued() const;      // bytes that it has not taken yet
    void set_size(vt::Size size) { size_ = size; } // of a client in control mode
    // Asks the terminal for a sign of life; the next answer sets answered.
    void type_again(); // after attach(), when the mux was restarted under it
    void ask_alive();
    void use_user_keys(); // the option
    // Asks the terminal for its clipboard: for the pane's program, or for a buffer.
    void ask_clipboard(std::optional<PaneId> pane);
    [[nodiscard]] vt::Size size() const { return size_; }
    [[nodiscard]] Tty* tty() { return tty_.get(); }
    [[nodiscard]] const Tty* tty() const { return tty_.get(); }
    [[nodiscard]] bool ended() const { return ended_; }
    // The peer's address of its ssh connection, or empty.
    [[nodiscard]] std::string address() const;
    void resume_input();
    void ask_position();
    [[nodiscard]] std::string
    environment_value(std::string_view variable_name) const; // "" when it is not set
    // Files of the user who asked (Server::file_arrived gets the answers).
    void read_file(std::uint32_t number, std::string_view path);
    void write_file(std::uint32_t number, std::string_view path, std::string_view bytes,
                    bool append);
    // A line where the status line is, for a while; a text to be read, until a key is pressed.
    void show_message(std::string_view text);
    void show_text(std::string_view text);
    // What lies above its window, or nullptr (overlay.h).
    [[nodiscard]] const std::shared_ptr<Overlay>& overlay() const { return overlay_; }
    void show_overlay(std::shared_ptr<Overlay> overlay); // in the place of the one before
    void close_overlay(const Overlay& overlay);          // unless it has gone already
    [[nodiscard]] bool gone() const { return gone_; }
    [[nodiscard]] bool waiting_for_server() const { return waiting_ && !ended_; }
    [[nodiscard]] std::string name() const; // of the terminal, else its number
    [[nodiscard]] const vt::Capabilities& capabilities() const { return capabilities_; }

    const std::uint64_t id;
    const protocol::Adopt adopt;
    protocol::Command request;        // what it came with
    options::Environment environment; // its own
    Session* session = nullptr;
    std::unique_ptr<Guest> guest; // of a share; nobody else's clients have one
    Display display;
    std::string key_table;  // of the next key, empty: root
    bool repeating = false; // a key of the table that may be repeated was the last
    std::optional<SessionId> last_session;
    vt::Rect last_box{}; // of the last menu or popup
    bool read_only = false;
    ClientFlags flags;
    bool focused = true; // its terminal has the focus, as far as it said
    bool alive_asked = false;
    bool alive = false;
    std::uint64_t created = 0;
    std::uint64_t activity = 0;    // seconds of the epoch, of the last input
    std::uint64_t activity_us = 0; // CLOCK_MONOTONIC
    MouseState mouse;
    Corner corner; // of what the last frame showed of the window
    std::optional<Pan> pan;
    Source key_timer; // ends a repeat, or a prefix

  private:
    bool on_packet(protocol::Packet& packet);
    // Of whom typed bytes are, for the mux that finds them in the Transit.
    [[nodiscard]] std::uint64_t typist() const { return typist_; }
    [[nodiscard]] ssize_t read_tty(int fd, std::span<char> buffer, std::string_view& bytes);
    void on_typed(std::string_view bytes);
    void typed();
    void on_input(std::string_view bytes);
    void on_replies(const std::vector<vt::Reply>& replies);
    void on_user_input(std::string_view bytes);
    void send_output(protocol::Stream stream, std::string_view bytes);
    [[nodiscard]] bool on_file(protocol::FileData data);
    void handle_keys();
    void start_probe();
    void take_position(std::string& user);
    void on_drained();
    void close();
    void leave_session();
    void send_finish();
    void send_aside();
    [[nodiscard]] bool on_back();

    void drop_overlay();

    Server& server_;
    std::shared_ptr<Overlay> overlay_;
    std::unique_ptr<protocol::Channel> channel_;
    std::unique_ptr<Control> control_;
    std::unique_ptr<Tty> tty_;
    vt::Size size_;
    std::optional<vt::ClientProbe> probe_;
    Source probe_timer_;
    vt::Capabilities capabilities_;
    keys::Decoder decoder_;
    Source escape_timer_;
    Source finish_timer_;
    std::optional<protocol::Finish> finish_;
    std::optional<protocol::Leave> leave_;
    std::optional<protocol::StepAside> aside_; // to be sent when the terminal has taken all
    std::vector<std::optional<PaneId>> clipboard_asked_; // for whom, in order; bounded
    bool away_ = false;
    bool locked_ = false; // away with a command
    std::size_t environment_bytes_ = 0;
    bool has_command_ = false;
    std::uint64_t typist_ = 0;
    bool ended_ = false;
    bool gone_ = false;    // nothing is left to be sent
    bool waiting_ = false; // its command came before the server was ready
    bool position_asked_ =
        false; // of the cursor, for a new pane that begins below what the terminal shows
};

} // namespace berth::mux
