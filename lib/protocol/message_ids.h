// The ids and limits of every message between berth's processes. Channels are SOCK_SEQPACKET
// sockets; a packet is a 16-bit id, then the fields (protocol/codec.h); descriptors travel beside it
// (SCM_RIGHTS). Texts are bytes without a terminating NUL.
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
enum class LeaveHow : std::uint8_t { hang_up, become };
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
    step_aside,
    back,
    leave,
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

} // namespace berth::protocol
