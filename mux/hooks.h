// Hooks: the commands that options such as after-new-window and pane-exited hold, run when what
// they are named after has happened. Owned by the Server. Commands of a hook run no hooks.
#pragma once

#include "base/event.h"
#include "execution.h"
#include "formats.h"

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace berth::mux {

inline constexpr std::size_t kMaxEvents = 1000;       // that wait for the loop's next turn
inline constexpr std::size_t kMaxEventWaiters = 1000; // of wait-for -E

class Hooks {
  public:
    explicit Hooks(Server& server) : server_(server) {}

    // Something has happened; its hooks run on the loop's next turn.
    void of_client(std::string_view hook, const Client& client);
    void of_session(std::string_view hook, const Session& session);
    void of_link(std::string_view hook, const Session& session, const Window& window);
    void of_window(std::string_view hook, const Window& window); // for one session that has it
    void of_pane(std::string_view hook, const Pane& pane);

    // These, on the loop's next turn.
    void run_soon(Origin origin, std::vector<std::string> commands);
    // wait-for -E: goes on when that happens next. False: too many wait.
    [[nodiscard]] bool wait(std::string hook, std::shared_ptr<Execution> waiter);

    void wake(std::string_view hook); // it has happened

    // The hook's commands, now: an execution that has not begun; nullptr: there are none. `by`: the
    // command that it comes after.
    [[nodiscard]] std::shared_ptr<Execution>
    execution_of(std::string_view hook, const Execution& asker, const command::Command& by);

  private:
    struct About {
        const Client* client = nullptr;
        const Session* session = nullptr;
        const Window* window = nullptr;
        const Pane* pane = nullptr;
    };
    struct Event {
        Origin origin;
        std::vector<std::string> commands;
    };
    [[nodiscard]] std::vector<std::string> commands_of(std::string_view hook,
                                                       const About& about) const;
    void notify(std::string_view hook, const About& about);
    [[nodiscard]] std::shared_ptr<Execution> make(Event event);
    void run_all();

    Server& server_;
    std::deque<Event> events_;
    std::multimap<std::string, std::shared_ptr<Execution>, std::less<>> waiters_;
    std::deque<std::shared_ptr<Execution>> woken_;
    Source due_;
};

} // namespace berth::mux
