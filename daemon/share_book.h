// Every share of this machine: who shares what with whom, for how long, which guests are there. A
// value without files, clocks or names of accounts of its own: time and randomness are handed in,
// daemon/shares.h keeps it on disk. Tokens are known by their digests alone.
#pragma once

#include "base/result.h"
#include "common/token.h"
#include "protocol/messages.h"

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

namespace berth::daemon {

inline constexpr std::size_t kMaxShares = 200; // of the machine, those that ended lately included
inline constexpr std::size_t kMaxSharesOfUid = 32;
inline constexpr std::size_t kMaxPresent = 1000;     // guests remembered for one share
inline constexpr std::uint64_t kRememberedFor = 600; // seconds that an ended share is remembered
inline constexpr std::size_t kTokenDigits = 26;      // of 5 bits each
inline constexpr std::size_t kTokenBytes = 17;       // of randomness, of which 130 bits are used
using modules::kFirstGuestUid;
using modules::kGuestUids;
using TokenBytes = std::array<unsigned char, kTokenBytes>;

// What the policy lets the owner do.
struct ShareRules {
    bool enabled = true;
    bool write = true; // guests may type
    protocol::ShareScope least_scope = protocol::ShareScope::session;
    bool with_accounts = true;
    bool same_group = false;
    bool read_tokens = true, write_tokens = true;
    bool read_keys = false, write_keys = false; // tokens need keys
    bool ask = false;
    std::uint32_t ttl_max = 86400;
    std::uint32_t uses_max = 0;
    std::uint32_t guests_max = 32;
    bool clipboard = false;
    bool attribution = false;
    std::string webhook;
};

// A guest who was let in: a process, which comes back after its mux was restarted.
struct Present {
    std::uint32_t id = 0;
    std::uint32_t uid = 0;
    std::uint32_t pid = 0;
    std::uint64_t started = 0; // of the process, in ticks since the boot
    std::string name, address;
    protocol::Role role = protocol::Role::read;
    std::uint8_t let_in = 0; // by the owner, or without asking
    std::uint8_t paused = 0; // by the owner
    std::uint8_t here = 0;   // has joined
    template <class V> void fields(V& v) {
        v.number(id);
        v.number(uid);
        v.number(pid);
        v.number(started);
        v.text(name, protocol::kMaxLine);
        v.text(address, protocol::kMaxLine);
        v.choice(role, protocol::Role::read);
        v.number(let_in);
        v.number(paused);
        v.number(here);
    }
};

struct Share {
    protocol::ShareState state; // as the mux is told
    std::uint32_t owner = 0;
    std::string owner_name;
    protocol::Texts owner_groups; // when only those may come who share one
    std::string read_digest, write_digest;
    protocol::Texts keys;
    std::string bound; // once: the key of the guest whose it is
    std::uint8_t same_group = 0, clipboard = 0, attribution = 0;
    std::uint32_t guests_max = 0;
    std::uint64_t ended_at = 0;
    std::string webhook; // where it is told what becomes of it
    std::vector<Present> guests;
    template <class V> void fields(V& v) {
        state.fields(v);
        v.number(owner);
        v.text(owner_name, protocol::kMaxUser);
        v.texts(owner_groups, protocol::kMaxEntries, protocol::kMaxChunk);
        v.text(read_digest, protocol::kMaxToken);
        v.text(write_digest, protocol::kMaxToken);
        v.texts(keys, protocol::kMaxShareKeys, protocol::kMaxKeyBytes);
        v.text(bound, protocol::kMaxLine);
        v.number(same_group);
        v.number(clipboard);
        v.number(attribution);
        v.number(guests_max);
        v.number(ended_at);
        v.text(webhook, protocol::kMaxLine);
        v.list(guests, kMaxPresent);
    }
    [[nodiscard]] bool live() const { return state.ended == 0; }
};

struct Owner {
    std::uint32_t uid = 0;
    std::string name;
    protocol::Texts groups;
};

// Who asks to be let in. The kernel says uid and pid.
struct Asker {
    std::uint32_t uid = 0;
    std::uint32_t pid = 0;
    std::uint64_t started = 0;
    std::string name; // of the account; of a token's guest: made up from the key and the number
    protocol::Texts groups;
    std::string address;
    std::string key; // fingerprint
};

struct Made {
    std::uint32_t id = 0;
    std::string read, write; // tokens
    std::string note;
};

struct Admitted {
    protocol::AdoptGuest adopt;
    std::uint32_t owner = 0;
    bool again = false;
};

// "ro-" or "rw-" and 26 digits.
[[nodiscard]] std::string token_text(protocol::Role role, const TokenBytes& bytes);
[[nodiscard]] std::string token_digest(std::string_view token);
[[nodiscard]] bool is_guest_uid(std::uint32_t uid);
// A line of authorized_keys without options: a type, its base64, perhaps a comment.
[[nodiscard]] bool is_plain_key(std::string_view line);

// What is said of every share that is over, whatever the reason.
inline constexpr std::string_view kEndedText = "this share has ended";

class ShareBook {
  public:
    // The number of the link, for the account's name berth-sN, and its uid.
    [[nodiscard]] static std::uint32_t link_of(std::uint32_t share, protocol::Role role);
    [[nodiscard]] static std::uint32_t uid_of(std::uint32_t link);

    // Error::operation is a line for the owner.
    [[nodiscard]] Result<Made> make(const Owner& owner, const protocol::ShareMake& wish,
                                    const ShareRules& rules, std::uint64_t now,
                                    const TokenBytes& read, const TokenBytes& write);
    // The ids of those that ended by it. uid: whose; nullopt: anybody's.
    std::vector<std::uint32_t> end(std::optional<std::uint32_t> uid, protocol::EndWhat what,
                                   std::uint32_t id, std::uint64_t now);
    std::vector<std::uint32_t> expire(std::uint64_t now);
    // Those that are forgotten now.
    std::vector<Share> forget(std::uint64_t now);
    [[nodiscard]] std::optional<std::uint64_t> next_due() const; // seconds of the epoch

    // The link of a token's guest is known by its uid.
    [[nodiscard]] Result<Admitted> admit_token(const Asker& asker);
    // A local account: the newest share of that owner that lets it in (of that session, if one is
    // named).
    [[nodiscard]] Result<Admitted> admit_account(const Asker& asker, std::string_view owner,
                                                 std::string_view session);
    // The visit of a local account that is a guest already (of that owner, if one is named).
    [[nodiscard]] Result<Admitted> find_visit(const Asker& asker, std::string_view owner) const;
    // Of a guest of that owner; nullptr: nobody of that number.
    Present* guest(std::uint32_t owner, std::uint32_t id);
    [[nodiscard]] const Share* share_of_guest(std::uint32_t id) const;
    void left(std::uint32_t owner, std::uint32_t id);
    // Forgets guests whose process has ended without a word.
    void forget_guests(const std::function<bool(const Present&)>& is_there);

    [[nodiscard]] const std::vector<Share>& shares() const { return shares_; }
    [[nodiscard]] const Share* find(std::uint32_t id) const;
    // An account of a token's guests.
    [[nodiscard]] bool is_guest(std::uint32_t uid) const;

    template <class V> void fields(V& v) {
        v.number(last_share_);
        v.number(last_guest_);
        v.list(shares_, kMaxShares);
    }

  private:
    [[nodiscard]] std::optional<std::uint32_t> free_id() const;
    Result<Admitted> admit(Share& share, protocol::Role role, const Asker& asker, bool by_token);

    std::uint32_t last_share_ = 0;
    std::uint32_t last_guest_ = 0;
    std::vector<Share> shares_; // oldest first
};

} // namespace berth::daemon
