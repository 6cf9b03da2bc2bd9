// Commands being run: a parsed list, one after the other, for a client (the command line's, or the
// one whose key was pressed) or for nobody. A command may wait (for the keeper, for a file, for the
// user); its execution goes on when it is resumed.
#pragma once

#include "command/parser.h"
#include "formats.h"
#include "target.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace berth::mux {

class Client;
class Server;
class Execution;
struct MouseAt;

inline constexpr std::size_t kMaxSourced = 500; // files that one execution reads

enum class Flow {
    done,
    failed, // the message was told; what follows in the group is dropped
    waits,  // Execution::resume() will be called
};

// One command of an execution, while it is run.
struct Call {
    Server& server;
    Execution& execution;
    const command::Command& command;

    [[nodiscard]] const command::Arguments& arguments() const { return command.arguments; }
    [[nodiscard]] Client* client() const; // who asked, or nullptr when it has gone or nobody did
    // A line for whoever asked: standard output of the command line, a view or the status line of a
    // key's client.
    void print(std::string_view text) const;
    Flow fail(std::string_view text) const;
    // What -t (or -s) means, or what is current without it. The error was told.
    [[nodiscard]] std::optional<Found> target(char flag = 't') const;
};

// Where commands come from decides what "current" means.
struct Origin {
    std::uint64_t client = 0;               // its id, 0: nobody
    bool command_line = false;              // of `berth …`: the client ends with the commands
    bool control_line = false;              // a line of a client in control mode
    std::optional<PaneId> pane{};           // the pane that it was run in ($TMUX_PANE)
    std::optional<PaneId> current{};        // the pane that is current, whoever asks
    std::shared_ptr<const MouseAt> mouse{}; // the key, when it is a mouse key
    bool in_hook = false;                   // commands of a hook run no hooks
    std::shared_ptr<const Extra> event{};   // what formats know of the hook's event
    bool only_settings = false;             // a configuration read again: it makes nothing
};

class Execution : public std::enable_shared_from_this<Execution> {
  public:
    Execution(Server& server, Origin origin, command::CommandList list)
        : server_(server), origin_(origin), list_(std::move(list)) {}

    // Runs until a command waits, or to the end.
    void run();
    void resume(Flow flow = Flow::done);
    // What follows in the group of the command that waits is not run.
    void drop_group();
    // From the start on: nothing is run before resume().
    void wait() { waiting_ = true; }
    // What the command line ends with, unless a later command fails.
    void set_status(int status) { status_ = status; }
    // Called once, when everything has run.
    void at_end(std::move_only_function<void()> call) { at_end_ = std::move(call); }
    // One more file is read for it: false beyond the limit.
    [[nodiscard]] bool may_source() { return ++sourced_ <= kMaxSourced; }
    // Runs these before what follows.
    void insert(command::CommandList list);
    [[nodiscard]] Result<command::CommandList> parse(std::string_view text) const;
    [[nodiscard]] Result<command::CommandList>
    parse_values(std::span<const command::Value> values) const;

    // set-hook -R: its commands come next.
    void run_hook_now(const command::Command& by, const std::string& hook);

    [[nodiscard]] const Origin& origin() const { return origin_; }
    [[nodiscard]] Client* client() const;
    [[nodiscard]] Server& server() const { return server_; }

  private:
    void step(const command::Command& command);
    [[nodiscard]] Flow carry_out(const command::Command& command);
    [[nodiscard]] bool asks_programs(const command::Command& command);
    void run_hook(const command::Command& command, const std::string& hook);
    void finish();

    Server& server_;
    Origin origin_;
    command::CommandList list_;
    std::size_t next_ = 0;
    bool waiting_ = false;
    bool running_ = false;
    std::optional<command::Command> waits_for_; // whose end is told by resume()
    unsigned group_ = 0; // of the command that runs
    int status_ = 0;
    std::size_t sourced_ = 0; // files
    std::move_only_function<void()> at_end_;
    bool asked_ = false; // the keeper, what programs run, for the command that is next
};

// An execution that nobody waits for (-b), at the same place; it waits to be resumed.
[[nodiscard]] std::shared_ptr<Execution> execution_beside(const Call& call,
                                                          command::CommandList list = {});
// What a file holds.
[[nodiscard]] Result<command::CommandList> parse_file(Server& server, std::string_view text,
                                                      const std::string& path);
// Behind the others, in groups of its own.
void append(command::CommandList& list, command::CommandList more);
// The words of the client's command line.
void run_words(Server& server, Client& client);
// A line of a client in control mode, which is told when it is done. What is wrong with it, else
// nothing.
[[nodiscard]] std::optional<std::string> run_control_line(Server& server, Client& client,
                                                          std::string_view text);
// A command text (a key's binding, the prompt's line) for an attached client.
void run_text(Server& server, Client& client, std::string_view text,
              std::shared_ptr<const MouseAt> mouse = {});
void run_text(Server& server, const Origin& origin, std::string_view text);

} // namespace berth::mux
