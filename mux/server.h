// The mux of one account: its sessions, windows, panes, clients, options, key tables; its channels
// to berthd (who sends clients) and to the keeper (who starts programs and keeps state). Everything
// else in this folder works on it. One for each process.
#pragma once

#include "alerts.h"
#include "base/event.h"
#include "buffers.h"
#include "client.h"
#include "config.h"
#include "format_jobs.h"
#include "hooks.h"
#include "job.h"
#include "keys/bindings.h"
#include "locks.h"
#include "monitors.h"
#include "notices.h"
#include "options/environment.h"
#include "options/options.h"
#include "prompt/history.h"
#include "protocol/channel.h"
#include "session.h"
#include "settings.h"

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace berth::mux {

inline constexpr std::size_t kMaxSessions = 10'000;
inline constexpr std::size_t kMaxPanes = 10'000;
inline constexpr std::size_t kMaxSessionName = 64;      // bytes
inline constexpr std::size_t kHistoryBytes = 64U << 20; // of one pane's history
inline constexpr std::uint64_t kEndUs =
    1'500'000; // what clients' terminals may take when the server ends

inline constexpr std::uint64_t kQuerySoonUs = 30'000;   // after output, what runs is asked
inline constexpr std::uint64_t kQueryEveryUs = 500'000; // and at most so often

namespace records {
struct Record;
}
struct Origin;
struct Call;
class Execution;
class Guests;
class PaneMode;
class Restorer;
struct Guest;
struct MouseAt;
enum class Departure { plain, hang_up };

inline constexpr std::size_t kMaxWaitChannels = 10'000;

// What wait-for waits for.
struct WaitChannel {
    bool woken = false; // by a signal that nobody waited for yet
    bool locked = false;
    std::deque<std::shared_ptr<Execution>> waiters;
    std::deque<std::shared_ptr<Execution>> lockers;
};

struct Message {
    std::uint64_t time = 0; // seconds of the epoch
    std::string text;
};

// What a new pane runs; see protocol::Spawn.
struct PaneWish {
    std::vector<std::string> words;
    std::string directory;
    std::vector<std::string> environment; // "NAME=value", over the session's
};

class Server {
  public:
    // `introduction` was sent there.
    Server(Loop& loop, Fd berthd, protocol::Open introduction);
    ~Server();

    [[nodiscard]] Loop& loop() { return loop_; }
    // The keeper has told everything that an earlier mux left; commands run from then on.
    [[nodiscard]] bool ready() const { return ready_; }

    // ---- clients (server_clients.cc)
    void run(Client& client);                  // the command that it came with, as soon as ready()
    void client_left(Client& client);          // its terminal shows no session any more
    void client_answered(Client& client);      // it is alive
    void client_active(const Client& client);  // its user typed
    static void used_by(const Client& client); // the window that it shows is its now
    [[nodiscard]] Client* client_by_id(std::uint64_t id);
    [[nodiscard]] std::vector<Session*> by_activity() const; // used last first
    [[nodiscard]] std::vector<Session*> by_name() const;
    void reap_later();
    // Gives the session what update-environment means of the client's environment.
    void update_environment(Session& session, const Client& client);
    // Asks a client for a file; the answer comes once, at its end.
    using FileCall = std::move_only_function<void(std::string contents, int error)>;
    void read_file(Client& client, std::string_view path, FileCall call);
    void write_file(Client& client, std::string_view path, std::string_view bytes, bool append,
                    FileCall call);
    // The same, piece by piece, until `last`.
    using StreamCall = std::move_only_function<void(std::string_view bytes, bool last)>;
    void read_stream(Client& client, std::string_view path, StreamCall call);
    [[nodiscard]] bool file_arrived(Client& client, protocol::FileData data);
    void files_lost(const Client& client); // it has gone
    void detach(Client& client, std::string_view text, int status = 0);
    // With -P or -x: its parent gets a SIGHUP.
    void detach(Client& client, Departure how);
    [[nodiscard]] const std::vector<std::unique_ptr<Client>>& clients() const { return clients_; }
    // The account's own, not guests.
    [[nodiscard]] std::vector<Client*> clients_of(const Session& session) const;
    void add_guest(std::uint64_t id, protocol::Adopt adopt, Fd connection,
                   std::unique_ptr<Guest> guest);
    void key_arrived(Client& client, const keys::Event& event);
    // To the pane, and to those that are synchronized with it.
    void send_key(Pane& pane, keys::Key key);
    void send_text(Pane& pane, std::string_view bytes);
    // Of a guest who may: to that pane alone.
    void guest_key(Pane& pane, const keys::Event& event);
    void guest_mouse(Pane& pane, const keys::Event& event, layout::Box box);
    // ---- modes of panes (mode.cc)
    PaneMode& enter_mode(Pane& pane, std::unique_ptr<PaneMode> mode);
    void leave_mode(Pane& pane);                                   // the one on top
    void leave_modes(Pane& pane);                                  // all
    void send_mode_key(Client* client, Pane& pane, keys::Key key); // the pane has a mode
    void mode_changed(const Pane& pane);                           // is to be drawn anew
    void send_mouse(Client& client, const MouseAt& at);            // to the pane that it is in
    // To the clipboards of the terminals that show the pane, as set-clipboard says.
    void set_clipboard(const Pane& pane, std::string_view text);
    void start_key_table(Client& client, std::string_view table);
    void end_key_table(Client& client);
    // A pane beside another one; nullptr: no space.
    [[nodiscard]] Pane* split(Session& session, Window& window, layout::Split request,
                              PaneWish wish);
    void client_resized(Client& client);
    // Everyone who sees the window, or the session.
    void refresh(const Window& window);
    void refresh(Session& session);

    // ---- sessions, windows, panes (server_sessions.cc)
    // Error::operation is a line for the user.
    [[nodiscard]] Result<Session*> new_session(std::string name, const Client* client,
                                               vt::Size size, PaneWish wish,
                                               std::string window_name = {},
                                               std::string group = {});
    Window& new_window(Session& session, int index, std::string name, vt::Size size, PaneWish wish);
    void kill_session(Session& session);
    void kill_window(Window& window);
    void kill_pane(Pane& pane);
    [[nodiscard]] Session* find_session(SessionId id);
    [[nodiscard]] Session* session_named(std::string_view name);
    [[nodiscard]] const std::map<SessionId, std::unique_ptr<Session>>& sessions() const {
        return sessions_;
    }
    [[nodiscard]] const std::map<WindowId, std::unique_ptr<Window>>& windows() const {
        return windows_;
    }
    [[nodiscard]] Pane* find_pane(PaneId id);
    [[nodiscard]] std::vector<Session*> sessions_of(const Window& window) const;
    // Sessions that share their windows (groups.cc).
    [[nodiscard]] std::vector<Session*> group_named(std::string_view name) const;
    void synchronize_group(const Session& from);
    [[nodiscard]] std::string name_in_group(std::string_view group) const;
    [[nodiscard]] std::string free_name(std::string_view wanted) const; // "main", "main-2" …
    [[nodiscard]] static Result<void> check_name(std::string_view name);
    void select_window(Session& session, int index);
    void select_pane(Pane& pane);
    [[nodiscard]] Session* session_beside(const Session& session,
                                          int step) const; // by name, around the end
    [[nodiscard]] int free_index(const Session& session, int from) const;
    [[nodiscard]] std::string sessions_json() const;
    // A session inside a session is only harmful when it shows itself.
    [[nodiscard]] bool nested_ok(const Client& client) const;
    void resize_windows(Session& session); // by its clients' sizes
    void resize_all();                     // also windows that nobody sees now
    [[nodiscard]] std::optional<vt::Size> wanted_size(const Window& window) const;
    [[nodiscard]] static vt::Size default_size(const Session& session);
    void spawn(Pane& pane, const Session& session, const PaneWish& wish);
    // Where a new window at that index makes room, when others must move; before: at the index
    // itself.
    [[nodiscard]] int make_room(Session& session, int index, bool before);
    [[nodiscard]] vt::Size new_window_size(const Session& session) const;
    // -c, else where the command came from.
    [[nodiscard]] std::string directory_for(const Call& call, const Session& session);
    void drop_if_unlinked(Window& window);
    void options_changed(std::string_view name);
    void write_down(); // what changed, before whoever changed it is told
    void changed();    // the records for the next mux are out of date

    // ---- moved about (server_moves.cc)
    struct LinkHow {
        bool kill = false; // what is at the index
        bool select = false;
    };
    // Without an index: the first that is free. The index that it got.
    [[nodiscard]] Result<int> link_window(Session& session, std::optional<int> index,
                                          Window& window, LinkHow how);
    void unlink_window(Session& session, int index); // a window in no session ends
    void renumber(Session& session);
    void unzoom(Window& window);
    void zoom(Window& window);
    void layout_changed(Window& window); // the panes take their sizes, clients see it
    void resize_window(Window& window, vt::Size size);
    // False: no space.
    [[nodiscard]] bool join_pane(Pane& pane, Window& window, layout::Split request);
    Window& break_pane(Pane& pane, Session& session, int index, std::string name);
    void swap_panes(Pane& one, Pane& other);
    void respawn(Pane& pane, const Session& session, PaneWish wish);
    [[nodiscard]] static std::vector<Pane*> synchronized_with(Pane& pane);
    // Asks the keeper what runs in the pane; what is called is called when all is answered that was
    // asked so far.
    void ask_program(const Pane& pane);
    [[nodiscard]] bool waits_for_keeper() const { return !told_.empty(); }
    void when_told(std::move_only_function<void()> call);

    // ---- told by panes
    struct Typed {
        PaneId pane = 0;
        std::uint64_t at_us = 0;
    };
    Typed typed; // what was given to a pane's program last
    void pane_changed(Pane& pane);
    void pane_ended(Pane& pane);
    void pane_takes_input(Pane& pane);
    void pane_relays(Pane& pane, std::string_view bytes);
    void pane_bell(Pane& pane);
    void pane_printed(const Pane& pane, std::string_view bytes); // as the program wrote it
    // Nothing is read of a pane that all clients have turned off.
    void check_reading(PaneId pane);
    void pane_title(Pane& pane);
    void pane_marks(Pane& pane, char kind);
    void pane_clipboard(Pane& pane, std::string_view base64);
    void pane_asks_clipboard(Pane& pane, std::string_view selection);
    // What the client's terminal says that its clipboard holds, after Client::ask_clipboard().
    void clipboard_told(std::optional<PaneId> pane, std::string_view reply);
    // Bytes for the terminals behind (DCS tmux;), as allow-passthrough says.
    void pane_passes_through(Pane& pane, std::string_view bytes);
    void pane_names_window(Pane& pane, std::string_view name);

    // ---- the focus (focus.cc)
    void focus_arrived(Client& client, bool in); // the client's terminal says so
    void focus_changed();                        // it may be another pane's

    // ---- programs (server_programs.cc)
    // What a program of the session (or of none) gets, $TMUX and its like included.
    [[nodiscard]] options::Environment program_environment(const Session* session,
                                                           std::optional<PaneId> pane) const;
    // False: beyond the limits, or no keeper.
    [[nodiscard]] bool send_spawn(const protocol::Spawn& spawn, const options::Environment& all,
                                  const std::vector<std::string>& over,
                                  std::vector<Fd> descriptors);
    void forget(std::uint64_t number); // of a pane (PaneId + 1) or a job

    // ---- keeper and berthd (server_links.cc)
    void keep(std::uint64_t slot_owner, std::uint64_t kind, Fd fd);
    // Of what is held, this makes no sense to this mux. An upgrade that is tried ends here, before
    // anything was changed: the mux before can read it.
    void cannot_read(std::string_view what);
    // Bytes that crash, into a file of the user's.
    void set_aside(const std::string& name, std::string_view bytes);
    // Where bytes are on their way between ptys and journals; null: there is none.
    [[nodiscard]] journal::Transit* transit() { return transit_ ? &*transit_ : nullptr; }
    void tell(protocol::EventKind kind, std::string_view session, std::string_view peer,
              std::string_view detail = {});
    void agents_changed();
    [[nodiscard]] const protocol::Ready& user() const { return user_; }
    void check_idle();
    [[nodiscard]] protocol::Channel* berthd() { return berthd_.get(); }
    [[nodiscard]] protocol::Channel* keeper() { return keeper_.get(); }
    // Who waits for that channel goes on.
    void wake(std::string_view channel);

    options::Set server_options;
    options::Set global_session_options;
    options::Set global_window_options;
    options::Environment environment; // of the server
    keys::Bindings bindings;
    Buffers buffers;
    prompt::History prompt_history;
    std::unique_ptr<Guests> guests;
    std::unique_ptr<Restorer> restorer;
    Jobs jobs{*this};
    Config config{*this};
    FormatJobs format_jobs{*this};
    Alerts alerts{*this};
    Hooks hooks{*this};
    Locks locks{*this};
    Monitors monitors{*this};
    bool in_hook = false;                          // what happens now is a hook's doing
    std::shared_ptr<const Extra> hook_event;       // what formats know of it
    void pipe(Pane& pane, std::string_view bytes); // of pipe-pane
    void close_pipe(Pane& pane);
    options::Flavour flavour = options::Flavour::kBerth; // whose defaults options have
    void use_tmux_defaults();
    options::Environment start_environment; // of the first client; configurations may ask for it
    Notices notices{*this};
    std::map<std::string, WaitChannel, std::less<>> wait_channels; // of wait-for
    std::deque<Message> messages;                                  // of show-messages, newest last
    void add_message(std::string text);
    std::uint32_t history_limit = 50000; // policy's, the global option's first value
    std::uint64_t started = 0;           // seconds of the epoch
    Pane* marked = nullptr;

  private:
    friend class Restorer; // makes sessions as restore_sessions() does
    void pass_on(Client& client, const keys::Event& event);
    void run_binding(Client& client, const keys::Binding& binding,
                     std::shared_ptr<const MouseAt> mouse);
    [[nodiscard]] bool run_key(Client& client, keys::Key key, const Pane* pane,
                               std::shared_ptr<const MouseAt> mouse);
    void mouse_arrived(Client& client, const keys::Event& event);
    void mouse_key(Client& client, MouseAt at);
    void double_click(std::uint64_t client, MouseAt at);
    enum class Patience { waiting, over };
    void come_back(Client& client);
    void login(Client& client);
    void choose(Client& client, Patience patience);
    void login_anew(Client& client, std::string name);
    void attach_login(Client& client, Session& session);
    void take_locale(Session& session, const Client& client);
    [[nodiscard]] std::string number_name() const;
    [[nodiscard]] static vt::HistoryLimits history_limits(const options::Set& options);
    [[nodiscard]] std::string default_window_name(std::string_view command) const;
    Pane& new_pane(const Session& session, Window& window, vt::Size size);
    std::unique_ptr<Window> empty_window(std::string name, vt::Size size);
    void spawn_failed(Pane& pane, std::string_view text);
    void pane_info(Pane& pane, std::string_view program, std::string_view directory);
    void remove_pane(Pane& pane, int status);
    void unmark(const Pane& pane);
    std::unique_ptr<Pane> take_pane(Pane& pane);
    static void place_pane(Window& window, std::unique_ptr<Pane> pane,
                           const layout::Split& request);
    [[nodiscard]] bool pane_remains(Pane& pane);
    void rename_by_program(const Pane& pane);
    void query_answered();
    void queries_lost();
    void remove_window(Window& window, int status);
    void unlink_all(Session& session, const Window& window, int status);
    void links_removed(Session& session, int status);
    using ClientTest = std::function<bool(const Client&)>;
    [[nodiscard]] bool size_is_ignored(const Client& client) const;
    [[nodiscard]] std::optional<vt::Size>
    size_by_policy(std::string_view policy, const Window* window, const ClientTest& see) const;
    void resize_by_clients(Window& window);
    [[nodiscard]] Session* instead_of(const Session& session) const;
    void check_unattached();
    void end_session(Session& session, std::string_view text, int status);
    struct Held;
    void restore_pane(Window& window, Held& held, PaneId id, std::string command, std::string path);
    void restore_windows(const records::Record& record);
    void restore_sessions(const records::Record& record);
    void adopt_strays();

    void send_environment(const options::Environment& all, const std::vector<std::string>& over);
    bool on_berthd(protocol::Packet& packet);
    void on_berthd_closed();
    bool on_keeper(protocol::Packet& packet);
    void on_keeper_closed();
    bool on_held(protocol::Packet& packet);
    void link_keeper(Fd socket, protocol::Range speaks);
    void link_berthd(Fd socket, protocol::Range speaks);
    bool on_hello(const protocol::Packet& packet);
    void retire();
    void end_when_taken();
    void recover();
    void end_all(std::string_view reason);
    void write_records();
    Loop& loop_;
    std::unique_ptr<protocol::Channel> berthd_;
    std::unique_ptr<protocol::Channel> keeper_;
    protocol::Open introduction_;                               // to berthd
    protocol::Ready user_;
    bool strict_ = false; // see cannot_read()
    Source retiring_;
    bool ready_ = false;
    bool ending_ = false;
    Source exit_timer_;
    std::map<std::uint64_t, Source> logins_; // waiting for signs of life, by client
    std::vector<std::pair<PaneId, int>> late_exits_;
    struct FileRequest {
        std::uint64_t client = 0;
        std::string contents;
        FileCall call;
        StreamCall stream; // in place of call
    };
    std::map<std::uint32_t, FileRequest> files_;
    std::uint32_t next_file_ = 1;
    std::uint64_t adopted_ = 0;

    std::vector<std::unique_ptr<Client>> clients_;
    std::map<SessionId, std::unique_ptr<Session>> sessions_;
    std::map<WindowId, std::unique_ptr<Window>> windows_;
    std::map<PaneId, Pane*> panes_;
    SessionId next_session_ = 0;
    WindowId next_window_ = 0;
    PaneId next_pane_ = 0;

    struct Held {
        journal::Journal::Kept journal;
        std::optional<protocol::Spawned> spawned;
        Fd master;
    };
    std::map<std::uint64_t, Held> held_; // by pane + 1
    std::string records_;                // what an earlier mux wrote
    SettingsKeeper settings_{*this};
    Source typed_bound_;
    std::optional<journal::Transit> transit_;
    std::array<Fd, journal::Transit::kParts> held_transit_;
    void open_transit();

    std::uint64_t activations_ = 0;   // of panes
    std::uint64_t active_client_ = 0; // whose agent is used
    std::uint64_t queries_ = 0;       // sent to the keeper, which answers each of them in turn
    std::uint64_t answers_ = 0;
    std::deque<std::pair<std::uint64_t, std::move_only_function<void()>>> told_; // by queries_
    Source records_due_;
    void tell_focus();
    Source focus_due_;
    Source reap_due_;
    Source idle_due_;
    std::vector<std::unique_ptr<Window>> dead_windows_;
    std::vector<std::unique_ptr<Pane>> dead_panes_;
    std::vector<std::unique_ptr<PaneMode>> dead_modes_;
    std::vector<std::unique_ptr<Session>> dead_sessions_;
};

[[nodiscard]] std::uint64_t epoch_seconds();

} // namespace berth::mux
