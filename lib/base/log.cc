#include "base/log.h"

#define SD_JOURNAL_SUPPRESS_LOCATION
#include <array>
#include <cstdio>
#include <string>
#include <systemd/sd-journal.h>
#include <unistd.h>
#include <vector>

namespace berth::log {
namespace {

const char* program_name = "berth";
bool only_stderr = false;

constexpr std::array<const char*, 15> kMessageIds = {
    "",
    "5f3c1f0f6f0b4d0c9a8b6f1f7c2e4a01", // session_created
    "5f3c1f0f6f0b4d0c9a8b6f1f7c2e4a02", // session_attached
    "5f3c1f0f6f0b4d0c9a8b6f1f7c2e4a03", // session_detached
    "5f3c1f0f6f0b4d0c9a8b6f1f7c2e4a04", // session_ended
    "5f3c1f0f6f0b4d0c9a8b6f1f7c2e4a05", // refused
    "5f3c1f0f6f0b4d0c9a8b6f1f7c2e4a06", // peer_dropped
    "5f3c1f0f6f0b4d0c9a8b6f1f7c2e4a07", // mux_restarted
    "5f3c1f0f6f0b4d0c9a8b6f1f7c2e4a08", // share_created
    "5f3c1f0f6f0b4d0c9a8b6f1f7c2e4a09", // share_ended
    "5f3c1f0f6f0b4d0c9a8b6f1f7c2e4a0a", // guest_joined
    "5f3c1f0f6f0b4d0c9a8b6f1f7c2e4a0b", // guest_left
    "5f3c1f0f6f0b4d0c9a8b6f1f7c2e4a0c", // guest_refused
    "5f3c1f0f6f0b4d0c9a8b6f1f7c2e4a0d", // guest_role
    "5f3c1f0f6f0b4d0c9a8b6f1f7c2e4a0e", // guest_input
};

std::string printable(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
            c = '?';
    return out;
}

bool have_journal() {
    static const bool have = access("/run/systemd/journal/socket", W_OK) == 0;
    return have && !only_stderr;
}

} // namespace

const char* message_id(Event event) {
    return kMessageIds.at(static_cast<std::size_t>(event));
}

void use_stderr() {
    only_stderr = true;
}

void open(const char* program) {
    program_name = program;
}

void write(Level level, Event event, std::string_view text, Fields fields) {
    if (have_journal()) {
        std::vector<std::string> lines;
        lines.push_back("MESSAGE=" + printable(text));
        lines.push_back("PRIORITY=" + std::to_string(static_cast<int>(level)));
        lines.push_back(std::string("SYSLOG_IDENTIFIER=") + program_name);
        if (event != Event::none)
            lines.push_back(std::string("MESSAGE_ID=") + message_id(event));
        for (const auto& [name, value] : fields)
            lines.push_back(std::string(name) + "=" + printable(value));
        std::vector<iovec> vectors;
        for (std::string& line : lines)
            vectors.push_back({line.data(), line.size()});
        if (sd_journal_sendv(vectors.data(), static_cast<int>(vectors.size())) >= 0)
            return;
    }
    std::string line = std::string(program_name) + ": " + printable(text);
    for (const auto& [name, value] : fields)
        line += " " + std::string(name) + "=" + printable(value);
    line += "\n";
    std::fwrite(line.data(), 1, line.size(), stderr);
}

} // namespace berth::log
