// The configuration: the files that a server reads before it runs its first command, and what was
// wrong in them. Owned by the Server.
#pragma once

#include "base/event.h"

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace berth::mux {

class Client;
class Server;
struct Session;

inline constexpr std::uint64_t kConfigPatienceUs = 1'000'000; // of a login for a slow configuration
inline constexpr std::size_t kMaxCauses = 200;                // lines of errors that are kept

class Config {
  public:
    explicit Config(Server& server) : server_(server) {}

    // The client's command has to wait for the configuration, which begins with the first client.
    [[nodiscard]] bool holds(Client& client);
    // After an earlier mux of that configuration: with what it had set (Settings::known) all is
    // done; else options and keys are read anew, and nothing is made.
    enum class Settings { known, lost };
    void begin_again(std::vector<std::string> files, bool tmux, Settings settings);

    // Whoever attaches first reads what went wrong.
    void show_causes(Client& client);
    void add_cause(std::string text);
    [[nodiscard]] const std::vector<std::string>& files() const { return files_; }
    // Where the client is that began it: what its files name and run is found from there.
    [[nodiscard]] const std::string& directory() const { return directory_; }
    [[nodiscard]] bool finished() const { return state_ == State::finished; }

  private:
    enum class State { fresh, loading, running, finished };
    void begin(const Client& client);
    void read_given(std::uint64_t client, std::deque<std::string> paths);
    void read_default();
    void loaded(const std::string& path, std::string_view contents);
    void run();
    void finish();
    void release();

    Server& server_;
    State state_ = State::fresh;
    bool again_ = false;
    std::vector<std::string> files_;
    std::string directory_;
    std::vector<std::pair<std::string, std::string>> contents_; // path, text
    std::vector<std::string> causes_;
    std::vector<std::uint64_t> waiting_; // clients
    Source patience_;
};

} // namespace berth::mux
