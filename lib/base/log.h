// The one way to log: sd-journal with fields when there is a journal (sd_journal_sendv(3)), stderr
// otherwise. Programs log once, where they decide; libraries never do. Never terminal content,
// tokens or keys.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace berth::log {

enum class Level { error = 3, warning = 4, notice = 5, info = 6, debug = 7 };

// Ids of the events that administrators search for (journalctl MESSAGE_ID=…); docs/PROTOCOL.md
// lists them.
enum class Event {
    none,
    session_created,
    session_attached,
    session_detached,
    session_ended,
    refused,
    peer_dropped,
    mux_restarted,
    share_created,
    share_ended,
    guest_joined,
    guest_left,
    guest_refused,
    guest_role,
    guest_input
};
[[nodiscard]] const char* message_id(Event event); // 32 hexadecimal digits, "" for none

using Fields = std::initializer_list<std::pair<std::string_view, std::string_view>>;

// Names the program in every line; to be called once, at the start of main.
void open(const char* program);
// From now on to standard error alone: for a process that gives up sockets.
void use_stderr();
// Field names are upper case (BERTH_SESSION …); control characters in values are replaced.
void write(Level level, Event event, std::string_view text, Fields fields = {});
inline void error(std::string_view text) {
    write(Level::error, Event::none, text);
}
inline void warning(std::string_view text) {
    write(Level::warning, Event::none, text);
}
inline void info(std::string_view text) {
    write(Level::info, Event::none, text);
}

} // namespace berth::log
