// What ran in the panes before a reboot and is offered in them since: nobody runs it but the user,
// with `rerun`. Kept with the keeper, so that the next mux offers it too. Owned by the Restorer.
#pragma once

#include "pane.h"
#include "protocol/codec.h"

#include <string>
#include <string_view>
#include <vector>

namespace berth::mux {

class Server;
struct Session;

inline constexpr std::size_t kMaxOfferTexts = 10'000;   // words of one
inline constexpr std::size_t kMaxOfferText = 64 * 1024; // bytes of a word

struct Offer {
    std::uint32_t pane = 0;
    std::uint8_t own = 0;  // 1: what the pane was made for, of which one word is a line for a shell
    std::uint8_t past = 0; // 1: something else has run there since, and comes back in its place
    protocol::Texts words;
    template <class V> void fields(V& v) {
        v.number(pane);
        v.number(own);
        v.number(past);
        v.texts(words, kMaxOfferTexts, kMaxOfferText);
    }
};

class Offers {
  public:
    explicit Offers(Server& server) : server_(server) {}

    void add(Offer offer);
    // Of an earlier mux.
    void held(const std::string& bytes);
    // Something runs there now.
    void runs(const Pane& pane);
    // nullptr: nothing is offered there.
    [[nodiscard]] const Offer* of(PaneId pane) const;
    // What a user does to run what is offered, as a text.
    [[nodiscard]] std::string how(const Session& session) const;
    // Gives the line to the pane's shell, as if the user had typed it. Empty, or why not.
    [[nodiscard]] std::string run(Pane& pane);
    [[nodiscard]] bool empty() const { return offers_.empty(); }

  private:
    void keep();

    Server& server_;
    std::vector<Offer> offers_;
};

// As a shell takes it, without control characters.
[[nodiscard]] std::string command_line(const protocol::Texts& words, bool own);
[[nodiscard]] std::string without_controls(std::string_view text);

} // namespace berth::mux
