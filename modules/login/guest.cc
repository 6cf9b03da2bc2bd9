#include "guest.h"

#include "client/conversation.h"
#include "client/files.h"
#include "confine.h"
#include "fingerprint.h"

#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <unistd.h>

extern char** environ;

namespace berth::login {
namespace {

constexpr std::string_view kName = "guest-shell";
constexpr int kNotForGuests = 126;

int say(const std::string& text, int status) {
    client::print(STDERR_FILENO, text + "\r\n");
    return status;
}

std::string take(const char* name, std::size_t most) {
    const char* value = std::getenv(name);
    return std::string(value != nullptr ? value : "").substr(0, most);
}

} // namespace

bool is_guest(int argc, char** argv) {
    std::string_view name = argc > 0 ? argv[0] : "";
    name.remove_prefix(std::min(name.rfind('/') + 1, name.size()));
    return name == kName || (name.starts_with('-') && name.substr(1) == kName);
}

int guest_login() {
    if (!confine_guest())
        return say("berth: guests are not safe from each other on this machine", kNotForGuests);
    if (std::getenv("SSH_ORIGINAL_COMMAND") != nullptr)
        return say("berth: a guest runs no commands and copies no files", kNotForGuests);
    if (isatty(STDIN_FILENO) == 0)
        return say("berth: a guest needs a terminal", kNotForGuests);
    client::Wish wish;
    wish.open.purpose = protocol::Purpose::guest;
    const std::string connection = take("SSH_CONNECTION", protocol::kMaxTerm);
    wish.open.words = {connection.substr(0, connection.find(' ')),
                       fingerprint(take("BERTH_GUEST_KEY", protocol::kMaxLine * 4))};
    wish.command.term = take("TERM", protocol::kMaxTerm);
    wish.use_terminal = true;
    wish.no_environment = true;
    clearenv();
    const auto outcome = client::converse({client::kSystemSocket, false}, wish);
    if (!outcome)
        return say("berth: this share cannot be reached now", 1);
    if (!outcome->text.empty())
        client::print(STDOUT_FILENO, outcome->text + "\r\n");
    return outcome->status;
}

} // namespace berth::login
