// Every message between berth's processes: its id, direction, fields, descriptors and limits. This
// file and docs/PROTOCOL.md say the same. Channels are SOCK_SEQPACKET sockets; a packet is a 16-bit
// id, then the fields (protocol/codec.h); descriptors travel beside it (SCM_RIGHTS). Texts are
// bytes without a terminating NUL.
#pragma once

#include "protocol/codec.h"

#include <cstdint>
#include <string>

namespace berth::protocol {

inline constexpr std::size_t kMaxPacket = 128 * 1024; // bytes of one packet
inline constexpr std::size_t kMaxChunk =
    64 * 1024; // bytes of output, of a file, of environment in one packet
inline constexpr std::size_t kMaxEnvironment =
    1024 * 1024; // bytes that the Environment packets before one command add up to
inline constexpr std::size_t kMaxUser = 256;       // an account's name
inline constexpr std::size_t kMaxName = 256;       // a session's name, as formats may grow it
inline constexpr std::size_t kMaxPath = 4096;      // PATH_MAX
inline constexpr std::size_t kMaxTerm = 128;       // $TERM, a tty's name
inline constexpr std::size_t kMaxLine = 1024;      // a line for people
inline constexpr std::size_t kMaxArguments = 1000; // words of one command
inline constexpr std::size_t kMaxArgumentBytes = 64 * 1024; // and their bytes
inline constexpr std::size_t kMaxEntries = 1000;            // entries of one Environment packet
inline constexpr std::size_t kMaxDescriptors = 3;           // descriptors beside one packet

inline constexpr std::size_t kMaxShareName = 64;       // bytes
inline constexpr std::size_t kMaxShareWith = 64;       // accounts and groups that one share names
inline constexpr std::size_t kMaxShareKeys = 64;       // ssh keys of one share
inline constexpr std::size_t kMaxKeyBytes = 32 * 1024; // of all of them
inline constexpr std::size_t kMaxToken = 67;           // bytes

inline constexpr std::size_t kMaxBuild = 64; // a version for people, or a program file's stamp

inline constexpr const char* kLoginWord = "login"; // Open::words of berth-login

// Who is at the other end of a new connection to berthd, and what for.
enum class Purpose : std::uint8_t { attach, command, admin, keeper, mux, guest };
enum class OnLogin : std::uint8_t { resume, fresh, mirror, menu };
enum class Role : std::uint8_t { owner, write, read };
enum class Stream : std::uint8_t { out, error };
enum class SpawnKind : std::uint8_t { pane, job, quiet_job };
enum class EventKind : std::uint8_t { created, attached, detached, ended, refused };
enum class ShareScope : std::uint8_t { session, window, pane };
enum class EndWhat : std::uint8_t { share, all, session };
enum class RestoreLevel : std::uint8_t { off, layout, full };
enum class GuestKind : std::uint8_t { joined, left, refused, kicked, role, paused, resumed, input };

enum class Id : std::uint16_t {
    open = 1,
    refused,
    reply,
    adopt,
    keeper_link,
    mux_link,
    shutdown,
    idle,
    event,
    share_make,
    share_made,
    share_end,
    share_state,
    adopt_guest,
    guest_event,
    restore_rules,
    environment = 20,
    command,
    resized,
    output,
    read_file,
    file_data,
    write_file,
    finish,
    attached,
    ready = 40,
    spawn,
    spawned,
    spawn_failed,
    exited,
    forget,
    signal,
    keep,
    drop,
    kept,
    held_end,
    query,
    info,
    agent,
    job_output,
    set_aside,
    save_state,
    state_saved,
    load_state,
    state_loaded,
    ping = 60,
    pong,
    hello,
    retire,
    recovered,
    renew,
    renew_failed
};

// ---- a new connection and berthd

// The first packet of every connection to berthd, and of a keeper that was renewed. `user` is empty
// for the caller's own account; only root may name another.
struct Open {
    static constexpr Id kId = Id::open;
    static constexpr std::size_t kDescriptors = 0;
    std::uint16_t oldest = kOldestVersion;
    std::uint16_t version = kVersion;
    Purpose purpose = Purpose::command;
    std::string user;
    std::uint8_t start = 0; // 1: start the account's keeper and mux when they do not run
    Texts words;            // Purpose::admin: the request and its arguments; Purpose::attach at the
                            // start of an ssh login: kLoginWord, so that policy's hook = off holds;
                            // Purpose::guest: of a token's account, the peer's address and the key
                            // that let it in; of another, the owner and the session;
                            // Purpose::keeper and mux: their version, and the stamp of their file
    template <class V> void fields(V& v) {
        v.number(oldest);
        v.number(version);
        v.choice(purpose, Purpose::guest);
        v.text(user, kMaxUser);
        v.number(start);
        v.texts(words, kMaxArguments, kMaxArgumentBytes);
    }
};

// berthd, or the mux, will not serve this connection; it is closed afterwards. `code` is an errno
// value (ENOENT: no server runs).
struct Refused {
    static constexpr Id kId = Id::refused;
    static constexpr std::size_t kDescriptors = 0;
    std::int32_t code = 0;
    std::string text;
    template <class V> void fields(V& v) {
        v.number(code);
        v.text(text, kMaxLine);
    }
};

// berthd's answer to Purpose::admin: a piece of text; `last` = 1 ends it, `status` is the exit
// status then.
struct Reply {
    static constexpr Id kId = Id::reply;
    static constexpr std::size_t kDescriptors = 0;
    std::string text;
    std::uint8_t last = 1;
    std::int32_t status = 0;
    template <class V> void fields(V& v) {
        v.text(text, kMaxChunk);
        v.number(last);
        v.number(status);
    }
};

// ---- berthd and mux, berthd and keeper

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

// mux -> berthd: share this, for the account of the mux. -> ShareMade
struct ShareMake {
    static constexpr Id kId = Id::share_make;
    static constexpr std::size_t kDescriptors = 0;
    std::uint64_t request = 0; // ShareMade repeats it
    std::string name;
    ShareScope scope = ShareScope::session;
    std::uint32_t session = 0; // its id, as in $3
    std::uint32_t target = 0;  // the id of the window or pane
    std::string session_name;
    std::uint8_t read = 1;  // 1: guests may come to read
    std::uint8_t write = 1; // 1: and to type
    std::uint8_t token = 1; // 1: whoever has a token
    Texts with;             // accounts, and groups as @GROUP
    std::uint8_t once = 0;  // 1: a token is the first guest's alone
    std::uint32_t ttl = 0;  // seconds, 0: as long as the policy allows
    std::uint32_t uses = 0; // guests that a token lets in, 0: any number
    Texts keys;             // lines as in authorized_keys, without options
    std::uint8_t ask = 0;   // 1: the owner lets each guest in
    std::uint8_t floor = 0; // 1: one guest types at a time
    template <class V> void fields(V& v) {
        v.number(request);
        v.text(name, kMaxShareName);
        v.choice(scope, ShareScope::pane);
        v.number(session);
        v.number(target);
        v.text(session_name, kMaxName);
        v.number(read);
        v.number(write);
        v.number(token);
        v.texts(with, kMaxShareWith, kMaxShareWith * kMaxUser);
        v.number(once);
        v.number(ttl);
        v.number(uses);
        v.texts(keys, kMaxShareKeys, kMaxKeyBytes);
        v.number(ask);
        v.number(floor);
    }
};

// berthd -> mux: the share is there, or it is not (`code`, an errno value, and a line that says
// why). The tokens are told here and nowhere else. -> also ShareState, before it.
struct ShareMade {
    static constexpr Id kId = Id::share_made;
    static constexpr std::size_t kDescriptors = 0;
    std::uint64_t request = 0;
    std::int32_t code = 0;
    std::string text;
    std::uint32_t id = 0;
    std::string read;       // the token to read, or empty
    std::string write;      // the token to type, or empty
    std::uint8_t host = 0;  // how the machine is named: 0 whole, 1 to its first dot, 2 not at all
    std::uint16_t port = 0; // of sshd
    template <class V> void fields(V& v) {
        v.number(request);
        v.number(code);
        v.text(text, kMaxLine);
        v.number(id);
        v.text(read, kMaxToken);
        v.text(write, kMaxToken);
        v.number(host);
        v.number(port);
    }
};

// mux -> berthd: end that share, every share of the account, or those of a session.
struct ShareEnd {
    static constexpr Id kId = Id::share_end;
    static constexpr std::size_t kDescriptors = 0;
    EndWhat what = EndWhat::share;
    std::uint32_t id = 0;
    template <class V> void fields(V& v) {
        v.choice(what, EndWhat::session);
        v.number(id);
    }
};

// berthd -> mux: a share as it is now; after a new link, each one that lives. When one has ended
// its guests are to leave.
struct ShareState {
    static constexpr Id kId = Id::share_state;
    static constexpr std::size_t kDescriptors = 0;
    std::uint32_t id = 0;
    std::string name;
    ShareScope scope = ShareScope::session;
    std::uint32_t session = 0;
    std::uint32_t target = 0;
    std::uint8_t read = 0;
    std::uint8_t write = 0;
    std::uint8_t token = 0;
    std::uint8_t may_write = 0; // 1: the policy lets guests type
    Texts with;
    std::uint8_t once = 0;
    std::uint32_t uses = 0; // that are left, when `counted`
    std::uint8_t counted = 0;
    std::uint32_t keys = 0; // how many
    std::uint8_t ask = 0;
    std::uint8_t floor = 0;    // 1: one guest types at a time
    std::uint64_t created = 0; // seconds of the epoch
    std::uint64_t expires = 0;
    std::uint8_t ended = 0;
    template <class V> void fields(V& v) {
        v.number(id);
        v.text(name, kMaxShareName);
        v.choice(scope, ShareScope::pane);
        v.number(session);
        v.number(target);
        v.number(read);
        v.number(write);
        v.number(token);
        v.number(may_write);
        v.texts(with, kMaxShareWith, kMaxShareWith * kMaxUser);
        v.number(once);
        v.number(uses);
        v.number(counted);
        v.number(keys);
        v.number(ask);
        v.number(floor);
        v.number(created);
        v.number(expires);
        v.number(ended);
    }
};

// berthd -> mux: as Adopt, for a guest of a share (1 descriptor). What the guest may see and do is
// the mux's to enforce, on every message.
struct AdoptGuest {
    static constexpr Id kId = Id::adopt_guest;
    static constexpr std::size_t kDescriptors = 1;
    std::uint64_t number = 0; // counted with Adopt's
    std::uint32_t guest = 0;  // names the guest to berthd and to people
    std::uint32_t share = 0;
    std::uint32_t uid = 0;
    std::uint32_t pid = 0;
    std::string name;    // the account, or what is known of the key
    std::string address; // of the ssh connection, or empty
    Role role = Role::read;
    ShareScope scope = ShareScope::session;
    std::uint32_t session = 0;
    std::uint32_t target = 0;
    std::uint8_t ask = 0;         // 1: the owner lets it in first
    std::uint8_t paused = 0;      // 1: by the owner, before the mux was started anew
    std::uint8_t clipboard = 0;   // 1: OSC 52 may reach it
    std::uint8_t attribution = 0; // 1: GuestEvents of kind input are wanted
    template <class V> void fields(V& v) {
        v.number(number);
        v.number(guest);
        v.number(share);
        v.number(uid);
        v.number(pid);
        v.text(name, kMaxLine);
        v.text(address, kMaxLine);
        v.choice(role, Role::read);
        v.choice(scope, ShareScope::pane);
        v.number(session);
        v.number(target);
        v.number(ask);
        v.number(paused);
        v.number(clipboard);
        v.number(attribution);
    }
};

// mux -> berthd: what became of a guest.
struct GuestEvent {
    static constexpr Id kId = Id::guest_event;
    static constexpr std::size_t kDescriptors = 0;
    GuestKind kind = GuestKind::joined;
    std::uint32_t guest = 0;
    Role role = Role::read;
    std::uint32_t pane = 0;  // GuestKind::input: into which
    std::uint64_t bytes = 0; // and how many since the last
    template <class V> void fields(V& v) {
        v.choice(kind, GuestKind::input);
        v.number(guest);
        v.choice(role, Role::read);
        v.number(pane);
        v.number(bytes);
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

// ---- client (berth-login, berth, berth-subsystem) and mux

// client -> mux, mux -> keeper: entries "NAME=value" (or "NAME": unset) for the Command or Spawn
// that follows; they add up.
struct Environment {
    static constexpr Id kId = Id::environment;
    static constexpr std::size_t kDescriptors = 0;
    Texts entries;
    template <class V> void fields(V& v) { v.texts(entries, kMaxEntries, kMaxChunk); }
};

// client -> mux: run this command. With a terminal: 1 descriptor, opened anew by the client
// (non-blocking, read and write).
struct Command {
    static constexpr Id kId = Id::command;
    static constexpr std::size_t kDescriptors = 1;
    Texts words; // tmux's command language; empty: new-session
    std::uint8_t login =
        0; // 1: berth-login at the start of an ssh login: policy's on_login decides
    std::uint8_t utf8 = 1;
    std::uint8_t read_only = 0;
    std::uint8_t json = 0;    // 1: answers as JSON where the command has them
    std::uint8_t control = 0; // 1: control mode, commands are lines of its standard input
    std::uint8_t again = 0;   // 1: the client was attached to `session` when the mux went away
    std::string
        session;      // login: the session asked for by LC_BERTH, or empty; again: the one it had
    std::string term; // $TERM
    std::string tty;  // the terminal's name
    std::string directory;
    Texts files;              // -f: the configuration, should this client be the server's first
    std::uint8_t as_tmux = 0; // 1: the client calls itself tmux; its server has tmux's defaults
    template <class V> void fields(V& v) {
        v.texts(words, kMaxArguments, kMaxArgumentBytes);
        v.number(login);
        v.number(utf8);
        v.number(read_only);
        v.number(json);
        v.number(control);
        v.number(again);
        v.text(session, kMaxLine);
        v.text(term, kMaxTerm);
        v.text(tty, kMaxTerm);
        v.text(directory, kMaxPath);
        v.texts(files, kMaxArguments, kMaxArgumentBytes);
        v.number(as_tmux);
    }
};

// mux -> client: the terminal is in use for the session of that id ("$3") now; the client gives it
// back as it was when all ends, and asks for that session again (Command::session, again = 1)
// should the mux go away without Finish.
struct Attached {
    static constexpr Id kId = Id::attached;
    static constexpr std::size_t kDescriptors = 0;
    std::string session;
    template <class V> void fields(V& v) { v.text(session, kMaxName); }
};

// client -> mux: SIGWINCH arrived.
struct Resized {
    static constexpr Id kId = Id::resized;
    static constexpr std::size_t kDescriptors = 0;
    template <class V> void fields(V&) {}
};

// mux -> client: print this.
struct Output {
    static constexpr Id kId = Id::output;
    static constexpr std::size_t kDescriptors = 0;
    Stream stream = Stream::out;
    std::string bytes;
    template <class V> void fields(V& v) {
        v.choice(stream, Stream::error);
        v.text(bytes, kMaxChunk);
    }
};

// mux -> client: send the file's contents ("-": standard input) as FileData.
struct ReadFile {
    static constexpr Id kId = Id::read_file;
    static constexpr std::size_t kDescriptors = 0;
    std::uint32_t request = 0;
    std::string path;
    template <class V> void fields(V& v) {
        v.number(request);
        v.text(path, kMaxPath);
    }
};

// client -> mux: a piece of a file; `last` = 1 ends it, with an errno value when it could not be
// read or written.
struct FileData {
    static constexpr Id kId = Id::file_data;
    static constexpr std::size_t kDescriptors = 0;
    std::uint32_t request = 0;
    std::string bytes;
    std::uint8_t last = 0;
    std::int32_t error = 0;
    template <class V> void fields(V& v) {
        v.number(request);
        v.text(bytes, kMaxChunk);
        v.number(last);
        v.number(error);
    }
};

// mux -> client: write these bytes to the file ("-": standard output); append = 1, or a second
// piece: at its end. The last is answered by FileData.
struct WriteFile {
    static constexpr Id kId = Id::write_file;
    static constexpr std::size_t kDescriptors = 0;
    std::uint32_t request = 0;
    std::string path;
    std::uint8_t append = 0;
    std::uint8_t last = 0;
    std::string bytes;
    template <class V> void fields(V& v) {
        v.number(request);
        v.text(path, kMaxPath);
        v.number(append);
        v.number(last);
        v.text(bytes, kMaxChunk);
    }
};

// mux -> client: the end. `text` is a line for standard output, or empty; `fallback` = 1:
// berth-login goes on with the plain shell.
struct Finish {
    static constexpr Id kId = Id::finish;
    static constexpr std::size_t kDescriptors = 0;
    std::int32_t status = 0;
    std::string text;
    std::uint8_t fallback = 0;
    template <class V> void fields(V& v) {
        v.number(status);
        v.text(text, kMaxLine);
        v.number(fallback);
    }
};

// ---- mux and keeper

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

// Either way on any channel: are you there? A Ping is answered by a Pong of the same number.
struct Ping {
    static constexpr Id kId = Id::ping;
    static constexpr std::size_t kDescriptors = 0;
    std::uint64_t number = 0;
    template <class V> void fields(V& v) { v.number(number); }
};

// The answer to a Ping.
struct Pong {
    static constexpr Id kId = Id::pong;
    static constexpr std::size_t kDescriptors = 0;
    std::uint64_t number = 0;
    template <class V> void fields(V& v) { v.number(number); }
};

// berthd -> keeper and mux, its first packet to each: the range that it speaks.
struct Hello {
    static constexpr Id kId = Id::hello;
    static constexpr std::size_t kDescriptors = 0;
    std::uint16_t oldest = kOldestVersion;
    std::uint16_t version = kVersion;
    template <class V> void fields(V& v) {
        v.number(oldest);
        v.number(version);
    }
};

// ---- upgrades

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
