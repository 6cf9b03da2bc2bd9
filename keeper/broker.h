// The keeper's connection to berthd: inherited, or made at its socket; made again when berthd is
// started anew. When nobody listens: quick tries for two seconds, then none until something happens
// in the socket's directory (inotify(7)), so that a keeper without berthd sleeps. A berthd that
// turns us away (name services may be down) is asked again, less and less often.
#pragma once

#include "protocol/channel.h"

#include <functional>
#include <memory>
#include <string>

namespace berth::keeper {

class Broker {
  public:
    // on_packet: false drops berthd, which is then looked for again. on_new: a connection was made
    // (not the inherited one).
    // `introduction` is sent first on every connection.
    Broker(Loop& loop, std::string path, protocol::Open introduction,
           protocol::Channel::OnPacket on_packet, std::move_only_function<void()> on_new);

    void inherit(Fd socket);
    void connect();
    // berthd has taken us.
    void accepted() { delay_ = 0; }
    // What it speaks. False: nothing that we do.
    [[nodiscard]] bool on_hello(const protocol::Packet& packet);
    [[nodiscard]] protocol::Range speaks() const { return speaks_; }
    // Null while there is no berthd.
    [[nodiscard]] protocol::Channel* channel() const { return channel_.get(); }

  private:
    void use(Fd socket);
    void lost();
    void try_again();
    void wait_for_directory();
    void directory_changed();

    Loop& loop_;
    std::string path_;
    protocol::Open introduction_;
    protocol::Range speaks_;
    protocol::Channel::OnPacket on_packet_;
    std::move_only_function<void()> on_new_;
    std::unique_ptr<protocol::Channel> channel_;
    std::uint64_t quick_until_ = 0;
    std::uint64_t delay_ = 0; // before the next try, after being turned away
    Source retry_;
    Fd inotify_;
    Source directory_;
};

} // namespace berth::keeper
