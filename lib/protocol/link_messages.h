// Between berthd and the muxes and keepers that it runs: clients that arrive, the channel between
// mux and keeper, ends and upgrades. A part of protocol/messages.h.
#pragma once

#include "protocol/message_ids.h"

namespace berth::protocol {

// berthd -> mux: serve the client whose connection comes beside it (1 descriptor). Policy's values
// are the user's.
struct Adopt {
    static constexpr Id kId = Id::adopt;
    static constexpr std::size_t kDescriptors = 1;
    std::uint64_t number = 0; // counts from 1 for each mux; Idle repeats it
    std::uint32_t uid = 0;
    std::uint32_t pid = 0;
    std::string user;
    Role role = Role::owner;
    Purpose purpose = Purpose::command;
    OnLogin on_login = OnLogin::resume;
    std::uint32_t replay_lines = 2000;
    std::uint32_t history_limit = 50000;
    std::uint32_t max_sessions = 64; // of the account, at a time
    std::uint32_t max_clients = 128; // attached to its sessions, at a time
    template <class V> void fields(V& v) {
        v.number(number);
        v.number(uid);
        v.number(pid);
        v.text(user, kMaxUser);
        v.choice(role, Role::read);
        v.choice(purpose, Purpose::mux);
        v.choice(on_login, OnLogin::menu);
        v.number(replay_lines);
        v.number(history_limit);
        v.number(max_sessions);
        v.number(max_clients);
    }
};

// berthd -> mux and keeper: their end of a channel between the two (1 descriptor); it replaces an
// older one. Tells the range that the other end speaks.
struct KeeperLink {
    static constexpr Id kId = Id::keeper_link;
    static constexpr std::size_t kDescriptors = 1;
    std::uint16_t oldest = kOldestVersion;
    std::uint16_t version = kVersion;
    std::uint8_t strict = 0; // 1: a mux that cannot read all that is held ends and changes nothing
    template <class V> void fields(V& v) {
        v.number(oldest);
        v.number(version);
        v.number(strict);
    }
};

// keeper -> mux and keeper -> berthd, after berthd was started anew: their end of a new channel
// between mux and berthd (1 descriptor). Tells the range that the other end speaks.
struct MuxLink {
    static constexpr Id kId = Id::mux_link;
    static constexpr std::size_t kDescriptors = 1;
    std::uint16_t oldest = kOldestVersion;
    std::uint16_t version = kVersion;
    template <class V> void fields(V& v) {
        v.number(oldest);
        v.number(version);
    }
};

// berthd -> keeper and mux: end yourselves.
struct Shutdown {
    static constexpr Id kId = Id::shutdown;
    static constexpr std::size_t kDescriptors = 0;
    template <class V> void fields(V&) {}
};

// mux -> berthd: no session and no client is left after the Adopt of that number.
struct Idle {
    static constexpr Id kId = Id::idle;
    static constexpr std::size_t kDescriptors = 0;
    std::uint64_t number = 0;
    template <class V> void fields(V& v) { v.number(number); }
};

// mux -> berthd: something for the journal.
struct Event {
    static constexpr Id kId = Id::event;
    static constexpr std::size_t kDescriptors = 0;
    EventKind kind = EventKind::created;
    std::string session;
    std::string peer; // address of the client's ssh connection, or empty
    std::string detail;
    template <class V> void fields(V& v) {
        v.choice(kind, EventKind::refused);
        v.text(session, kMaxName);
        v.text(peer, kMaxLine);
        v.text(detail, kMaxLine);
    }
};

// berthd -> mux, before an Adopt, when it is news: what the policy wants to come back after a
// reboot.
struct RestoreRules {
    static constexpr Id kId = Id::restore_rules;
    static constexpr std::size_t kDescriptors = 0;
    RestoreLevel level = RestoreLevel::off;
    std::uint32_t lifetime = 0; // seconds
    std::uint32_t lines = 0;    // of each pane's history
    std::uint32_t size = 0;     // KiB of the file
    std::string rerun;          // names of programs, with commas between them
    template <class V> void fields(V& v) {
        v.choice(level, RestoreLevel::full);
        v.number(lifetime);
        v.number(lines);
        v.number(size);
        v.text(rerun, kMaxLine);
    }
};

// berthd -> mux: write everything down for the mux that takes over, and end.
struct Retire {
    static constexpr Id kId = Id::retire;
    static constexpr std::size_t kDescriptors = 0;
    template <class V> void fields(V&) {}
};

// mux -> berthd: all that the keeper held was taken over.
struct Recovered {
    static constexpr Id kId = Id::recovered;
    static constexpr std::size_t kDescriptors = 0;
    std::uint32_t sessions = 0;
    std::uint32_t panes = 0;
    template <class V> void fields(V& v) {
        v.number(sessions);
        v.number(panes);
    }
};

// berthd -> keeper: go on as the program that is installed now, with everything that is held. The
// new one says Open; one that stays as it is says RenewFailed.
struct Renew {
    static constexpr Id kId = Id::renew;
    static constexpr std::size_t kDescriptors = 0;
    template <class V> void fields(V&) {}
};

// keeper -> berthd: it goes on as the program that it is, and why.
struct RenewFailed {
    static constexpr Id kId = Id::renew_failed;
    static constexpr std::size_t kDescriptors = 0;
    std::string text;
    template <class V> void fields(V& v) { v.text(text, kMaxLine); }
};

} // namespace berth::protocol
