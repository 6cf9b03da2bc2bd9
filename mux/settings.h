// Options, hooks, key bindings, environments, buffers and marks for the next mux: written to a
// memfd that the keeper keeps, when a command has changed any, before whoever gave the command is
// told. Owned by the Server.
#pragma once

#include "base/fd.h"
#include "base/result.h"
#include "journal/settings.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace berth::mux {

class Server;

class SettingsKeeper {
  public:
    explicit SettingsKeeper(Server& server) : server_(server) {}

    void write();
    // What the keeper gave back of an earlier mux.
    void held_settings(std::string bytes) { held_settings_ = std::move(bytes); }
    void held_buffers(std::string bytes) { held_buffers_ = std::move(bytes); }
    // True: they are all there, the configuration need not be read again.
    [[nodiscard]] bool take_held();
    void restore_globals(); // before there are windows and sessions
    void restore_items();   // of windows, panes and sessions, once they are there

  private:
    [[nodiscard]] std::uint64_t stamp() const;
    void write_settings();
    void write_buffers();
    void restore_buffers();

    Server& server_;
    std::string held_settings_, held_buffers_;
    journal::Settings restored_;
    bool restoring_ = false;
    std::uint64_t stamp_ = 0, buffers_stamp_ = 0; // of what the keeper has
};


[[nodiscard]] Result<Fd> memory_file_of(std::string_view bytes); // for the keeper

} // namespace berth::mux
