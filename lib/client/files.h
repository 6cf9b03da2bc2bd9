// Files that a command names (load-buffer, save-buffer, source-file): read and written by the
// client, as the user who asked, for the mux, which has no files. "-" is standard input and output.
#pragma once

#include "base/event.h"
#include "protocol/channel.h"

#include <map>
#include <optional>
#include <set>
#include <string_view>

namespace berth::client {

inline constexpr std::size_t kMaxOpenFiles = 64; // requests of the mux at one time
inline constexpr std::size_t kFilePause =
    1024 * 1024; // bytes queued for the mux before reading pauses

class Files {
  public:
    // named: the only paths that are served, when the caller is root: the mux is another account's,
    // and must not use root's hands.
    Files(Loop& loop, protocol::Channel& channel, std::optional<protocol::Texts> named)
        : loop_(loop), channel_(channel), named_(std::move(named)) {}
    // false: no message about files, or a malformed one.
    [[nodiscard]] bool on_packet(protocol::Packet& packet);

  private:
    void read_on(std::uint32_t request, int fd);
    void answer(std::uint32_t request, int error);
    void refuse(const protocol::WriteFile& message, int error);
    [[nodiscard]] bool begin_read(const protocol::ReadFile& message);
    [[nodiscard]] bool write_part(const protocol::WriteFile& message);

    [[nodiscard]] bool may_touch(const std::string& path) const;

    struct Open {
        Fd fd;
        Source source;
    };

    Loop& loop_;
    protocol::Channel& channel_;
    std::optional<protocol::Texts> named_;
    std::map<std::uint32_t, Open> reading_;
    std::map<std::uint32_t, Fd> writing_;
    std::set<std::uint32_t> failed_; // further pieces of these are dropped
};

// Writes all of it; a reader that has gone is no error of ours.
void print(int fd, std::string_view bytes);

} // namespace berth::client
