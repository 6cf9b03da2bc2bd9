#include "keys/encode.h"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

namespace keys = berth::keys;
using keys::Key;
using keys::KeyInput;
using keys::MouseAction;
using keys::MouseEncoding;
using keys::MouseProtocol;
using keys::MouseReport;
using keys::PaneModes;

namespace {

std::string visible(std::string_view bytes) {
    std::string text;
    for (const char c : bytes) {
        if (c == '\x1b')
            text += "\\e";
        else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
            text += "^" + std::string(1, static_cast<char>(c ^ 0x40));
        else
            text += c;
    }
    return text;
}

std::string sent(std::string_view key, const PaneModes& modes) {
    return visible(keys::encode_key(keys::parse_key(key).value(), modes));
}

struct Case {
    std::string_view key;
    std::string_view bytes;
};

void check(const PaneModes& modes, const std::vector<Case>& cases) {
    for (const Case& row : cases)
        BOOST_TEST(sent(row.key, modes) == row.bytes, row.key << ": " << sent(row.key, modes));
}

} // namespace

BOOST_AUTO_TEST_SUITE(keys_encode)

// The answers of Debian's tmux 3.3a, where it sends something.
BOOST_AUTO_TEST_CASE(keys_without_any_mode) {
    check({}, {
                  {"a", "a"},
                  {"C-a", "^A"},
                  {"M-a", "\\ea"},
                  {"C-M-a", "\\e^A"},
                  {"C-Space", "^@"},
                  {"C-M-Space", "\\e^@"},
                  {"Tab", "^I"},
                  {"BTab", "\\e[Z"},
                  {"M-Tab", "\\e^I"},
                  {"C-i", "^I"},
                  {"Enter", "^M"},
                  {"M-Enter", "\\e^M"},
                  {"Escape", "\\e"},
                  {"M-Escape", "\\e\\e"},
                  {"C-[", "\\e"},
                  {"BSpace", "^?"},
                  {"M-BSpace", "\\e^?"},
                  {"C-h", "^H"},
                  {"C-?", "^?"},
                  {"C-/", "^_"},
                  {"C-_", "^_"},
                  {"C-^", "^^"},
                  {"C-\\", "^\\"},
                  {"C-]", "^]"},
                  {"C-2", "^@"},
                  {"C-6", "^^"},
                  {"C--", "^_"},
                  {"M-[", "\\e["},
                  {"M-é", "\\eé"},
                  {"C-é", "é"},
                  {"F1", "\\eOP"},
                  {"F5", "\\e[15~"},
                  {"F12", "\\e[24~"},
                  {"IC", "\\e[2~"},
                  {"Home", "\\e[1~"},
                  {"End", "\\e[4~"},
                  {"NPage", "\\e[6~"},
                  {"Up", "\\e[A"},
                  {"Left", "\\e[D"},
                  {"KP*", "*"},
                  {"KP5", "5"},
                  {"M-KP5", "\\e5"},
                  {"KPEnter", "^M"},
                  {"S-F1", "\\e[1;2P"},
                  {"C-M-F3", "\\e[1;7R"},
                  {"C-M-S-F12", "\\e[24;8~"},
                  {"M-IC", "\\e[2;3~"},
                  {"C-Home", "\\e[1;5H"},
                  {"S-PPage", "\\e[5;2~"},
                  {"C-Left", "\\e[1;5D"},
                  {"M-S-Up", "\\e[1;4A"},
              });
}

// xterm's answers for what ASCII has no control character for.
BOOST_AUTO_TEST_CASE(keys_that_old_terminals_cannot_tell_apart) {
    check({}, {{"C-Enter", "^M"},
               {"S-Enter", "^M"},
               {"C-Tab", "^I"},
               {"C-BSpace", "^H"},
               {"C-S-a", "^A"},
               {"C-1", "1"},
               {"C-3", "\\e"},
               {"C-8", "^?"},
               {"C-!", "!"},
               {"S-Space", " "}});
    PaneModes erase;
    erase.backspace = 0x08;
    check(erase, {{"BSpace", "^H"}});
}

BOOST_AUTO_TEST_CASE(cursor_and_keypad_modes) {
    PaneModes cursor;
    cursor.cursor_keys = true;
    check(cursor, {{"Up", "\\eOA"}, {"Right", "\\eOC"}, {"Home", "\\e[1~"}, {"C-Up", "\\e[1;5A"}});
    PaneModes keypad;
    keypad.keypad = true;
    check(keypad, {{"KP/", "\\eOo"},
                   {"KP0", "\\eOp"},
                   {"KPEnter", "\\eOM"},
                   {"M-KP5", "\\e\\eOu"},
                   {"5", "5"}});
}

BOOST_AUTO_TEST_CASE(modify_other_keys) {
    PaneModes one;
    one.modify_other_keys = 1;
    one.csi_u = true;
    check(one, {{"a", "a"},
                {"C-a", "^A"},
                {"M-A", "\\eA"},
                {"C-M-a", "\\e^A"},
                {"C-S-a", "\\e[65;6u"},
                {"C-Space", "^@"},
                {"S-Space", "\\e[32;2u"},
                {"C-Tab", "\\e[9;5u"},
                {"BTab", "\\e[Z"},
                {"C-BTab", "\\e[9;6u"},
                {"C-Enter", "\\e[13;5u"},
                {"M-Enter", "\\e^M"},
                {"S-Escape", "\\e[27;2u"},
                {"C-BSpace", "\\e[127;5u"},
                {"C-/", "\\e[47;5u"},
                {"C-2", "\\e[50;5u"},
                {"C--", "\\e[45;5u"},
                {"C-_", "^_"},
                {"C-Up", "\\e[1;5A"}});
    one.csi_u = false;
    check(one, {{"C-Enter", "\\e[27;5;13~"}, {"C-S-a", "\\e[27;6;65~"}});
    PaneModes two;
    two.modify_other_keys = 2;
    check(two, {{"a", "a"},
                {"A", "A"},
                {"C-a", "\\e[27;5;97~"},
                {"M-a", "\\e[27;3;97~"},
                {"M-A", "\\e[27;4;65~"},
                {"M-BSpace", "\\e[27;3;127~"},
                {"C-i", "\\e[27;5;105~"},
                {"Tab", "^I"}});
}

BOOST_AUTO_TEST_CASE(kitty_disambiguates) {
    PaneModes modes;
    modes.kitty = keys::kKittyDisambiguate;
    check(modes, {{"a", "a"},
                  {"A", "A"},
                  {"Escape", "\\e[27u"},
                  {"C-a", "\\e[97;5u"},
                  {"M-a", "\\e[97;3u"},
                  {"M-A", "\\e[97;4u"},
                  {"C-i", "\\e[105;5u"},
                  {"Tab", "^I"},
                  {"BTab", "\\e[9;2u"},
                  {"Enter", "^M"},
                  {"S-Enter", "\\e[13;2u"},
                  {"C-BSpace", "\\e[127;5u"},
                  {"F1", "\\e[P"},
                  {"F3", "\\e[13~"},
                  {"C-F3", "\\e[13;5~"},
                  {"Home", "\\e[H"},
                  {"C-Up", "\\e[1;5A"},
                  {"KP5", "5"},
                  {"KPEnter", "\\e[57414u"},
                  {"Super-a", "\\e[97;9u"}});
    BOOST_TEST(sent("Super-a", {}) == "");
}

BOOST_AUTO_TEST_CASE(kitty_reports_everything_it_is_asked_for) {
    PaneModes modes;
    modes.kitty = keys::kKittyDisambiguate | keys::kKittyEventTypes;
    const auto send = [&modes](KeyInput input) { return visible(keys::encode_key(input, modes)); };
    const Key a('a');
    BOOST_TEST(send({.key = a}) == "a");
    BOOST_TEST(send({.key = a, .action = keys::Action::Release}) == "\\e[97;1:3u");
    BOOST_TEST(send({.key = Key(keys::kEnter), .action = keys::Action::Release}) == "");
    BOOST_TEST(send({.key = Key(keys::Named::Up), .action = keys::Action::Repeat}) == "\\e[1;1:2A");
    modes.kitty |= keys::kKittyAllKeys | keys::kKittyAlternates;
    BOOST_TEST(send({.key = Key(keys::kEnter), .action = keys::Action::Release}) == "\\e[13;1:3u");
    BOOST_TEST(send({.key = a}) == "\\e[97u");
    BOOST_TEST(send({.key = Key('A')}) == "\\e[97:65;2u");
    BOOST_TEST(send({.key = Key('!'), .plain = '1', .shifted = '!', .base = '1'}) ==
               "\\e[49:33;2u");
    BOOST_TEST(send({.key = Key(0x444), .plain = 0x444, .base = 'a'}) == "\\e[1092::97u");
    BOOST_TEST(send({.key = Key(keys::Named::KP5)}) == "\\e[57404u");
    modes.kitty |= keys::kKittyText;
    BOOST_TEST(send({.key = Key('A')}) == "\\e[97:65;2;65u");
    BOOST_TEST(send({.key = a, .text = "ä"}) == "\\e[97;;228u");
    BOOST_TEST(send({.key = Key('a', keys::kCtrl)}) == "\\e[97;5u");
}

BOOST_AUTO_TEST_CASE(keys_that_no_program_gets) {
    for (const char* key : {"MouseDown1Pane", "User3", "Any", "None", "FocusIn"})
        BOOST_TEST(sent(key, {}) == "", key);
    BOOST_TEST(
        keys::encode_key(KeyInput{.key = Key('a'), .action = keys::Action::Release}, {}).empty());
}

BOOST_AUTO_TEST_CASE(what_is_sent_is_read_back) {
    PaneModes modes;
    modes.kitty = 31;
    for (const char* name :
         {"a",       "A",       "C-a",    "C-S-a",    "M-a",     "C-M-x", "Tab",       "BTab",
          "Enter",   "C-Enter", "Escape", "M-Escape", "BSpace",  "F1",    "F3",        "C-F3",
          "S-F12",   "Up",      "M-Left", "C-Home",   "DC",      "KP5",   "C-KPEnter", "C-Space",
          "S-Space", "é",       "M-λ",    "Super-x",  "Hyper-Up"}) {
        keys::Decoder decoder;
        decoder.set_kitty(true);
        decoder.feed(keys::encode_key(keys::parse_key(name).value(), modes));
        const auto event = decoder.next();
        BOOST_REQUIRE(event);
        BOOST_TEST(keys::key_name(event->key) == name);
        BOOST_TEST(!decoder.pending());
    }
}

BOOST_AUTO_TEST_CASE(mouse_protocols_leave_out_what_they_do_not_know) {
    const MouseReport press{MouseAction::Press, 1, 0, 4, 5};
    const MouseReport release{MouseAction::Release, 1, 0, 4, 5};
    const MouseReport drag{MouseAction::Motion, 1, 0, 4, 5};
    const MouseReport motion{MouseAction::Motion, 0, 0, 4, 5};
    const MouseReport wheel{MouseAction::Press, 4, 0, 4, 5};
    const auto count = [&](MouseProtocol protocol) {
        PaneModes modes;
        modes.mouse = protocol;
        int sent_count = 0;
        for (const MouseReport& report : {press, release, drag, motion, wheel})
            sent_count += keys::encode_mouse(report, modes).empty() ? 0 : 1;
        return sent_count;
    };
    BOOST_TEST(count(MouseProtocol::Off) == 0);
    BOOST_TEST(count(MouseProtocol::Press) == 1);
    BOOST_TEST(count(MouseProtocol::Click) == 3);
    BOOST_TEST(count(MouseProtocol::Button) == 4);
    BOOST_TEST(count(MouseProtocol::Any) == 5);
}

BOOST_AUTO_TEST_CASE(mouse_encodings) {
    PaneModes modes;
    modes.mouse = MouseProtocol::Any;
    const auto send = [&modes](const MouseReport& report) {
        return visible(keys::encode_mouse(report, modes, {10, 20}));
    };
    const MouseReport press{MouseAction::Press, 3, keys::kCtrl, 4, 5};
    const MouseReport release{MouseAction::Release, 3, 0, 4, 5};
    const MouseReport far{MouseAction::Press, 1, 0, 300, 5};
    const MouseReport wheel{MouseAction::Press, 5, 0, 4, 5};
    const MouseReport extra{MouseAction::Motion, 9, 0, 4, 5};
    BOOST_TEST(send(press) == "\\e[M2%&");
    BOOST_TEST(send(release) == "\\e[M#%&");
    BOOST_TEST(send(far) == "");
    BOOST_TEST(send(wheel) == "\\e[Ma%&");
    modes.mouse_encoding = MouseEncoding::Utf8;
    BOOST_TEST(send(far) == "\\e[M \u014d&");
    BOOST_TEST(send({MouseAction::Press, 1, 0, 3000, 5}) == "");
    modes.mouse_encoding = MouseEncoding::Urxvt;
    BOOST_TEST(send(press) == "\\e[50;5;6M");
    BOOST_TEST(send(release) == "\\e[35;5;6M");
    modes.mouse_encoding = MouseEncoding::Sgr;
    BOOST_TEST(send(press) == "\\e[<18;5;6M");
    BOOST_TEST(send(release) == "\\e[<2;5;6m");
    BOOST_TEST(send(far) == "\\e[<0;301;6M");
    BOOST_TEST(send(extra) == "\\e[<161;5;6M");
    modes.mouse_encoding = MouseEncoding::Pixels;
    BOOST_TEST(send(press) == "\\e[<18;46;111M");
    BOOST_TEST(keys::encode_mouse(press, modes).empty());
}

BOOST_AUTO_TEST_SUITE_END()
