// What lies above a client's window: a prompt, a menu, a popup, the numbers of panes. Owned by its
// Client, which has at most one and gives it every event of its terminal before anything else gets
// one. It draws into the client's frame after panes and status line, and may set the frame's cursor
// and modes (mouse reports, say). It goes by Client::close_overlay, or when another one takes its
// place, or with the client.
#pragma once

#include "keys/decode.h"
#include "vt/canvas.h"

namespace berth::mux {

class Overlay {
  public:
    enum class Took : bool { no, yes };

    Overlay() = default;
    Overlay(const Overlay&) = delete;
    Overlay& operator=(const Overlay&) = delete;
    virtual ~Overlay() = default;

    virtual void draw(vt::Canvas& canvas) = 0;
    // A key, a mouse report, a piece of a paste. no: it goes on as if there were no overlay. May
    // close the overlay, or show another.
    virtual Took event(const keys::Event& event) = 0;
    // Whether it takes the whole terminal: the session below is not shown to the client, which
    // has no say in its size.
    [[nodiscard]] virtual bool covers() const { return false; }
    // The client's terminal has another size.
    virtual void resized() {}
    // It is shown no more: who waits for an answer gets none. The client may be about to go, so
    // nothing is shown from here.
    virtual void closed() {}
};

} // namespace berth::mux
