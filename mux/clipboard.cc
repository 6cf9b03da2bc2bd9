// The clipboards of clients' terminals: OSC 52 (xterm's ctlseqs, "Manipulate Selection Data").
#include "client.h"
#include "server.h"

#include <cstddef>

namespace berth::mux {
namespace {

constexpr std::size_t kMaxClipboard = std::size_t{1} << 20; // bytes; longer texts stay in buffers

std::string base64(std::string_view bytes) {
    constexpr std::string_view kDigits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
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

} // namespace

void Server::set_clipboard(const Pane& pane, std::string_view text) {
    if (server_options.text("set-clipboard") == "off" || text.size() > kMaxClipboard)
        return;
    const std::string encoded = base64(text);
    for (const auto& client : clients_)
        if (client->session != nullptr && client->session->window() == pane.window)
            client->display.clipboard(encoded);
}

} // namespace berth::mux
