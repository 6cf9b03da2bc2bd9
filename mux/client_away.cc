// A client whose terminal is its own for a while (locked, or stopped by suspend-client), and how it
// ends when it does not simply return.
#include "client.h"
#include "server.h"

namespace berth::mux {

// Guests, and clients in control mode, have no terminal for it. Without a command it stops.
void Client::step_aside(std::string command) {
    if (!tty_ || session == nullptr || guest != nullptr || away_ || ended_ ||
        command.size() > protocol::kMaxArgumentBytes)
        return;
    display.end();
    tty_->read_input(false);
    away_ = true;
    locked_ = !command.empty();
    aside_ = protocol::StepAside{std::move(command)};
    server_.resize_windows(*session);
    if (tty_->queued() > 0)
        finish_timer_ = server_.loop().after(kFinishUs, [this] { send_aside(); });
    else
        send_aside();
}

void Client::send_aside() {
    finish_timer_.reset();
    if (channel_ && aside_)
        channel_->send(*aside_);
    aside_.reset();
}

bool Client::on_back() {
    if (!away_ || aside_)
        return false; // it was not asked
    away_ = false;
    if (session == nullptr || ended_)
        return true;
    tty_->set_raw();
    tty_->read_input(true);
    size_ = tty_->size();
    activity_us = session->activity_us = now_us();
    Server::used_by(*this);
    server_.resize_windows(*session);
    if (locked_)
        display.come_back(adopt.replay_lines);
    else
        display.begin(0);
    server_.locks.watch(*session);
    return true;
}

void Client::leave_as(protocol::Leave how) {
    if (tty_ && session != nullptr && guest == nullptr)
        leave_ = std::move(how);
}

} // namespace berth::mux
