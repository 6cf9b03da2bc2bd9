// berth-login: run by the first lines of a login shell's start files below sshd. Hands the terminal
// to the account's mux and waits for the end; the mux reads and writes the terminal itself.
//   berth-login --check   0 when a login would be taken, else 75: the shell goes on as if berth
//   were
//                         not there
//   berth-login --exec    instead of the shell, after --check. Exit status: the session's. When no
//                         session is to be had within 2 s, or on a crash, it becomes the plain
//                         shell
//   berth-login --force   for sshd's ForceCommand: a bare login goes into a session, see forced.h
//   guest-shell           (by that name) for guests of a share, see guest.h
//   berth-login           as a child of the shell. Exit status: the session's, or 75 (EX_TEMPFAIL)
#include "base/log.h"
#include "client/aside.h"
#include "client/conversation.h"
#include "client/files.h"
#include "forced.h"
#include "guest.h"
#include "place.h"
#include "shell.h"

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

enum class Mode { child, check, instead, force };

// As a child: says so to the shell. Instead of it, or forced by sshd: becomes it.
int plain_shell(Mode mode, std::string_view reason) {
    if (!reason.empty())
        berth::client::print(STDERR_FILENO, "berth: " + std::string(reason) +
                                                "; this is the plain login shell\r\n");
    if (mode == Mode::instead || mode == Mode::force)
        berth::login::become_shell();
    return kNotForUs;
}

Mode mode_of(int argc, char** argv) {
    const std::string_view word = argc == 2 ? argv[1] : "";
    if (word == "--check")
        return Mode::check;
    if (word == "--exec")
        return Mode::instead;
    return word == "--force" ? Mode::force : Mode::child;
}

} // namespace

int main(int argc, char** argv) {
    using namespace berth;
    log::open("berth-login");
    if (login::is_guest(argc, argv))
        return login::guest_login();
    const Mode mode = mode_of(argc, argv);
    if (mode == Mode::force)
        if (const auto forced = login::forced_login(); forced.what == login::Forced::What::done)
            return forced.status;
    if (mode == Mode::instead || mode == Mode::force)
        if (const auto ready = login::prepare_shell(); !ready) {
            client::print(STDERR_FILENO, "berth: " + ready.error().text() + "\r\n");
            return EXIT_FAILURE;
        }
    const auto stand =
        mode == Mode::instead ? login::Stand::instead_of_shell : login::Stand::child_of_shell;
    if (mode != Mode::force && !login::why_not_here(stand).empty())
        return plain_shell(mode, "");
    const client::Place place = place_of_login();
    if (mode == Mode::check)
        return 0;

    client::Wish wish;
    wish.open.purpose = protocol::Purpose::attach;
    wish.open.start = 1;
    if (mode != Mode::force)
        wish.open.words = {protocol::kLoginWord};
    wish.command.login = 1;
    if (const std::string name = text_of("LC_BERTH"); name != "off") // forced logins have no choice
        wish.command.session = name.substr(0, protocol::kMaxLine);
    wish.command.term = text_of("TERM").substr(0, protocol::kMaxTerm);
    wish.command.directory = text_of("HOME").substr(0, protocol::kMaxPath);
    wish.use_terminal = true;
    wish.attach_within_ms = kGiveUpMs;
    const auto outcome = client::converse_or_start(place, wish);
    if (!outcome)
        return plain_shell(mode, outcome.error().text());
    if (outcome->fallback)
        return plain_shell(mode, outcome->text);
    if (!outcome->text.empty())
        client::print(STDOUT_FILENO, outcome->text + "\r\n");
    if (outcome->leave)
        client::leave(*outcome->leave);
    // As a child 75 has a meaning of its own.
    return mode == Mode::child && outcome->status == kNotForUs ? 1 : outcome->status;
}
