// The clipboards of clients' terminals: OSC 52 (xterm's ctlseqs, "Manipulate Selection Data").
#include "client.h"
#include "guests.h"
#include "server.h"

#include <cstddef>

namespace berth::mux {
namespace {

constexpr std::size_t kMaxClipboard = std::size_t{1} << 20; // bytes; longer texts stay in buffers

constexpr std::string_view kDigits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void add_to_buffers(Server& server, std::string text) {
    if (text.empty())
        return;
    server.buffers.add(std::move(text), std::nullopt);
    if (const Buffer* newest = server.buffers.newest())
        server.notices.add({.event = Event::paste_buffer_changed, .name = newest->name});
}

// The selection as it was asked for; s0 is what none means.
std::string answer_of(std::string_view selection, std::string_view encoded) {
    return "\033]52;" + std::string(selection == "s0" ? "" : selection) + ";" +
           std::string(encoded) + "\033\\";
}

std::string base64(std::string_view bytes) {
    std::string out;
    out.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        const std::string_view part = bytes.substr(at, 3);
        std::uint32_t value = 0;
        for (std::size_t i = 0; i < 3; ++i)
            value = value << 8 | (i < part.size() ? static_cast<unsigned char>(part[i]) : 0U);
        for (std::size_t i = 0; i < 4; ++i)
            out += i <= part.size() ? kDigits[value >> (18 - 6 * i) & 63] : '=';
    }
    return out;
}

std::string from_base64(std::string_view digits) {
    std::string out;
    std::uint32_t value = 0;
    int bits = 0;
    for (const char digit : digits) {
        const auto at = kDigits.find(digit);
        if (at == kDigits.npos)
            break; // '=', or nothing that was sent in earnest
        value = value << 6 | static_cast<std::uint32_t>(at);
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            out += static_cast<char>(value >> bits & 0xff);
        }
    }
    return out;
}

// To the terminals that show the pane.
void to_terminals(Server& server, const Pane& pane, std::string_view encoded) {
    for (const auto& client : server.clients()) {
        const bool shows = client->guest != nullptr ? server.guests->sees(*client, pane)
                                                    : client->session != nullptr &&
                                                          client->session->window() == pane.window;
        if (shows)
            client->display.clipboard(encoded);
    }
}

} // namespace

// A program set the clipboard. It goes to the terminals unless set-clipboard is off, and with on it
// is a buffer, too.
void Server::pane_clipboard(Pane& pane, std::string_view encoded) {
    const std::string allowed = server_options.text("set-clipboard");
    if (allowed == "off")
        return;
    hooks.of_pane("pane-set-clipboard", pane);
    to_terminals(*this, pane, encoded);
    if (allowed == "on")
        add_to_buffers(*this, from_base64(encoded));
}

// A program asks for the clipboard: as tmux, nothing is told unless set-clipboard is on.
void Server::pane_asks_clipboard(Pane& pane, std::string_view selection) {
    const std::string from = server_options.text("get-clipboard");
    if (server_options.text("set-clipboard") != "on" || from == "off")
        return;
    if (from == "request" || from == "both") {
        Client* best = nullptr; // of those that show the pane, who was used last
        for (const auto& client : clients_)
            if (client->session != nullptr && client->session->window() == pane.window &&
                client->guest == nullptr && client->tty() != nullptr &&
                (best == nullptr || client->activity_us > best->activity_us))
                best = client.get();
        if (best != nullptr)
            return best->ask_clipboard(pane.id);
        if (from == "request")
            return;
    }
    const Buffer* newest = buffers.newest();
    if (newest != nullptr && newest->text.size() <= kMaxClipboard)
        pane.input(answer_of(selection, base64(newest->text)));
}

void Server::clipboard_told(std::optional<PaneId> asked, std::string_view reply) {
    const auto semicolon = reply.find(';');
    if (semicolon == reply.npos)
        return;
    const std::string text = from_base64(reply.substr(semicolon + 1));
    Pane* pane = asked ? find_pane(*asked) : nullptr;
    if (pane != nullptr)
        pane->input(answer_of("c", base64(text)));
    if (!asked || server_options.text("get-clipboard") == "both")
        add_to_buffers(*this, text);
}

void Server::set_clipboard(const Pane& pane, std::string_view text) {
    if (server_options.text("set-clipboard") == "off" || text.size() > kMaxClipboard)
        return;
    to_terminals(*this, pane, base64(text));
}

} // namespace berth::mux
