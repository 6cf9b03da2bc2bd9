// A new connection to berthd, and what every channel knows: who calls, who refuses, which
// versions, are you there. A part of protocol/messages.h.
#pragma once

#include "protocol/message_ids.h"

namespace berth::protocol {

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

} // namespace berth::protocol
