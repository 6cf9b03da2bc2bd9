// Between mux and keeper: programs, their terminals, what is kept for the next mux. A part of protocol/messages.h.
#pragma once

#include "protocol/message_ids.h"

namespace berth::protocol {

// keeper -> mux, first on a new link: who the user is.
struct Ready {
    static constexpr Id kId = Id::ready;
    static constexpr std::size_t kDescriptors = 0;
    std::uint32_t uid = 0;
    std::string user;
    std::string home;
    std::string shell;
    std::string host;
    std::string agent;  // the stable SSH_AUTH_SOCK, or empty
    std::string socket; // berthd's socket, for $TMUX and $BERTH
    template <class V> void fields(V& v) {
        v.number(uid);
        v.text(user, kMaxUser);
        v.text(home, kMaxPath);
        v.text(shell, kMaxPath);
        v.text(host, kMaxUser);
        v.text(agent, kMaxPath);
        v.text(socket, kMaxPath);
    }
};

// mux -> keeper: start a program. A pane gets a new pty; a job gets /dev/null (or the descriptor
// beside it) as standard input and a pipe for the rest, and answers with JobOutput; what a
// quiet_job writes to standard error goes to /dev/null. Environment packets before it: over the
// keeper's own.
struct Spawn {
    static constexpr Id kId = Id::spawn;
    static constexpr std::size_t kDescriptors = 1;
    std::uint64_t pane = 0;
    SpawnKind kind = SpawnKind::pane;
    Texts words;           // none: the login shell; one: run by the shell -c; more: run as they are
    std::string shell;     // empty: the account's
    std::string directory; // empty or gone: the home directory
    std::uint16_t rows = 24, columns = 80, x_pixels = 0, y_pixels = 0;
    template <class V> void fields(V& v) {
        v.number(pane);
        v.choice(kind, SpawnKind::quiet_job);
        v.texts(words, kMaxArguments, kMaxArgumentBytes);
        v.text(shell, kMaxPath);
        v.text(directory, kMaxPath);
        v.number(rows);
        v.number(columns);
        v.number(x_pixels);
        v.number(y_pixels);
    }
};

// keeper -> mux: the pane runs (or ran); its pty master is beside it (1 descriptor; a job has
// none). On a new link: one for each pane that is held.
struct Spawned {
    static constexpr Id kId = Id::spawned;
    static constexpr std::size_t kDescriptors = 1;
    std::uint64_t pane = 0;
    std::uint32_t pid = 0;
    std::string tty;
    std::uint8_t ended = 0;
    std::int32_t wait_status = 0; // wait(2), when ended
    template <class V> void fields(V& v) {
        v.number(pane);
        v.number(pid);
        v.text(tty, kMaxTerm);
        v.number(ended);
        v.number(wait_status);
    }
};

// keeper -> mux: the program of that Spawn could not be started; `code` is an errno value, `text` a
// line for the user.
struct SpawnFailed {
    static constexpr Id kId = Id::spawn_failed;
    static constexpr std::size_t kDescriptors = 0;
    std::uint64_t pane = 0;
    std::int32_t code = 0;
    std::string text;
    template <class V> void fields(V& v) {
        v.number(pane);
        v.number(code);
        v.text(text, kMaxLine);
    }
};

// keeper -> mux: the program has ended.
struct Exited {
    static constexpr Id kId = Id::exited;
    static constexpr std::size_t kDescriptors = 0;
    std::uint64_t pane = 0;
    std::int32_t wait_status = 0;
    template <class V> void fields(V& v) {
        v.number(pane);
        v.number(wait_status);
    }
};

// keeper -> mux: what a job printed (of a quiet_job: to standard output); at its end Exited.
struct JobOutput {
    static constexpr Id kId = Id::job_output;
    static constexpr std::size_t kDescriptors = 0;
    std::uint64_t pane = 0;
    std::string bytes;
    template <class V> void fields(V& v) {
        v.number(pane);
        v.text(bytes, kMaxChunk);
    }
};

// mux -> keeper: close the pane's master (which hangs its programs up) and forget it and what is
// kept for it.
struct Forget {
    static constexpr Id kId = Id::forget;
    static constexpr std::size_t kDescriptors = 0;
    std::uint64_t pane = 0;
    template <class V> void fields(V& v) { v.number(pane); }
};

// mux -> keeper: send the signal to the pane's process group.
struct Signal {
    static constexpr Id kId = Id::signal;
    static constexpr std::size_t kDescriptors = 0;
    std::uint64_t pane = 0;
    std::int32_t number = 0;
    template <class V> void fields(V& v) {
        v.number(pane);
        v.number(number);
    }
};

inline constexpr std::uint64_t kSlotsPerPane = 16; // memfds that the keeper keeps for one pane

// mux -> keeper: keep this memfd (1 descriptor) for the next mux, in the slot of that number; an
// older one there is closed. Slots of a pane are dropped with it: slot = pane * kSlotsPerPane +
// kind; pane 0 is the mux itself. Pane ids begin at 1 here.
struct Keep {
    static constexpr Id kId = Id::keep;
    static constexpr std::size_t kDescriptors = 1;
    std::uint64_t slot = 0;
    template <class V> void fields(V& v) { v.number(slot); }
};

// mux -> keeper: close what is kept in the slot.
struct Drop {
    static constexpr Id kId = Id::drop;
    static constexpr std::size_t kDescriptors = 0;
    std::uint64_t slot = 0;
    template <class V> void fields(V& v) { v.number(slot); }
};

// keeper -> mux, on a new link, after Ready: what is kept (1 descriptor each); then Spawned for
// each pane; then HeldEnd.
struct Kept {
    static constexpr Id kId = Id::kept;
    static constexpr std::size_t kDescriptors = 1;
    std::uint64_t slot = 0;
    template <class V> void fields(V& v) { v.number(slot); }
};

// keeper -> mux: all that is held was told; from now on the link is for new things.
struct HeldEnd {
    static constexpr Id kId = Id::held_end;
    static constexpr std::size_t kDescriptors = 0;
    template <class V> void fields(V&) {}
};

// mux -> keeper: what runs in the foreground of the pane, and where? -> Info
struct Query {
    static constexpr Id kId = Id::query;
    static constexpr std::size_t kDescriptors = 0;
    std::uint64_t pane = 0;
    template <class V> void fields(V& v) { v.number(pane); }
};

// keeper -> mux: the answer to Query; all is empty when nothing can be known.
struct Info {
    static constexpr Id kId = Id::info;
    static constexpr std::size_t kDescriptors = 0;
    std::uint64_t pane = 0;
    std::string program;
    std::string directory;
    Texts words; // of what was started from the pane's program; none: that is in the foreground
                 // itself
    template <class V> void fields(V& v) {
        v.number(pane);
        v.text(program, kMaxPath);
        v.text(directory, kMaxPath);
        v.texts(words, kMaxArguments, kMaxArgumentBytes);
    }
};

// mux -> keeper: the agents of the attached clients, most recently active first (SSH_AUTH_SOCK);
// the stable socket leads to the first that answers.
struct Agent {
    static constexpr Id kId = Id::agent;
    static constexpr std::size_t kDescriptors = 0;
    Texts paths;
    template <class V> void fields(V& v) { v.texts(paths, kMaxEntries, kMaxChunk); }
};

// mux -> keeper: these bytes of a program crashed the mux twice; keep them for a bug report in that
// file below the user's state folder.
struct SetAside {
    static constexpr Id kId = Id::set_aside;
    static constexpr std::size_t kDescriptors = 0;
    std::string name;
    std::string bytes;
    template <class V> void fields(V& v) {
        v.text(name, kMaxName);
        v.text(bytes, kMaxChunk);
    }
};

// mux -> keeper: keep the contents of this memfd (1 descriptor) on the disk for the first mux after
// a reboot, in place of those before. Without a descriptor: the user has ended every session,
// nothing shall come back. -> StateSaved; the next not before that.
struct SaveState {
    static constexpr Id kId = Id::save_state;
    static constexpr std::size_t kDescriptors = 1;
    template <class V> void fields(V&) {}
};

// keeper -> mux: the answer to SaveState; `code` is an errno value, `text` a line for people.
struct StateSaved {
    static constexpr Id kId = Id::state_saved;
    static constexpr std::size_t kDescriptors = 0;
    std::int32_t code = 0;
    std::string text;
    template <class V> void fields(V& v) {
        v.number(code);
        v.text(text, kMaxLine);
    }
};

// mux -> keeper: what was kept before the reboot? -> StateLoaded, as soon as the home directory
// answers
struct LoadState {
    static constexpr Id kId = Id::load_state;
    static constexpr std::size_t kDescriptors = 0;
    template <class V> void fields(V&) {}
};

// keeper -> mux: the answer to LoadState, with a memfd of it beside (1 descriptor; none: there is
// nothing, or this keeper has kept something itself since). `code` and `text` as in StateSaved.
// Also in place of the answer to SaveState, when the home directory has become another one
// meanwhile, which has something to come back: nothing was written.
struct StateLoaded {
    static constexpr Id kId = Id::state_loaded;
    static constexpr std::size_t kDescriptors = 1;
    std::int32_t code = 0;
    std::string text;
    template <class V> void fields(V& v) {
        v.number(code);
        v.text(text, kMaxLine);
    }
};

} // namespace berth::protocol
