// Shares and their guests, between berthd and mux. A part of protocol/messages.h.
#pragma once

#include "protocol/message_ids.h"

namespace berth::protocol {

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

} // namespace berth::protocol
