// Replies and input in one stream, cut anywhere: each byte must come out on the right side.
#include "vt/capabilities.h"
#include "vt/client_probe.h"

#include <boost/test/unit_test.hpp>

namespace vt = berth::vt;
using vt::ReplyKind;

namespace {

struct Filtered {
    std::vector<vt::Reply> replies;
    std::string user;
};

Filtered filter(std::string_view bytes, std::size_t cut) {
    vt::ReplyFilter filter;
    Filtered out;
    filter.feed(bytes.substr(0, cut), out.replies, out.user);
    filter.feed(bytes.substr(cut), out.replies, out.user);
    return out;
}

// The reply is recognised wherever it is cut, and nothing of it is taken for input.
void check_reply(std::string_view bytes, ReplyKind kind, const std::vector<int>& numbers,
                 std::string_view text) {
    const std::string stream = "a" + std::string(bytes) + "b";
    for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
        const Filtered out = filter(stream, cut);
        BOOST_TEST_CONTEXT("reply " << bytes.substr(1) << " cut at " << cut) {
            BOOST_TEST(out.user == "ab");
            BOOST_REQUIRE(out.replies.size() == 1U);
            BOOST_TEST((out.replies[0].kind == kind));
            BOOST_TEST(out.replies[0].numbers == numbers, boost::test_tools::per_element());
            BOOST_TEST(out.replies[0].text == text);
            BOOST_TEST(out.replies[0].bytes == bytes);
        }
    }
}

void check_input(std::string_view bytes) {
    for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
        const Filtered out = filter(bytes, cut);
        BOOST_TEST(out.user == bytes);
        BOOST_TEST(out.replies.empty());
    }
}

std::string feed_all(vt::ClientProbe& probe, std::string_view bytes) {
    std::string user;
    for (const char byte : bytes)
        user += probe.feed(std::string_view(&byte, 1));
    return user;
}

} // namespace

BOOST_AUTO_TEST_SUITE(vt_client_probe)

BOOST_AUTO_TEST_CASE(every_shape_of_reply_is_recognised_wherever_it_is_cut) {
    check_reply("\x1b[?64;1;2;22c", ReplyKind::primary_attributes, {64, 1, 2, 22}, "");
    check_reply("\x1b[>41;379;0c", ReplyKind::secondary_attributes, {41, 379, 0}, "");
    check_reply("\x1bP!|00000000\x1b\\", ReplyKind::tertiary_attributes, {-1}, "00000000");
    check_reply("\x1bP>|XTerm(379)\x1b\\", ReplyKind::version, {-1}, "XTerm(379)");
    check_reply("\x1b[?2026;2$y", ReplyKind::mode, {2026, 2}, "");
    check_reply("\x1b[4;1$y", ReplyKind::mode, {4, 1}, "");
    check_reply("\x1b[0n", ReplyKind::status, {0}, "");
    check_reply("\x1b[?997;1n", ReplyKind::color_scheme, {997, 1}, "");
    check_reply("\x1b[?13n", ReplyKind::dec_status, {13}, "");
    check_reply("\x1b[?12;40R", ReplyKind::position, {12, 40}, "");
    check_reply("\x1b[?12;40;1R", ReplyKind::position, {12, 40, 1}, "");
    check_reply("\x1b[?5u", ReplyKind::keyboard, {5}, "");
    check_reply("\x1b[6;20;10t", ReplyKind::window, {6, 20, 10}, "");
    check_reply("\x1b[48;24;80;480;800t", ReplyKind::window, {48, 24, 80, 480, 800}, "");
    check_reply("\x1b[?2;0;800;600S", ReplyKind::graphics_attribute, {2, 0, 800, 600}, "");
    check_reply("\x1b]10;rgb:ffff/0000/8080\x1b\\", ReplyKind::color, {10}, "rgb:ffff/0000/8080");
    check_reply("\x1b]11;rgb:00/00/00\a", ReplyKind::color, {11}, "rgb:00/00/00");
    check_reply("\x1b]4;7;rgb:e5/e5/e5\x1b\\", ReplyKind::color, {4}, "7;rgb:e5/e5/e5");
    check_reply("\x1b]52;c;aGVsbG8=\x1b\\", ReplyKind::clipboard, {52}, "c;aGVsbG8=");
    check_reply("\x1b]lA title\x1b\\", ReplyKind::window_text, {}, "A title");
    check_reply("\x1bP1$r0;1m\x1b\\", ReplyKind::setting, {1}, "0;1m");
    check_reply("\x1bP1+r524742=38\x1b\\", ReplyKind::termcap, {1}, "524742=38");
    check_reply("\x1bP1!~FFD7\x1b\\", ReplyKind::checksum, {1}, "FFD7");
    check_reply("\x1b_Gi=1;OK\x1b\\", ReplyKind::graphics, {}, "i=1;OK");
    check_reply("\x1b]99;i=1:p=?;\x1b\\", ReplyKind::other, {99}, "i=1:p=?;");
}

BOOST_AUTO_TEST_CASE(what_the_user_does_passes_wherever_it_is_cut) {
    check_input("plain text, \xc3\xa4\xe4\xb8\x80 and \x03\r\t");
    check_input("\x1b[A\x1bOA\x1b[15~\x1b[1;5C\x1b[1;2R");
    check_input("\x1b[97;5u\x1b[57399;1:3u\x1b[27;5;9~");
    check_input("\x1b[<0;10;20M\x1b[<0;10;20m\x1b[M !!\x1b[I\x1b[O");
    check_input("\x1b[M\x1b[?"); // the three bytes of an X10 report may be anything
    check_input("\x1b[200~pasted \x1b[?64;1c \x1b]10;rgb:0/0/0\a text\x1b[201~after");
    check_input("\x1b]x\x1bPy\x1b_z\x1b\x1b[A"); // Alt with ], P and _
    check_input("\x1b]\rx");
    check_input("\x1b[\x1b[A");
}

BOOST_AUTO_TEST_CASE(keys_that_could_begin_a_reply_pass_when_the_time_is_over) {
    for (const std::string_view keys :
         {"\x1b", "\x1b[", "\x1b]", "\x1bP", "\x1b_", "\x1b[1;", "\x1b[M!"}) {
        vt::ReplyFilter filter;
        Filtered out;
        filter.feed(keys, out.replies, out.user);
        BOOST_TEST(out.user.empty());
        BOOST_TEST(filter.pending());
        filter.flush(out.user);
        BOOST_TEST(out.user == keys);
        BOOST_TEST(!filter.pending());
    }
}

BOOST_AUTO_TEST_CASE(a_reply_that_stops_half_way_is_dropped_with_its_late_rest) {
    struct Part {
        std::string_view begun, rest;
    };
    for (const Part& part :
         {Part{"\x1b]11;rgb:00", "/00/00\x1b\\"}, Part{"\x1b[?64;1", ";2c"},
          Part{"\x1bP>|XTe", "rm(379)\x1b\\"}, Part{"\x1b]11;rgb:00\x1b", "\\"}}) {
        vt::ReplyFilter filter;
        Filtered out;
        filter.feed(part.begun, out.replies, out.user);
        filter.flush(out.user); // one more period
        BOOST_TEST(filter.pending());
        filter.flush(out.user);
        BOOST_TEST(out.user.empty());
        filter.feed(part.rest, out.replies, out.user);
        filter.feed("ls\r", out.replies, out.user);
        BOOST_TEST(out.user == "ls\r");
        BOOST_TEST(out.replies.empty());
    }
}

BOOST_AUTO_TEST_CASE(a_control_character_ends_a_reply_that_will_not_come) {
    const Filtered out = filter("\x1b]11;rgb:00/\x03ls\r", 5);
    BOOST_TEST(out.user == "\x03ls\r");
}

BOOST_AUTO_TEST_CASE(a_reply_beyond_the_limit_is_dropped_to_its_end) {
    const std::string huge =
        "\x1b]52;c;" + std::string(vt::ReplyFilter::kMaxReply + 100, 'A') + "\x1b\\x";
    const Filtered out = filter(huge, 100);
    BOOST_TEST(out.user == "x");
    BOOST_TEST(out.replies.empty());
}

BOOST_AUTO_TEST_CASE(input_waits_for_the_fence) {
    vt::ClientProbe probe({.term = "xterm-256color"});
    BOOST_TEST(probe.query().ends_with("\x1b[c"));
    BOOST_TEST(
        feed_all(probe, "typed\x1bP>|foot(1.16)\x1b\\ahead\x1b[?2026;2$y\x1b[?2027;4$y\x1b[?0u")
            .empty());
    BOOST_TEST(
        feed_all(probe,
                 "\x1b]11;rgb:1e1e/1e1e/2e2e\x1b\\\x1b[6;20;10t\x1b[4;480;800t\x1b[>1;11600;0c")
            .empty());
    BOOST_TEST(!probe.done());
    BOOST_TEST(feed_all(probe, "\x1b[?62;4;22c!") == "typedahead!");
    BOOST_TEST(probe.done());
    const vt::ProbeResult& result = probe.result();
    BOOST_TEST(result.complete);
    BOOST_TEST(result.version == "foot(1.16)");
    BOOST_TEST(result.can_switch(2026));
    BOOST_TEST(!result.can_switch(2027));
    BOOST_TEST(result.keyboard.value() == 0);
    BOOST_TEST((result.background == vt::Rgb{0x1e, 0x1e, 0x2e}));
    BOOST_TEST(!result.foreground.has_value());
    BOOST_TEST(result.cell_height == 20);
    BOOST_TEST(result.cell_width == 10);
    BOOST_TEST(result.area_width == 800);
    vt::Capabilities can = vt::capabilities_for("foot");
    vt::refine(can, result);
    BOOST_TEST(can.synchronized);
    BOOST_TEST(can.kitty_keyboard);
    BOOST_TEST(!can.side_margins);
}

BOOST_AUTO_TEST_CASE(
    a_silent_terminal_gets_its_input_when_the_time_is_over_and_late_replies_do_not_leak) {
    vt::ClientProbe probe({.term = "xterm"});
    BOOST_TEST(probe.feed("who").empty());
    BOOST_TEST(probe.expire() == "who");
    BOOST_TEST(probe.feed("ami\x1b[?1;2c0\x1b[>0;276;0c") == "ami0");
    BOOST_TEST((probe.result().primary == std::vector<int>{1, 2}));
    BOOST_TEST(probe.take_replies().size() == 2U);
    BOOST_TEST(probe.take_replies().empty());
}

BOOST_AUTO_TEST_CASE(a_pending_escape_waits_for_flush_also_during_the_probe) {
    vt::ClientProbe probe({.term = "xterm"});
    BOOST_TEST(probe.feed("\x1b").empty());
    BOOST_TEST(probe.flush().empty());
    BOOST_TEST(probe.expire() == "\x1b");
    BOOST_TEST(probe.feed("\x1b").empty());
    BOOST_TEST(probe.flush() == "\x1b");
}

BOOST_AUTO_TEST_CASE(held_input_has_a_limit) {
    vt::ClientProbe probe({.term = "xterm"});
    const std::string flood(vt::kMaxInputHeld + 1, 'x');
    BOOST_TEST(probe.feed(flood) == flood);
    BOOST_TEST(probe.done());
}

BOOST_AUTO_TEST_CASE(shy_terminals_are_asked_for_da1_alone) {
    BOOST_TEST(vt::ClientProbe({.term = "linux", .widths = true}).query() == "\x1b[c");
}

BOOST_AUTO_TEST_CASE(widths_are_measured_by_the_positions_that_come_back) {
    vt::ClientProbe probe({.term = "xterm", .widths = true});
    std::string answers;
    for (const int width : {2, 2, 2, 2, 2, 2, 2, 2})
        answers += "\x1b[?5;" + std::to_string(width + 1) + "R";
    const std::string fence = answers + "\x1b[?1c";
    BOOST_TEST(feed_all(probe, fence).empty());
    BOOST_TEST((probe.result().ambiguous() == vt::Ambiguous::wide));
    const bool agrees = probe.result().measures_clusters().value();
    bool expected = true;
    for (std::size_t index = 1; index < vt::kWidthProbes; ++index)
        expected = expected && vt::text_width(vt::width_probe_texts()[index]) == 2;
    BOOST_TEST(agrees == expected);
}

BOOST_AUTO_TEST_CASE(colours_are_read_in_all_their_lengths) {
    BOOST_TEST((vt::parse_rgb_reply("rgb:f/0/8") == vt::Rgb{255, 0, 136}));
    BOOST_TEST((vt::parse_rgb_reply("rgb:ff/00/88") == vt::Rgb{255, 0, 136}));
    BOOST_TEST((vt::parse_rgb_reply("rgb:ffff/0000/8888") == vt::Rgb{255, 0, 136}));
    BOOST_TEST((vt::parse_rgb_reply("rgba:ffff/0000/8888/ffff") == vt::Rgb{255, 0, 136}));
    for (const std::string_view bad :
         {"", "rgb", "rgb:", "rgb:ff/00", "rgb:ff/00/", "rgb:fffff/0/0", "rgb:g/0/0", "#ffffff"})
        BOOST_TEST(!vt::parse_rgb_reply(bad).has_value(), bad);
}

BOOST_AUTO_TEST_CASE(names_of_terminals_say_something_of_their_abilities) {
    BOOST_TEST((vt::capabilities_for("xterm-256color").colors == vt::ColorDepth::indexed));
    BOOST_TEST((vt::capabilities_for("xterm-256color", "truecolor").colors == vt::ColorDepth::rgb));
    BOOST_TEST((vt::capabilities_for("xterm-kitty").colors == vt::ColorDepth::rgb));
    BOOST_TEST((vt::capabilities_for("vt100").colors == vt::ColorDepth::none));
    BOOST_TEST(!vt::capabilities_for("screen-256color").back_color_erase);
    BOOST_TEST(vt::capabilities_for("never-heard-of").alternate_screen);
}

BOOST_AUTO_TEST_SUITE_END()
