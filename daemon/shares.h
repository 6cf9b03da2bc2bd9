// Sharing, as berthd does it: the book of shares (share_book.h) beside the policy, the clock and
// the disk. Speaks with the owners' muxes through their servers' channels. For each token of a
// share there is a record below /run/berth/tokens, which the PAM and NSS modules read
// (modules/common/token.h); the book itself is in /run/berth/shares, for the next berthd. Owned by
// Broker; a private berthd shares nothing.
#pragma once

#include "base/account.h"
#include "base/event.h"
#include "base/socket.h"
#include "protocol/channel.h"
#include "rules.h"
#include "share_book.h"
#include "webhooks.h"

#include <functional>
#include <map>
#include <optional>
#include <string>

namespace berth::daemon {

class Shares {
  public:
    // The channel to the account's mux, or nullptr.
    using FindMux = std::move_only_function<protocol::Channel*(std::uint32_t uid)>;

    // `folder`: /run/berth; empty: nothing can be shared.
    Shares(Loop& loop, Rules& rules, std::string folder, FindMux find_mux,
           Webhooks::Open open_webhook);

    // ---- of an account's mux; false: malformed, or not allowed
    bool on_packet(const Account& account, const protocol::Packet& packet);
    void mux_linked(const Account& account);
    // The account's server has ended, and its sessions with it.
    void server_ended(std::uint32_t uid);

    // ---- of guests
    [[nodiscard]] Result<Admitted> let_in_token(const Peer& peer, const protocol::Texts& words);
    [[nodiscard]] Result<Admitted> let_in_account(const Peer& peer, const Account& account,
                                                  const protocol::Texts& words);

    [[nodiscard]] bool is_guest(std::uint32_t uid) const { return book_.is_guest(uid); }

    // ---- of administrators; uid: whose shares, nullopt: everybody's
    [[nodiscard]] const std::vector<Share>& shares() const { return book_.shares(); }
    // nullopt: every share. False: there is no such share.
    bool unshare(std::optional<std::uint32_t> uid, std::optional<std::uint32_t> id);
    [[nodiscard]] static ShareRules rules_of(const policy::Settings& settings);

  private:
    bool on_make(const Account& account, const protocol::Packet& packet);
    bool on_end(const Account& account, const protocol::Packet& packet);
    bool on_guest(const Account& account, const protocol::Packet& packet);
    void attribute(const Account& account, const protocol::GuestEvent& message,
                   const Present* guest);
    [[nodiscard]] protocol::ShareMade make(const Account& account, const protocol::ShareMake& wish);
    void end(std::optional<std::uint32_t> uid, protocol::EndWhat what, std::uint32_t id);
    void tell_ended(const std::vector<std::uint32_t>& ids, const char* why);
    void tell(const Share& share);
    void tell_webhook(const char* event, const Share& share, const Present* guest = nullptr,
                      const char* why = "");
    Result<Admitted> let_in(Result<Admitted> result, const Asker& asker);
    [[nodiscard]] Asker asker_of(const Peer& peer) const;
    void load();
    void make_guess_file();
    void changed(); // to the disk, and the next timer
    void save();
    void write_records();
    void wait_for_next();

    Loop& loop_;
    Rules& rules_;
    std::string folder_;
    FindMux find_mux_;
    ShareBook book_;
    Webhooks webhooks_;
    std::map<std::string, std::string> records_; // on the disk: name, contents
    Source due_;
    bool attribution_failed_ = false; // and that was said
};

} // namespace berth::daemon
