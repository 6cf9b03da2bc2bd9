// What a client's terminal sends, as events: keys, mouse reports, pastes, focus changes and replies
// to queries. Needs no terminfo: it knows the sequences of xterm, rxvt, the Linux console, the VT
// keypad, modifyOtherKeys and kitty's keyboard protocol together. Used by berth-mux, one Decoder
// for each client; it has no clock: the caller runs escape-time.
#pragma once

#include "keys/key.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace berth::keys {

enum class EventKind : std::uint8_t {
    Key,        // key, action, plain, shifted, base, text
    Mouse,      // mouse
    PasteBegin, // bracketed paste: everything up to PasteEnd comes as PasteData
    PasteData,  // raw: pasted bytes, in pieces of any size
    PasteEnd,
    FocusIn,
    FocusOut,
    Reply,   // raw: a whole answer to a query (CSI c, CSI n, CSI ? u, OSC, DCS, APC)
    Unknown, // raw: a whole sequence (or byte) that means nothing known
};

// Kitty's event types; every other protocol only presses.
enum class Action : std::uint8_t { Press = 1, Repeat = 2, Release = 3 };

enum class MouseAction : std::uint8_t { Press, Release, Motion };

inline constexpr std::uint8_t kWheelUp = 4;
inline constexpr std::uint8_t kWheelDown = 5;

struct MouseReport {
    MouseAction action = MouseAction::Press;
    std::uint8_t button = 0; // 1 left, 2 middle, 3 right, 4 to 7 wheel up, down, left, right, 8 to
                             // 11; 0 none or unknown
    std::uint8_t modifiers = 0;
    unsigned x = 0; // column and row from 0 (pixels when the client's mode 1016 is set)
    unsigned y = 0;
    bool operator==(const MouseReport&) const = default;
};

struct Event {
    EventKind kind = EventKind::Unknown;
    Key key{};
    MouseReport mouse{};
    Action action = Action::Press;
    std::uint32_t plain = 0;   // kitty's key codes, 0 when not reported: without Shift,
    std::uint32_t shifted = 0; // with Shift,
    std::uint32_t base = 0;    // and of the same place on a US keyboard
    std::string text;          // kitty's associated text, UTF-8
    std::string raw;           // the bytes that this event was made of
};

class Decoder {
  public:
    // The longest reply that is kept (OSC 52 carries a clipboard), and the longest of all other
    // sequences.
    static constexpr std::size_t kMaxReply = std::size_t{1} << 20;
    static constexpr std::size_t kMaxSequence = 256;

    // The byte that the client's terminal has as VERASE: it is BSpace, as 0x7f is.
    void set_backspace(std::uint8_t byte) { backspace_ = byte; }
    // Whether the client's terminal was put into kitty's protocol: the fourth modifier is Super
    // then, else Meta.
    void set_kitty(bool on) { kitty_ = on; }
    // The option user-keys: the sequence at index n is User<n>. Empty ones are unused.
    void set_user_keys(std::vector<std::string> sequences) { user_keys_ = std::move(sequences); }

    // Takes input; next() then hands out the events.
    void feed(std::string_view bytes);
    // The next event; nothing when there is no input left or when it ends inside a sequence.
    [[nodiscard]] std::optional<Event> next();
    // True when input ends inside a sequence: call flush() unless more comes within escape-time.
    [[nodiscard]] bool pending() const { return start_ < buffer_.size(); }
    // The time is over: what is pending becomes keys (ESC is Escape, ESC [ is M-[) or one Unknown
    // event. A reply that has begun is given one more period; after that it is dropped, with the
    // rest of it when that still comes.
    void flush();

  private:
    enum class State : std::uint8_t { Ground, Paste, SkipString, SkipCsi, SkipEnd };

    std::optional<Event> ground(std::string_view input);
    std::optional<Event> paste(std::string_view input);
    void skip();
    Event take(std::size_t size, Event event);

    std::string buffer_;
    std::size_t start_ = 0; // what is before was handed out
    State state_ = State::Ground;
    bool flushing_ = false;
    bool fed_ = false; // input came since the last flush()
    bool kitty_ = false;
    std::uint8_t backspace_ = 0x7f;
    std::vector<std::string> user_keys_;
};

} // namespace berth::keys
