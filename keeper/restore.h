// What the mux wants kept for the first mux after a reboot, in files of the user's below
// ~/.local/state/berth. The home directory may hang (NFS that is down), be locked, full or
// read-only: a thread reads and writes, one at a time, nobody waits for it, and of what the mux
// sends meanwhile the newest is written next.
#pragma once

#include "base/account.h"
#include "protocol/channel.h"

#include <functional>
#include <memory>
#include <optional>

namespace berth::keeper {

inline constexpr std::uint64_t kDiskBound =
    5'000'000; // microseconds until it is said that it hangs

class Restore {
  public:
    // on_idle: all that was taken is done.
    Restore(Loop& loop, const Account& account, std::move_only_function<void()> on_idle);
    ~Restore();

    // Null: the mux is gone, and what it waits for is told nobody.
    void link(protocol::Channel* mux);
    // SaveState and LoadState; false: malformed or out of order.
    [[nodiscard]] bool packet(protocol::Packet& packet);
    // Takes nothing more.
    void close() { closed_ = true; }
    [[nodiscard]] bool busy() const { return running_.has_value(); }

  private:
    struct Desk;
    enum class Kind : std::uint8_t { load, save, forget };
    struct Wish {
        Kind kind = Kind::load;
        Fd contents;
        bool heard = true; // who asked is still there
    };

    void next();
    void done();
    void answer(Kind kind);
    void warn_once(const std::string& text);

    Loop& loop_;
    std::move_only_function<void()> on_idle_;
    std::shared_ptr<Desk> desk_;
    protocol::Channel* mux_ = nullptr;
    Source wake_, bound_;
    std::optional<Kind> running_;
    bool heard_ = false; // whoever asked for what is running is still there
    bool load_ = false;  // to be done next, before
    std::optional<Wish> write_;
    bool kept_ = false; // something was written, or is about to be, by this keeper
    bool closed_ = false;
    std::string warned_;
};

} // namespace berth::keeper
