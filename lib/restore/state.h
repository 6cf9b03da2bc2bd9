// What comes back after a reboot: names, layouts, folders, titles, what ran where and, if the
// policy wants it, what the panes showed. Plain values of one account's sessions; the mux makes
// them and makes sessions of them again. They were in a file of the user's meanwhile: hostile
// input.
#pragma once

#include "protocol/codec.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace berth::restore {

inline constexpr std::uint32_t kStateVersion = 1;
inline constexpr std::size_t kMaxParts = 10'000;   // sessions, windows, panes, links, variables
inline constexpr std::size_t kMaxText = 64 * 1024; // of one text
inline constexpr std::size_t kMaxVariables = 1024 * 1024; // bytes of one session's environment
inline constexpr std::size_t kMaxContents = 64U << 20;    // of what one pane showed

struct PaneState {
    std::uint32_t id = 0; // as in the layout
    std::string directory;
    std::string title;
    protocol::Texts ran;   // the words of what ran in the foreground; none: the pane's own program
    protocol::Texts words; // what the pane was made for, if that was not the shell
    std::string contents;  // what brings history and screen back, printed to a terminal
    template <class V> void fields(V& v) {
        v.number(id);
        v.text(directory, kMaxText);
        v.text(title, kMaxText);
        v.texts(ran, kMaxParts, kMaxText);
        v.texts(words, kMaxParts, kMaxText);
        v.text(contents, kMaxContents);
    }
};

struct WindowState {
    std::uint32_t id = 0;
    std::string name;
    std::uint8_t named = 0; // 1: by the user, it does not follow the program
    std::uint32_t rows = 24, columns = 80;
    std::string layout; // tmux's layout string
    std::uint32_t active = 0;
    std::uint8_t zoomed = 0;
    std::vector<PaneState> panes;
    template <class V> void fields(V& v) {
        v.number(id);
        v.text(name, kMaxText);
        v.number(named);
        v.number(rows);
        v.number(columns);
        v.text(layout, kMaxText);
        v.number(active);
        v.number(zoomed);
        v.list(panes, kMaxParts);
    }
};

struct LinkState {
    std::uint32_t index = 0, window = 0;
    template <class V> void fields(V& v) {
        v.number(index);
        v.number(window);
    }
};

struct SessionState {
    std::string name, directory;
    std::string group; // whose windows it has, or empty
    std::uint32_t current = 0;
    std::uint64_t created = 0, activity = 0, last_attached = 0; // seconds of the epoch
    std::uint8_t by_login = 0;
    std::vector<LinkState> links;
    protocol::Texts environment; // that was asked for: "NAME=value", or "NAME": removed
    template <class V> void fields(V& v) {
        v.text(name, kMaxText);
        v.text(directory, kMaxText);
        v.text(group, kMaxText);
        v.number(current);
        v.number(created);
        v.number(activity);
        v.number(last_attached);
        v.number(by_login);
        v.list(links, kMaxParts);
        v.texts(environment, kMaxParts, kMaxVariables);
    }
};

struct State {
    std::uint32_t version = kStateVersion;
    std::uint64_t saved = 0; // seconds of the epoch
    std::vector<WindowState> windows;
    std::vector<SessionState> sessions;
    template <class V> void fields(V& v) {
        v.number(version);
        v.number(saved);
        v.list(windows, kMaxParts);
        v.list(sessions, kMaxParts);
    }
};

// Empty: something is beyond its limit.
[[nodiscard]] std::string encode(State state);
// false: malformed, or of another version.
[[nodiscard]] bool decode(std::string_view bytes, State& state);

} // namespace berth::restore
