// The mux's own state for the next mux: sessions, windows, panes, who links to what, names and
// sizes, as bytes of one version. What the keeper gives back is checked as hostile input: at worst
// panes end up in a session of their own.
#pragma once

#include "protocol/messages.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace berth::mux::records {

inline constexpr std::uint32_t kVersion = 4;
inline constexpr std::size_t kMaxItems = 10'000;   // sessions, windows, panes, links, variables
inline constexpr std::size_t kMaxText = 64 * 1024; // of one text

struct PaneRecord {
    std::uint32_t id = 0;
    std::string start_command, start_path;
    std::uint8_t input_off = 0;
    template <class V> void fields(V& v) {
        v.number(id);
        v.text(start_command, kMaxText);
        v.text(start_path, kMaxText);
        v.number(input_off);
    }
};

struct WindowRecord {
    std::uint32_t id = 0;
    std::string name;
    std::uint32_t rows = 24, columns = 80;
    std::string layout; // tmux's layout string
    std::uint32_t active = 0;
    std::uint8_t zoomed = 0;
    std::uint64_t created = 0, activity = 0;
    std::vector<PaneRecord> panes;
    template <class V> void fields(V& v) {
        v.number(id);
        v.text(name, kMaxText);
        v.number(rows);
        v.number(columns);
        v.text(layout, kMaxText);
        v.number(active);
        v.number(zoomed);
        v.number(created);
        v.number(activity);
        v.list(panes, kMaxItems);
    }
};

struct LinkRecord {
    std::uint32_t index = 0, window = 0;
    template <class V> void fields(V& v) {
        v.number(index);
        v.number(window);
    }
};

struct SessionRecord {
    std::uint32_t id = 0;
    std::string name, directory;
    std::string group; // whose windows it has, or empty
    std::uint32_t current = 0;
    std::uint64_t created = 0, activity = 0, last_attached = 0;
    std::uint8_t by_login = 0;
    std::vector<LinkRecord> links;
    protocol::Texts environment; // "NAME=value", or "NAME": removed
    template <class V> void fields(V& v) {
        v.number(id);
        v.text(name, kMaxText);
        v.text(directory, kMaxText);
        v.text(group, kMaxText);
        v.number(current);
        v.number(created);
        v.number(activity);
        v.number(last_attached);
        v.number(by_login);
        v.list(links, kMaxItems);
        v.texts(environment, kMaxItems, protocol::kMaxEnvironment);
    }
};

struct Record {
    std::uint32_t version = kVersion;
    std::uint32_t next_session = 0, next_window = 0, next_pane = 0;
    std::vector<WindowRecord> windows;
    std::vector<SessionRecord> sessions;
    protocol::Texts config_files;
    std::uint8_t tmux = 0; // 1: options have tmux's own defaults
    template <class V> void fields(V& v) {
        v.number(version);
        v.number(next_session);
        v.number(next_window);
        v.number(next_pane);
        v.list(windows, kMaxItems);
        v.list(sessions, kMaxItems);
        v.texts(config_files, kMaxItems, protocol::kMaxEnvironment);
        v.number(tmux);
    }
};

[[nodiscard]] inline std::string encode(Record record) {
    std::string bytes;
    protocol::Encoder encoder(bytes);
    record.fields(encoder);
    return encoder.ok() ? bytes : std::string();
}

// false: malformed, or of another version.
[[nodiscard]] inline bool decode(std::string_view bytes, Record& record) {
    protocol::Decoder decoder(bytes);
    record.fields(decoder);
    return decoder.complete() && record.version == kVersion;
}

} // namespace berth::mux::records
