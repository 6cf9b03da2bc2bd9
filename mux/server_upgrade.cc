// One mux takes the place of another: what an upgrade asks of the old one, and of the new.
#include "base/log.h"
#include "server.h"

#include <cstdlib>
#include <unistd.h>

namespace berth::mux {
namespace {

constexpr int kCannotRead = 3;            // exit status
constexpr std::uint64_t kFlushUs = 1'000; // between looks at whether the keeper has taken all

} // namespace

bool Server::on_hello(const protocol::Packet& packet) {
    protocol::Hello hello;
    if (!decode(packet, hello))
        return false;
    const auto version = protocol::agree({}, {hello.oldest, hello.version});
    if (!version) {
        log::error("berthd speaks protocol " + std::to_string(hello.oldest) + " to " +
                   std::to_string(hello.version));
        return false;
    }
    berthd_->set_version(*version);
    return true;
}

// Checkpoints spare the next mux the parsing; what they do not hold is in the journals, as ever.
// Clients come back by themselves.
void Server::retire() {
    if (ready_ && !ending_) {
        changed();
        write_down();
        for (const auto& [id, pane] : panes_)
            pane->checkpoint();
    }
    end_when_taken();
}

void Server::end_when_taken() {
    if (keeper_ && keeper_->queued() > 0)
        retiring_ = loop_.after(kFlushUs, [this] { end_when_taken(); });
    else
        loop_.exit(0);
}

void Server::cannot_read(std::string_view what) {
    log::error(what);
    if (!strict_)
        return;
    log::error("the mux before this one can read it: it goes on");
    _exit(kCannotRead);
}

} // namespace berth::mux
