// Sends events to web hooks: POST requests of HTTP/1.1, for each address one at a time, within
// bounds of time and of what is read of an answer. Reads packets of berthd's from a descriptor;
// run() returns when berthd has gone and nothing waits, or, with a socket of the service manager's,
// when there was nothing to do for a while.
#pragma once

#include <memory>

namespace berth::webhook {

class Sender {
  public:
    // `ends`: the descriptor says by its end that no more will come.
    Sender(int input, bool ends);
    ~Sender();
    Sender(const Sender&) = delete;
    Sender& operator=(const Sender&) = delete;

    void run();

  private:
    class Work;
    std::unique_ptr<Work> work_;
};

} // namespace berth::webhook
