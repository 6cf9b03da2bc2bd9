// berth-login: run by the first line of a login shell's start files below sshd. Hands the terminal
// to the account's mux and waits for the end; the mux reads and writes the terminal itself. Exit
// status: the session's; 75 (EX_TEMPFAIL): not for us, or no session was to be had within 2 s: the
// shell goes on as if berth were not there.
//   berth-login --check   0 when a login would be taken, else 75; for shells whose start files
//   cannot exit (fish, tcsh)
#include "base/log.h"
#include "client/conversation.h"
#include "client/files.h"
#include "place.h"

#include <cstdlib>
#include <cstring>
#include <string_view>
#include <unistd.h>

namespace {

constexpr int kNotForUs = 75;
constexpr int kGiveUpMs = 1900; // the promise is a plain shell within 2 s

std::string text_of(const char* name) {
    const char* value = std::getenv(name);
    return value != nullptr ? value : "";
}

berth::client::Place place_of_login() {
    // Tests and machines without the package name their own; sshd's configuration sets it, never
    // the client.
    const std::string socket = text_of("BERTH_LOGIN_SOCKET");
    if (!socket.empty())
        return {socket, true};
    return {berth::client::kSystemSocket, false};
}

int plain_shell(std::string_view reason) {
    berth::client::print(STDERR_FILENO,
                         "berth: " + std::string(reason) + "; this is the plain login shell\r\n");
    return kNotForUs;
}

} // namespace

int main(int argc, char** argv) {
    using namespace berth;
    log::open("berth-login");
    const bool check = argc == 2 && std::string_view(argv[1]) == "--check";
    if (!login::why_not_here().empty())
        return kNotForUs;
    const client::Place place = place_of_login();
    if (check)
        return 0;

    client::Wish wish;
    wish.open.purpose = protocol::Purpose::attach;
    wish.open.start = 1;
    wish.command.login = 1;
    wish.command.session = text_of("LC_BERTH").substr(0, protocol::kMaxLine);
    wish.command.term = text_of("TERM").substr(0, protocol::kMaxTerm);
    wish.command.directory = text_of("HOME").substr(0, protocol::kMaxPath);
    wish.use_terminal = true;
    wish.attach_within_ms = kGiveUpMs;
    auto outcome = client::converse(place, wish);
    if (!outcome && place.is_private &&
        (outcome.error().code == ENOENT || outcome.error().code == ECONNREFUSED) &&
        client::start_private(place))
        outcome = client::converse(place, wish);
    if (!outcome)
        return plain_shell(outcome.error().text());
    if (outcome->fallback)
        return plain_shell(outcome->text);
    if (!outcome->text.empty())
        client::print(STDOUT_FILENO, outcome->text + "\r\n");
    return outcome->status == kNotForUs ? 1 : outcome->status;
}
