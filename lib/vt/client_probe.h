// Asks a client's terminal once, at attach, what it is, and collects the answers. Used by the mux:
// it writes query(), feeds every byte that comes back, and passes on what feed() returns as the
// user's input: nothing before the last answer (a fence: DA1, which every terminal answers, in
// order) or before expire(), which the mux calls after kProbeTime. Stays in front of the client's
// input for good, as later answers pass here too. No I/O, no clock.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "vt/cell.h"
#include "vt/reply_filter.h"
#include "vt/unicode.h"

namespace berth::vt {

inline constexpr std::chrono::milliseconds kProbeTime{300};
inline constexpr std::size_t kMaxInputHeld =
    std::size_t{64} << 10; // typed during the probe; then it counts as over

// Strings that terminals measure differently, printed and measured by DECXCPR.
inline constexpr std::size_t kWidthProbes = 8;
[[nodiscard]] const std::array<std::string_view, kWidthProbes>& width_probe_texts();

struct ProbeOptions {
    std::string term; // terminals that would print a query they do not know are asked for DA1 alone
    bool widths = false; // print the width probes in the cursor's row, which is then erased
};

enum class ModeState : std::uint8_t {
    unknown,
    set,
    reset,
    always_set,
    always_reset
}; // DECRPM's values

struct ProbeResult {
    std::string version;                          // XTVERSION: "xterm(379)"
    std::vector<int> primary;                     // DA1
    std::vector<int> secondary;                   // DA2
    std::vector<std::pair<int, ModeState>> modes; // DECRPM
    std::optional<std::uint8_t> keyboard;         // kitty's flags in force
    std::optional<Rgb> foreground;                // OSC 10
    std::optional<Rgb> background;                // OSC 11
    std::optional<Rgb> cursor;                    // OSC 12
    std::optional<bool> dark;                     // DSR 996
    int cell_width = 0;                           // pixels, 0: not said
    int cell_height = 0;
    int area_width = 0;
    int area_height = 0;
    std::array<int, kWidthProbes> widths{}; // columns, 0: not said
    bool complete = false;                  // the fence came

    [[nodiscard]] ModeState state(int mode) const; // unknown if it did not say
    // Known to the terminal, and can be switched.
    [[nodiscard]] bool can_switch(int mode) const;
    // How the terminal draws ambiguous characters, if it said so.
    [[nodiscard]] std::optional<Ambiguous> ambiguous() const;
    // Does it measure clusters as unicode.h does? Nothing if it did not say.
    [[nodiscard]] std::optional<bool> measures_clusters() const;
};

class ClientProbe {
  public:
    explicit ClientProbe(ProbeOptions options) : options_(std::move(options)) {}

    // What to write to the terminal, once.
    [[nodiscard]] std::string query() const;
    // Takes input of the terminal and gives what of it is the user's and may be passed on now.
    [[nodiscard]] std::string feed(std::string_view bytes);
    // kProbeTime is over: gives the input that was held.
    [[nodiscard]] std::string expire();
    [[nodiscard]] bool done() const { return done_; }
    // Answers that came, also after done(): late ones still count.
    [[nodiscard]] const ProbeResult& result() const { return result_; }
    // Every reply since the last call, those to later queries among them.
    [[nodiscard]] std::vector<Reply> take_replies() { return std::exchange(replies_, {}); }

    // As ReplyFilter's; flush() gives what may be passed on.
    [[nodiscard]] bool pending() const { return filter_.pending(); }
    [[nodiscard]] std::string flush();

  private:
    void note(const Reply& reply);
    std::string release();

    ProbeOptions options_;
    ReplyFilter filter_;
    ProbeResult result_;
    std::vector<Reply> replies_;
    std::string held_;
    std::size_t positions_ = 0;
    bool done_ = false;
};

// Is somebody there? The terminal answers with ReplyKind::status.
inline constexpr std::string_view kLivenessQuery = "\x1b[5n";

// "rgb:rr/gg/bb" with one to four digits each, also "rgba:"; nothing if it is not that.
[[nodiscard]] std::optional<Rgb> parse_rgb_reply(std::string_view text);

} // namespace berth::vt
