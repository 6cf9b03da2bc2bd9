#include "keys/decode.h"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

namespace keys = berth::keys;
using keys::Decoder;
using keys::Event;
using keys::EventKind;

namespace {

std::string described(const Event& event) {
    const auto mouse = [&] {
        static const char* const kActions[] = {"press", "release", "motion"};
        const auto& m = event.mouse;
        return std::string(kActions[static_cast<int>(m.action)]) + std::to_string(m.button) + "@" +
               std::to_string(m.x) + "," + std::to_string(m.y) +
               (m.modifiers ? "+" + std::to_string(m.modifiers) : "");
    };
    switch (event.kind) {
    case EventKind::Key:
        return keys::key_name(event.key) + (event.action == keys::Action::Repeat    ? ":repeat"
                                            : event.action == keys::Action::Release ? ":release"
                                                                                    : "");
    case EventKind::Mouse:
        return mouse();
    case EventKind::PasteBegin:
        return "<paste";
    case EventKind::PasteData:
        return "'" + event.raw + "'";
    case EventKind::PasteEnd:
        return "paste>";
    case EventKind::FocusIn:
        return "focus-in";
    case EventKind::FocusOut:
        return "focus-out";
    case EventKind::Reply:
        return "reply" + std::to_string(event.raw.size());
    case EventKind::Unknown:
        return "unknown" + std::to_string(event.raw.size());
    }
    return "?";
}

std::string drain(Decoder& decoder) {
    std::string text;
    while (const auto event = decoder.next())
        text += (text.empty() ? "" : " ") + described(*event);
    return text;
}

std::string decoded(std::string_view bytes, Decoder decoder = {}) {
    decoder.feed(bytes);
    std::string text = drain(decoder);
    for (int i = 0; i < 2 && decoder.pending(); i++) {
        text += text.empty() ? "|" : " |";
        decoder.flush();
        if (const std::string rest = drain(decoder); !rest.empty())
            text += " " + rest;
    }
    BOOST_TEST(!decoder.pending());
    return text;
}

struct Case {
    std::string_view bytes;
    std::string_view events;
};

void check(const std::vector<Case>& cases, const Decoder& decoder = {}) {
    for (const Case& row : cases)
        BOOST_TEST(decoded(row.bytes, decoder) == row.events,
                   "for " << row.events << ", got " << decoded(row.bytes, decoder));
}

} // namespace

BOOST_AUTO_TEST_SUITE(keys_decode)

BOOST_AUTO_TEST_CASE(characters_and_control_bytes) {
    using namespace std::string_view_literals;
    check({
        {"aZ~", "a Z ~"},
        {" ", "Space"},
        {"\0\x01\x1a\x1c\x1d\x1e\x1f"sv, "C-Space C-a C-z C-\\ C-] C-^ C-_"},
        {"\t\r\n\x08\x7f", "Tab Enter C-j C-h BSpace"},
        {"é€😀", "é € 😀"},
        {"\xc3", "| unknown1"},
        {"\xff\x80z", "unknown1 unknown1 z"},
        {"\xc2\x9bz", "unknown2 z"},
        {"\xe2\x82z", "unknown1 unknown1 z"},
    });
    Decoder erase;
    erase.set_backspace(0x08);
    check({{"\x08", "BSpace"}}, erase);
}

BOOST_AUTO_TEST_CASE(escape_is_a_key_or_meta) {
    check({
        {"\x1b", "| Escape"},
        {"\x1b\x1b", "| M-Escape"},
        {"\x1b"
         "a\x1b\r\x1b\x7f\x1b\x01",
         "M-a M-Enter M-BSpace C-M-a"},
        {"\x1bé", "M-é"},
        {"\x1b\xc3", "| Escape unknown1"},
        {"\x1b\x1b[A", "M-Up"},
        {"\x1b\x1bOA", "M-Up"},
        {"\x1b\x1b"
         "a",
         "Escape M-a"},
        {"\x1b[", "| M-["},
        {"\x1bO", "| M-O"},
        {"\x1b]", "| M-]"},
        {"\x1b]a", "M-] a"},
        {"\x1bP", "| M-P"},
        {"\x1bPaste", "M-P a s t e"},
        {"\x1bOz", "M-O z"},
        {"\x1b[\x01", "M-[ C-a"},
        {"\x1b[é", "M-[ é"},
        {"\x1b[\x1b[B", "M-[ Down"},
    });
}

BOOST_AUTO_TEST_CASE(cursor_and_function_keys) {
    check({
        {"\x1b[A\x1b[B\x1b[C\x1b[D\x1b[H\x1b[F\x1b[Z", "Up Down Right Left Home End BTab"},
        {"\x1bOA\x1bOP\x1bOS\x1bOM\x1bOp\x1bOy\x1bOn\x1bOj", "Up F1 F4 KPEnter KP0 KP9 KP. KP*"},
        {"\x1b[1~\x1b[2~\x1b[3~\x1b[4~\x1b[5~\x1b[6~\x1b[7~\x1b[8~",
         "Home IC DC End PPage NPage Home End"},
        {"\x1b[11~\x1b[15~\x1b[17~\x1b[24~\x1b[25~\x1b[34~", "F1 F5 F6 F12 S-F1 S-F8"},
        {"\x1b[1;5D\x1b[1;2P\x1b[1;7A\x1b[15;3~\x1b[3;8~", "C-Left S-F1 C-M-Up M-F5 C-M-S-DC"},
        {"\x1bO5A\x1bO1;2Q", "C-Up S-F2"},
        {"\x1b[a\x1bOd\x1b[3^\x1b[3$\x1b[3@\x1b[23$", "S-Up C-Left C-DC S-DC C-S-DC S-F11"},
        {"\x1b[[A\x1b[[E", "F1 F5"},
        {"\x1b[[", "| M-[ ["},
        {"\x1b[1;9A", "M-Up"},
        {"\x1b[1;2R\x1b[1;1R\x1b[5;2R", "S-F3 reply6 reply6"},
    });
}

BOOST_AUTO_TEST_CASE(modify_other_keys_and_csi_u) {
    check({
        {"\x1b[27;5;105~\x1b[105;5u", "C-i C-i"},
        {"\x1b[27;6;65~\x1b[97;6u\x1b[65;6u", "C-S-a C-S-a C-S-a"},
        {"\x1b[27;2;65~\x1b[27;4;33~", "A M-!"},
        {"\x1b[27;5;64~\x1b[27;6;64~", "C-Space C-Space"},
        {"\x1b[27;2;9~\x1b[9;2u\x1b[9;5u", "BTab BTab C-Tab"},
        {"\x1b[13;5u\x1b[127;5u\x1b[27;5;8~\x1b[27u", "C-Enter C-BSpace C-BSpace Escape"},
        {"\x1b[32;2u\x1b[27;2;32~", "S-Space S-Space"},
        {"\x1b[955;5u", "C-λ"},
        {"\x1b[55296;5u\x1b[1114112u", "unknown10 unknown10"},
    });
}

BOOST_AUTO_TEST_CASE(kittys_keyboard_protocol) {
    Decoder kitty;
    kitty.set_kitty(true);
    check(
        {
            {"\x1b[97;1:1u\x1b[97;1:2u\x1b[97;1:3u", "a a:repeat a:release"},
            {"\x1b[97:65;2u\x1b[97;2u\x1b[49:33;2u\x1b[49;4u", "A A ! M-S-1"},
            {"\x1b[97;9u\x1b[97;33u\x1b[97;17u\x1b[97;65u", "Super-a M-a Hyper-a a"},
            {"\x1b[1;1:3A\x1b[5;5:2~\x1b[1;2P", "Up:release C-PPage:repeat S-F1"},
            {"\x1b[57399u\x1b[57414u\x1b[57417;5u\x1b[57376u", "KP0 KPEnter C-Left S-F1"},
            {"\x1b[57441;2u", "unknown10"},
            {"\x1b[?31u", "reply6"},
        },
        kitty);
    kitty.feed("\x1b[97:65:113;2;65u");
    const auto event = kitty.next();
    BOOST_REQUIRE(event);
    BOOST_TEST(event->shifted == 65U);
    BOOST_TEST(event->base == 113U);
    BOOST_TEST(event->text == "A");
}

BOOST_AUTO_TEST_CASE(mouse_reports) {
    check({
        {"\x1b[<0;1;1M\x1b[<0;10;5m", "press1@0,0 release1@9,4"},
        {"\x1b[<2;300;200M\x1b[<64;2;3M\x1b[<65;2;3M\x1b[<66;2;3M",
         "press3@299,199 press4@1,2 press5@1,2 press6@1,2"},
        {"\x1b[<32;2;3M\x1b[<35;2;3M\x1b[<131;2;3M", "motion1@1,2 motion0@1,2 press11@1,2"},
        {"\x1b[<28;2;3M", "press1@1,2+7"},
        {"\x1b[M !!\x1b[M#!!\x1b[M`\"#", "press1@0,0 release0@0,0 press4@1,2"},
        {"\x1b[M C", "| unknown5"},
        {"\x1b[32;4;5M\x1b[35;4;5M", "press1@3,4 release0@3,4"},
        {"\x1b[<0;1M", "unknown7"},
        {"\x1b[<99999999999;1;1M", "motion11@0,0+7"},
    });
}

BOOST_AUTO_TEST_CASE(pastes_are_not_keys) {
    check({
        {"\x1b[200~a\x1b[Ab\x1b[201~c", "<paste 'a\x1b[Ab' paste> c"},
        {"\x1b[200~\x1b[201~", "<paste paste>"},
        {"\x1b[200~x\x1b[20", "<paste 'x' | '\x1b[20'"},
    });
    Decoder decoder;
    decoder.feed("\x1b[200~one\x1b[2");
    BOOST_TEST(drain(decoder) == "<paste 'one'");
    decoder.feed("01~z");
    BOOST_TEST(drain(decoder) == "paste> z");
}

BOOST_AUTO_TEST_CASE(focus_and_replies) {
    check({
        {"\x1b[I\x1b[O", "focus-in focus-out"},
        {"\x1b[?64;1;2c\x1b[>41;330;0c\x1b[0n\x1b[?997;1n\x1b[?2026;2$y\x1b[4;1$y",
         "reply10 reply12 reply4 reply9 reply11 reply7"},
        {"\x1b]11;rgb:0/0/0\x07x\x1b]10;rgb:1/1/1\x1b\\y", "reply15 x reply16 y"},
        {"\x1bP>|tmux 3.3a\x1b\\\x1b_Gi=1;OK\x1b\\", "reply15 reply11"},
        {"\x1b[8;24;80t", "reply10"},
        {"\x1b[99~\x1b[1;2!p", "unknown5 unknown7"},
    });
}

BOOST_AUTO_TEST_CASE(a_sequence_may_come_in_pieces) {
    const std::string input = "a\x1b[1;5A\x1b[<0;3;4Mé\x1b]11;rgb:0/0/0\x1b\\\x1b[M !!\x1bOP";
    const std::string whole = decoded(input);
    for (std::size_t size = 1; size < input.size(); size++) {
        Decoder decoder;
        std::string text;
        for (std::size_t at = 0; at < input.size(); at += size) {
            decoder.feed(std::string_view(input).substr(at, size));
            if (const std::string some = drain(decoder); !some.empty())
                text += (text.empty() ? "" : " ") + some;
        }
        BOOST_TEST(text == whole);
    }
}

BOOST_AUTO_TEST_CASE(a_late_reply_is_dropped_with_its_end) {
    Decoder decoder;
    decoder.feed("\x1b]11;rgb:");
    BOOST_TEST(drain(decoder).empty());
    decoder.flush();
    BOOST_TEST(drain(decoder).empty());
    BOOST_TEST(decoder.pending());
    decoder.flush();
    BOOST_TEST(drain(decoder) == "unknown9");
    Decoder typing = decoder;
    decoder.feed("0/0/0\x1b\\z");
    BOOST_TEST(drain(decoder) == "z");
    typing.feed("z");
    BOOST_TEST(drain(typing) == "z");
}

BOOST_AUTO_TEST_CASE(too_long_sequences_are_skipped_whole) {
    const auto skipped = [](const std::string& bytes) {
        Decoder decoder;
        std::string text;
        for (std::size_t at = 0; at < bytes.size(); at += 5000) {
            decoder.feed(std::string_view(bytes).substr(at, 5000));
            while (const auto event = decoder.next())
                text += event->kind == EventKind::Unknown ? "?" : described(*event);
        }
        return text;
    };
    BOOST_TEST(skipped("\x1b[" + std::string(6000, '1') + "Az") == "?z");
    BOOST_TEST(skipped("\x1b]52;c;" + std::string(Decoder::kMaxReply + 9000, 'A') + "\x1b\\z") ==
               "?z");
    BOOST_TEST(skipped("\x1b]52;c;" + std::string(Decoder::kMaxReply + 9000, 'A') + "\rz") ==
               "?Enterz");
}

BOOST_AUTO_TEST_CASE(user_keys_come_first) {
    Decoder decoder;
    decoder.set_user_keys({"\x1b[5;30012~", "", "xyz", "xy"});
    check({{"\x1b[5;30012~", "User0"},
           {"xyz", "User2"},
           {"xy", "| User3"},
           {"xya", "User3 a"},
           {"xa", "x a"},
           {"\x1b[5~", "PPage"}},
          decoder);
}

BOOST_AUTO_TEST_CASE(no_byte_is_lost_whatever_comes) {
    std::uint32_t seed = 12345;
    const auto random = [&seed] { return seed = seed * 1664525 + 1013904223; };
    static constexpr std::string_view kAlphabet =
        "\x1b\x1b[[O]P_<>?$;:0123456789~uMmAZ^ab\x07\\\xc3\xa9\xff";
    for (int round = 0; round < 300; round++) {
        Decoder decoder;
        std::string input;
        std::string output;
        const auto collect = [&] {
            while (const auto event = decoder.next())
                output += event->raw;
        };
        for (int piece = 0; piece < 20; piece++) {
            std::string bytes;
            for (std::uint32_t i = random() >> 28; i > 0; i--)
                bytes += kAlphabet[(random() >> 16) % kAlphabet.size()];
            input += bytes;
            decoder.feed(bytes);
            collect();
        }
        while (decoder.pending()) {
            decoder.flush();
            collect();
        }
        BOOST_TEST(output == input);
    }
}

BOOST_AUTO_TEST_SUITE_END()
