#include "client_flags.h"

#include "client.h"
#include "control.h"
#include "options/number.h"

#include <array>

namespace berth::mux {
namespace {

constexpr long long kLongestPause = 24LL * 3600; // seconds

struct Row {
    std::string_view name;
    bool ClientFlags::* flag;
    bool control; // of control mode only
};

constexpr std::array kRows = {
    Row{"active-pane", &ClientFlags::active_pane, false},
    Row{"ignore-size", &ClientFlags::ignore_size, false},
    Row{"no-output", &ClientFlags::no_output, true},
    Row{"wait-exit", &ClientFlags::wait_exit, true},
};

void set_pause(Client& client, std::string_view value) {
    const auto seconds = options::read_number(value, 0, kLongestPause);
    client.control()->set_pause_after(
        seconds ? std::optional(static_cast<std::uint64_t>(*seconds) * 1000) : std::nullopt);
}

void set_one(Client& client, std::string_view name) {
    const bool on = !name.starts_with('!');
    if (!on)
        name.remove_prefix(1);
    if (client.control() != nullptr && name.substr(0, name.find('=')) == "pause-after") {
        const auto at = name.find('=');
        set_pause(client, !on ? "" : at == name.npos ? "0" : name.substr(at + 1));
        return;
    }
    if (name == "read-only") // what was given up does not come back
        client.read_only = client.read_only || on;
    for (const Row& row : kRows)
        if (name == row.name && (!row.control || client.control() != nullptr))
            client.flags.*row.flag = on;
}

} // namespace

void set_client_flags(Client& client, std::string_view list) {
    while (!list.empty()) {
        const auto end = list.find(',');
        set_one(client, list.substr(0, end));
        list.remove_prefix(end == list.npos ? list.size() : end + 1);
    }
}

std::string client_flags_text(const Client& client) {
    std::string text;
    const auto add = [&](bool wanted, std::string_view name) {
        if (wanted)
            text += std::string(name) + ",";
    };
    const Control* control = client.control();
    add(client.attached(), "attached");
    add(client.attached() && client.focused, "focused");
    add(client.away(), "suspended");
    add(control != nullptr, "control-mode");
    add(client.flags.ignore_size, "ignore-size");
    add(client.flags.no_output, "no-output");
    add(client.flags.wait_exit, "wait-exit");
    if (control != nullptr && control->pause_after())
        add(true, "pause-after=" + std::to_string(*control->pause_after() / 1000));
    add(client.read_only, "read-only");
    add(client.flags.active_pane, "active-pane");
    return text + "UTF-8";
}

} // namespace berth::mux
