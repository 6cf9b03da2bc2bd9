#include "keys/key.h"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

namespace keys = berth::keys;
using keys::Key;
using keys::Named;

namespace {

std::string renamed(std::string_view text) {
    const auto key = keys::parse_key(text);
    return key ? keys::key_name(*key) : "unknown";
}

struct NameCase {
    std::string_view given;
    std::string_view printed;
};

} // namespace

BOOST_AUTO_TEST_SUITE(keys_key)

BOOST_AUTO_TEST_CASE(names_are_printed_as_tmux_prints_them) {
    const std::vector<NameCase> cases = {
        {"C-b", "C-b"},
        {"C-B", "C-b"},
        {"c-x", "C-x"},
        {"M-C-x", "C-M-x"},
        {"M-S-C-Left", "C-M-S-Left"},
        {"^b", "C-b"},
        {"^?", "C-?"},
        {"^@", "C-Space"},
        {"^", "^"},
        {"C-@", "C-Space"},
        {"C-S-A", "C-S-a"},
        {"S-a", "S-a"},
        {"C-i", "C-i"},
        {"C--", "C--"},
        {"-", "-"},
        {"M--", "M--"},
        {"Insert", "IC"},
        {"pgdn", "NPage"},
        {"PageUp", "PPage"},
        {"HOME", "Home"},
        {"S-F5", "S-F5"},
        {"KP*", "KP*"},
        {"0x41", "A"},
        {"0x20", "Space"},
        {"0x1", "C-a"},
        {"0x0", "C-Space"},
        {"0x9", "Tab"},
        {"0x7f", "\\177"},
        {"0x3b1", "α"},
        {"M-α", "M-α"},
        {"any", "Any"},
        {"none", "None"},
        {"User0", "User0"},
        {"User999", "User999"},
        {"mousedown1pane", "MouseDown1Pane"},
        {"MouseDown11Pane", "MouseDown11Pane"},
        {"MouseDragEnd1Pane", "MouseDragEnd1Pane"},
        {"S-C-M-MouseDrag1StatusRight", "C-M-S-MouseDrag1StatusRight"},
        {"WheelUpStatusLeft", "WheelUpStatusLeft"},
        {"MouseDown1Control7", "MouseDown1Control7"},
        {"MouseDrag1ScrollbarSlider", "MouseDrag1ScrollbarSlider"},
        {"TripleClick2StatusDefault", "TripleClick2StatusDefault"},
    };
    for (const NameCase& row : cases)
        BOOST_TEST(renamed(row.given) == row.printed, "given " << row.given);
}

BOOST_AUTO_TEST_CASE(what_tmux_does_not_know_is_unknown) {
    for (const char* text : {"",
                             "abc",
                             "C-",
                             "M-",
                             "C-M-",
                             "C-ab",
                             "C-^a",
                             "F13",
                             "User1000",
                             "UserX",
                             "User",
                             "MouseDown4Pane",
                             "MouseDown0Pane",
                             "MouseDownPane",
                             "WheelUp1Pane",
                             "0x80",
                             "0xd800",
                             "0x110000",
                             "0x",
                             "0x4g",
                             "0xffffffffff",
                             "\xff",
                             "\xc3",
                             "--"})
        BOOST_TEST(renamed(text) == "unknown", "given " << text);
}

BOOST_AUTO_TEST_CASE(every_name_reads_back) {
    for (std::uint32_t code = 0x20; code < 0x500; code++) {
        if (code >= 0x7f && code < 0xa0)
            continue;
        const Key key(code, keys::kMeta);
        BOOST_TEST((keys::parse_key(keys::key_name(key)) == key));
    }
    for (std::uint32_t code = std::to_underlying(Named::None);
         code < std::to_underlying(Named::User0) + 1000; code++)
        for (std::uint8_t mods = 0; mods < 8; mods++)
            BOOST_TEST((keys::parse_key(keys::key_name(Key(code, mods))) == Key(code, mods)));
}

BOOST_AUTO_TEST_CASE(keys_sort_as_list_keys_shows_them) {
    const std::vector<const char*> order = {"Tab",
                                            "Enter",
                                            "Escape",
                                            "Space",
                                            "!",
                                            "a",
                                            "BSpace",
                                            "F1",
                                            "IC",
                                            "DC",
                                            "Home",
                                            "PPage",
                                            "BTab",
                                            "Up",
                                            "Right",
                                            "MouseDown1Pane",
                                            "MouseDown1Status",
                                            "MouseDown1Border",
                                            "MouseDown1ScrollbarUp",
                                            "MouseDown1Control7",
                                            "MouseDown2Pane",
                                            "MouseDrag1Pane",
                                            "WheelDownStatus",
                                            "WheelUpPane",
                                            "DoubleClick1Pane",
                                            "M-1",
                                            "M-Up",
                                            "C-Space",
                                            "C-a",
                                            "C-Up",
                                            "C-M-b",
                                            "S-Up"};
    for (std::size_t i = 1; i < order.size(); i++)
        BOOST_TEST((*keys::parse_key(order[i - 1]) < *keys::parse_key(order[i])), order[i]);
}

BOOST_AUTO_TEST_CASE(utf8_is_checked) {
    for (const std::uint32_t code : {0x41U, 0x80U, 0x7ffU, 0x800U, 0xffffU, 0x10000U, 0x10ffffU}) {
        std::string text;
        keys::append_utf8(text, code);
        const auto point = keys::first_utf8(text + "x");
        BOOST_REQUIRE(point);
        BOOST_TEST(point->value == code);
        BOOST_TEST(point->size == text.size());
    }
    for (const char* text :
         {"\xc0\x80", "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xc3", "\x80", "\xc3x"})
        BOOST_TEST(!keys::first_utf8(text));
}

BOOST_AUTO_TEST_SUITE_END()
