// display-panes: the number of each pane in large digits above it, until a number is typed or time
// is over.
#pragma once

#include "answers.h"
#include "base/event.h"
#include "overlay.h"

#include <cstdint>
#include <memory>

namespace berth::mux {

class Client;
class Pane;
class Server;
struct Window;

class PaneNumbers final : public Overlay {
  public:
    // delay_ms 0: until a key. ignores_keys: they mean what they always mean.
    static void show(Server& server, Client& client, Answers answers, Origin origin,
                     std::uint64_t delay_ms, bool ignores_keys, std::shared_ptr<Execution> waiting);

    PaneNumbers(Server& server, Client& client, Answers answers, Origin origin, bool ignores_keys,
                std::shared_ptr<Execution> waiting);
    void draw(vt::Canvas& canvas) override;
    Took event(const keys::Event& event) override;
    void resized() override;
    void closed() override;

  private:
    void draw_pane(vt::Canvas& canvas, const Window& window, const Pane& pane, vt::Rect box) const;

    Server& server_;
    Client& client_;
    Answers answers_;
    Origin origin_;
    bool ignores_keys_;
    std::shared_ptr<Execution> waiting_;
    Source timer_;
};

} // namespace berth::mux
