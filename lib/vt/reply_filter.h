// Separates what a client's terminal answers from what its user types. Fed every byte that comes
// from the terminal; knows each reply by its shape, wherever it is cut, and whenever it comes: a
// late one never reaches a pane as typed text. Used by the mux, one for each client, in front of
// the key decoder. No clock: the caller runs escape-time.
//
// Not a reply by shape: CSI row ; column R, which is also a modified F3. Ask for positions with
// DECXCPR (CSI ? 6 n).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace berth::vt {

enum class ReplyKind : std::uint8_t {
    primary_attributes,   // CSI ? … c           (DA1)
    secondary_attributes, // CSI > … c           (DA2)
    tertiary_attributes,  // DCS ! | … ST        (DA3)
    version,              // DCS > | text ST     (XTVERSION)
    mode,                 // CSI ? mode ; state $ y, CSI mode ; state $ y (DECRPM)
    status,               // CSI 0 n             (DSR 5): the terminal lives
    color_scheme,         // CSI ? 997 ; n n
    dec_status,           // CSI ? … n, other    (DECDSR)
    position,             // CSI ? row ; column … R (DECXCPR)
    keyboard,             // CSI ? flags u       (kitty)
    window,               // CSI … t: 4 and 6 pixels, 8 and 9 characters, 48 a resize
    graphics_attribute,   // CSI ? … S           (XTSMGRAPHICS)
    color,                // OSC 4, 5, 10 to 19 ; … ST
    clipboard,            // OSC 52 ; … ST
    window_text,          // OSC l … ST, OSC L … ST
    setting,              // DCS 0 $ r …, DCS 1 $ r …, DCS n $ u … (DECRQSS, DECRQPSR)
    termcap,              // DCS 0 + r …, DCS 1 + r … (XTGETTCAP)
    checksum,             // DCS n ! ~ … ST      (DECRQCRA)
    graphics,             // APC G … ST          (kitty graphics)
    other,                // an OSC, DCS or APC that only a terminal can have sent
};

struct Reply {
    ReplyKind kind = ReplyKind::other;
    std::vector<int> numbers; // the decimal parameters of a CSI, absent ones -1; an OSC's number
    std::string text;  // what follows the introducer: of a version its text, of a colour "rgb:…" or
                       // "index;rgb:…"
    std::string bytes; // all of it, as it came
};

class ReplyFilter {
  public:
    // The longest reply that is kept (a clipboard); of a longer one the rest is dropped up to its
    // end.
    static constexpr std::size_t kMaxReply = std::size_t{1} << 20;
    static constexpr std::size_t kMaxCsi = 256; // a longer one is user input

    // Takes input: appends replies, and to `user` what is not part of one. Bytes that may still
    // become a reply are kept.
    void feed(std::string_view bytes, std::vector<Reply>& replies, std::string& user);
    // Are bytes kept? Then call flush() unless more comes within escape-time.
    [[nodiscard]] bool pending() const { return !held_.empty() || state_ == State::skip_escape; }
    // Escape-time is over. What can be keys goes to `user`; a reply that has clearly begun gets one
    // more period, then it is dropped, with the rest of it when that comes after all.
    void flush(std::string& user);

  private:
    enum class State : std::uint8_t {
        ground,
        escape,       // ESC
        csi,          // ESC [
        mouse,        // ESC [ M and up to three bytes, which may be anything
        string,       // ESC ], ESC P or ESC _: nothing decided yet
        reply,        // the same, and it is a reply
        reply_escape, // and an ESC in it
        skip,         // the rest of a reply that is dropped
        skip_escape,
        skip_csi,
        paste, // bracketed paste: everything is the user's up to its end
    };

    void take(char byte, std::vector<Reply>& replies, std::string& user);
    void ground(char byte, std::string& user);
    void escape(char byte, std::string& user);
    void csi(char byte, std::vector<Reply>& replies, std::string& user);
    void string(char byte, std::string& user);
    void reply(char byte, std::vector<Reply>& replies, std::string& user);
    void skip(char byte, std::string& user);
    void paste(char byte, std::string& user);
    void release(std::string& user);
    void finish_string(std::vector<Reply>& replies);

    State state_ = State::ground;
    std::string held_;
    std::size_t paste_end_ = 0; // so much of CSI 201 ~ was just seen
    bool fed_ = false;          // bytes came since the last flush()
};

} // namespace berth::vt
