// lock-command on clients' terminals: by the commands lock-*, and for sessions in which no key was
// pressed for lock-after-time. Owned by the Server.
#pragma once

#include "base/event.h"
#include "session.h"

#include <map>

namespace berth::mux {

class Client;
class Server;

class Locks {
  public:
    explicit Locks(Server& server) : server_(server) {}

    static void lock(Client& client);
    void lock(const Session& session);
    void lock_all();
    // A client shows it from now on: its time runs.
    void watch(const Session& session);
    void watch_all(); // lock-after-time may have changed

  private:
    void check(SessionId id);

    Server& server_;
    std::map<SessionId, Source> timers_;
};

} // namespace berth::mux
